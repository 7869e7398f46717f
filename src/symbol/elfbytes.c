/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of an ELF program by virtual address. */
#include <config.h>

#include "symbol/elfbytes.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"

#define MAX_DYNAMIC	65536
#define MAX_NOTES	4096
#define MAX_RELOCATIONS ((256u << 20) / sizeof(Elf64_Rela))

/* A segment counts as far as the file goes. */
static void add_part(struct pp_elfbytes *b, const struct pp_elffile_segment *s)
{
	uint64_t size = s->size;

	if (s->type != PT_LOAD || s->offset >= b->file.n)
		return;
	if (size > b->file.n - s->offset)
		size = b->file.n - s->offset;
	if (size == 0 || s->vaddr > UINT64_MAX - size)
		return;
	b->parts[b->nparts++] = (struct pp_elfbytes_part){
		.vaddr = s->vaddr, .offset = s->offset, .size = size, .flags = s->flags};
}

int pp_elfbytes_open(struct pp_elfbytes *b, int fd, struct pp_err *err)
{
	*b = (struct pp_elfbytes){0};
	if (pp_elffile_open(&b->file, fd, err) < 0 || pp_elffile_need_program(&b->file, err) < 0)
		return -1;
	if (!b->file.is64)
		return pp_err_set(err, PP_ERR_UNSUPPORTED, "not a 64-bit little-endian ELF file");
	b->parts = pp_xcalloc(b->file.nsegments + 1, sizeof(*b->parts));
	for (size_t i = 0; i < b->file.nsegments; i++)
		add_part(b, &b->file.segments[i]);
	return 0;
}

void pp_elfbytes_release(struct pp_elfbytes *b)
{
	pp_elffile_release(&b->file);
	free(b->parts);
	free(b->addresses);
	*b = (struct pp_elfbytes){.file.fd = -1};
}

const struct pp_elfbytes_part *pp_elfbytes_part(const struct pp_elfbytes *b, uint64_t vaddr,
						uint64_t n)
{
	for (size_t i = 0; i < b->nparts; i++) {
		const struct pp_elfbytes_part *p = &b->parts[i];

		if (vaddr >= p->vaddr && vaddr - p->vaddr <= p->size &&
		    n <= p->size - (vaddr - p->vaddr))
			return p;
	}
	return NULL;
}

bool pp_elfbytes_read(const struct pp_elfbytes *b, uint64_t vaddr, void *out, size_t n)
{
	const struct pp_elfbytes_part *p = pp_elfbytes_part(b, vaddr, n);

	return p && pp_elffile_read_at(&b->file, out, n, p->offset + (vaddr - p->vaddr));
}

/* The first address at or after `where`. */
static size_t lower_bound(const struct pp_elfbytes *b, uint64_t where)
{
	size_t lo = 0, hi = b->naddresses;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (b->addresses[mid].where < where)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool pp_elfbytes_word(const struct pp_elfbytes *b, uint64_t vaddr, uint64_t *out)
{
	size_t i = lower_bound(b, vaddr);
	uint8_t word[8];

	if (i < b->naddresses && b->addresses[i].where == vaddr) {
		*out = b->addresses[i].value;
		return true;
	}
	if (!pp_elfbytes_read(b, vaddr, word, sizeof(word)))
		return false;
	*out = pp_load_le64(word);
	return true;
}

static int by_where(const void *x, const void *y)
{
	const struct pp_elfbytes_address *a = x, *b = y;

	return a->where < b->where ? -1 : a->where > b->where;
}

static bool is_relative(const struct pp_elfbytes *b, uint64_t info)
{
	uint32_t type = ELF64_R_TYPE(info);

	return (b->file.machine == EM_X86_64 && type == R_X86_64_RELATIVE) ||
	       (b->file.machine == EM_AARCH64 && type == R_AARCH64_RELATIVE);
}

static void read_relocations(struct pp_elfbytes *b, uint64_t vaddr, uint64_t size)
{
	const struct pp_elfbytes_part *part;
	Elf64_Rela some[256];
	size_t n, cap = 0;

	if (size / sizeof(*some) > MAX_RELOCATIONS)
		return;
	n = (size_t)size / sizeof(*some);
	part = pp_elfbytes_part(b, vaddr, size);
	for (size_t i = 0; part && i < n;) {
		size_t now = n - i < PP_ARRAY_LEN(some) ? n - i : PP_ARRAY_LEN(some);
		uint64_t at = part->offset + (vaddr - part->vaddr) + i * sizeof(*some);

		if (!pp_elffile_read_at(&b->file, some, now * sizeof(*some), at))
			break;
		b->addresses =
			pp_grow(b->addresses, &cap, b->naddresses + now, sizeof(*b->addresses));
		for (size_t k = 0; k < now; k++) {
			if (is_relative(b, some[k].r_info))
				b->addresses[b->naddresses++] = (struct pp_elfbytes_address){
					some[k].r_offset, (uint64_t)some[k].r_addend};
		}
		i += now;
	}
	if (b->naddresses)
		qsort(b->addresses, b->naddresses, sizeof(*b->addresses), by_where);
}

/* The dynamic section says where relocations are; it is found through its program header. */
static const struct pp_elffile_segment *dynamic_section(const struct pp_elfbytes *b)
{
	for (size_t i = 0; i < b->file.nsegments; i++)
		if (b->file.segments[i].type == PT_DYNAMIC)
			return &b->file.segments[i];
	return NULL;
}

void pp_elfbytes_relocate(struct pp_elfbytes *b)
{
	const struct pp_elffile_segment *s = dynamic_section(b);
	uint64_t vaddr = 0, size = 0;
	Elf64_Dyn d;

	if (b->addresses || !s)
		return;
	for (uint64_t i = 0; i < s->size / sizeof(d) && i < MAX_DYNAMIC; i++) {
		if (!pp_elfbytes_read(b, s->vaddr + i * sizeof(d), &d, sizeof(d)) ||
		    d.d_tag == DT_NULL)
			break;
		if (d.d_tag == DT_RELA)
			vaddr = d.d_un.d_ptr;
		else if (d.d_tag == DT_RELASZ)
			size = d.d_un.d_val;
	}
	if (vaddr && size)
		read_relocations(b, vaddr, size);
}

bool pp_elfbytes_section(const struct pp_elfbytes *b, const char *name, uint64_t *vaddr,
			 uint64_t *size)
{
	const struct pp_elffile_section *s = pp_elffile_section(&b->file, name);

	if (!s)
		return false;
	*vaddr = s->addr;
	*size = s->size;
	return true;
}

/* Whether n bytes of notes have one of the owner. */
static bool notes_have(const uint8_t *p, size_t n, const char *owner)
{
	size_t length = strlen(owner) + 1;

	for (size_t at = 0; n - at >= sizeof(Elf64_Nhdr);) {
		uint64_t name = pp_load_le32(p + at), text = pp_load_le32(p + at + 4);

		at += sizeof(Elf64_Nhdr);
		if (name == length && n - at >= length && memcmp(p + at, owner, length) == 0)
			return true;
		name = (name + 3) / 4 * 4 + (text + 3) / 4 * 4;
		if (name > n - at)
			return false;
		at += (size_t)name;
	}
	return false;
}

bool pp_elfbytes_has_note(const struct pp_elfbytes *b, const char *owner)
{
	uint8_t notes[MAX_NOTES];

	for (size_t i = 0; i < b->file.nsegments; i++) {
		const struct pp_elffile_segment *s = &b->file.segments[i];
		size_t n = s->size < sizeof(notes) ? (size_t)s->size : sizeof(notes);

		if (s->type == PT_NOTE && pp_elffile_read_at(&b->file, notes, n, s->offset) &&
		    notes_have(notes, n, owner))
			return true;
	}
	return false;
}
