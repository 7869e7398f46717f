/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/view_tree.h"

#include <limits.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "tui/app.h"
#include "tui/list.h"
#include "tui/unfold.h"

#define INDENT	  2  /* columns per call, */
#define NARROW	  40 /* or 1, where there are fewer than this for names */
#define NAME_ROOM 20 /* columns that are left for the name of what is selected, or half of them */
#define WIDE	  60 /* columns from which on quantities are shown */
#define QUANTITY  11

#define OPEN_MARK   0x25be
#define CLOSED_MARK 0x25b8
#define LEFT_MARK   0x25c2 /* it begins further to the left */

struct tree_view {
	struct pp_list list;
	struct pp_unfold unfold;
	bool fresh;		 /* nothing has been opened yet */
	bool stale, stale_funcs; /* there is another tree */
	bool zoomed, selected;	 /* somebody else has */
	uint32_t at;		 /* the selected node; PP_NONE */
	uint32_t root, top;	 /* the first row of all, and of those that are drawn */
	bool follow;		 /* the selection has to be seen */
	int indent;		 /* columns per call */
	int names_x, shift;	 /* columns: where names begin, how far they are to the left */
};

static void move(struct pp_tui *t, void *view, long rows);
static void scroll(struct pp_tui *t, void *view, long rows);

static void *open_view(struct pp_tui *t PP_UNUSED)
{
	struct tree_view *v = pp_xcalloc(1, sizeof(*v));

	v->list = (struct pp_list){.move = move, .scroll = scroll};
	v->fresh = v->stale = v->stale_funcs = true;
	v->at = PP_NONE;
	return v;
}

static void close_view(void *view)
{
	struct tree_view *v = view;

	pp_unfold_release(&v->unfold);
	free(v);
}

/* ---- what is open ---- */

/* Whether there are lines for what it calls. */
static bool is_unfolded(const struct tree_view *v, uint32_t node)
{
	return pp_unfold_is_open(&v->unfold, node) && !pp_unfold_is_leaf(&v->unfold, node);
}

static bool is_inside(const struct pp_flame *f, uint32_t root, uint32_t node)
{
	return root <= node && node < f->end[root];
}

/* The heaviest of those that a node calls. */
static uint32_t heaviest(const struct pp_model *m, uint32_t node)
{
	const struct pp_flame *f = m->flame;
	uint32_t best = node + 1;

	for (uint32_t c = node + 1; c < f->end[node]; c = f->end[c])
		best = m->extents[c] > m->extents[best] ? c : best;
	return best;
}

/* Down to where the time divides. */
static void open_hottest(const struct pp_model *m, struct tree_view *v)
{
	uint32_t node = 0;

	while (!pp_unfold_is_leaf(&v->unfold, node)) {
		uint32_t next = heaviest(m, node);

		if (m->extents[next] * 2 < m->extents[node])
			break;
		node = next;
	}
	pp_unfold_reveal(&v->unfold, node);
	pp_unfold_set(&v->unfold, node, true);
	v->fresh = false;
}

static void find_selected(const struct pp_model *m, struct tree_view *v)
{
	v->at = m->node;
	if (v->at == PP_NONE && m->func != PP_NONE)
		v->at = pp_model_widest(m, m->func);
	if (v->at != PP_NONE)
		pp_unfold_reveal(&v->unfold, v->at);
	v->follow = true;
}

static void set_root(const struct pp_model *m, struct tree_view *v)
{
	v->root = m->zooms.node;
	pp_unfold_set(&v->unfold, v->root, true);
	v->follow = true;
}

/* Take what has changed; before anything that nodes are needed for. */
static void refresh(const struct pp_model *m, struct tree_view *v)
{
	if (v->stale) {
		pp_unfold_take(&v->unfold, m->flame, v->stale_funcs);
		v->top = 0;
		v->zoomed = v->selected = true;
	}
	if (v->fresh)
		open_hottest(m, v);
	if (v->zoomed)
		set_root(m, v);
	if (v->selected)
		find_selected(m, v);
	v->stale = v->stale_funcs = v->zoomed = v->selected = false;
}

static void changed(struct pp_tui *t, void *view, unsigned what)
{
	struct tree_view *v = view;

	v->stale |= (what & PP_CHANGED_TREE) != 0;
	v->stale_funcs |= (what & PP_CHANGED_FUNCS) != 0;
	v->zoomed |= (what & PP_CHANGED_ZOOM) != 0;
	v->selected |= what & PP_CHANGED_SELECTION && v->at != t->model.node;
}

/* Open or close, without losing the selection in what is closed. */
static void open_node(struct pp_tui *t, struct tree_view *v, uint32_t node, bool open)
{
	if (pp_unfold_is_leaf(&v->unfold, node))
		return;
	pp_unfold_set(&v->unfold, node, open);
	if (!open && v->at != PP_NONE && v->at != node && is_inside(t->model.flame, node, v->at)) {
		v->at = node;
		pp_model_select(&t->model, node);
	}
	v->follow = true;
}

/* ---- drawing ---- */

/* The node so many rows further, or the last one there is. */
static uint32_t walk(const struct tree_view *v, uint32_t node, long rows)
{
	int step = rows < 0 ? -1 : 1;

	for (; rows; rows -= step) {
		uint32_t next = pp_unfold_step(&v->unfold, v->root, node, step);

		if (next == PP_NONE)
			break;
		node = next;
	}
	return node;
}

/* Rows from `top` on, up to h. */
static int count_rows(const struct tree_view *v, int h)
{
	uint32_t node = v->top;
	int n = 0;

	while (n < h && node != PP_NONE) {
		node = pp_unfold_step(&v->unfold, v->root, node, 1);
		n++;
	}
	return n;
}

/* Keep the selection, and as many rows as there is room for, in sight. */
static void settle(const struct pp_model *m, struct tree_view *v, int h)
{
	bool in_tree = v->at != PP_NONE && is_inside(m->flame, v->root, v->at);

	if (!is_inside(m->flame, v->root, v->top))
		v->top = v->root;
	v->top = pp_unfold_seen(&v->unfold, v->root, v->top);
	if (v->follow && in_tree) {
		uint32_t at = pp_unfold_seen(&v->unfold, v->root, v->at);
		uint32_t least = walk(v, at, 1 - h);

		if (at < v->top)
			v->top = at;
		else if (v->top < least)
			v->top = least;
	}
	v->follow = false;
	v->top = walk(v, v->top, count_rows(v, h) - h);
}

/* Columns in front of a row's mark; below 0 if it is too far to the left to be seen. */
static long indent_of(const struct pp_model *m, const struct tree_view *v, uint32_t node)
{
	const uint32_t *depth = m->flame->depth;

	return (long)(depth[node] - depth[v->root]) * v->indent - v->shift;
}

/* How far names are moved to the left, so that the selected one can be read. */
static int shift_for(const struct pp_model *m, struct tree_view *v, int w)
{
	long indent;

	v->shift = 0;
	if (v->at == PP_NONE || !is_inside(m->flame, v->root, v->at))
		return 0;
	indent = indent_of(m, v, v->at) - (w > 2 * NAME_ROOM ? w - NAME_ROOM : w / 2);
	return indent > 0 ? (int)(indent + v->indent - 1) / v->indent * v->indent : 0;
}

static void draw_headings(struct pp_tui *t, struct pp_rect r, int value_w)
{
	const struct pp_style s = PP_STYLE(PP_ROLE_HEADER);
	static const char *const plain[] = {"total", "self"};
	static const char *const diff[] = {"before", "after", "change"};
	const char *const *titles = t->model.is_diff ? diff : plain;
	int n = t->model.is_diff ? 3 : 2, x = r.x;

	pp_grid_fill(&t->grid, (struct pp_rect){r.x, r.y, r.w, 1}, ' ', &s);
	for (int i = 0; i < n; i++, x += value_w)
		pp_grid_right(&t->grid, x, r.y, value_w - 1, pp_str_of(titles[i]), &s);
	pp_grid_text(&t->grid, x + 1, r.y, r.x + r.w - x - 1, PP_STR_LIT("call tree"), &s);
}

static void draw_values(struct pp_tui *t, const struct pp_box *b, int x, int y, int value_w,
			const struct pp_style *s)
{
	const struct pp_model *m = &t->model;
	const int64_t plain[2] = {b->total[1], b->self[1]};

	if (m->is_diff) {
		const int64_t *values = m->diff.by_self ? b->self : b->total;
		struct pp_flame_delta d = pp_model_delta(m, b);

		pp_list_share_before(t, x, y, values[0], s);
		pp_list_share(t, x + value_w, y, values[1], b->node, s);
		pp_list_points(t, x + 2 * value_w, y, &d, s);
		return;
	}
	for (int i = 0; i < 2; i++, x += value_w) {
		char quantity[PP_QTY_MAX];

		pp_list_share(t, x + value_w - PP_LIST_SHARE, y, plain[i], b->node, s);
		if (value_w > PP_LIST_SHARE)
			pp_grid_right(&t->grid, x, y, QUANTITY,
				      pp_str_of(pp_model_quantity(m, plain[i], quantity)), s);
	}
}

/* The call tree from column names_x on. */
static void draw_call(struct pp_tui *t, const struct tree_view *v, uint32_t node, struct pp_rect r,
		      const struct pp_style *s)
{
	const struct pp_flame *f = t->model.flame;
	long indent = indent_of(&t->model, v, node);
	int x = r.x + v->names_x + (int)(indent < 0 ? 0 : indent);

	if (indent < 0)
		pp_grid_put(&t->grid, x, r.y, LEFT_MARK, s);
	else if (x < r.x + r.w && !pp_unfold_is_leaf(&v->unfold, node))
		pp_grid_put(&t->grid, x, r.y,
			    pp_unfold_is_open(&v->unfold, node) ? OPEN_MARK : CLOSED_MARK, s);
	pp_list_name(t, x + INDENT, r.y, r.x + r.w - x - INDENT, f->func[node], s);
}

static void draw(struct pp_tui *t, void *view, struct pp_rect r, bool focused PP_UNUSED)
{
	struct tree_view *v = view;
	const struct pp_model *m = &t->model;
	int value_w = PP_LIST_SHARE + (!m->is_diff && r.w >= WIDE ? QUANTITY : 0);
	uint32_t node;

	refresh(m, v);
	v->list.h = r.h > 1 ? r.h - 1 : 0;
	v->names_x = value_w * (m->is_diff ? 3 : 2) + 1;
	v->indent = r.w - v->names_x < NARROW ? 1 : INDENT;
	v->shift = shift_for(m, v, r.w - v->names_x);
	settle(m, v, v->list.h);
	draw_headings(t, r, value_w);
	node = v->top;
	for (int i = 0; i < v->list.h && node != PP_NONE; i++) {
		struct pp_rect row = {r.x, r.y + 1 + i, r.w, 1};
		const struct pp_style s = pp_list_row(t, row, node == v->at);
		struct pp_box b = pp_model_box(m, node);

		draw_values(t, &b, row.x, row.y, value_w, &s);
		draw_call(t, v, node, row, &s);
		node = pp_unfold_step(&v->unfold, v->root, node, 1);
	}
}

/* ---- what one can do ---- */

static void select_node(struct pp_tui *t, struct tree_view *v, uint32_t node)
{
	v->at = node;
	v->follow = true;
	pp_model_select(&t->model, node);
}

/* The selected node, or the first row if that is elsewhere. */
static uint32_t here(struct pp_tui *t, struct tree_view *v)
{
	refresh(&t->model, v);
	if (v->at == PP_NONE || !is_inside(t->model.flame, v->root, v->at))
		return v->root;
	return pp_unfold_seen(&v->unfold, v->root, v->at);
}

static void move(struct pp_tui *t, void *view, long rows)
{
	struct tree_view *v = view;
	uint32_t node = here(t, v);

	/* to the ends: not row by row */
	if (rows == -LONG_MAX)
		node = v->root;
	else if (rows == LONG_MAX)
		node = pp_unfold_last(&v->unfold, v->root);
	else
		node = walk(v, node, rows);
	select_node(t, v, node);
}

static void scroll(struct pp_tui *t, void *view, long rows)
{
	struct tree_view *v = view;

	refresh(&t->model, v);
	v->top = walk(v, v->top, rows);
}

static void zoom_in(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	uint32_t node = here(t, view);

	pp_zoom_into(&t->model, node);
	select_node(t, view, node);
}

static void expand(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct tree_view *v = view;
	const struct pp_flame *f = t->model.flame;
	uint32_t node = here(t, v);

	if (!pp_unfold_is_open(&v->unfold, node)) {
		open_node(t, v, node, true);
		return;
	}
	for (uint32_t c = node + 1; c < f->end[node]; c = f->end[c])
		open_node(t, v, c, true);
}

static void go_to_caller(struct pp_tui *t, struct tree_view *v, uint32_t node)
{
	if (node > v->root)
		select_node(t, v, t->model.flame->parent[node]);
}

static void collapse(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct tree_view *v = view;
	uint32_t node = here(t, v);

	if (is_unfolded(v, node))
		open_node(t, v, node, false);
	else
		go_to_caller(t, v, node);
}

static void enter(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct tree_view *v = view;
	uint32_t node = here(t, v);

	if (is_unfolded(v, node))
		select_node(t, v, node + 1);
	else
		open_node(t, v, node, true);
}

static void toggle(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct tree_view *v = view;
	uint32_t node = here(t, v);

	open_node(t, v, node, !pp_unfold_is_open(&v->unfold, node));
}

static void expand_all(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct tree_view *v = view;

	refresh(&t->model, v);
	pp_unfold_set_all(&v->unfold, true);
	v->follow = true;
}

static void collapse_all(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct tree_view *v = view;

	refresh(&t->model, v);
	pp_unfold_set_all(&v->unfold, false);
	pp_unfold_reveal(&v->unfold, v->root);
	pp_unfold_set(&v->unfold, v->root, true);
	select_node(t, v, here(t, v));
}

static void mouse(struct pp_tui *t, void *view, const struct pp_mouse *m)
{
	struct tree_view *v = view;
	uint32_t node;

	refresh(&t->model, v);
	if (pp_list_wheel(t, v, m))
		return;
	if ((m->kind != PP_MOUSE_PRESS && m->kind != PP_MOUSE_DOUBLE) || m->y < 1 ||
	    count_rows(v, m->y) < m->y)
		return;
	node = walk(v, v->top, m->y - 1);
	select_node(t, v, node);
	if (m->kind == PP_MOUSE_DOUBLE)
		zoom_in(t, v, "");
	else if (m->x == v->names_x + indent_of(&t->model, v, node))
		toggle(t, v, "");
}

static const struct pp_action actions[] = {
	{"zoom-in", "Enter", "zoom into it", zoom_in, NULL},
	{"up", "k Up", "line above", pp_list_up, NULL},
	{"down", "j Down", "line below", pp_list_down, NULL},
	{"collapse", "- h Left", "close it, or go to its caller", collapse, NULL},
	{"enter", "l Right", "open it, or go to what it calls", enter, NULL},
	{"expand", "+", "open it, then what it calls", expand, NULL},
	{"toggle", "Space", "open or close it", toggle, NULL},
	{"expand-all", "E", "open all", expand_all, NULL},
	{"collapse-all", "_", "close all", collapse_all, NULL},
	{"top", "g Home", "first line", pp_list_top, NULL},
	{"bottom", "G End", "last line", pp_list_bottom, NULL},
	PP_LIST_PAGES("PgDn"),
	PP_ACTION_END,
};

const struct pp_tui_view pp_view_tree = {
	.name = "tree",
	.digit = '3',
	.slot = PP_SLOT_RIGHT,
	.actions = actions,
	.open = open_view,
	.close = close_view,
	.draw = draw,
	.mouse = mouse,
	.changed = changed,
};
