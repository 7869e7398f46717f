/* SPDX-License-Identifier: Apache-2.0 */
/* Split DWARF. */
#include <config.h>

#include "symbol/dwarf_split.h"

#include <dwarf.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/buf.h"

#define MAX_COLUMNS 64

/* The index of a package (DWARF 5 section 7.3.5.3). */
struct index {
	uint16_t version;
	uint32_t columns, units, slots;
	struct pp_dwarf_cursor c; /* behind the header */
};

static bool open_index(struct index *x, struct pp_dwarf_bytes bytes)
{
	struct pp_dwarf_cursor c = pp_dwarf_cursor_at(bytes, 0);

	x->version = (uint16_t)pp_dwarf_uint(&c, 2);
	pp_dwarf_uint(&c, 2);
	x->columns = (uint32_t)pp_dwarf_uint(&c, 4);
	x->units = (uint32_t)pp_dwarf_uint(&c, 4);
	x->slots = (uint32_t)pp_dwarf_uint(&c, 4);
	x->c = c;
	if (c.bad || (x->version != 2 && x->version != 5) || x->columns > MAX_COLUMNS)
		return false;
	return x->slots && (x->slots & (x->slots - 1)) == 0;
}

/* Row of the unit `id`, from 1 up; 0: none. */
static uint32_t find_row(const struct index *x, uint64_t id, struct pp_dwarf_budget *budget)
{
	uint32_t mask = x->slots - 1, at = (uint32_t)id & mask;
	uint32_t step = ((uint32_t)(id >> 32) & mask) | 1;
	struct pp_dwarf_bytes all = {x->c.p, pp_dwarf_left(&x->c)};

	for (uint32_t i = 0; i < x->slots && pp_dwarf_spend(budget, 1); i++) {
		struct pp_dwarf_cursor key = pp_dwarf_cursor_at(all, 8ull * at);
		struct pp_dwarf_cursor row = pp_dwarf_cursor_at(all, 8ull * x->slots + 4ull * at);
		uint64_t found = pp_dwarf_uint(&key, 8);
		uint32_t n = (uint32_t)pp_dwarf_uint(&row, 4);

		if (n == 0 || n > x->units || row.bad)
			return 0;
		if (found == id)
			return n;
		at = (at + step) & mask;
	}
	return 0;
}

static enum pp_dwarf_section column_section(const struct index *x, uint32_t column)
{
	switch (column) {
	case DW_SECT_INFO:
		return PP_DWARF_INFO;
	case DW_SECT_ABBREV:
		return PP_DWARF_ABBREV;
	case DW_SECT_STR_OFFSETS:
		return PP_DWARF_STR_OFFSETS;
	case DW_SECT_RNGLISTS: /* in version 2 it is something else */
		return x->version == 5 ? PP_DWARF_RNGLISTS : PP_DWARF_SECTIONS;
	default:
		return PP_DWARF_SECTIONS;
	}
}

/* Narrow the sections of the package to what the row says is the unit's. */
static bool use_row(struct pp_dwarf_file *f, const struct pp_dwarf_elf *dwp, const struct index *x,
		    uint32_t row)
{
	struct pp_dwarf_bytes all = {x->c.p, pp_dwarf_left(&x->c)};
	uint64_t columns = 12ull * x->slots, offsets = columns + 4ull * x->columns * row;
	uint64_t sizes = offsets + 4ull * x->columns * x->units;

	f->sections[PP_DWARF_STR] = dwp->sections[PP_DWARF_STR];
	for (uint32_t i = 0; i < x->columns; i++) {
		struct pp_dwarf_cursor id = pp_dwarf_cursor_at(all, columns + 4ull * i);
		struct pp_dwarf_cursor at = pp_dwarf_cursor_at(all, offsets + 4ull * i);
		struct pp_dwarf_cursor n = pp_dwarf_cursor_at(all, sizes + 4ull * i);
		enum pp_dwarf_section s = column_section(x, (uint32_t)pp_dwarf_uint(&id, 4));
		uint64_t start = pp_dwarf_uint(&at, 4), size = pp_dwarf_uint(&n, 4);

		if (id.bad || at.bad || n.bad)
			return false;
		if (s != PP_DWARF_SECTIONS)
			f->sections[s] = pp_dwarf_slice(dwp->sections[s], start, size);
	}
	return true;
}

/* The unit of the skeleton's id among those of the file, which may have type units as well. */
static bool find_unit(struct pp_dwarf_split *s, const struct pp_dwarf_cu *skeleton)
{
	struct pp_dwarf_file *f = &s->file;

	f->skeleton = skeleton;
	f->code = skeleton->file->code;
	f->budget = skeleton->file->budget;
	pp_dwarf_file_index(f);
	for (size_t i = 0; i < f->nunits; i++) {
		struct pp_dwarf_cu cu;

		if (f->units[i].type != DW_UT_compile && f->units[i].type != DW_UT_split_compile)
			continue;
		if (!pp_dwarf_unit_peek(f, &f->units[i], &cu) || cu.id != skeleton->id)
			continue;
		s->cu = pp_dwarf_unit_open(f, &f->units[i]);
		return s->cu != NULL;
	}
	return false;
}

static bool from_package(struct pp_dwarf_split *s, const struct pp_dwarf_cu *skeleton,
			 const struct pp_dwarf_elf *dwp)
{
	struct index x;

	if (!open_index(&x, dwp->sections[PP_DWARF_CU_INDEX]))
		return false;

	uint32_t row = find_row(&x, skeleton->id, skeleton->file->budget);
	return row && use_row(&s->file, dwp, &x, row) && find_unit(s, skeleton);
}

/* Nobody may make us wait: the file's name comes from outside. */
static bool from_file(struct pp_dwarf_split *s, const struct pp_dwarf_cu *skeleton,
		      const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct pp_err ignored;

	if (fd < 0)
		return false;

	int rc = pp_dwarf_elf_open(&s->elf, fd, PP_DWARF_SPLIT, &ignored);
	close(fd);
	if (rc < 0)
		return false;
	memcpy(s->file.sections, s->elf.sections, sizeof(s->file.sections));
	if (find_unit(s, skeleton))
		return true;
	pp_dwarf_split_release(s);
	return false;
}

static bool try_path(struct pp_dwarf_split *s, const struct pp_dwarf_cu *skeleton,
		     struct pp_str dir, struct pp_str name)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf path = PP_BUF_INIT;

	/* nothing depends on where we happen to be */
	if (!name.n || (name.p[0] != '/' && (!dir.n || dir.p[0] != '/')))
		return false;
	if (name.p[0] != '/') {
		pp_buf_add(&path, dir.p, dir.n);
		pp_buf_char(&path, '/');
	}
	pp_buf_add(&path, name.p, name.n);
	return from_file(s, skeleton, path.p);
}

bool pp_dwarf_split_open(struct pp_dwarf_split *s, const struct pp_dwarf_cu *skeleton,
			 const struct pp_dwarf_elf *dwp, bool files, const char *dir)
{
	struct pp_str name = skeleton->dwo_name, beside = {0};

	*s = (struct pp_dwarf_split){0};
	if (dwp && from_package(s, skeleton, dwp))
		return true;
	pp_dwarf_split_release(s);
	if (!files)
		return false;
	if (dir)
		beside = pp_str_of(dir);
	return try_path(s, skeleton, skeleton->comp_dir, name) ||
	       try_path(s, skeleton, beside, name) ||
	       try_path(s, skeleton, beside, pp_str_basename(name));
}

void pp_dwarf_split_release(struct pp_dwarf_split *s)
{
	pp_dwarf_file_release(&s->file);
	pp_dwarf_elf_release(&s->elf);
	s->cu = NULL;
}
