/* SPDX-License-Identifier: Apache-2.0 */
/* Opening ELF files: header checks, segments, build id. */
#include <config.h>

#include "symbol/elf.h"

#include <errno.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "symbol/elfsyms.h"
#include "symbol/notes.h"
#include "symbol/symtab.h"

#define MAX_SECTIONS   (1u << 20)
#define MAX_SEGMENTS   4096
#define MAX_NOTE_BYTES (1u << 20) /* a build id that lies further back is not found */

struct segment {
	uint64_t offset, size, vaddr;
	bool exec;
};

struct pp_elf {
	struct pp_symtab syms;
	struct segment *segments;
	size_t nsegments;
	char build_id[2 * PP_BUILD_ID_MAX + 1];
};

/* Where the bytes come from, for the looks that precede libelf's. */
struct source {
	int fd; /* -1: memory */
	const uint8_t *image;
	size_t n;
};

/* Exactly n bytes at `at`; false at the end of the file, or with errno set. */
static bool source_read(const struct source *src, void *out, size_t n, uint64_t at)
{
	if (src->fd < 0) {
		if (at > src->n || n > src->n - at)
			return false;
		memcpy(out, src->image + at, n);
		return true;
	}
	for (size_t done = 0; done < n;) {
		ssize_t got = pread(src->fd, (char *)out + done, n - done, (off_t)(at + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		done += (size_t)got;
	}
	return true;
}

/* With more than 65279 sections their number is in section 0. libelf believes it, and makes room
 * for as many. */
static bool sane_section_count(const struct source *src, const uint8_t *h, bool is64)
{
	uint64_t table = is64 ? pp_load_le64(h + 40) : pp_load_le32(h + 32);
	uint16_t count = pp_load_le16(h + (is64 ? 60 : 48));
	uint8_t size[8] = {0};

	if (count != 0 || table == 0 || table > INT64_MAX - 64)
		return true;
	if (!source_read(src, size, is64 ? 8 : 4, table + (is64 ? 32 : 20)))
		return true;
	return pp_load_le64(size) <= MAX_SECTIONS;
}

static int check_header(const struct source *src, struct pp_err *err)
{
	uint8_t h[sizeof(Elf64_Ehdr)] = {0};

	errno = 0;
	if (!source_read(src, h, EI_NIDENT, 0) && errno)
		return pp_err_sys(err, errno, "cannot read ELF header");
	if (memcmp(h, ELFMAG, SELFMAG) != 0)
		return pp_err_set(err, PP_ERR_FORMAT, "not an ELF file");

	bool is64 = h[EI_CLASS] == ELFCLASS64;
	if (!is64 && h[EI_CLASS] != ELFCLASS32)
		return pp_err_set(err, PP_ERR_FORMAT, "unknown ELF class %u", h[EI_CLASS]);
	if (h[EI_DATA] != ELFDATA2LSB)
		return pp_err_set(err, PP_ERR_UNSUPPORTED, "not a little-endian ELF file");
	if (!source_read(src, h, is64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr), 0))
		return pp_err_set(err, PP_ERR_FORMAT, "truncated ELF header");

	uint16_t type = pp_load_le16(h + 16);
	if (type != ET_EXEC && type != ET_DYN)
		return pp_err_set(err, PP_ERR_UNSUPPORTED,
				  "neither an executable nor a shared object (ELF type %u)", type);
	if (!sane_section_count(src, h, is64))
		return pp_err_set(err, PP_ERR_LIMIT, "more than %u sections", MAX_SECTIONS);
	return 0;
}

static void add_segment(struct pp_elf *e, size_t *cap, const GElf_Phdr *p)
{
	e->segments = pp_grow(e->segments, cap, e->nsegments + 1, sizeof(*e->segments));
	e->segments[e->nsegments++] = (struct segment){
		.offset = p->p_offset,
		.size = p->p_filesz,
		.vaddr = p->p_vaddr,
		.exec = p->p_flags & PF_X,
	};
}

static void read_note(struct pp_elf *e, Elf *elf, uint64_t offset, uint64_t size, uint64_t align)
{
	size_t n = size < MAX_NOTE_BYTES ? (size_t)size : MAX_NOTE_BYTES;
	Elf_Data *data = NULL;

	if (n && offset <= INT64_MAX)
		data = elf_getdata_rawchunk(elf, (int64_t)offset, n, ELF_T_BYTE);
	if (data && data->d_buf)
		pp_notes_build_id(data->d_buf, data->d_size, align, e->build_id);
}

static void read_segments(struct pp_elf *e, Elf *elf)
{
	size_t n, cap = 0;

	if (elf_getphdrnum(elf, &n) < 0)
		return;
	for (size_t i = 0; i < n && i < MAX_SEGMENTS; i++) {
		GElf_Phdr p;

		if (!gelf_getphdr(elf, (int)i, &p))
			continue;
		if (p.p_type == PT_LOAD)
			add_segment(e, &cap, &p);
		else if (p.p_type == PT_NOTE && !e->build_id[0])
			read_note(e, elf, p.p_offset, p.p_filesz, p.p_align);
	}
}

/* For files without program headers for their notes, as some linker scripts make them. */
static void read_note_sections(struct pp_elf *e, Elf *elf)
{
	Elf_Scn *scn = NULL;

	for (size_t i = 0; i < MAX_SEGMENTS && !e->build_id[0]; i++) {
		GElf_Shdr h;

		scn = elf_nextscn(elf, scn);
		if (!scn)
			return;
		if (gelf_getshdr(scn, &h) && h.sh_type == SHT_NOTE)
			read_note(e, elf, h.sh_offset, h.sh_size, h.sh_addralign);
	}
}

static void end_elf(Elf **elf)
{
	elf_end(*elf);
}

/* libelf's handle on the file, once its header has been checked. */
static Elf *begin_elf(const struct source *src, struct pp_err *err)
{
	if (check_header(src, err) < 0)
		return NULL;
	if (elf_version(EV_CURRENT) == EV_NONE) {
		pp_err_set(err, PP_ERR_UNSUPPORTED, "libelf is too old");
		return NULL;
	}

	/* libelf does not write to the image: it has no const in its interface. */
	Elf *elf = src->fd < 0 ? elf_memory((char *)(uintptr_t)src->image, src->n)
			       : elf_begin(src->fd, ELF_C_READ, NULL);
	if (!elf)
		pp_err_set(err, PP_ERR_FORMAT, "damaged ELF file: %s", elf_errmsg(-1));
	return elf;
}

static struct pp_elf *read_elf(const struct source *src, struct pp_err *err)
{
	PP_CLEANUP(end_elf) Elf *elf = begin_elf(src, err);
	PP_CLEANUP(pp_elf_freep) struct pp_elf *e = pp_xcalloc(1, sizeof(*e));

	if (!elf)
		return NULL;
	read_segments(e, elf);
	read_note_sections(e, elf);
	if (pp_elfsyms_read(&e->syms, elf, err) < 0)
		return NULL;

	struct pp_elf *done = e;
	e = NULL;
	return done;
}

struct pp_elf *pp_elf_open(int fd, struct pp_err *err)
{
	if (fd < 0) {
		pp_err_sys(err, EBADF, "cannot read ELF header");
		return NULL;
	}
	return read_elf(&(struct source){.fd = fd}, err);
}

struct pp_elf *pp_elf_open_memory(const void *image, size_t n, struct pp_err *err)
{
	return read_elf(&(struct source){.fd = -1, .image = image, .n = n}, err);
}

int pp_elf_list(int fd, struct pp_symtab *t, struct pp_err *err)
{
	PP_CLEANUP(end_elf) Elf *elf = begin_elf(&(struct source){.fd = fd}, err);

	return elf ? pp_elfsyms_list(t, elf, err) : -1;
}

void pp_elf_free(struct pp_elf *elf)
{
	if (!elf)
		return;
	pp_symtab_release(&elf->syms);
	free(elf->segments);
	free(elf);
}

void pp_elf_freep(struct pp_elf **elf)
{
	pp_elf_free(*elf);
	*elf = NULL;
}

struct pp_str pp_elf_build_id(const struct pp_elf *elf)
{
	return pp_str_of(elf->build_id);
}

bool pp_elf_has_symbols(const struct pp_elf *elf)
{
	return elf->syms.nsegs > 0;
}

bool pp_elf_file_to_vaddr(const struct pp_elf *elf, uint64_t file_offset, uint64_t *vaddr)
{
	const struct segment *found = NULL;

	for (size_t i = 0; i < elf->nsegments; i++) {
		const struct segment *s = &elf->segments[i];

		if (file_offset < s->offset || file_offset - s->offset >= s->size)
			continue;
		if (!found || (s->exec && !found->exec))
			found = s;
	}
	if (!found)
		return false;
	*vaddr = found->vaddr + (file_offset - found->offset);
	return true;
}

bool pp_elf_find(const struct pp_elf *elf, uint64_t vaddr, struct pp_symbol *out)
{
	return pp_symtab_find(&elf->syms, vaddr, out);
}
