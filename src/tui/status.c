/* SPDX-License-Identifier: Apache-2.0 */
/* The whole screen: what stands above and below the panes, and what is left out when it is small.
 */
#include <config.h>

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cells.h"
#include "render/header.h"
#include "tui/app.h"

#define LEAST_W 20
#define LEAST_H 5
#define BARE_W	40 /* narrower, or lower, than this there are only a pane and a status line */
#define BARE_H	8
#define TALL_H	20 /* from here on there are a path and a line of keys */

#define ARROW " \xe2\x96\xb8 "

/* The archive is looked around in, and nothing of it has been opened yet. */
static bool is_nothing(const struct pp_tui *t)
{
	return t->options->archive && t->model.flame->n <= 1;
}

static void clear_line(struct pp_grid *g, int y, const struct pp_style *s)
{
	pp_grid_fill(g, (struct pp_rect){0, y, g->w, 1}, ' ', s);
}

static void draw_header(struct pp_tui *t, int y)
{
	const struct pp_style s = PP_STYLE(PP_ROLE_HEADER);
	const struct pp_model *m = &t->model;
	struct pp_grid *g = &t->grid;
	struct pp_str type = pp_model_type(m, m->in.measure.type);
	PP_CLEANUP(pp_buf_release) struct pp_buf right = PP_BUF_INIT;
	PP_CLEANUP(pp_buf_release) struct pp_buf news = PP_BUF_INIT;
	char quantity[PP_QTY_MAX];
	int x = 1, room;

	clear_line(g, y, &s);
	pp_buf_fmt(&right, "by %s  %s  ? help ", pp_flame_orders[m->in.order],
		   pp_colours_names[m->in.colours]);
	room = g->w - (int)right.n - 2;
	if (room > 30)
		pp_grid_right(g, 0, y, g->w, pp_buf_view(&right), &s);
	else
		room = g->w - 1;
	x += pp_grid_text(g, x, y, room - x, PP_STR_LIT("pyroprof  "), &s);
	x += pp_grid_text(g, x, y, room - x, t->title, &s);
	x += pp_grid_text(g, x, y, room - x, PP_STR_LIT("  "), &s);
	if (is_nothing(t))
		return;
	pp_follow_describe(t, &news);
	if (news.n) {
		x += pp_grid_text(g, x, y, room - x, pp_buf_view(&news), &s);
		x += pp_grid_text(g, x, y, room - x, PP_STR_LIT("  "), &s);
	}
	x += pp_grid_text(g, x, y, room - x, type, &s);
	x += pp_grid_text(g, x, y, room - x, PP_STR_LIT("  "), &s);
	x += pp_grid_text(g, x, y, room - x, pp_str_of(pp_model_quantity(m, m->total[1], quantity)),
			  &s);
	if (m->is_diff) {
		x += pp_grid_text(g, x, y, room - x, PP_STR_LIT(", before "), &s);
		x += pp_grid_text(g, x, y, room - x,
				  pp_str_of(pp_model_quantity(m, m->total[0], quantity)), &s);
	}
	if (pp_follow_trouble(t)) {
		x += pp_grid_text(g, x, y, room - x, PP_STR_LIT("  "), &s);
		x += pp_grid_text(g, x, y, room - x, pp_str_of(pp_follow_trouble(t)), &s);
	}
	for (int i = 0; i < PP_TUI_FILTERS; i++) {
		const char *text = pp_steps_filter_text(t, i);

		if (!text || !*text)
			continue;
		PP_CLEANUP(pp_buf_release) struct pp_buf option = PP_BUF_INIT;
		pp_tui_filter_option(i, text, &option);
		x += pp_grid_text(g, x, y, room - x, PP_STR_LIT("  "), &s);
		x += pp_grid_text(g, x, y, room - x, pp_buf_view(&option), &s);
	}
}

/* At the right of the path: the zoom's share, and what has been done to the tree. Returns how many
 * columns it takes. */
static int draw_shown(struct pp_tui *t, int y, int room)
{
	const struct pp_style s = PP_STYLE(PP_ROLE_TEXT);
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	struct pp_model *m = &t->model;
	uint32_t node = m->zooms.node;
	char percent[PP_PERCENT_MAX];

	if (!pp_zoom_place(m)->inverted && node) {
		uint32_t column = pp_flame_after(m->flame, m->in.measure.type);

		pp_buf_fmt(&text, "zoom %s%s",
			   pp_model_percent(m, m->flame->total[column][node], node, percent),
			   t->steps.n ? "  " : "");
	}
	pp_steps_describe(t, room, &text);
	if (!text.n)
		return 0;
	pp_grid_right(&t->grid, 1, y, t->grid.w - 2, pp_buf_view(&text), &s);
	return (int)pp_cells(pp_buf_view(&text)) + 2;
}

/* The path that is zoomed to, its end if there is no room for all of it. */
static void draw_crumbs(struct pp_tui *t, int y)
{
	const struct pp_style dim = PP_STYLE(PP_ROLE_DIM), s = PP_STYLE(PP_ROLE_TEXT);
	const struct pp_model *m = &t->model;
	const struct pp_place *p = pp_zoom_place(m);
	struct pp_grid *g = &t->grid;
	int room = g->w - 2, x = 1;
	size_t from = p->n;
	size_t cells = 0;

	room -= draw_shown(t, y, room * 3 / 4);
	for (; from > 0; from--) {
		cells += pp_cells(m->flame->funcs[p->path[from - 1]].name) + 3;
		if (cells + 6 > (size_t)room)
			break;
	}
	x += pp_grid_text(g, x, y, room, m->flame->funcs[0].name, &s);
	if (from)
		x += pp_grid_text(g, x, y, room - x, PP_STR_LIT(ARROW "\xe2\x80\xa6"), &dim);
	for (size_t i = from; i < p->n; i++) {
		x += pp_grid_text(g, x, y, room - x, PP_STR_LIT(ARROW), &dim);
		x += pp_grid_text(g, x, y, room - x, m->flame->funcs[p->path[i]].name, &s);
	}
}

/* ---- below ---- */

static void add_value(struct pp_tui *t, struct pp_buf *out, const char *name, int64_t value)
{
	char quantity[PP_QTY_MAX], percent[PP_PERCENT_MAX];

	pp_buf_fmt(out, "  %s %s %s", name, pp_model_quantity(&t->model, value, quantity),
		   pp_model_percent(&t->model, value, t->model.node, percent));
}

static void describe_sums(struct pp_tui *t, struct pp_buf *out)
{
	const struct pp_model *m = &t->model;
	const struct pp_box *b = &m->picked;

	add_value(t, out, "total", b->total[1]);
	add_value(t, out, "self", b->self[1]);
	if (m->is_diff) {
		struct pp_flame_delta d = pp_model_delta(m, b);
		char quantity[PP_QTY_MAX];

		pp_buf_fmt(out, "  before %s  %+.2f points%s",
			   pp_model_quantity(m, b->total[0], quantity), d.points,
			   d.significant ? "" : " (within chance)");
	}
}

/* What is selected: the name has what room the numbers leave. */
static void draw_selected(struct pp_tui *t, int y)
{
	const struct pp_style s = PP_STYLE(PP_ROLE_TEXT), name = PP_STYLE(PP_ROLE_TITLE);
	const struct pp_style dim = PP_STYLE(PP_ROLE_DIM);
	const struct pp_model *m = &t->model;
	const struct pp_flame_func *f;
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	int x = 1, w = t->grid.w - 1, room;

	if (m->func == PP_NONE || is_nothing(t))
		return;
	f = &m->flame->funcs[m->func];
	if (m->picked.count)
		describe_sums(t, &text);
	room = w - x - (int)text.n;
	if (room < w / 3)
		room = w / 3;
	x += pp_grid_text(&t->grid, x, y, room, f->name, &name);
	x += pp_grid_text(&t->grid, x, y, w - x, pp_buf_view(&text), &s);
	if (f->object.n) {
		x += pp_grid_text(&t->grid, x, y, w - x, PP_STR_LIT("  "), &s);
		x += pp_grid_text(&t->grid, x, y, w - x, f->object, &dim);
	}
	if (f->file.n) {
		x += pp_grid_text(&t->grid, x, y, w - x, PP_STR_LIT("  "), &s);
		x += pp_grid_text(&t->grid, x, y, w - x, f->file, &dim);
		if (f->line)
			pp_grid_fmt(&t->grid, x, y, w - x, &dim, ":%lld", (long long)f->line);
	}
}

static void describe_search(const struct pp_tui *t, struct pp_buf *out)
{
	const struct pp_model *m = &t->model;
	const struct pp_search *s = &m->search;
	char percent[PP_PERCENT_MAX];
	size_t position = pp_search_position(m);

	pp_buf_fmt(out, "  matched %s of all", pp_header_percent(percent, s->matched, m->total[1]));
	if (m->zooms.node)
		pp_buf_fmt(out, ", %s of zoom",
			   pp_header_percent(percent, s->matched_zoom, s->zoom_total));
	pp_buf_fmt(out, ", %u %s, ", s->nfuncs, s->nfuncs == 1 ? "function" : "functions");
	if (position)
		pp_buf_fmt(out, "%zu of ", position);
	pp_buf_fmt(out, "%zu%s  n next  N previous  Esc clear", s->nhits,
		   position	   ? ""
		   : s->nhits == 1 ? " frame"
				   : " frames");
}

/* The last line but for the keys: what is typed, a message, or the search. */
static void draw_message(struct pp_tui *t, int y)
{
	const struct pp_style s = PP_STYLE(PP_ROLE_TEXT), match = PP_STYLE(PP_ROLE_MATCH);
	const struct pp_style bad = PP_STYLE(PP_ROLE_ERROR);
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	int x = 1, w = t->grid.w - 1;

	if (t->prompt.kind) {
		clear_line(&t->grid, y, &s);
		t->cursor_x = pp_prompt_draw(&t->prompt, &t->grid, 0, y, t->grid.w);
		t->cursor_y = y;
	} else if (*t->message) {
		clear_line(&t->grid, y, &s);
		pp_grid_text(&t->grid, x, y, w - x, pp_str_of(t->message), t->is_error ? &bad : &s);
	} else if (t->model.search.text) {
		describe_search(t, &text);
		x += pp_grid_text(&t->grid, x, y, w - x, PP_STR_LIT("/"), &match);
		x += pp_grid_text(&t->grid, x, y, w / 2 - x, pp_str_of(t->model.search.text),
				  &match);
		pp_grid_text(&t->grid, x, y, w - x, pp_buf_view(&text), &s);
	}
}

#define FUNCTION_KEYS 12

/* " F1help": an action that has such a key, by the first word of its name. */
struct named_key {
	unsigned n;
	struct pp_str name;
	int x, cells;
};

/* Those that there is room for. If it is not all, the last is still there: the way out. */
static size_t lay_out_keys(const struct pp_tui *t, struct named_key all[FUNCTION_KEYS])
{
	size_t n = 0;
	int x = 0;

	for (unsigned f = 1; f <= FUNCTION_KEYS; f++) {
		const struct pp_action *a = pp_action_for_key(t, PP_KEY_F0 + f);
		struct named_key *k = &all[n];

		if (!a)
			continue;
		*k = (struct named_key){.n = f, .name = {a->name, strcspn(a->name, "-")}, .x = x};
		k->cells = (f < 10 ? 3 : 4) + (int)k->name.n;
		x += k->cells;
		n++;
	}
	for (; x > t->grid.w && n > 1; n--) {
		x -= all[n - 2].cells;
		all[n - 1].x = all[n - 2].x;
		all[n - 2] = all[n - 1];
	}
	return n;
}

static void draw_keys(struct pp_tui *t, int y)
{
	const struct pp_style key = PP_STYLE(PP_ROLE_KEY), s = PP_STYLE(PP_ROLE_HEADER);
	struct named_key all[FUNCTION_KEYS];
	size_t n = lay_out_keys(t, all);

	for (size_t i = 0; i < n; i++) {
		int x = all[i].x, w = t->grid.w;

		x += pp_grid_fmt(&t->grid, x, y, w - x, &key, " F%u", all[i].n);
		pp_grid_text(&t->grid, x, y, w - x, all[i].name, &s);
	}
}

pp_key pp_tui_key_at(const struct pp_tui *t, int x, int y)
{
	struct named_key all[FUNCTION_KEYS];
	size_t n;

	if (t->grid.h < TALL_H || t->grid.w < BARE_W || y != t->grid.h - 1)
		return PP_KEY_NONE;
	n = lay_out_keys(t, all);
	for (size_t i = 0; i < n; i++) {
		if (x > all[i].x && x < all[i].x + all[i].cells)
			return PP_KEY_F0 + all[i].n;
	}
	return PP_KEY_NONE;
}

static void draw_windows(struct pp_tui *t)
{
	if (t->overlay.is_open)
		pp_overlay_draw(t);
}

/* A pane, and one line. */
static void draw_bare(struct pp_tui *t)
{
	pp_panes_draw(t, (struct pp_rect){0, 0, t->grid.w, t->grid.h - 1});
	if (!t->model.search.text && !*t->message)
		draw_selected(t, t->grid.h - 1);
	draw_message(t, t->grid.h - 1);
	draw_windows(t);
}

bool pp_tui_fits(const struct pp_tui *t)
{
	return t->grid.w >= LEAST_W && t->grid.h >= LEAST_H;
}

void pp_tui_draw(struct pp_tui *t)
{
	struct pp_grid *g = &t->grid;
	const struct pp_style s = PP_STYLE(PP_ROLE_TEXT);
	bool tall = g->h >= TALL_H;
	int above = tall ? 2 : 1, below = tall ? 3 : 2;

	t->cursor_x = -1;
	pp_grid_clear(g);
	if (!pp_tui_fits(t)) {
		pp_grid_fmt(g, 0, 0, g->w, &s, "terminal too small (need %dx%d)", LEAST_W, LEAST_H);
		return;
	}
	if (g->w < BARE_W || g->h < BARE_H) {
		draw_bare(t);
		return;
	}
	draw_header(t, 0);
	if (tall)
		draw_crumbs(t, 1);
	pp_panes_draw(t, (struct pp_rect){0, above, g->w, g->h - above - below});
	draw_selected(t, g->h - below);
	draw_message(t, g->h - below + 1);
	if (tall)
		draw_keys(t, g->h - 1);
	draw_windows(t);
}
