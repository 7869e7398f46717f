/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/code.h"

#include <inttypes.h>
#include <string.h>

#include "render/header.h"
#include "tui/app.h"
#include "tui/list.h"

#define TAB 8

void pp_code_release(struct pp_code *c)
{
	pp_buf_release(&c->pattern);
}

void pp_code_untab(struct pp_str line, struct pp_buf *out)
{
	size_t column = 0;

	pp_buf_clear(out);
	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] != '\t') {
			pp_buf_char(out, line.p[i]);
			column += ((unsigned char)line.p[i] & 0xc0) != 0x80;
			continue;
		}
		do
			pp_buf_char(out, ' ');
		while (++column % TAB);
	}
}

/* The symbol of a function may have its parameters behind it. */
static void make_pattern(struct pp_code *c, struct pp_str name)
{
	pp_buf_clear(&c->pattern);
	pp_search_quote(name, "", &c->pattern);
	c->pattern.n--;
	pp_buf_str(&c->pattern, "(\\(|$)");
}

/* Of several of that name, the one that costs most. */
static const struct pp_assembly_routine *find(struct pp_tui *t, struct pp_code *c, bool before)
{
	const struct pp_tui_services *with = &t->options->services;
	const struct pp_assembly_routine *all, *dearest = NULL;
	uint32_t n = 0;

	all = with->code(with->context, before, c->pattern.p, t->model.in.measure.type, &n,
			 &c->why);
	for (uint32_t i = 0; all && i < n; i++) {
		if (!dearest || all[i].cum > dearest->cum)
			dearest = &all[i];
	}
	return dearest;
}

static void ask(struct pp_tui *t, struct pp_code *c, uint32_t func)
{
	c->asked = true;
	c->func = func;
	c->of = c->sides[0] = c->sides[1] = NULL;
	c->why = (struct pp_err)PP_ERR_INIT;
	if (!t->options->services.code) {
		pp_err_set(&c->why, PP_ERR_UNSUPPORTED, "there are no instructions here");
		return;
	}
	make_pattern(c, t->model.flame->funcs[func].name);
	if (t->model.is_diff)
		c->sides[0] = find(t, c, true);
	c->sides[1] = find(t, c, false);
	c->of = c->sides[1] ? c->sides[1] : c->sides[0];
	if (!c->of && strstr(c->why.hint, "--binary-path"))
		pp_err_set(&c->why, PP_ERR_NOT_FOUND, "its program is not here (--binary-path)");
}

/* The first instruction of a line, or the hottest of all. */
static uint32_t row_of(const struct pp_assembly_routine *of, int64_t line)
{
	uint32_t hottest = 0;

	for (uint32_t i = 0; i < of->nrows; i++) {
		if (line > 0 && of->rows[i].line == (uint64_t)line)
			return i;
		if (of->rows[i].flat > of->rows[hottest].flat)
			hottest = i;
	}
	return hottest;
}

/* The cost of an instruction on a side, which may have had another program. */
static int64_t cost_of(const struct pp_code *c, int side, uint64_t address)
{
	const struct pp_assembly_routine *r = c->sides[side];

	if (!r || !pp_str_eq(r->binary, c->of->binary))
		return 0;
	for (uint32_t i = 0; i < r->nrows; i++) {
		if (r->rows[i].address == address)
			return r->rows[i].flat;
	}
	return 0;
}

/* Of one side, or of both. Returns how many columns that are. */
static int draw_costs(struct pp_tui *t, const struct pp_code *c, uint64_t address, int x, int y,
		      const struct pp_style *s)
{
	int begin = x;

	for (int side = t->model.is_diff ? 0 : 1; side < 2; side++) {
		int64_t cost = cost_of(c, side, address);
		char percent[PP_PERCENT_MAX];

		if (cost)
			pp_grid_right(
				&t->grid, x, y, PP_LIST_SHARE,
				pp_str_of(pp_header_percent(percent, cost, t->model.total[side])),
				s);
		x += PP_LIST_SHARE + 1;
	}
	return x - begin;
}

static void draw_row(struct pp_tui *t, const struct pp_code *c, const struct pp_assembly_row *row,
		     int64_t line, struct pp_rect r)
{
	bool marked = line > 0 && row->line == (uint64_t)line;
	const struct pp_style s = PP_STYLE(marked     ? PP_ROLE_MATCH
					   : row->cum ? PP_ROLE_TEXT
						      : PP_ROLE_DIM);
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	int x = r.x, end = r.x + r.w;

	x += draw_costs(t, c, row->address, x, r.y, &s);
	x += pp_grid_fmt(&t->grid, x, r.y, end - x, &s, "%8" PRIx64 "  ", row->address);
	pp_code_untab(row->text, &text);
	pp_grid_text(&t->grid, x, r.y, end - x, pp_buf_view(&text), &s);
}

void pp_code_draw(struct pp_tui *t, struct pp_code *c, uint32_t func, int64_t line,
		  struct pp_rect r)
{
	const struct pp_style bad = PP_STYLE(PP_ROLE_ERROR);
	uint32_t top, page = r.h > 0 ? (uint32_t)r.h : 1;

	if (!c->asked || c->func != func)
		ask(t, c, func);
	if (!c->of) {
		pp_grid_text(&t->grid, r.x + 1, r.y, r.w - 1, pp_str_of(c->why.msg), &bad);
		return;
	}
	top = row_of(c->of, line);
	top = top > page / 3 ? top - page / 3 : 0;
	if (c->of->nrows <= page)
		top = 0;
	else if (top > c->of->nrows - page)
		top = c->of->nrows - page;
	for (uint32_t i = 0; i < page && top + i < c->of->nrows; i++)
		draw_row(t, c, &c->of->rows[top + i], line,
			 (struct pp_rect){r.x, r.y + (int)i, r.w, 1});
}
