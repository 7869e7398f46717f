/* SPDX-License-Identifier: Apache-2.0 */
/* The headers of line number tables: directories and files. */
#include <config.h>

#include "symbol/dwarf_line.h"

#include <dwarf.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "symbol/dwarf_form.h"

#define MAX_FORMATS 32

struct format {
	uint64_t content;
	unsigned form;
};

static bool add_dir(struct pp_dwarf_lines *l, struct pp_str dir)
{
	if (!pp_dwarf_make(l->cu->file->budget, 1))
		return false;
	l->dirs = pp_grow(l->dirs, &l->dirs_cap, l->ndirs + 1, sizeof(*l->dirs));
	l->dirs[l->ndirs++] = dir;
	return true;
}

static bool add_file(struct pp_dwarf_lines *l, struct pp_dwarf_line_file file)
{
	if (!pp_dwarf_make(l->cu->file->budget, 2))
		return false;
	l->files = pp_grow(l->files, &l->files_cap, l->nfiles + 1, sizeof(*l->files));
	l->files[l->nfiles++] = file;
	return true;
}

static struct pp_dwarf_line_file read_file_4(struct pp_dwarf_cursor *c)
{
	struct pp_dwarf_line_file f = {.name = pp_dwarf_string(c)};

	if (f.name.n) {
		f.dir = pp_dwarf_uleb(c);
		pp_dwarf_uleb(c); /* time */
		pp_dwarf_uleb(c); /* size */
	}
	return f;
}

/* Directory 0 is that of the unit, file 0 nothing. */
static bool read_tables_4(struct pp_dwarf_lines *l, struct pp_dwarf_cursor *c)
{
	struct pp_dwarf_line_file f = {0};
	struct pp_str dir = l->cu->comp_dir;

	do {
		if (!add_dir(l, dir))
			return false;
		dir = pp_dwarf_string(c);
	} while (dir.n);
	do {
		if (!add_file(l, f))
			return false;
		f = read_file_4(c);
	} while (f.name.n);
	return !c->bad;
}

static size_t read_formats(struct pp_dwarf_cursor *c, struct format formats[MAX_FORMATS])
{
	size_t n = pp_dwarf_u8(c);

	for (size_t i = 0; i < n && !c->bad; i++) {
		struct format f = {.content = pp_dwarf_uleb(c)};
		uint64_t form = pp_dwarf_uleb(c);

		if (i == MAX_FORMATS || form > UINT16_MAX || form == DW_FORM_implicit_const ||
		    !pp_dwarf_form_known((unsigned)form)) {
			pp_dwarf_spoil(c);
			return 0;
		}
		f.form = (unsigned)form;
		formats[i] = f;
	}
	return n;
}

static struct pp_dwarf_line_file read_file_5(const struct pp_dwarf_lines *l,
					     struct pp_dwarf_cursor *c,
					     const struct format *formats, size_t n)
{
	struct pp_dwarf_line_file f = {0};

	for (size_t i = 0; i < n; i++) {
		struct pp_dwarf_value v = pp_dwarf_form_read(formats[i].form, 0, l->sizes, c);

		if (formats[i].content == DW_LNCT_path)
			f.name = pp_dwarf_value_string(l->cu, v);
		else if (formats[i].content == DW_LNCT_directory_index)
			f.dir = v.u;
	}
	return f;
}

/* One of the two tables of DWARF 5, which are described alike. */
static bool read_table_5(struct pp_dwarf_lines *l, struct pp_dwarf_cursor *c, bool dirs)
{
	struct format formats[MAX_FORMATS];
	size_t nformats = read_formats(c, formats);
	uint64_t n = pp_dwarf_uleb(c);

	for (uint64_t i = 0; i < n && !c->bad; i++) {
		struct pp_dwarf_line_file f = read_file_5(l, c, formats, nformats);

		if (!pp_dwarf_spend(l->cu->file->budget, 1 + nformats))
			return false;
		if (!(dirs ? add_dir(l, f.name) : add_file(l, f)))
			return false;
	}
	return !c->bad;
}

static bool read_header(struct pp_dwarf_lines *l, struct pp_dwarf_cursor *c)
{
	l->sizes.version = (uint16_t)pp_dwarf_uint(c, 2);
	if (l->sizes.version < 2 || l->sizes.version > 5)
		return false;
	if (l->sizes.version == 5) {
		l->sizes.address = pp_dwarf_u8(c);
		pp_dwarf_u8(c); /* size of segment selectors, which nobody has */
	}

	uint64_t length = pp_dwarf_uint(c, l->sizes.offset);
	if (c->bad || length > pp_dwarf_left(c))
		return false;
	l->program = (struct pp_dwarf_cursor){.p = c->p + length, .end = c->end};
	c->end = c->p + length;
	l->min_length = pp_dwarf_u8(c);
	l->max_ops = l->sizes.version >= 4 ? pp_dwarf_u8(c) : 1;
	pp_dwarf_u8(c); /* whether rows are statements at first */
	l->line_base = (int8_t)pp_dwarf_u8(c);
	l->line_range = pp_dwarf_u8(c);
	l->opcode_base = pp_dwarf_u8(c);
	for (unsigned i = 1; i < l->opcode_base; i++)
		l->operands[i] = pp_dwarf_u8(c);
	return !c->bad && l->line_range && l->opcode_base;
}

bool pp_dwarf_lines_open(struct pp_dwarf_lines *l, const struct pp_dwarf_cu *cu)
{
	*l = (struct pp_dwarf_lines){.cu = cu, .sizes = cu->sizes};
	if (!cu->stmt_list.form)
		return false;

	struct pp_dwarf_cursor c =
		pp_dwarf_cursor_at(cu->file->sections[PP_DWARF_LINE], cu->stmt_list.u);
	pp_dwarf_unit_length(&c, &l->sizes.offset);
	if (c.bad || !read_header(l, &c))
		return false;
	if (l->sizes.version < 5)
		return read_tables_4(l, &c);
	return read_table_5(l, &c, true) && read_table_5(l, &c, false);
}

void pp_dwarf_lines_release(struct pp_dwarf_lines *l)
{
	free(l->dirs);
	free(l->files);
	*l = (struct pp_dwarf_lines){0};
}

static void add_part(struct pp_buf *out, struct pp_str part)
{
	if (!part.n)
		return;
	if (part.p[0] == '/')
		pp_buf_clear(out);
	else if (out->n && out->p[out->n - 1] != '/')
		pp_buf_char(out, '/');
	pp_buf_add(out, part.p, part.n);
}

void pp_dwarf_lines_path(const struct pp_dwarf_lines *l, uint64_t file, struct pp_buf *out)
{
	pp_buf_clear(out);
	if (file >= l->nfiles || !l->files[file].name.n)
		return;
	add_part(out, l->cu->comp_dir);
	if (l->files[file].dir < l->ndirs)
		add_part(out, l->dirs[l->files[file].dir]);
	add_part(out, l->files[file].name);
}
