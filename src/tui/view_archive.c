/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/view_archive.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "base/units.h"
#include "tui/app.h"
#include "tui/list.h"

#define LINES_BELOW 4  /* all labels, when, and what is marked */
#define FEW_BELOW   2  /* without labels, and with one mark */
#define ROOMY	    10 /* rows from which on there is room for all of them */
#define RANGES	    2

struct archive_view {
	struct pp_list list;
	size_t at, top;			    /* series: selected, and the first that is seen */
	int64_t when;			    /* in the selected series, seconds since the epoch */
	struct pp_tui_range marked[RANGES]; /* in the order in which they were marked */
	size_t nmarked;
	bool marking; /* the last one goes from `anchor` to where one is */
	int64_t anchor;
	int y, h;	    /* of the lines that were drawn last, */
	int line_x, line_w; /* and of the time lines in them */
};

static const struct pp_tui_series *selected(const struct pp_tui *t, const struct archive_view *v)
{
	return &t->options->archive->series[v->at];
}

/* ---- time lines ---- */

/* The time from the first entry of all to the last, in parts: one for each cell. */
struct timeline {
	int64_t from, span; /* span at least 1 */
	int n;
};

static struct timeline timeline_of(const struct pp_tui *t, int width)
{
	const struct pp_tui_archive *a = t->options->archive;
	int64_t span = a->last - a->first + 1;

	return (struct timeline){a->first, span, width < span ? width : (int)span};
}

static int part_at(const struct timeline *l, int64_t when)
{
	double share = (double)(when - l->from) / (double)l->span;

	return share < 0 ? -1 : share >= 1 ? l->n : (int)(share * l->n);
}

/* The first second of a part. */
static int64_t part_start(const struct timeline *l, int part)
{
	int64_t when = l->from + (int64_t)((double)l->span * part / l->n);

	while (part_at(l, when) < part)
		when++;
	return when;
}

static void go_to(const struct pp_tui *t, struct archive_view *v, int part)
{
	struct timeline l = timeline_of(t, v->line_w);

	if (part < 0)
		part = 0;
	v->when = part_start(&l, part < l.n ? part : l.n - 1);
}

/* ---- ranges ---- */

/* The part that one is in, as a range, or from the anchor to it. */
static struct pp_tui_range here(const struct pp_tui *t, const struct archive_view *v)
{
	struct timeline l = timeline_of(t, v->line_w);
	int a = part_at(&l, v->when), b = v->marking ? part_at(&l, v->anchor) : a;

	return (struct pp_tui_range){v->at, part_start(&l, a < b ? a : b),
				     part_start(&l, a < b ? b + 1 : a + 1)};
}

static bool is_marked(const struct pp_tui_range *r, size_t series, const struct timeline *l,
		      int part)
{
	return r->series == series && part_at(l, r->from) <= part &&
	       part <= part_at(l, r->until - 1);
}

static void keep_mark(struct archive_view *v, const struct pp_tui_range *r)
{
	if (v->nmarked == RANGES)
		v->marked[0] = v->marked[--v->nmarked];
	v->marked[v->nmarked++] = *r;
	v->marking = false;
}

/* ---- drawing ---- */

static uint32_t level_of(const struct pp_grid *g, double share)
{
	static const char ascii[] = "_.:-=+*#";
	int level = (int)(share * 7.999);

	return g->ascii ? (uint32_t)ascii[level] : 0x2581 + (uint32_t)level;
}

static double *add_up(const struct pp_tui_series *s, const struct timeline *l)
{
	double *sums = pp_xcalloc((size_t)l->n + 1, sizeof(*sums));

	for (size_t i = 0; i < s->n; i++)
		sums[part_at(l, s->entries[i].start)] += (double)s->entries[i].total;
	return sums;
}

static void draw_timeline(struct pp_tui *t, struct archive_view *v, size_t series, int y)
{
	const struct pp_tui_series *s = &t->options->archive->series[series];
	const struct pp_tui_range now = here(t, v);
	struct timeline l = timeline_of(t, v->line_w);
	double *sums = add_up(s, &l), most = 0;

	for (int i = 0; i < l.n; i++)
		most = sums[i] > most ? sums[i] : most;
	for (int i = 0; i < l.n; i++) {
		struct pp_style style = PP_STYLE(PP_ROLE_TEXT);

		for (size_t j = 0; j < v->nmarked; j++) {
			if (is_marked(&v->marked[j], series, &l, i))
				style = PP_STYLE(j ? PP_ROLE_MORE : PP_ROLE_LESS);
		}
		if (is_marked(&now, series, &l, i))
			style = PP_STYLE(PP_ROLE_SELECTED);
		pp_grid_put(&t->grid, v->line_x + i, y,
			    sums[i] > 0 ? level_of(&t->grid, sums[i] / most) : ' ', &style);
	}
	free(sums);
}

static void draw_series(struct pp_tui *t, struct archive_view *v, size_t series, int x, int y)
{
	const struct pp_tui_series *s = &t->options->archive->series[series];
	struct pp_style style = PP_STYLE(series == v->at ? PP_ROLE_SELECTED : PP_ROLE_TEXT);
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;

	pp_buf_fmt(&text, "%zu ", s->n);
	pp_grid_right(&t->grid, x, y, 7, pp_buf_view(&text), &style);
	pp_grid_text(&t->grid, x + 7, y, 18, pp_str_of(s->type), &style);
	pp_grid_text(&t->grid, x + 26, y, v->line_x - x - 27, pp_str_of(s->telling), &style);
	draw_timeline(t, v, series, y);
}

static void add_when(struct pp_buf *out, int64_t when)
{
	time_t seconds = (time_t)when;
	char text[64] = "";
	struct tm tm;

	if (localtime_r(&seconds, &tm))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	pp_buf_str(out, text);
}

static void describe_range(const struct pp_tui *t, const struct pp_tui_range *r, struct pp_buf *out)
{
	const struct pp_tui_series *s = &t->options->archive->series[r->series];
	char quantity[PP_QTY_MAX];
	int64_t total = 0;
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->entries[i].start < r->from || s->entries[i].start >= r->until)
			continue;
		total = pp_wrap_add(total, s->entries[i].total);
		n++;
	}
	add_when(out, r->from);
	pp_buf_str(out, " .. ");
	add_when(out, r->until);
	pp_buf_fmt(out, "  %zu %s, %s", n, n == 1 ? "entry" : "entries",
		   pp_units_label(quantity, total, s->unit, PP_STR_LIT("auto")));
}

static void draw_range(struct pp_tui *t, const char *what, const struct pp_tui_range *range,
		       uint8_t role, struct pp_rect r)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	const struct pp_style style = PP_STYLE(role), dim = PP_STYLE(PP_ROLE_DIM);
	int w = pp_grid_fmt(&t->grid, r.x, r.y, r.w, &style, "%-8s", what);

	describe_range(t, range, &text);
	pp_grid_text(&t->grid, r.x + w, r.y, r.w - w, pp_buf_view(&text), &dim);
}

/* The marks, or if there are none, how to get some. In one line: the last. */
static void draw_marks(struct pp_tui *t, const struct archive_view *v, struct pp_rect r)
{
	static const char *const names[RANGES] = {"before", "after"};
	static const uint8_t roles[RANGES] = {PP_ROLE_LESS, PP_ROLE_MORE};
	const struct pp_style dim = PP_STYLE(PP_ROLE_DIM);

	if (v->nmarked == 0)
		pp_grid_text(&t->grid, r.x, r.y, r.w,
			     PP_STR_LIT("Space marks  Enter opens  D compares two marked"), &dim);
	for (size_t i = v->nmarked > (size_t)r.h ? v->nmarked - (size_t)r.h : 0;
	     i < v->nmarked && i < RANGES; i++, r.y++)
		draw_range(t, v->nmarked == RANGES ? names[i] : "marked", &v->marked[i], roles[i],
			   r);
}

static void draw_below(struct pp_tui *t, const struct archive_view *v, struct pp_rect r)
{
	const struct pp_style dim = PP_STYLE(PP_ROLE_DIM);
	const struct pp_tui_range now = here(t, v);

	if (r.h == LINES_BELOW) {
		pp_grid_text(&t->grid, r.x, r.y++, r.w, pp_str_of(selected(t, v)->labels), &dim);
		r.h--;
	}
	draw_range(t, v->marking ? "marking" : "here", &now, PP_ROLE_DIM, r);
	draw_marks(t, v, (struct pp_rect){r.x, r.y + 1, r.w, r.h - 1});
}

static void draw(struct pp_tui *t, void *view, struct pp_rect r, bool focused PP_UNUSED)
{
	const struct pp_style s = PP_STYLE(PP_ROLE_TEXT);
	const struct pp_tui_archive *a = t->options->archive;
	struct archive_view *v = view;
	int below = r.h >= ROOMY ? LINES_BELOW : FEW_BELOW;

	if (!a) {
		pp_grid_text(&t->grid, r.x, r.y, r.w, PP_STR_LIT("no archive (--archive)"), &s);
		return;
	}
	v->y = r.y;
	v->h = r.h > below ? r.h - below : 1;
	v->list.h = v->h;
	v->line_w = r.w / 2 > 1 ? r.w / 2 : 1;
	v->line_x = r.x + r.w - v->line_w;
	if (v->at < v->top)
		v->top = v->at;
	if (v->at >= v->top + (size_t)v->h)
		v->top = v->at - (size_t)v->h + 1;
	for (size_t i = v->top; i < a->n && i < v->top + (size_t)v->h; i++)
		draw_series(t, v, i, r.x, r.y + (int)(i - v->top));
	if (r.h > below)
		draw_below(t, v, (struct pp_rect){r.x, r.y + r.h - below, r.w, below});
}

/* ---- what one can do ---- */

static void select_series(struct pp_tui *t, struct archive_view *v, size_t at)
{
	const struct pp_tui_archive *a = t->options->archive;

	if (!a || at >= a->n || at == v->at)
		return;
	v->at = at;
	v->marking = false;
}

/* So many series further, or to the last one there is. */
static void move(struct pp_tui *t, void *view, long series)
{
	const struct pp_tui_archive *a = t->options->archive;
	struct archive_view *v = view;

	if (!a)
		return;
	if (series < 0)
		select_series(t, v, v->at < (size_t)-series ? 0 : v->at - (size_t)-series);
	else
		select_series(t, v,
			      a->n - 1 - v->at < (size_t)series ? a->n - 1
								: v->at + (size_t)series);
}

/* To the next part that has something in it. */
static void step(struct pp_tui *t, struct archive_view *v, int by)
{
	const struct pp_tui_series *s;
	struct timeline l;
	int part;

	if (!t->options->archive)
		return;
	s = selected(t, v);
	l = timeline_of(t, v->line_w);
	double *sums = add_up(s, &l);
	for (part = part_at(&l, v->when) + by; part >= 0 && part < l.n && sums[part] <= 0;)
		part += by;
	free(sums);
	if (part >= 0 && part < l.n)
		go_to(t, v, part);
}

static void earlier(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	step(t, view, -1);
}

static void later(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	step(t, view, 1);
}

static void first(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	if (t->options->archive)
		go_to(t, view, 0);
}

static void last(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct archive_view *v = view;

	if (t->options->archive)
		go_to(t, v, v->line_w);
}

static void mark(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct archive_view *v = view;

	if (!t->options->archive)
		return;
	if (v->marking) {
		struct pp_tui_range r = here(t, v);

		keep_mark(v, &r);
		return;
	}
	v->anchor = v->when;
	v->marking = true;
}

static void unmark(struct pp_tui *t PP_UNUSED, void *view, const char *arg PP_UNUSED)
{
	struct archive_view *v = view;

	v->nmarked = 0;
	v->marking = false;
}

static void open_range(struct pp_tui *t, const struct pp_tui_range *range,
		       const struct pp_tui_range *before)
{
	const struct pp_tui_archive *a = t->options->archive;
	struct pp_err err = PP_ERR_INIT;
	struct pp_tui_opened opened;

	if (a->open(a->context, range, before, &opened, &err)) {
		pp_tui_fail(t, "%s", err.msg);
		return;
	}
	opened.flame = pp_steps_redo(t, opened.flame, &opened.view);
	pp_model_replace(&t->model, opened.flame, opened.view);
	if (before || t->model.in.colours >= PP_COLOURS_DIFF)
		t->model.in.colours = before ? PP_COLOURS_DIFF : PP_COLOURS_PKG;
	t->title = opened.title;
	a->taken(a->context);
	pp_panes_show(t, "flame");
}

static void open_marked(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct archive_view *v = view;
	struct pp_tui_range range;

	if (!t->options->archive)
		return;
	range = v->nmarked && !v->marking ? v->marked[v->nmarked - 1] : here(t, v);
	if (v->marking)
		keep_mark(v, &range);
	open_range(t, &range, NULL);
}

static void compare(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	struct archive_view *v = view;

	if (t->options->archive && v->marking)
		mark(t, v, "");
	if (v->nmarked < RANGES)
		pp_tui_say(t, "mark two ranges first (Space at both ends of each)");
	else
		open_range(t, &v->marked[1], &v->marked[0]);
}

static const struct pp_action actions[] = {
	{"open", "Enter", "show what the marked range adds up to", open_marked, NULL},
	{"compare", "D", "compare the two ranges marked last", compare, NULL},
	{"mark", "Space", "mark a range: once at each end", mark, NULL},
	{"unmark", "U", "forget the marks", unmark, NULL},
	{"up", "k Up", "series above", pp_list_up, NULL},
	{"down", "j Down", "series below", pp_list_down, NULL},
	{"top", "g", "first series", pp_list_top, NULL},
	{"bottom", "G", "last series", pp_list_bottom, NULL},
	PP_LIST_PAGES("PgDn"),
	{"earlier", "h Left", "earlier", earlier, NULL},
	{"later", "l Right", "later", later, NULL},
	{"earliest", "^ Home", "the earliest", first, NULL},
	{"latest", "$ End", "the latest", last, NULL},
	PP_ACTION_END,
};

/* ---- the view ---- */

static void *open_view(struct pp_tui *t)
{
	struct archive_view *v = pp_xcalloc(1, sizeof(*v));
	const struct pp_tui_archive *a = t->options->archive;

	v->list = (struct pp_list){.move = move, .scroll = move};
	v->line_w = 1;
	if (a)
		v->when = a->series[0].entries[a->series[0].n - 1].start;
	return v;
}

static void mouse(struct pp_tui *t, void *view, const struct pp_mouse *m)
{
	struct archive_view *v = view;
	size_t series = v->top + (size_t)(m->y - v->y);

	if (pp_list_wheel(t, v, m))
		return;
	if (t->options->archive && m->y - v->y < v->h && series < t->options->archive->n) {
		select_series(t, v, series);
		if (m->x >= v->line_x)
			go_to(t, v, m->x - v->line_x);
		if (m->kind == PP_MOUSE_DOUBLE)
			open_marked(t, v, "");
	}
}

const struct pp_tui_view pp_view_archive = {
	.name = "archive",
	.digit = '7',
	.slot = PP_SLOT_LEFT,
	.alone = true,
	.actions = actions,
	.open = open_view,
	.close = free,
	.draw = draw,
	.mouse = mouse,
};
