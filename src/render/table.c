/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "render/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cells.h"
#include "io/json.h"

struct pp_table_cell {
	int64_t number;
	size_t text, ntext; /* spans of `texts` */
	size_t shown, nshown;
	size_t width; /* of what is shown */
};

void pp_table_init(struct pp_table *t, const struct pp_table_column *columns, size_t n)
{
	*t = (struct pp_table){.columns = columns, .ncolumns = n};
}

void pp_table_release(struct pp_table *t)
{
	pp_buf_release(&t->cells);
	pp_buf_release(&t->texts);
}

static size_t keep(struct pp_table *t, struct pp_str s)
{
	size_t at = t->texts.n;

	pp_buf_add(&t->texts, s.p, s.n);
	return at;
}

static bool is_plain(struct pp_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < ' ' || s.p[i] > '~')
			return false;
	}
	return true;
}

/* What people see is made safe here, so that widths are those of what is printed. Nearly all of it
 * is as it is. */
static void keep_shown(struct pp_table *t, struct pp_table_cell *cell, struct pp_str s)
{
	struct pp_out safe;

	if (is_plain(s)) {
		cell->shown = keep(t, s);
		cell->nshown = cell->width = s.n;
		return;
	}
	pp_out_init_mem(&safe);
	pp_out_safe(&safe, s);
	cell->shown = keep(t, pp_buf_view(&safe.buf));
	cell->nshown = safe.buf.n;
	cell->width = pp_cells(pp_buf_view(&safe.buf));
	pp_buf_release(&safe.buf);
}

void pp_table_text(struct pp_table *t, struct pp_str text, const char *shown)
{
	struct pp_table_cell cell = {.text = keep(t, text), .ntext = text.n};

	if (!shown && is_plain(text)) {
		cell.shown = cell.text;
		cell.nshown = cell.width = text.n;
	} else {
		keep_shown(t, &cell, shown ? pp_str_of(shown) : text);
	}
	pp_buf_add(&t->cells, &cell, sizeof(cell));
}

void pp_table_number(struct pp_table *t, int64_t number, const char *shown)
{
	struct pp_table_cell cell = {.number = number};
	char digits[24];

	if (!shown)
		snprintf(digits, sizeof(digits), "%lld", (long long)number);
	keep_shown(t, &cell, pp_str_of(shown ? shown : digits));
	pp_buf_add(&t->cells, &cell, sizeof(cell));
}

static size_t count(const struct pp_table *t)
{
	return t->cells.n / sizeof(struct pp_table_cell);
}

static const struct pp_table_cell *get(const struct pp_table *t, size_t i)
{
	return (const struct pp_table_cell *)(const void *)t->cells.p + i;
}

static struct pp_str text_of(const struct pp_table *t, const struct pp_table_cell *c)
{
	return (struct pp_str){t->texts.p + c->text, c->ntext};
}

static struct pp_str shown_of(const struct pp_table *t, const struct pp_table_cell *c)
{
	return (struct pp_str){t->texts.p + c->shown, c->nshown};
}

static void fill(struct pp_out *out, size_t n)
{
	static const char blanks[] = "                                ";

	for (size_t part; n; n -= part) {
		part = n < sizeof(blanks) - 1 ? n : sizeof(blanks) - 1;
		pp_out_bytes(out, blanks, part);
	}
}

/* The last column is not filled up. */
static void print_cell(const struct pp_table *t, size_t column, struct pp_str s, size_t cells,
		       size_t width, struct pp_out *out)
{
	size_t more = cells < width ? width - cells : 0;

	if (column)
		pp_out_bytes(out, "  ", 2);
	if (t->columns[column].number)
		fill(out, more);
	pp_out_str(out, s);
	if (!t->columns[column].number && column + 1 < t->ncolumns)
		fill(out, more);
	if (column + 1 == t->ncolumns)
		pp_out_char(out, '\n');
}

static void print_heading(const struct pp_table *t, size_t column, size_t width, struct pp_out *out)
{
	PP_CLEANUP(pp_freep) char *capitals = pp_xstrdup(t->columns[column].name);

	for (char *p = capitals; *p; p++) {
		if (*p >= 'a' && *p <= 'z')
			*p = (char)(*p - 'a' + 'A');
		else if (*p == '_')
			*p = ' ';
	}
	print_cell(t, column, pp_str_of(capitals), strlen(capitals), width, out);
}

/* The column of the cell behind one of this column. */
static size_t next(const struct pp_table *t, size_t column)
{
	return column + 1 < t->ncolumns ? column + 1 : 0;
}

void pp_table_print(const struct pp_table *t, struct pp_out *out)
{
	PP_CLEANUP(pp_freep) size_t *width = pp_xcalloc(t->ncolumns, sizeof(*width));
	size_t n = count(t), column = 0;

	for (size_t i = 0; i < t->ncolumns; i++)
		width[i] = strlen(t->columns[i].name);
	for (size_t i = 0; i < n; i++) {
		size_t cells = get(t, i)->width;

		if (cells > width[column])
			width[column] = cells;
		column = next(t, column);
	}
	for (size_t i = 0; i < t->ncolumns; i++)
		print_heading(t, i, width[i], out);
	for (size_t i = 0; i < n; i++) {
		const struct pp_table_cell *c = get(t, i);

		print_cell(t, column, shown_of(t, c), c->width, width[column], out);
		column = next(t, column);
	}
}

void pp_table_csv(const struct pp_table *t, struct pp_out *out)
{
	size_t n = count(t), column = 0;

	for (size_t i = 0; i < t->ncolumns; i++)
		pp_out_fmt(out, "%s%s", t->columns[i].name, i + 1 < t->ncolumns ? "," : "\n");
	for (size_t i = 0; i < n; i++) {
		const struct pp_table_cell *c = get(t, i);

		if (t->columns[column].number)
			pp_out_fmt(out, "%lld", (long long)c->number);
		else
			pp_out_csv(out, text_of(t, c));
		column = next(t, column);
		pp_out_char(out, column ? ',' : '\n');
	}
}

void pp_table_json(const struct pp_table *t, struct pp_out *out)
{
	size_t n = count(t);
	struct pp_json j;

	pp_json_init(&j, out);
	pp_json_open(&j, '[');
	for (size_t i = 0; i < n; i++) {
		const struct pp_table_cell *c = get(t, i);
		size_t column = i % t->ncolumns;

		if (column == 0)
			pp_json_open(&j, '{');
		if (t->columns[column].number)
			pp_json_pair_int(&j, t->columns[column].name, c->number);
		else
			pp_json_pair_str(&j, t->columns[column].name, text_of(t, c));
		if (column + 1 == t->ncolumns)
			pp_json_close(&j, '}');
	}
	pp_json_close(&j, ']');
}

void pp_table_write(const struct pp_table *t, int format, struct pp_out *out)
{
	switch ((enum pp_table_format)format) {
	case PP_TABLE_JSON:
		pp_table_json(t, out);
		break;
	case PP_TABLE_CSV:
		pp_table_csv(t, out);
		break;
	case PP_TABLE_TEXT:
		if (t->cells.n)
			pp_table_print(t, out);
		break;
	}
}
