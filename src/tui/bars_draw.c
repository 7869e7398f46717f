/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row of boxes. Where there are colours, edges are drawn to an eighth of a cell: the cell that an
 * edge is in has the one box as the left part of a block and the other as its background. Without
 * colours, or in ASCII, each box begins with a line.
 */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/cells.h"
#include "render/fit.h"
#include "tui/bars.h"

#define PARTS 8 /* of a cell */
#define LINE  0x2502
#define SHADE 0x2591
#define BLOCK 0x2588 /* one less: seven eighths is 0x2589 */

/* Columns of a box from which on its figure is shown beside its name. */
#define FIGURE_LEAST 16

/* What of boxes is in a cell that an edge is in. */
struct edge {
	uint32_t left, right; /* boxes; PP_NONE: nothing */
	int until;	      /* where the left one ends, 1..7 */
	int cover;	      /* of the right one, in parts */
	bool is_edge;
};

struct row {
	struct pp_tui *t;
	const struct pp_bars *g;
	int x, y, w;
	uint32_t selected;
	struct edge *edges; /* [w] */
	struct pp_buf text;
};

static struct pp_colour shifted(struct pp_colour c)
{
	return (struct pp_colour){(uint8_t)(c.r * 9 / 10), (uint8_t)(c.g * 9 / 10),
				  (uint8_t)(c.b * 9 / 10)};
}

static bool same_colour(struct pp_colour a, struct pp_colour b)
{
	return a.r == b.r && a.g == b.g && a.b == b.b;
}

/* Of two neighbours of one colour, every other is a bit darker. */
static void tell_apart(const struct row *r, uint32_t box, struct pp_style *s)
{
	uint32_t before = r->g->in_row[r->g->place[box] ? r->g->place[box] - 1 : 0];
	bool odd = (r->g->place[box] - r->g->first[r->g->boxes.all[box].depth]) % 2;
	struct pp_style other;

	if (!odd || r->g->boxes.all[before].func == r->g->boxes.all[box].func)
		return;
	other = pp_model_box_style(&r->t->model, &r->g->boxes.all[before]);
	if (!same_colour(other.bg, s->bg))
		return;
	s->bg = shifted(s->bg);
	s->fg = pp_colours_text(s->bg);
}

static struct pp_style style_of(const struct row *r, uint32_t box)
{
	struct pp_style s = pp_model_box_style(&r->t->model, &r->g->boxes.all[box]);

	tell_apart(r, box, &s);
	if (box == r->selected) {
		struct pp_colour bg = s.bg;

		s.role = PP_ROLE_FRAME_SELECTED;
		s.bg = s.fg;
		s.fg = bg;
	}
	return s;
}

/* ---- what stands in a box ---- */

/* The figure at the right end: a share, or in a diff what has changed. */
static void figure(const struct row *r, const struct pp_box *b, struct pp_buf *out)
{
	const struct pp_model *m = &r->t->model;
	char percent[PP_PERCENT_MAX], points[32];

	pp_buf_clear(out);
	if (m->is_diff) {
		struct pp_flame_delta d = pp_model_delta(m, b);

		pp_buf_str(out, pp_model_points(&d, points));
	} else {
		pp_buf_str(out, pp_model_percent(m, b->total[1], b->node, percent));
	}
}

static void label(struct row *r, const struct pp_box *b, int x, int n, const struct pp_style *s)
{
	struct pp_grid *grid = &r->t->grid;
	int room = n;

	if (n < 2)
		return;
	if (n >= FIGURE_LEAST) {
		int cells;

		figure(r, b, &r->text);
		cells = (int)r->text.n;
		if (cells && cells + 2 < n)
			pp_grid_right(grid, x, r->y, n, pp_buf_view(&r->text), s);
		room -= cells ? cells + 1 : 0;
	}
	/* a blank between it and what comes next, where that costs little */
	else if (n > 3)
		room--;
	pp_buf_clear(&r->text);
	pp_fit_name(r->t->model.flame->funcs[b->func].name, (size_t)room, &r->text);
	pp_grid_text(grid, x, r->y, room, pp_buf_view(&r->text), s);
}

/* Whole columns of a box. */
static void fill(struct row *r, uint32_t box, int from, int n, const struct pp_style *s)
{
	const struct pp_box *b = &r->g->boxes.all[box];

	pp_grid_fill(&r->t->grid, (struct pp_rect){r->x + from, r->y, n, 1},
		     b->func == PP_NONE ? SHADE : ' ', s);
}

/* ---- with colours ---- */

static void add_edge(struct row *r, uint32_t box, int cell, int from, int to)
{
	struct edge *e;

	if (cell < 0 || cell >= r->w || from >= to)
		return;
	e = &r->edges[cell];
	if (!e->is_edge)
		*e = (struct edge){.left = PP_NONE, .right = PP_NONE, .is_edge = true};
	if (from == 0) {
		e->left = box;
		e->until = to;
	} else if (to - from > e->cover) {
		e->right = box;
		e->cover = to - from;
		if (e->left == PP_NONE)
			e->until = from;
	}
}

static void draw_edge(struct row *r, int cell)
{
	const struct edge *e = &r->edges[cell];
	struct pp_style left, right, s = PP_STYLE(PP_ROLE_FRAME);
	uint32_t glyph = BLOCK + (uint32_t)(PARTS - e->until);

	/* nothing covers less of it than half: what does is not there */
	if (e->left == PP_NONE && e->cover * 2 < PARTS - e->until)
		return;
	if (e->left != PP_NONE) {
		left = style_of(r, e->left);
		s.role = left.role;
		s.fg = left.bg;
		s.has_fg = true;
	}
	if (e->right != PP_NONE) {
		right = style_of(r, e->right);
		s.bg = right.bg;
		s.has_bg = true;
		s.role = e->left == PP_NONE ? right.role : s.role;
	}
	if (e->left == PP_NONE) {
		/* nothing, then the box: the box is the background by being the text reversed */
		s.fg = s.bg;
		s.has_fg = true;
		s.has_bg = false;
		s.attrs = PP_ATTR_REVERSE;
	}
	pp_grid_put(&r->t->grid, r->x + cell, r->y, glyph, &s);
}

static void draw_blocks(struct row *r, uint32_t box)
{
	const struct pp_box *b = &r->g->boxes.all[box];
	struct pp_style s = style_of(r, box);
	int from = (int)lround(b->x * PARTS), to = (int)lround((b->x + b->w) * PARTS);
	int first = (from + PARTS - 1) / PARTS, last = to / PARTS;

	if (from / PARTS == to / PARTS) {
		add_edge(r, box, from / PARTS, from % PARTS, to % PARTS);
		return;
	}
	if (from % PARTS)
		add_edge(r, box, from / PARTS, from % PARTS, PARTS);
	if (to % PARTS)
		add_edge(r, box, last, 0, to % PARTS);
	if (last > r->w)
		last = r->w;
	if (last <= first)
		return;
	fill(r, box, first, last - first, &s);
	if (b->func != PP_NONE)
		label(r, b, r->x + first, last - first, &s);
}

/* ---- without ---- */

static void draw_lines(struct row *r, uint32_t box)
{
	const struct pp_box *b = &r->g->boxes.all[box];
	struct pp_style s = style_of(r, box);
	int first = (int)lround(b->x), last = (int)lround(b->x + b->w);

	if (last > r->w)
		last = r->w;
	if (last <= first)
		return;
	fill(r, box, first, last - first, &s);
	if (b->func == PP_NONE)
		return;
	pp_grid_put(&r->t->grid, r->x + first, r->y, LINE, &s);
	label(r, b, r->x + first + 1, last - first - 1, &s);
}

void pp_bars_draw_row(struct pp_tui *t, const struct pp_bars *g, uint32_t row, int x, int y, int w,
		      uint32_t selected)
{
	struct row r = {.t = t, .g = g, .x = x, .y = y, .w = w, .selected = selected};
	bool lines = t->screen->plain || t->screen->ascii;

	if (row >= g->nrows || w < 1)
		return;
	r.edges = pp_xcalloc((size_t)w, sizeof(*r.edges));
	for (uint32_t i = g->first[row]; i < g->first[row + 1]; i++) {
		if (lines)
			draw_lines(&r, g->in_row[i]);
		else
			draw_blocks(&r, g->in_row[i]);
	}
	for (int cell = 0; cell < w; cell++) {
		if (r.edges[cell].is_edge)
			draw_edge(&r, cell);
	}
	free(r.edges);
	pp_buf_release(&r.text);
}
