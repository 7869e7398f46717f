/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/view_flame.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "tui/app.h"
#include "tui/bars.h"
#include "tui/list.h"

struct flame_view {
	struct pp_list list;
	struct pp_bars graph;
	bool stale;
	uint32_t at;	   /* the selected box */
	struct pp_box was; /* it, to find it again in another layout */
	long top;	   /* first row that is seen */
	bool follow;	   /* the selection has to be seen */
	struct pp_rect r;  /* of the boxes */
};

static void scroll_by(struct pp_tui *t, void *view, long rows);

static void *open_view(struct pp_tui *t PP_UNUSED)
{
	struct flame_view *v = pp_xcalloc(1, sizeof(*v));

	v->list = (struct pp_list){.move = scroll_by, .scroll = scroll_by};
	v->stale = true;
	v->at = PP_NONE;
	return v;
}

static void close_view(void *view)
{
	struct flame_view *v = view;

	pp_bars_release(&v->graph);
	free(v);
}

/* ---- layout and selection ---- */

/* The box zoomed into: the first that is not above it. */
static uint32_t root_box(const struct pp_bars *g)
{
	for (uint32_t i = 0; i < g->boxes.n; i++) {
		if (!g->boxes.all[i].above)
			return i;
	}
	return 0;
}

/* The box of what the model has selected, or of what it is in. */
static uint32_t find_node(const struct pp_model *m, const struct pp_bars *g)
{
	uint32_t node = m->node, box = PP_NONE;

	while (node != PP_NONE && box == PP_NONE) {
		box = pp_bars_box_of(g, node, PP_NONE);
		node = m->flame->parent[node];
	}
	return box;
}

/* The widest box of a function. */
static uint32_t find_func(const struct pp_bars *g, uint32_t func)
{
	uint32_t best = PP_NONE;

	for (uint32_t i = 0; func != PP_NONE && i < g->boxes.n; i++) {
		if (g->boxes.all[i].func == func &&
		    (best == PP_NONE || g->boxes.all[i].w > g->boxes.all[best].w))
			best = i;
	}
	return best;
}

static bool is_same(const struct pp_box *a, const struct pp_box *b)
{
	return a->func == b->func && a->node == b->node && a->depth == b->depth &&
	       a->func != PP_NONE;
}

/* After a new layout, or a change of the selection by somebody else. */
static void find_selected(struct pp_tui *t, struct flame_view *v)
{
	const struct pp_model *m = &t->model;
	const struct pp_bars *g = &v->graph;
	uint32_t box = PP_NONE;

	if (v->was.func == m->func && v->was.node == m->node) {
		for (uint32_t i = 0; box == PP_NONE && i < g->boxes.n; i++)
			box = is_same(&g->boxes.all[i], &v->was) ? i : PP_NONE;
	}
	if (box == PP_NONE && !m->inverted)
		box = find_node(m, g);
	if (box == PP_NONE)
		box = find_func(g, m->func);
	v->at = box == PP_NONE ? root_box(g) : box;
	v->was = g->boxes.all[v->at];
	v->follow = true;
}

static void lay_out(struct pp_tui *t, struct flame_view *v, int w)
{
	struct pp_boxes_view view = pp_model_boxes_view(&t->model, w, PP_BARS_LEAST);
	const struct pp_place *p = pp_zoom_place(&t->model);
	struct pp_boxes boxes;

	if (p->inverted)
		pp_boxes_inverted(&boxes, &view, p->path, p->n);
	else
		pp_boxes_tree(&boxes, &view, t->model.zooms.node);
	pp_bars_take(&v->graph, &boxes);
	v->stale = false;
	find_selected(t, v);
}

static void changed(struct pp_tui *t, void *view, unsigned what)
{
	struct flame_view *v = view;

	if (what & (PP_CHANGED_TREE | PP_CHANGED_ZOOM))
		v->stale = true;
	else if (what & PP_CHANGED_SELECTION && !v->stale && v->graph.boxes.n)
		find_selected(t, v);
}

/* Select a box here, and what it is of everywhere. */
static void select_box(struct pp_tui *t, struct flame_view *v, uint32_t box)
{
	/* stale: of a tree that is gone, and not drawn since as there is no room */
	if (v->stale || box == PP_NONE || box >= v->graph.boxes.n)
		return;
	v->at = box;
	v->was = v->graph.boxes.all[box];
	v->follow = true;
	if (v->was.func == PP_NONE)
		pp_tui_say(t, "%u frames, each too narrow to be shown; zoom in to see them",
			   v->was.count);
	pp_model_select_box(&t->model, &v->was);
}

/* ---- drawing ---- */

static long rows_seen(const struct flame_view *v)
{
	return v->r.h > 0 ? v->r.h : 1;
}

static void scroll(struct flame_view *v)
{
	long row = v->graph.boxes.all[v->at].depth, last = (long)v->graph.nrows - rows_seen(v);

	if (v->follow && row < v->top)
		v->top = row;
	if (v->follow && row >= v->top + rows_seen(v))
		v->top = row - rows_seen(v) + 1;
	v->follow = false;
	if (v->top > last)
		v->top = last;
	if (v->top < 0)
		v->top = 0;
}

static int row_to_y(const struct pp_tui *t, const struct flame_view *v, long row)
{
	int y = (int)(row - v->top);

	return t->model.upwards ? v->r.h - 1 - y : y;
}

/* Where the zoom is in the whole width, 0..1. */
static void zoom_range(const struct pp_model *m, double *from, double *to)
{
	const struct pp_flame *f = m->flame;
	double x = 0, whole = m->extents[0];
	uint32_t node = m->zooms.node;

	*to = whole > 0 ? m->extents[node] / whole : 1;
	for (; node; node = f->parent[node]) {
		for (uint32_t c = f->parent[node] + 1; c < node; c = f->end[c])
			x += m->extents[c];
	}
	*from = whole > 0 ? x / whole : 0;
	*to += *from;
}

static bool is_marked(const struct pp_search *s, int x, int w)
{
	int from = x * PP_SEARCH_MARKS / w, to = (x + 1) * PP_SEARCH_MARKS / w;

	for (int i = from; i < (to > from ? to : from + 1); i++) {
		if (s->marks[i / 8] >> i % 8 & 1)
			return true;
	}
	return false;
}

/* A line of the whole width: where the zoom is, and where the search has found something. */
static void draw_overview(struct pp_tui *t, int x, int y, int w)
{
	const struct pp_style dim = PP_STYLE(PP_ROLE_DIM), match = PP_STYLE(PP_ROLE_MATCH);
	const struct pp_style in = PP_STYLE(PP_ROLE_TITLE);
	double from, to;

	zoom_range(&t->model, &from, &to);
	for (int i = 0; i < w; i++) {
		bool inside = i + 1 > from * w && i < to * w;

		if (is_marked(&t->model.search, i, w))
			pp_grid_put(&t->grid, x + i, y, 0x25b4, &match);
		else
			pp_grid_put(&t->grid, x + i, y, inside ? 0x2500 : 0xb7,
				    inside ? &in : &dim);
	}
}

static void draw(struct pp_tui *t, void *view, struct pp_rect r, bool focused PP_UNUSED)
{
	struct flame_view *v = view;
	bool overview =
		r.h > 4 && !t->model.inverted && (t->model.search.text || t->model.zooms.node);

	if (v->stale || v->r.w != r.w)
		lay_out(t, v, r.w);
	v->r = r;
	v->r.h -= overview;
	v->list.h = v->r.h;
	t->model.graph_width = r.w;
	scroll(v);
	for (long row = v->top; row < v->top + v->r.h; row++)
		pp_bars_draw_row(t, &v->graph, (uint32_t)row, r.x, r.y + row_to_y(t, v, row), r.w,
				 v->at);
	if (overview)
		draw_overview(t, r.x, r.y + r.h - 1, r.w);
}

static void title(struct pp_tui *t, void *view PP_UNUSED, struct pp_buf *out)
{
	if (t->model.inverted)
		pp_buf_str(out, " bottom-up");
}

/* ---- what one can do ---- */

static void zoom_groups(struct pp_tui *t, const struct flame_view *v)
{
	const struct pp_bars *g = &v->graph;
	uint32_t n = v->was.depth;
	uint32_t *path = pp_xcalloc((size_t)n + 1, sizeof(*path));

	for (uint32_t box = v->at, i = n; i > 0; box = g->parent[box])
		path[--i] = g->boxes.all[box].func;
	pp_zoom_into_groups(&t->model, path, n);
	free(path);
}

static void zoom_in(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct flame_view *v = view;

	if (v->stale)
		return;
	if (v->was.func == PP_NONE) {
		/* what is too thin here can be seen below what it stands on */
		select_box(t, v, v->graph.parent[v->at]);
	}
	if (t->model.inverted)
		zoom_groups(t, v);
	else
		pp_zoom_into(&t->model, v->was.node);
}

static void go_left(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct flame_view *v = view;

	select_box(t, v, pp_bars_beside(&v->graph, v->at, -1));
}

static void go_right(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct flame_view *v = view;

	select_box(t, v, pp_bars_beside(&v->graph, v->at, 1));
}

/* A row up or down on the screen. */
static void go_across(struct pp_tui *t, struct flame_view *v, int down)
{
	bool to_child = t->model.upwards ? down < 0 : down > 0;

	select_box(t, v, to_child ? pp_bars_child(&v->graph, v->at) : v->graph.parent[v->at]);
}

static void go_up(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	go_across(t, view, -1);
}

static void go_down(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	go_across(t, view, 1);
}

static void go_first(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct flame_view *v = view;

	select_box(t, v, pp_bars_end_sibling(&v->graph, v->at, -1));
}

static void go_last(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct flame_view *v = view;

	select_box(t, v, pp_bars_end_sibling(&v->graph, v->at, 1));
}

static void go_lighter(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct flame_view *v = view;

	select_box(t, v, pp_bars_lighter(&v->graph, v->at));
}

/* The widest box of a row that is at the top or the bottom of the graph. */
static void go_edge(struct pp_tui *t, struct flame_view *v, bool top)
{
	bool root = top != t->model.upwards;

	select_box(t, v, pp_bars_widest(&v->graph, root ? 0 : v->graph.nrows - 1));
}

static void go_top(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	go_edge(t, view, true);
}

static void go_bottom(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	go_edge(t, view, false);
}

static void scroll_by(struct pp_tui *t, void *view, long rows)
{
	struct flame_view *v = view;

	v->top += t->model.upwards ? -rows : rows;
	if (v->top < 0)
		v->top = 0;
}

static void mouse(struct pp_tui *t, void *view, const struct pp_mouse *m)
{
	struct flame_view *v = view;
	long row = v->top + (t->model.upwards ? v->r.h - 1 - m->y : m->y);

	if (pp_list_wheel(t, v, m))
		return;
	if ((m->kind != PP_MOUSE_PRESS && m->kind != PP_MOUSE_DOUBLE) || row < 0 || m->y >= v->r.h)
		return;
	select_box(t, v, pp_bars_at(&v->graph, m->x + 0.5, (uint32_t)row));
	if (m->kind == PP_MOUSE_DOUBLE)
		zoom_in(t, v, "");
}

static const struct pp_action actions[] = {
	{"zoom-in", "Enter", "zoom into the selected frame", zoom_in, NULL},
	{"left", "h Left", "frame to the left", go_left, NULL},
	{"right", "l Right", "frame to the right", go_right, NULL},
	{"up", "k Up", "frame above", go_up, NULL},
	{"down", "j Down", "frame below", go_down, NULL},
	{"first-sibling", "^", "first of the siblings", go_first, NULL},
	{"last-sibling", "$", "last of the siblings", go_last, NULL},
	{"heaviest", "W C-w", "next heaviest of the siblings", go_lighter, NULL},
	{"top", "g Home", "top of the graph", go_top, NULL},
	{"bottom", "G End", "bottom of the graph", go_bottom, NULL},
	PP_LIST_PAGES("PgDn Space"),
	PP_ACTION_END,
};

const struct pp_tui_view pp_view_flame = {
	.name = "flame",
	.digit = '1',
	.slot = PP_SLOT_LEFT,
	.opens = true,
	.actions = actions,
	.open = open_view,
	.close = close_view,
	.title = title,
	.draw = draw,
	.mouse = mouse,
	.changed = changed,
};
