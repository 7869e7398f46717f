/* SPDX-License-Identifier: Apache-2.0 */
/* Finding .eh_frame, .debug_frame and code in ELF files. */
#include <config.h>

#include "symbol/elf_cfi.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"

#define MAX_BYTES (256u << 20) /* ten times what the largest libraries have */

enum { EH_FRAME, DEBUG_FRAME };

static struct pp_elf_bytes section_bytes(struct pp_elf_cfi *c, int which, const char *name)
{
	const struct pp_elffile_section *s = pp_elffile_section(&c->file, name);
	struct pp_elf_bytes b = {0};

	if (!s)
		return b;
	c->owned[which] = pp_elffile_bytes(&c->file, s, MAX_BYTES, &b.n);
	b.p = c->owned[which];
	b.addr = b.p ? s->addr : 0;
	return b;
}

static void read_sections(struct pp_elf_cfi *c)
{
	c->eh_frame = section_bytes(c, EH_FRAME, ".eh_frame");
	c->debug_frame = section_bytes(c, DEBUG_FRAME, ".debug_frame");
	if (!c->debug_frame.p)
		c->debug_frame = section_bytes(c, DEBUG_FRAME, ".zdebug_frame");
}

/* ---- Segments ---- */

static void add_code(struct pp_elf_cfi *c, size_t *cap, const struct pp_elffile_segment *s)
{
	if (s->memory == 0 || s->vaddr > UINT64_MAX - s->memory)
		return;
	c->code = pp_grow(c->code, cap, c->ncode + 1, sizeof(*c->code));
	c->code[c->ncode++] = (struct pp_elf_code){
		.start = s->vaddr,
		.end = s->vaddr + s->memory,
		.offset = s->offset,
		.in_file = s->size < s->memory ? s->size : s->memory,
	};
}

static int by_start(const void *a, const void *b)
{
	const struct pp_elf_code *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* Segments are in order in all files but hostile ones, where the first of overlapping ones wins. */
static void settle_code(struct pp_elf_cfi *c)
{
	size_t n = 0;

	if (c->ncode > 1)
		qsort(c->code, c->ncode, sizeof(*c->code), by_start);
	for (size_t i = 0; i < c->ncode; i++)
		if (n == 0 || c->code[i].start >= c->code[n - 1].end)
			c->code[n++] = c->code[i];
	c->ncode = n;
}

/* The bytes from `vaddr` to the end of its load segment. */
static struct pp_elf_bytes segment_bytes(struct pp_elf_cfi *c, uint64_t vaddr)
{
	struct pp_elf_bytes b = {0};

	for (size_t i = 0; i < c->file.nsegments; i++) {
		const struct pp_elffile_segment *s = &c->file.segments[i];
		uint64_t skip = vaddr - s->vaddr;

		if (s->type != PT_LOAD || vaddr < s->vaddr || skip >= s->size)
			continue;
		if (s->offset > UINT64_MAX - skip)
			break;

		struct pp_elffile_section rest = {
			.name = "", .offset = s->offset + skip, .size = s->size - skip};
		b.p = c->owned[EH_FRAME] = pp_elffile_bytes(&c->file, &rest, MAX_BYTES, &b.n);
		b.addr = b.p ? vaddr : 0;
		break;
	}
	return b;
}

/* .eh_frame_hdr (LSB, "Exception Frames") begins with where .eh_frame is; all linkers write that as
 * a distance of 32 bits from the field itself. */
static struct pp_elf_bytes eh_frame_by_hdr(struct pp_elf_cfi *c,
					   const struct pp_elffile_segment *hdr)
{
	const uint8_t version = 1, pcrel_sdata4 = 0x1b;
	struct pp_elf_bytes found;
	uint8_t h[8];

	if (hdr->size < sizeof(h) || !pp_elffile_read_at(&c->file, h, sizeof(h), hdr->offset) ||
	    h[0] != version || h[1] != pcrel_sdata4)
		return (struct pp_elf_bytes){0};
	found = segment_bytes(c, hdr->vaddr + 4 + (uint64_t)(int64_t)(int32_t)pp_load_le32(h + 4));
	found.unbounded = true;
	return found;
}

/* Whether a PT_DYNAMIC segment names a library. */
static bool needs_library(const struct pp_elf_cfi *c, const struct pp_elffile_segment *s)
{
	const uint64_t max = 1 << 16; /* real ones have some dozen entries of 16 bytes */
	struct pp_elffile_section part = {.name = "", .offset = s->offset, .size = s->size};
	size_t n;
	PP_CLEANUP(pp_freep) uint8_t *p = pp_elffile_bytes(&c->file, &part, max, &n);

	for (size_t i = 0; i + 16 <= n; i += 16)
		if (pp_load_le64(p + i) == DT_NEEDED)
			return true;
	return false;
}

static void read_segments(struct pp_elf_cfi *c)
{
	size_t cap = 0, dynamic = 0;

	c->alone = true;
	for (size_t i = 0; i < c->file.nsegments; i++) {
		const struct pp_elffile_segment *s = &c->file.segments[i];

		if (s->type == PT_LOAD && (s->flags & PF_X))
			add_code(c, &cap, s);
		else if (s->type == PT_GNU_EH_FRAME && !c->eh_frame.p)
			c->eh_frame = eh_frame_by_hdr(c, s);
		else if (s->type == PT_DYNAMIC && dynamic++ == 0)
			c->alone = !needs_library(c, s);
	}
	settle_code(c);
}

static int open_file(struct pp_elffile *f, int fd, const void *image, size_t n, struct pp_err *err)
{
	int rc = fd < 0 ? pp_elffile_open_memory(f, image, n, err) : pp_elffile_open(f, fd, err);

	if (rc < 0 || pp_elffile_need_program(f, err) < 0)
		return -1;
	if (!f->is64 || (f->machine != EM_X86_64 && f->machine != EM_AARCH64))
		return pp_err_set(err, PP_ERR_UNSUPPORTED, "neither x86-64 nor arm64 code");
	return 0;
}

int pp_elf_cfi_read(struct pp_elf_cfi *c, int fd, const void *image, size_t n, struct pp_err *err)
{
	*c = (struct pp_elf_cfi){0};
	if (open_file(&c->file, fd, image, n, err) < 0) {
		pp_elf_cfi_release(c);
		return -1;
	}
	c->machine = c->file.machine;
	read_sections(c);
	read_segments(c);
	return 0;
}

bool pp_elf_cfi_copy(const struct pp_elf_cfi *c, void *to, size_t n, uint64_t offset)
{
	return pp_elffile_read_at(&c->file, to, n, offset);
}

void pp_elf_cfi_release(struct pp_elf_cfi *c)
{
	pp_elffile_release(&c->file);
	for (size_t i = 0; i < PP_ARRAY_LEN(c->owned); i++)
		free(c->owned[i]);
	free(c->code);
	*c = (struct pp_elf_cfi){0};
}
