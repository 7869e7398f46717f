/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows have numbers: 0 is the middle, with the function that all is about; its callers are above,
 * from -1 on, and what it calls below, from 1 on. Both are graphs that begin with the middle.
 */
#include <config.h>

#include "tui/view_sandwich.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/parallel.h"
#include "render/fit.h"
#include "tui/app.h"
#include "tui/bars.h"
#include "tui/list.h"

#define TITLE_ROOM 40 /* columns of the name in the title */

enum half { CALLERS, CALLEES, HALVES };

struct sandwich_view {
	struct pp_list list;
	struct pp_bars graphs[HALVES];
	uint32_t middle;	 /* a func; PP_NONE: not yet chosen */
	struct pp_buf name;	 /* its name, to find it in another tree */
	bool stale, stale_funcs; /* there is another tree */
	bool moved;		 /* the selection, by somebody else */
	enum half half;
	uint32_t at;	   /* the selected box, of that half */
	struct pp_box was; /* it, to find it again in another layout */
	long top;	   /* first row that is seen */
	bool follow;	   /* the selection has to be seen */
	bool centre;	   /* the middle has to be in the middle */
	struct pp_rect r;
};

static void scroll(struct pp_tui *t, void *view, long rows);

static void *open_view(struct pp_tui *t PP_UNUSED)
{
	struct sandwich_view *v = pp_xcalloc(1, sizeof(*v));

	v->list = (struct pp_list){.move = scroll, .scroll = scroll};
	v->middle = PP_NONE;
	v->moved = true;
	return v;
}

static void close_view(void *view)
{
	struct sandwich_view *v = view;

	for (int half = 0; half < HALVES; half++)
		pp_bars_release(&v->graphs[half]);
	pp_buf_release(&v->name);
	free(v);
}

/* ---- layout and selection ---- */

static long row_of(const struct sandwich_view *v, enum half half, uint32_t box)
{
	long depth = v->graphs[half].boxes.all[box].depth;

	return half == CALLERS ? -depth : depth;
}

static long first_row(const struct sandwich_view *v)
{
	return 1 - (long)v->graphs[CALLERS].nrows;
}

static long last_row(const struct sandwich_view *v)
{
	return (long)v->graphs[CALLEES].nrows - 1;
}

static void go_to(struct sandwich_view *v, enum half half, uint32_t box)
{
	v->half = half;
	v->at = box;
	v->was = v->graphs[half].boxes.all[box];
	v->follow = true;
}

static void set_middle(const struct pp_model *m, struct sandwich_view *v, uint32_t func)
{
	struct pp_str name = m->flame->funcs[func].name;

	v->middle = func;
	pp_buf_clear(&v->name);
	pp_buf_add(&v->name, name.p, name.n);
	v->stale = v->centre = true;
	v->half = CALLEES;
	v->was = (struct pp_box){.func = func};
}

/* In another tree functions have other numbers; for one that is gone there is all. */
static uint32_t find_name(const struct pp_flame *f, struct pp_str name)
{
	for (uint32_t i = 1; i < f->nfuncs; i++) {
		if (pp_str_eq(f->funcs[i].name, name))
			return i;
	}
	return 0;
}

/* The selected box in a new layout, the middle if it is not there any more. */
static uint32_t find_again(const struct pp_boxes *boxes, const struct pp_box *was)
{
	uint32_t best = 0;

	for (uint32_t i = 0; i < boxes->n; i++) {
		const struct pp_box *b = &boxes->all[i];

		if (b->func != was->func || b->depth != was->depth)
			continue;
		if (b->node == was->node)
			return i;
		best = best ? best : i;
	}
	return best;
}

/* Both halves are laid out at the same time. */
struct layout {
	struct pp_boxes_view view;
	uint32_t middle;
	struct pp_boxes boxes[HALVES];
	struct pp_queue halves;
};

static void lay_out_halves(void *context, unsigned worker PP_UNUSED)
{
	struct layout *l = context;
	uint32_t half;

	while ((half = pp_queue_take(&l->halves)) != UINT32_MAX) {
		if (half == CALLERS)
			pp_boxes_callers(&l->boxes[half], &l->view, l->middle);
		else
			pp_boxes_callees(&l->boxes[half], &l->view, l->middle);
	}
}

static void lay_out(struct pp_model *m, struct sandwich_view *v, int w)
{
	struct layout l = {.view = pp_model_boxes_view(m, w, PP_BARS_LEAST),
			   .middle = v->middle,
			   .halves.count = HALVES};

	l.view.places = pp_model_places(m);
	pp_parallel_run(pp_model_workers(m, HALVES), lay_out_halves, &l);
	for (int half = 0; half < HALVES; half++)
		pp_bars_take(&v->graphs[half], &l.boxes[half]);
	go_to(v, v->half, find_again(&v->graphs[v->half].boxes, &v->was));
	v->r.w = w;
	v->stale = false;
}

/* Take what has changed; before anything that boxes are needed for. */
static void refresh(struct pp_model *m, struct sandwich_view *v, int w)
{
	if (v->stale_funcs && v->middle != PP_NONE)
		v->middle = find_name(m->flame, pp_buf_view(&v->name));
	if (v->middle == PP_NONE || (v->moved && m->func != v->middle))
		set_middle(m, v, m->func == PP_NONE ? 0 : m->func);
	if (v->stale || v->r.w != w)
		lay_out(m, v, w);
	v->stale_funcs = v->moved = false;
}

static void changed(struct pp_tui *t, void *view, unsigned what)
{
	struct sandwich_view *v = view;
	const struct pp_model *m = &t->model;
	bool other = m->func != v->was.func || m->node != v->was.node;

	if (what & PP_CHANGED_TREE) {
		/* it has other numbers, and is what it was */
		v->stale = true;
		v->was.func = m->func;
		v->was.node = m->node;
	} else if (what & PP_CHANGED_SELECTION && other) {
		v->moved = true;
	}
	v->stale_funcs |= (what & PP_CHANGED_FUNCS) != 0;
}

static void select_box(struct pp_tui *t, struct sandwich_view *v, enum half half, uint32_t box)
{
	if (box == PP_NONE)
		return;
	go_to(v, half, box);
	if (v->was.func == PP_NONE)
		pp_tui_say(t, "%u functions, each too narrow to be shown", v->was.count);
	pp_model_select_box(&t->model, &v->was);
}

/* ---- drawing ---- */

static void clamp(struct sandwich_view *v)
{
	long most = last_row(v) + 1 - v->r.h, least = first_row(v);

	if (v->top > most)
		v->top = most;
	if (v->top < least)
		v->top = least;
}

/* What does not fit is left out on the side that has more. */
static void settle(struct sandwich_view *v)
{
	long row = row_of(v, v->half, v->at);

	if (v->centre)
		v->top = -(v->r.h / 2);
	if (v->follow && row < v->top)
		v->top = row;
	if (v->follow && row >= v->top + v->r.h)
		v->top = row - v->r.h + 1;
	v->follow = v->centre = false;
	clamp(v);
}

static void draw(struct pp_tui *t, void *view, struct pp_rect r, bool focused PP_UNUSED)
{
	struct sandwich_view *v = view;

	refresh(&t->model, v, r.w);
	v->r = r;
	v->list.h = r.h;
	settle(v);
	for (int y = 0; y < r.h; y++) {
		long row = v->top + y;
		enum half half = row < 0 ? CALLERS : CALLEES;
		bool is_here = half == v->half || (row == 0 && v->was.depth == 0);

		pp_bars_draw_row(t, &v->graphs[half], (uint32_t)labs(row), r.x, r.y + y, r.w,
				 is_here ? v->at : PP_NONE);
	}
}

static void title(struct pp_tui *t, void *view, struct pp_buf *out)
{
	const struct sandwich_view *v = view;

	pp_buf_str(out, " of ");
	pp_fit_name(t->model.flame->funcs[v->middle].name, TITLE_ROOM, out);
}

/* ---- what one can do ---- */

/* Whether there is something to go about in: nothing has been drawn on a screen too small. */
static bool is_ready(const struct sandwich_view *v)
{
	return !v->stale && v->graphs[CALLEES].boxes.n;
}

static void recentre(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct sandwich_view *v = view;
	uint32_t func = pp_tui_subject(t);

	if (func == PP_NONE)
		return;
	set_middle(&t->model, v, func);
	v->stale_funcs = v->moved = false;
	lay_out(&t->model, v, v->r.w ? v->r.w : t->grid.w);
	select_box(t, v, CALLEES, 0);
}

void pp_view_sandwich_open(struct pp_tui *t)
{
	struct pp_pane_view *v;

	if (pp_tui_subject(t) == PP_NONE)
		return;
	pp_panes_show(t, pp_view_sandwich.name);
	v = pp_panes_focused(t);
	recentre(t, v->data, "");
}

/* A row up (-1) or down on the screen: towards the middle, or away from it. */
static void go_across(struct pp_tui *t, struct sandwich_view *v, int down)
{
	enum half away = down < 0 ? CALLERS : CALLEES;

	if (!is_ready(v))
		return;
	if (v->was.depth == 0)
		select_box(t, v, away, pp_bars_child(&v->graphs[away], 0));
	else if (v->half == away)
		select_box(t, v, away, pp_bars_child(&v->graphs[away], v->at));
	else
		select_box(t, v, v->half, v->graphs[v->half].parent[v->at]);
}

static void go_up(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	go_across(t, view, -1);
}

static void go_down(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	go_across(t, view, 1);
}

/* To a box of the same half that one of pp_bars has found. */
static void go_beside(struct pp_tui *t, struct sandwich_view *v, int step,
		      uint32_t (*find)(const struct pp_bars *g, uint32_t box, int step))
{
	if (is_ready(v))
		select_box(t, v, v->half, find(&v->graphs[v->half], v->at, step));
}

static void go_left(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	go_beside(t, view, -1, pp_bars_beside);
}

static void go_right(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	go_beside(t, view, 1, pp_bars_beside);
}

static void go_first(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	go_beside(t, view, -1, pp_bars_end_sibling);
}

static void go_last(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	go_beside(t, view, 1, pp_bars_end_sibling);
}

static void go_lighter(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct sandwich_view *v = view;

	if (is_ready(v))
		select_box(t, v, v->half, pp_bars_lighter(&v->graphs[v->half], v->at));
}

/* The widest box of a half's last row. */
static void go_edge(struct pp_tui *t, struct sandwich_view *v, enum half half)
{
	const struct pp_bars *g = &v->graphs[half];

	if (is_ready(v))
		select_box(t, v, half, pp_bars_widest(g, g->nrows - 1));
}

static void go_top(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	go_edge(t, view, CALLERS);
}

static void go_bottom(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	go_edge(t, view, CALLEES);
}

static void scroll(struct pp_tui *t PP_UNUSED, void *view, long rows)
{
	struct sandwich_view *v = view;

	v->top += rows;
	clamp(v);
}

static void mouse(struct pp_tui *t, void *view, const struct pp_mouse *m)
{
	struct sandwich_view *v = view;
	long row = v->top + m->y;
	enum half half = row < 0 ? CALLERS : CALLEES;

	if (pp_list_wheel(t, v, m))
		return;
	if (!is_ready(v) || (m->kind != PP_MOUSE_PRESS && m->kind != PP_MOUSE_DOUBLE))
		return;
	select_box(t, v, half, pp_bars_at(&v->graphs[half], m->x + 0.5, (uint32_t)labs(row)));
	if (m->kind == PP_MOUSE_DOUBLE)
		recentre(t, v, "");
}

static const struct pp_action actions[] = {
	{"recenter", "Enter", "put the selected function in the middle", recentre, NULL},
	{"left", "h Left", "function to the left", go_left, NULL},
	{"right", "l Right", "function to the right", go_right, NULL},
	{"up", "k Up", "towards callers", go_up, NULL},
	{"down", "j Down", "towards callees", go_down, NULL},
	{"first-sibling", "^", "first of the siblings", go_first, NULL},
	{"last-sibling", "$", "last of the siblings", go_last, NULL},
	{"heaviest", "W C-w", "next heaviest of the siblings", go_lighter, NULL},
	{"top", "g Home", "furthest of the callers", go_top, NULL},
	{"bottom", "G End", "furthest of the callees", go_bottom, NULL},
	PP_LIST_PAGES("PgDn Space"),
	PP_ACTION_END,
};

const struct pp_tui_view pp_view_sandwich = {
	.name = "sandwich",
	.digit = '4',
	.slot = PP_SLOT_LEFT,
	.actions = actions,
	.open = open_view,
	.close = close_view,
	.title = title,
	.draw = draw,
	.mouse = mouse,
	.changed = changed,
};
