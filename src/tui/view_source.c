/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/view_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/lines.h"
#include "base/alloc.h"
#include "base/text.h"
#include "io/editor.h"
#include "render/header.h"
#include "tui/app.h"
#include "tui/code.h"
#include "tui/list.h"

#define WIDE 90 /* columns from which on there is room for instructions, too */

/* What a line costs, before and after; only the latter without a comparison. */
struct cost {
	int64_t line;
	int64_t self[2], total[2];
};

struct source_view {
	struct pp_list list;
	bool counted;			   /* `lines` are of the tree as it is */
	const struct pp_lines *lines[2];   /* NULL: there are none */
	const struct pp_lines_routine *of; /* what is shown of them; NULL: nothing */
	struct cost *costs;		   /* of its lines, by line */
	size_t ncosts;
	const struct pp_text *text; /* its file; NULL: only lines with costs are known */
	struct pp_err why;	    /* something is not there */
	uint32_t func;		    /* that `of` was looked up for */
	size_t at, top;		    /* rows, from 0: selected, first seen */
	struct pp_code code;
};

static void move(struct pp_tui *t, void *view, long rows);

static void *open_view(struct pp_tui *t PP_UNUSED)
{
	struct source_view *v = pp_xcalloc(1, sizeof(*v));

	v->list = (struct pp_list){.move = move, .scroll = move};
	v->func = PP_NONE;
	return v;
}

static void close_view(void *view)
{
	struct source_view *v = view;

	pp_code_release(&v->code);
	free(v->costs);
	free(v);
}

/* ---- what is shown ---- */

/* Rows are the lines of the file, or only those that cost something. */
static size_t row_count(const struct source_view *v)
{
	if (!v->of)
		return 0;
	return v->text ? v->text->nlines : v->ncosts;
}

static int64_t line_of(const struct source_view *v, size_t row)
{
	return v->text ? (int64_t)row + 1 : v->costs[row].line;
}

/* What a line costs; NULL: nothing. */
static const struct cost *cost_of(const struct source_view *v, size_t row)
{
	int64_t line = line_of(v, row);
	size_t from = 0, to = v->ncosts;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (v->costs[middle].line < line)
			from = middle + 1;
		else
			to = middle;
	}
	return from < v->ncosts && v->costs[from].line == line ? &v->costs[from] : NULL;
}

static size_t row_of_line(const struct source_view *v, int64_t line)
{
	size_t n = row_count(v);

	if (!v->text || line < 1)
		return 0;
	return (size_t)line <= n ? (size_t)line - 1 : n ? n - 1 : 0;
}

/* The lines of a function: those in its own file, if others have its name. */
static const struct pp_lines_routine *find(const struct pp_lines *lines,
					   const struct pp_flame_func *f)
{
	const struct pp_lines_routine *found = NULL;

	for (uint32_t i = 0; lines && i < lines->n; i++) {
		const struct pp_lines_routine *r = &lines->routines[i];

		if (!pp_str_eq(r->name, f->name))
			continue;
		if (pp_str_eq(r->source, f->file))
			return r;
		if (!found)
			found = r;
	}
	return found;
}

static int64_t next_line(const struct pp_lines_routine *r, uint32_t i)
{
	return r && i < r->nrows ? r->rows[i].line : INT64_MAX;
}

/* Both sides' lines as one, in their order. A side that does not have the function is NULL. */
static void join(struct source_view *v, const struct pp_lines_routine *const sides[2])
{
	uint32_t at[2] = {0, 0};
	size_t most = 1;

	for (int side = 0; side < 2; side++)
		most += sides[side] ? sides[side]->nrows : 0;
	free(v->costs);
	v->costs = pp_xcalloc(most, sizeof(*v->costs));
	v->ncosts = 0;
	for (;;) {
		int64_t lines[2] = {next_line(sides[0], at[0]), next_line(sides[1], at[1])};
		struct cost c = {.line = lines[0] < lines[1] ? lines[0] : lines[1]};

		if (c.line == INT64_MAX)
			return;
		for (int side = 0; side < 2; side++) {
			const struct pp_lines_routine *r = sides[side];

			if (!r || lines[side] != c.line)
				continue;
			c.self[side] = r->rows[at[side]].flat;
			c.total[side] = r->rows[at[side]++].cum;
		}
		v->costs[v->ncosts++] = c;
	}
}

/* A line costs more itself, or if both cost nothing, with what it calls. */
static bool is_hotter(const struct cost *a, const struct cost *b)
{
	return a->self[1] != b->self[1] ? a->self[1] > b->self[1] : a->total[1] > b->total[1];
}

static void go_hottest(struct source_view *v)
{
	const struct cost *hottest = NULL;

	v->at = v->top = 0;
	for (size_t i = 0; i < v->ncosts; i++) {
		if (hottest && !is_hotter(&v->costs[i], hottest))
			continue;
		hottest = &v->costs[i];
		v->at = v->text ? row_of_line(v, hottest->line) : i;
	}
	if (v->text)
		v->top = row_of_line(v, v->of->first);
}

static void count(struct pp_tui *t, struct source_view *v)
{
	const struct pp_tui_services *with = &t->options->services;

	v->why = (struct pp_err)PP_ERR_INIT;
	v->counted = true;
	v->func = PP_NONE;
	v->of = NULL;
	v->lines[0] = v->lines[1] = NULL;
	if (!with->lines) {
		pp_err_set(&v->why, PP_ERR_UNSUPPORTED, "there is no source here");
		return;
	}
	for (int side = t->model.is_diff ? 0 : 1; side < 2; side++) {
		v->lines[side] =
			with->lines(with->context, side == 0, t->model.in.measure.type, &v->why);
		if (!v->lines[side])
			return;
	}
}

/* Look up what the selection asks for. */
static void follow(struct pp_tui *t, struct source_view *v)
{
	const struct pp_tui_services *with = &t->options->services;
	const struct pp_lines_routine *sides[2];
	uint32_t func = t->model.func;

	if (!v->counted)
		count(t, v);
	if (!v->lines[1] || func == v->func)
		return;
	v->func = func;
	v->of = NULL;
	v->text = NULL;
	v->why = (struct pp_err)PP_ERR_INIT;
	if (func == PP_NONE || func == 0) {
		pp_err_set(&v->why, PP_ERR_NOT_FOUND, "no function is selected");
		return;
	}
	for (int side = 0; side < 2; side++)
		sides[side] = find(v->lines[side], &t->model.flame->funcs[func]);
	v->of = sides[1] ? sides[1] : sides[0];
	if (!v->of) {
		pp_err_set(&v->why, PP_ERR_NOT_FOUND, "the profile knows no lines of it");
		return;
	}
	join(v, sides);
	if (v->of->file.n == 0)
		pp_err_set(&v->why, PP_ERR_NOT_FOUND,
			   "the profile does not say where its source is");
	else
		v->text = with->source(with->context, v->of, &v->why);
	go_hottest(v);
}

/* ---- drawing ---- */

/* Of all that the filters leave, as `list` has it. */
static void draw_share(struct pp_tui *t, const struct source_view *v, int side, int64_t value,
		       int x, int y, const struct pp_style *s)
{
	char percent[PP_PERCENT_MAX];
	const char *text = ".";

	if (value)
		text = pp_header_percent(percent, value, pp_total_value(&v->lines[side]->total));
	pp_grid_right(&t->grid, x, y, PP_LIST_SHARE, pp_str_of(text), s);
}

static void draw_change(struct pp_tui *t, const int64_t values[2], int x, int y,
			const struct pp_style *s)
{
	struct pp_flame_delta d = {0};

	if (values[0] || values[1])
		d = pp_flame_diff_of(&t->model.diff, PP_NONE, values[0], values[1]);
	pp_list_points(t, x, y, &d, s);
}

/* What a line costs: self and total, or in a comparison one of them before and after. Returns how
 * many columns that are. */
static int draw_cost(struct pp_tui *t, const struct source_view *v, const struct cost *c, int x,
		     int y, const struct pp_style *s)
{
	const int64_t *values = t->model.diff.by_self ? c->self : c->total;
	const int step = PP_LIST_SHARE + 1;

	if (!t->model.is_diff) {
		draw_share(t, v, 1, c->self[1], x, y, s);
		draw_share(t, v, 1, c->total[1], x + step, y, s);
		return 2 * step;
	}
	for (int side = 0; side < 2; side++)
		draw_share(t, v, side, values[side], x + side * step, y, s);
	draw_change(t, values, x + 2 * step, y, s);
	return 3 * step;
}

static void draw_headings(struct pp_tui *t, int x, int y, int w)
{
	const struct pp_style head = PP_STYLE(PP_ROLE_HEADER);
	bool by_self = t->model.diff.by_self;

	pp_grid_fill(&t->grid, (struct pp_rect){x, y, w, 1}, ' ', &head);
	if (t->model.is_diff)
		pp_grid_fmt(&t->grid, x, y, w, &head, "%*s %*s %*s   line, by %s", PP_LIST_SHARE,
			    "before", PP_LIST_SHARE, "after", PP_LIST_SHARE, "change",
			    by_self ? "self" : "total");
	else
		pp_grid_fmt(&t->grid, x, y, w, &head, "%*s %*s   line", PP_LIST_SHARE, "self",
			    PP_LIST_SHARE, "total");
}

static void draw_row(struct pp_tui *t, struct source_view *v, size_t row, struct pp_rect r, bool at,
		     struct pp_buf *scratch)
{
	static const struct cost nothing = {0};
	const struct cost *cost = cost_of(v, row);
	struct pp_style s = PP_STYLE(cost ? PP_ROLE_TEXT : PP_ROLE_DIM);
	int x = r.x, end = r.x + r.w;

	if (at) {
		s = PP_STYLE(PP_ROLE_SELECTED);
		pp_grid_fill(&t->grid, r, ' ', &s);
	}
	x += draw_cost(t, v, cost ? cost : &nothing, x, r.y, &s);
	x += pp_grid_fmt(&t->grid, x, r.y, end - x, &s, "%6lld  ", (long long)line_of(v, row));
	if (!v->text)
		return;
	pp_code_untab(pp_text_line(v->text, row + 1), scratch);
	pp_grid_text(&t->grid, x, r.y, end - x, pp_buf_view(scratch), &s);
}

/* What is selected is seen. */
static void scroll(struct source_view *v)
{
	size_t page = v->list.h > 0 ? (size_t)v->list.h : 1, n = row_count(v);

	if (n && v->at >= n)
		v->at = n - 1;
	if (v->at < v->top)
		v->top = v->at;
	if (v->at >= v->top + page)
		v->top = v->at - page + 1;
}

/* The instructions, at the right if there is room for both. Returns what is left. */
static struct pp_rect draw_code(struct pp_tui *t, struct source_view *v, struct pp_rect r)
{
	const struct pp_style border = PP_STYLE(PP_ROLE_BORDER);
	int64_t line = v->of && v->at < row_count(v) ? line_of(v, v->at) : 0;
	int w = r.w >= WIDE ? r.w / 2 : r.w;

	if (t->model.func == PP_NONE || t->model.func == 0)
		return r;
	pp_code_draw(t, &v->code, t->model.func, line,
		     (struct pp_rect){r.x + r.w - w, r.y, w, r.h});
	r.w -= w;
	if (r.w)
		pp_grid_vline(&t->grid, r.x + --r.w, r.y, r.h, &border);
	return r;
}

static void draw(struct pp_tui *t, void *view, struct pp_rect r, bool focused)
{
	const struct pp_style bad = PP_STYLE(PP_ROLE_ERROR);
	PP_CLEANUP(pp_buf_release) struct pp_buf scratch = PP_BUF_INIT;
	struct source_view *v = view;
	int y = r.y;

	follow(t, v);
	if (v->code.shown)
		r = draw_code(t, v, r);
	if (r.w <= 0)
		return;
	if (v->of)
		draw_headings(t, r.x, y++, r.w);
	if (v->why.kind != PP_ERR_NONE)
		pp_grid_text(&t->grid, r.x + 1, y++, r.w - 1, pp_str_of(v->why.msg), &bad);
	v->list.h = r.y + r.h - y;
	scroll(v);
	for (size_t row = v->top; y < r.y + r.h && row < row_count(v); row++, y++)
		draw_row(t, v, row, (struct pp_rect){r.x, y, r.w, 1}, focused && row == v->at,
			 &scratch);
}

static void title(struct pp_tui *t, void *view, struct pp_buf *out)
{
	struct source_view *v = view;

	follow(t, v);
	if (!v->of)
		return;
	pp_buf_str(out, " ");
	pp_buf_add(out, v->of->name.p, v->of->name.n);
	if (v->of->file.n) {
		pp_buf_str(out, "  ");
		pp_buf_add(out, v->of->file.p, v->of->file.n);
	}
}

static void changed(struct pp_tui *t PP_UNUSED, void *view, unsigned what)
{
	struct source_view *v = view;

	if (what & (PP_CHANGED_TREE | PP_CHANGED_FUNCS)) {
		v->counted = false;
		v->of = NULL;
		v->text = NULL;
		v->code.asked = false;
	}
}

/* ---- going about ---- */

static void move(struct pp_tui *t PP_UNUSED, void *view, long rows)
{
	struct source_view *v = view;
	size_t n = row_count(v);

	if (!n)
		return;
	if (rows < 0)
		v->at = v->at < (size_t)-rows ? 0 : v->at - (size_t)-rows;
	else
		v->at = n - 1 - v->at < (size_t)rows ? n - 1 : v->at + (size_t)rows;
}

/* To the line that costs most of those that cost less than this one, or the hottest of all. */
static void next_hot(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct source_view *v = view;
	const struct cost *now, *next = NULL;

	if (!v->of) {
		pp_tui_say(t, "no line costs anything");
		return;
	}
	now = cost_of(v, v->at);
	for (size_t i = 0; i < v->ncosts; i++) {
		const struct cost *row = &v->costs[i];
		bool is_less = now && (is_hotter(now, row) || (!is_hotter(row, now) && row > now));

		if (is_less && (!next || is_hotter(row, next)))
			next = row;
	}
	if (next)
		v->at = v->text ? row_of_line(v, next->line) : (size_t)(next - v->costs);
	else
		go_hottest(v);
}

static void edit(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	const struct pp_tui_services *with = &t->options->services;
	const char *visual = getenv("VISUAL"), *editor = getenv("EDITOR"), *path = NULL;
	struct source_view *v = view;
	struct pp_err err = PP_ERR_INIT;

	follow(t, v);
	if (v->text && with->where)
		path = with->where(with->context, v->text);
	if (!path) {
		pp_tui_say(t, "there is no source to edit");
		return;
	}
	t->screen->lend(t->screen->data, true);
	if (pp_editor_run(visual && *visual   ? visual
			  : editor && *editor ? editor
					      : "vi",
			  path, line_of(v, v->at), &err))
		pp_tui_fail(t, "%s", err.msg);
	t->screen->lend(t->screen->data, false);
	t->screen->redraw(t->screen->data);
}

void pp_source_edit(struct pp_tui *t)
{
	pp_panes_show(t, pp_view_source.name);
	edit(t, pp_panes_focused(t)->data, "");
}

static void instructions(struct pp_tui *t PP_UNUSED, void *view, const char *arg PP_UNUSED)
{
	struct source_view *v = view;

	v->code.shown = !v->code.shown;
}

static void mouse(struct pp_tui *t, void *view, const struct pp_mouse *m)
{
	struct source_view *v = view;
	int head = (v->of != NULL) + (v->why.kind != PP_ERR_NONE);

	if (pp_list_wheel(t, v, m))
		return;
	if ((m->kind == PP_MOUSE_PRESS || m->kind == PP_MOUSE_DOUBLE) && m->y >= head &&
	    v->top + (size_t)(m->y - head) < row_count(v))
		v->at = v->top + (size_t)(m->y - head);
}

static const struct pp_action actions[] = {
	{"up", "k Up", "line above", pp_list_up, NULL},
	{"down", "j Down", "line below", pp_list_down, NULL},
	{"top", "g Home", "first line", pp_list_top, NULL},
	{"bottom", "G End", "last line", pp_list_bottom, NULL},
	PP_LIST_PAGES("PgDn Space"),
	{"hottest", "H", "line that costs most, then the next", next_hot, NULL},
	{"instructions", "A", "instructions of the function, and back", instructions, NULL},
	PP_ACTION_END,
};

const struct pp_tui_view pp_view_source = {
	.name = "source",
	.digit = '5',
	.slot = PP_SLOT_BOTTOM,
	.actions = actions,
	.open = open_view,
	.close = close_view,
	.title = title,
	.draw = draw,
	.mouse = mouse,
	.changed = changed,
};
