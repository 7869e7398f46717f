/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/view_table.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "tui/app.h"
#include "tui/list.h"

#define QUANTITY 11 /* columns of "1234.56MB" and a blank */
#define WIDE	 60 /* columns from which on quantities stand before shares */
#define WIDE_TWO 90 /* from which on a comparison has both self and total */
#define NOWHERE	 SIZE_MAX

#define UP_MARK	  0x25b4
#define DOWN_MARK 0x25be

enum figure { AFTER, BEFORE, CHANGE, NAME };

struct column {
	const char *title;
	enum figure figure;
	bool of_self;
};

#define COLUMNS_MAX 7

/* Those that are shown, from left to right. */
struct columns {
	struct column all[COLUMNS_MAX];
	int w[COLUMNS_MAX];
	int n;
	bool quantities;
};

struct table_view {
	struct pp_list list;
	uint32_t *rows; /* funcs, as they are sorted */
	size_t n;
	struct columns columns;
	struct column by; /* which is sorted by */
	bool backwards;
	bool is_diff; /* `by` is for a comparison */
	bool found_only;
	bool stale, unsorted;
	size_t at; /* the selected row; NOWHERE */
	size_t top;
	bool follow; /* the selection has to be seen */
};

static void move(struct pp_tui *t, void *view, long rows);

static void scroll(struct pp_tui *t PP_UNUSED, void *view, long rows)
{
	struct table_view *v = view;

	v->top = rows < 0 && v->top < (size_t)-rows ? 0 : v->top + (size_t)rows;
}

/* The order that one begins with: by what matters most. */
static void sort_as_usual(const struct pp_model *m, struct table_view *v)
{
	v->is_diff = m->is_diff;
	v->backwards = false;
	v->by = (struct column){.figure = AFTER, .of_self = true};
	if (m->is_diff)
		v->by = (struct column){.figure = CHANGE, .of_self = m->diff.by_self};
}

static void *open_view(struct pp_tui *t)
{
	struct table_view *v = pp_xcalloc(1, sizeof(*v));

	v->list = (struct pp_list){.move = move, .scroll = scroll};
	sort_as_usual(&t->model, v);
	v->stale = true;
	v->at = NOWHERE;
	return v;
}

static void close_view(void *view)
{
	struct table_view *v = view;

	free(v->rows);
	free(v);
}

/* ---- what is in it ---- */

static struct pp_flame_delta delta_of(const struct pp_model *m, const struct pp_box *b,
				      bool of_self)
{
	const int64_t *values = of_self ? b->self : b->total;

	return pp_flame_diff_of(&m->diff, PP_NONE, values[0], values[1]);
}

struct key {
	double value;
	uint32_t func;
};

static double value_of(const struct pp_model *m, const struct table_view *v, uint32_t func)
{
	struct pp_box b = pp_model_func_box(m, func);
	const int64_t *values = v->by.of_self ? b.self : b.total;

	switch (v->by.figure) {
	case BEFORE:
		return (double)values[0];
	case AFTER:
		return (double)values[1];
	case CHANGE:
		return delta_of(m, &b, v->by.of_self).points;
	default:
		/* functions are numbered in the order of their names */
		return -(double)func;
	}
}

static int compare(const void *x, const void *y)
{
	const struct key *a = x, *b = y;

	if (a->value > b->value || a->value < b->value)
		return a->value > b->value ? -1 : 1;
	return a->func < b->func ? -1 : a->func > b->func;
}

static bool is_shown(const struct pp_model *m, const struct table_view *v, uint32_t func)
{
	struct pp_box b = pp_model_func_box(m, func);

	if (v->found_only && m->search.text && !pp_search_has(&m->search, func))
		return false;
	return b.total[0] || b.total[1] || b.self[0] || b.self[1];
}

static void find_selected(const struct pp_model *m, struct table_view *v)
{
	v->at = NOWHERE;
	for (size_t i = 0; i < v->n && v->at == NOWHERE; i++) {
		if (v->rows[i] == m->func)
			v->at = i;
	}
	v->follow = true;
}

static void sort(const struct pp_model *m, struct table_view *v)
{
	struct key *keys = pp_xcalloc(m->flame->nfuncs, sizeof(*keys));

	v->n = 0;
	for (uint32_t func = 1; func < m->flame->nfuncs; func++) {
		if (is_shown(m, v, func))
			keys[v->n++] = (struct key){value_of(m, v, func), func};
	}
	if (v->n > 1)
		qsort(keys, v->n, sizeof(*keys), compare);
	free(v->rows);
	v->rows = pp_xcalloc(v->n + 1, sizeof(*v->rows));
	for (size_t i = 0; i < v->n; i++)
		v->rows[v->backwards ? v->n - 1 - i : i] = keys[i].func;
	free(keys);
	v->unsorted = false;
	find_selected(m, v);
}

/* After a change of the tree, or of what is measured. */
static void renew(struct pp_model *m, struct table_view *v)
{
	/* the archive may show a comparison after a profile, and a profile after that */
	if (v->is_diff != m->is_diff)
		sort_as_usual(m, v);
	v->stale = false;
	sort(m, v);
	/* a function that was selected here sums up to something else now */
	if (m->node == PP_NONE && m->func != PP_NONE)
		m->picked = pp_model_func_box(m, m->func);
}

/* Take what has changed; before anything that rows are needed for. */
static void refresh(struct pp_tui *t, struct table_view *v)
{
	if (v->stale)
		renew(&t->model, v);
	if (v->unsorted)
		sort(&t->model, v);
}

static void changed(struct pp_tui *t, void *view, unsigned what)
{
	struct table_view *v = view;

	if (what & PP_CHANGED_TREE)
		v->stale = true;
	if (what & PP_CHANGED_SEARCH && v->found_only)
		v->unsorted = true;
	if (what & PP_CHANGED_SELECTION && !v->stale &&
	    (v->at == NOWHERE || v->rows[v->at] != t->model.func))
		find_selected(&t->model, v);
}

/* ---- drawing ---- */

static void add_column(struct columns *c, const char *title, enum figure figure, bool of_self,
		       int w)
{
	c->w[c->n] = w;
	c->all[c->n++] = (struct column){title, figure, of_self};
}

static struct columns columns_for(const struct pp_model *m, int w)
{
	struct columns c = {.quantities = !m->is_diff && w >= WIDE};
	int value_w = PP_LIST_SHARE + (c.quantities ? QUANTITY : 0);
	bool by_self = m->diff.by_self, both = w >= WIDE_TWO;
	const int wide = 13;

	if (!m->is_diff) {
		add_column(&c, "self", AFTER, true, value_w);
		add_column(&c, "total", AFTER, false, value_w);
	} else if (both) {
		add_column(&c, "self before", BEFORE, true, wide);
		add_column(&c, "self after", AFTER, true, wide);
		add_column(&c, "change", CHANGE, true, PP_LIST_SHARE);
		add_column(&c, "total before", BEFORE, false, wide);
		add_column(&c, "total after", AFTER, false, wide);
		add_column(&c, "change", CHANGE, false, PP_LIST_SHARE);
	} else {
		add_column(&c, "before", BEFORE, by_self, PP_LIST_SHARE);
		add_column(&c, "after", AFTER, by_self, PP_LIST_SHARE);
		add_column(&c, "change", CHANGE, by_self, PP_LIST_SHARE);
	}
	add_column(&c, "function", NAME, false, 0);
	for (int i = 0; i < c.n - 1; i++)
		w -= c.w[i];
	c.w[c.n - 1] = w > 0 ? w : 0;
	return c;
}

static bool is_sorted_by(const struct table_view *v, int column)
{
	const struct column *c = &v->columns.all[column];

	return c->figure == v->by.figure && (c->figure == NAME || c->of_self == v->by.of_self);
}

/* Headings end where their figures do, with the mark of the order behind. */
static void draw_headings(struct pp_tui *t, const struct table_view *v, struct pp_rect r)
{
	const struct pp_style s = PP_STYLE(PP_ROLE_HEADER);
	int x = r.x;

	pp_grid_fill(&t->grid, (struct pp_rect){r.x, r.y, r.w, 1}, ' ', &s);
	for (int i = 0; i < v->columns.n; x += v->columns.w[i++]) {
		struct pp_str title = pp_str_of(v->columns.all[i].title);
		bool is_name = v->columns.all[i].figure == NAME;
		int w = v->columns.w[i];
		int end = is_name ? x + 2 + (int)title.n : x + w - 1;

		if (is_name)
			pp_grid_text(&t->grid, x + 1, r.y, w - 1, title, &s);
		else
			pp_grid_right(&t->grid, x, r.y, w - 1, title, &s);
		/* the name of functions begins with what is least: A */
		if (is_sorted_by(v, i) && end < r.x + r.w)
			pp_grid_put(&t->grid, end - is_name, r.y,
				    v->backwards != is_name ? UP_MARK : DOWN_MARK, &s);
	}
}

static void draw_value(struct pp_tui *t, const struct table_view *v, int column, int x, int y,
		       const struct pp_box *b, const struct pp_style *s)
{
	const struct column *c = &v->columns.all[column];
	const int64_t *values = c->of_self ? b->self : b->total;
	int share_x = x + v->columns.w[column] - PP_LIST_SHARE;
	char quantity[PP_QTY_MAX];
	struct pp_flame_delta d;

	switch (c->figure) {
	case CHANGE:
		d = delta_of(&t->model, b, c->of_self);
		pp_list_points(t, share_x, y, &d, s);
		break;
	case BEFORE:
		pp_list_share_before(t, share_x, y, values[0], s);
		break;
	case AFTER:
		pp_list_share(t, share_x, y, values[1], PP_NONE, s);
		if (v->columns.quantities)
			pp_grid_right(&t->grid, x, y, QUANTITY,
				      pp_str_of(pp_model_quantity(&t->model, values[1], quantity)),
				      s);
		break;
	default:
		pp_list_name(t, x + 1, y, v->columns.w[column] - 1, b->func, s);
		break;
	}
}

static void draw_row(struct pp_tui *t, const struct table_view *v, size_t row, struct pp_rect r)
{
	const struct pp_style s = pp_list_row(t, r, row == v->at);
	struct pp_box b = pp_model_func_box(&t->model, v->rows[row]);
	int x = r.x;

	for (int i = 0; i < v->columns.n; x += v->columns.w[i++])
		draw_value(t, v, i, x, r.y, &b, &s);
}

/* Keep the selection, and as many rows as there is room for, in sight. */
static void settle(struct table_view *v, size_t h)
{
	if (v->follow && v->at != NOWHERE) {
		if (v->at < v->top)
			v->top = v->at;
		if (v->at >= v->top + h)
			v->top = v->at - h + 1;
	}
	v->follow = false;
	if (v->top + h > v->n)
		v->top = v->n > h ? v->n - h : 0;
}

static void draw(struct pp_tui *t, void *view, struct pp_rect r, bool focused PP_UNUSED)
{
	struct table_view *v = view;

	refresh(t, v);
	v->columns = columns_for(&t->model, r.w);
	v->list.h = r.h > 1 ? r.h - 1 : 0;
	settle(v, (size_t)v->list.h);
	draw_headings(t, v, r);
	for (int i = 0; i < v->list.h && v->top + (size_t)i < v->n; i++)
		draw_row(t, v, v->top + (size_t)i, (struct pp_rect){r.x, r.y + 1 + i, r.w, 1});
}

static void title(struct pp_tui *t, void *view, struct pp_buf *out)
{
	const struct table_view *v = view;

	if (v->found_only && t->model.search.text)
		pp_buf_fmt(out, " %zu found", v->n);
	else
		pp_buf_fmt(out, " %zu %s", v->n, v->n == 1 ? "function" : "functions");
}

/* ---- what one can do ---- */

static void select_row(struct pp_tui *t, struct table_view *v, size_t row)
{
	struct pp_box b = pp_model_func_box(&t->model, v->rows[row]);

	v->at = row;
	v->follow = true;
	pp_model_select_box(&t->model, &b);
}

static void move(struct pp_tui *t, void *view, long rows)
{
	struct table_view *v = view;
	size_t from, to;

	refresh(t, v);
	if (v->n == 0)
		return;
	from = v->at == NOWHERE ? v->top : v->at;
	if (rows < 0)
		to = from < (size_t)-rows ? 0 : from - (size_t)-rows;
	else if (v->at == NOWHERE && rows == 1)
		to = from;
	else
		to = v->n - 1 - from < (size_t)rows ? v->n - 1 : from + (size_t)rows;
	select_row(t, v, to);
}

/* Where the function costs most. */
static void zoom_in(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	struct pp_model *m = &t->model;
	uint32_t func = pp_tui_subject(t), node;

	if (func == PP_NONE)
		return;
	if (m->inverted) {
		pp_zoom_into_groups(m, &func, 1);
		return;
	}
	node = m->node == PP_NONE ? pp_model_widest(m, func) : m->node;
	if (node == PP_NONE)
		return;
	pp_zoom_into(m, node);
	pp_model_select(m, node);
}

/* What is sorted by already is turned round. */
static void sort_by(struct table_view *v, int column)
{
	v->backwards = is_sorted_by(v, column) && !v->backwards;
	v->by = v->columns.all[column];
	v->unsorted = true;
}

static void sort_step(struct table_view *v, int step)
{
	int now = 0;

	for (int i = 0; i < v->columns.n; i++) {
		if (is_sorted_by(v, i))
			now = i;
	}
	now += step;
	if (now >= 0 && now < v->columns.n)
		sort_by(v, now);
}

static void sort_left(struct pp_tui *t PP_UNUSED, void *view, const char *arg PP_UNUSED)
{
	sort_step(view, -1);
}

static void sort_right(struct pp_tui *t PP_UNUSED, void *view, const char *arg PP_UNUSED)
{
	sort_step(view, 1);
}

static void reverse(struct pp_tui *t PP_UNUSED, void *view, const char *arg PP_UNUSED)
{
	struct table_view *v = view;

	v->backwards = !v->backwards;
	v->unsorted = true;
}

static void found_only(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct table_view *v = view;

	v->found_only = !v->found_only;
	v->unsorted = true;
	if (v->found_only && !t->model.search.text)
		pp_tui_say(t, "what you search for (/) will be all that is listed");
	else
		pp_tui_say(t, v->found_only ? "only what was found" : "all functions");
}

static void click_heading(struct table_view *v, int x)
{
	int column = 0;

	while (column < v->columns.n - 1 && x >= v->columns.w[column])
		x -= v->columns.w[column++];
	sort_by(v, column);
}

static void mouse(struct pp_tui *t, void *view, const struct pp_mouse *m)
{
	struct table_view *v = view;
	size_t row = v->top + (size_t)(m->y - 1);

	refresh(t, v);
	if (pp_list_wheel(t, v, m))
		return;
	if (m->kind != PP_MOUSE_PRESS && m->kind != PP_MOUSE_DOUBLE)
		return;
	if (m->y == 0) {
		click_heading(v, m->x);
		return;
	}
	if (row >= v->n)
		return;
	select_row(t, v, row);
	if (m->kind == PP_MOUSE_DOUBLE)
		zoom_in(t, v, "");
}

static const struct pp_action actions[] = {
	{"zoom-in", "Enter", "zoom to where the function costs most", zoom_in, NULL},
	{"up", "k Up", "function above", pp_list_up, NULL},
	{"down", "j Down", "function below", pp_list_down, NULL},
	{"top", "g Home", "first function", pp_list_top, NULL},
	{"bottom", "G End", "last function", pp_list_bottom, NULL},
	PP_LIST_PAGES("PgDn Space"),
	{"sort-left", "< ,", "sort by the column to the left", sort_left, NULL},
	{"sort-right", "> . F6", "sort by the column to the right", sort_right, NULL},
	{"sort-reverse", "I", "the other way round", reverse, NULL},
	{"found-only", "\\", "only what was found, or all", found_only, NULL},
	PP_ACTION_END,
};

const struct pp_tui_view pp_view_table = {
	.name = "table",
	.digit = '2',
	.slot = PP_SLOT_RIGHT,
	.opens = true,
	.actions = actions,
	.open = open_view,
	.close = close_view,
	.title = title,
	.draw = draw,
	.mouse = mouse,
	.changed = changed,
};
