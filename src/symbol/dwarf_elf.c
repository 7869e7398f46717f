/* SPDX-License-Identifier: Apache-2.0 */
/* The debug sections of ELF files, by name. */
#include <config.h>

#include "symbol/dwarf_elf.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/alloc.h"
#include "symbol/elffile.h"

#define MAX_INFLATED (1ull << 30)
#define MAX_CODE     (1u << 20)

static const char section_names[PP_DWARF_SECTIONS][16] = {
	[PP_DWARF_INFO] = "info",	  [PP_DWARF_ABBREV] = "abbrev",
	[PP_DWARF_STR] = "str",		  [PP_DWARF_STR_OFFSETS] = "str_offsets",
	[PP_DWARF_LINE] = "line",	  [PP_DWARF_LINE_STR] = "line_str",
	[PP_DWARF_RANGES] = "ranges",	  [PP_DWARF_RNGLISTS] = "rnglists",
	[PP_DWARF_ADDR] = "addr",	  [PP_DWARF_ARANGES] = "aranges",
	[PP_DWARF_CU_INDEX] = "cu_index",
};

static struct pp_dwarf_bytes file_bytes(const struct pp_dwarf_elf *e)
{
	return (struct pp_dwarf_bytes){e->map, e->map_size};
}

/* ".debug_info" to PP_DWARF_INFO, of the wanted side; PP_DWARF_SECTIONS for all others. */
static enum pp_dwarf_section which_section(struct pp_str name, enum pp_dwarf_side side)
{
	struct pp_str plain = PP_STR_LIT(".debug_"), old = PP_STR_LIT(".zdebug_");
	bool dwo = name.n > 4 && memcmp(name.p + name.n - 4, ".dwo", 4) == 0;

	bool gnu = pp_str_starts(name, old);

	if (!gnu && !pp_str_starts(name, plain))
		return PP_DWARF_SECTIONS;

	size_t skip = gnu ? old.n : plain.n;
	struct pp_str rest = {name.p + skip, name.n - skip - (dwo ? 4 : 0)};
	bool index = pp_str_eq(rest, PP_STR_LIT("cu_index"));
	if (!index && dwo != (side == PP_DWARF_SPLIT))
		return PP_DWARF_SECTIONS;
	for (unsigned i = 0; i < PP_DWARF_SECTIONS; i++) {
		if (pp_str_eq(rest, pp_str_of(section_names[i])))
			return i;
	}
	return PP_DWARF_SECTIONS;
}

static void add_debug(struct pp_dwarf_elf *e, const struct pp_elffile *f,
		      const struct pp_elffile_section *s, enum pp_dwarf_section kind,
		      uint64_t *room)
{
	struct pp_dwarf_bytes b = pp_dwarf_slice(file_bytes(e), s->offset, s->size);

	if (!b.n || e->sections[kind].p)
		return;
	if (pp_elffile_is_compressed(s)) {
		b.p = e->inflated[kind] = pp_elffile_inflate(f, s, b.p, b.n, *room, &b.n);
		*room -= b.n;
	}
	e->sections[kind] = b;
}

static void add_code(struct pp_dwarf_elf *e, size_t *cap, const struct pp_elffile_section *s)
{
	if (!(s->flags & SHF_EXECINSTR) || !s->size || e->ncode == MAX_CODE)
		return;
	if (s->addr > UINT64_MAX - s->size)
		return;
	e->code = pp_grow(e->code, cap, e->ncode + 1, sizeof(*e->code));
	e->code[e->ncode++] = (struct pp_dwarf_code){s->addr, s->addr + s->size};
}

static void read_sections(struct pp_dwarf_elf *e, const struct pp_elffile *f,
			  enum pp_dwarf_side side)
{
	uint64_t room = MAX_INFLATED;
	size_t cap = 0;

	for (size_t i = 1; i < f->nsections; i++) {
		const struct pp_elffile_section *s = &f->sections[i];

		add_code(e, &cap, s);
		if (s->type == SHT_NOBITS)
			continue;
		if (strcmp(s->name, ".gnu_debugaltlink") == 0)
			e->altlink = pp_dwarf_slice(file_bytes(e), s->offset, s->size);

		enum pp_dwarf_section kind = which_section(pp_str_of(s->name), side);
		if (kind != PP_DWARF_SECTIONS)
			add_debug(e, f, s, kind, &room);
	}
}

static int map_file(struct pp_dwarf_elf *e, int fd, uint64_t n, struct pp_err *err)
{
	if (n > SIZE_MAX / 2)
		return pp_err_set(err, PP_ERR_FORMAT, "not an ELF file");

	void *map = mmap(NULL, (size_t)n, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return pp_err_sys(err, errno, "cannot map debug information");
	e->map = map;
	e->map_size = (size_t)n;
	return 0;
}

static int by_start(const void *a, const void *b)
{
	const struct pp_dwarf_code *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

int pp_dwarf_elf_open(struct pp_dwarf_elf *e, int fd, enum pp_dwarf_side side, struct pp_err *err)
{
	PP_CLEANUP(pp_elffile_release) struct pp_elffile f;

	*e = (struct pp_dwarf_elf){0};
	if (pp_elffile_open(&f, fd, err) < 0) {
		if (err->kind == PP_ERR_UNSUPPORTED)
			err->kind = PP_ERR_FORMAT; /* here there is no other kind of file */
		return -1;
	}
	if (map_file(e, fd, f.n, err) < 0)
		return -1;
	read_sections(e, &f, side);
	if (e->ncode)
		qsort(e->code, e->ncode, sizeof(*e->code), by_start);
	return 0;
}

void pp_dwarf_elf_release(struct pp_dwarf_elf *e)
{
	if (e->map)
		munmap(e->map, e->map_size);
	for (unsigned i = 0; i < PP_DWARF_SECTIONS; i++)
		free(e->inflated[i]);
	free(e->code);
	*e = (struct pp_dwarf_elf){0};
}

bool pp_dwarf_elf_is_code(const struct pp_dwarf_elf *e, uint64_t vaddr)
{
	size_t lo = 0, hi = e->ncode;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (e->code[mid].start <= vaddr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo > 0 && vaddr < e->code[lo - 1].end;
}
