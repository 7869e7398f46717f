/* SPDX-License-Identifier: Apache-2.0 */
/* ncurses would do this as well, but it has true colours only for terminals of certain names. */
#include <config.h>

#include "tui/paint.h"

#include <stdlib.h>
#include <string.h>

#define NCURSES_NOMACROS
#include <curses.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "tui/key.h"

/* A capability that is a text; terminfo says -1 for one of another kind. */
static const char *cap(const char *name)
{
	const char *s = tigetstr(name);

	return s == (const char *)-1 ? NULL : s;
}

void pp_paint_init(struct pp_paint *p, enum pp_palette palette, bool dark)
{
	*p = (struct pp_paint){.palette = palette, .dark = dark, .all = true, .x = -1};
	p->caps = (struct pp_paint_caps){
		.cup = cap("cup"),
		.clear = cap("clear"),
		.sgr0 = cap("sgr0"),
		.bold = cap("bold"),
		.rev = cap("rev"),
		.smul = cap("smul"),
		.setaf = cap("setaf"),
		.setab = cap("setab"),
		.civis = cap("civis"),
		.cnorm = cap("cnorm"),
		.wraps = tigetflag("am") > 0 && tigetflag("xenl") <= 0,
	};
}

void pp_paint_release(struct pp_paint *p)
{
	free(p->shown);
	pp_buf_release(&p->out);
}

void pp_paint_cap(struct pp_buf *out, const char *s)
{
	while (s && *s) {
		const char *pause = strstr(s, "$<");
		const char *end = pause ? strchr(pause, '>') : NULL;

		if (!end) {
			pp_buf_str(out, s);
			return;
		}
		pp_buf_add(out, s, (size_t)(pause - s));
		s = end + 1;
	}
}

/* ---- how cells look ---- */

static void colour(struct pp_paint *p, int32_t colour, const char *number, const char *direct)
{
	if (colour < 0)
		return;
	if (p->palette == PP_PALETTE_TRUE)
		pp_buf_fmt(&p->out, "\033[%s;2;%d;%d;%dm", direct, colour >> 16, colour >> 8 & 255,
			   colour & 255);
	else if (number)
		pp_paint_cap(&p->out, tiparm(number, (int)colour));
}

/* Attributes are taken off all together, with the colours; and so are colours that nothing else
 * takes the place of. */
static bool must_reset(const struct pp_paint *p, const struct pp_ink *to)
{
	return !p->has_ink || p->ink.attrs != to->attrs || (p->ink.fg >= 0 && to->fg < 0) ||
	       (p->ink.bg >= 0 && to->bg < 0);
}

static void reset_ink(struct pp_paint *p, uint8_t attrs)
{
	pp_paint_cap(&p->out, p->caps.sgr0);
	if (attrs & PP_ATTR_BOLD)
		pp_paint_cap(&p->out, p->caps.bold);
	if (attrs & PP_ATTR_REVERSE)
		pp_paint_cap(&p->out, p->caps.rev);
	if (attrs & PP_ATTR_UNDERLINE)
		pp_paint_cap(&p->out, p->caps.smul);
	p->ink = (struct pp_ink){-1, -1, attrs};
	p->has_ink = true;
}

static void set_ink(struct pp_paint *p, const struct pp_style *s)
{
	struct pp_ink ink = pp_style_ink(s, p->palette, p->dark);

	if (must_reset(p, &ink))
		reset_ink(p, ink.attrs);
	if (ink.fg != p->ink.fg)
		colour(p, ink.fg, p->caps.setaf, "38");
	if (ink.bg != p->ink.bg)
		colour(p, ink.bg, p->caps.setab, "48");
	p->ink = ink;
}

static void go_to(struct pp_paint *p, int x, int y)
{
	if (p->x == x && p->y == y)
		return;
	pp_paint_cap(&p->out, tiparm(p->caps.cup, y, x));
	p->x = x;
	p->y = y;
}

/* ---- which cells ---- */

static bool same_colour(struct pp_colour a, struct pp_colour b)
{
	return a.r == b.r && a.g == b.g && a.b == b.b;
}

static bool same_style(const struct pp_style *a, const struct pp_style *b)
{
	return a->role == b->role && a->attrs == b->attrs && a->has_fg == b->has_fg &&
	       a->has_bg == b->has_bg && (!a->has_fg || same_colour(a->fg, b->fg)) &&
	       (!a->has_bg || same_colour(a->bg, b->bg));
}

static bool same(const struct pp_cell *a, const struct pp_cell *b)
{
	return a->base == b->base && memcmp(a->marks, b->marks, sizeof(a->marks)) == 0 &&
	       same_style(&a->style, &b->style);
}

static void put(struct pp_paint *p, const struct pp_cell *c, int x, int y, bool wide)
{
	go_to(p, x, y);
	set_ink(p, &c->style);
	pp_utf8_add(&p->out, c->base);
	for (int i = 0; i < PP_CELL_MARKS && c->marks[i]; i++)
		pp_utf8_add(&p->out, c->marks[i]);
	p->x += wide ? 2 : 1;
	/* where it is behind the last column is for each terminal to know */
	if (p->x >= p->w)
		p->x = -1;
}

static void paint_row(struct pp_paint *p, const struct pp_grid *g, int y)
{
	const struct pp_cell *row = &g->cells[y * g->w];
	struct pp_cell *shown = &p->shown[y * g->w];

	for (int x = 0; x < g->w; x++) {
		bool wide = x + 1 < g->w && row[x + 1].base == 0;

		if (row[x].base == 0 || (p->caps.wraps && y == g->h - 1 && x == g->w - 1))
			continue;
		if (!p->all && same(&row[x], &shown[x]) && (!wide || shown[x + 1].base == 0))
			continue;
		put(p, &row[x], x, y, wide);
	}
	memcpy(shown, row, (size_t)g->w * sizeof(*row));
}

static void start_over(struct pp_paint *p, const struct pp_grid *g)
{
	p->w = g->w;
	p->h = g->h;
	p->shown = pp_xrealloc(p->shown, (size_t)g->w * (size_t)g->h, sizeof(*p->shown));
	p->all = true;
	p->has_ink = false;
	p->x = -1;
	pp_paint_cap(&p->out, p->caps.sgr0);
	pp_paint_cap(&p->out, p->caps.clear);
}

static void place_cursor(struct pp_paint *p, int x, int y)
{
	if (x < 0 && !p->hidden)
		pp_paint_cap(&p->out, p->caps.civis);
	if (x >= 0)
		go_to(p, x < p->w ? x : p->w - 1, y);
	if (x >= 0 && p->hidden)
		pp_paint_cap(&p->out, p->caps.cnorm);
	p->hidden = x < 0;
}

void pp_paint_grid(struct pp_paint *p, const struct pp_grid *g, int x, int y)
{
	pp_buf_clear(&p->out);
	if (p->all || p->w != g->w || p->h != g->h) {
		start_over(p, g);
		p->hidden = false;
	}
	for (int row = 0; row < g->h; row++)
		paint_row(p, g, row);
	p->all = false;
	place_cursor(p, x, y);
}
