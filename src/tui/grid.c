/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/grid.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/cells.h"
#include "base/utf8.h"
#include "tui/key.h"

#define FMT_MAX 1024

/* What stands for a character where there is only ASCII. */
static const struct {
	uint32_t cp;
	char ascii;
} replacements[] = {
	{0x2500, '-'}, {0x2502, '|'}, {0x250c, '+'}, {0x2510, '+'}, {0x2514, '+'},
	{0x2518, '+'}, {0x251c, '+'}, {0x2524, '+'}, {0x252c, '+'}, {0x2534, '+'},
	{0x253c, '+'}, {0x2026, '~'}, {0x25b8, '>'}, {0x25be, 'v'}, {0x25b4, '^'},
	{0x25c2, '<'}, {0x2591, ':'}, {0x2592, '%'}, {0x2588, '#'}, {0x00b7, '.'},
	{0x2022, '*'}, {0x2191, '^'}, {0x2193, 'v'}, {0x2190, '<'}, {0x2192, '>'},
};

void pp_grid_init(struct pp_grid *g)
{
	*g = (struct pp_grid){0};
	pp_grid_resize(g, 1, 1);
}

void pp_grid_release(struct pp_grid *g)
{
	free(g->cells);
	pp_buf_release(&g->scratch);
	*g = (struct pp_grid){0};
}

static int within(int n, int least, int most)
{
	return n < least ? least : n > most ? most : n;
}

void pp_grid_resize(struct pp_grid *g, int w, int h)
{
	g->w = within(w, 1, PP_GRID_MAX);
	g->h = within(h, 1, PP_GRID_MAX);
	g->cells = pp_xrealloc(g->cells, (size_t)g->w * (size_t)g->h, sizeof(*g->cells));
	pp_grid_clear(g);
}

void pp_grid_clear(struct pp_grid *g)
{
	const struct pp_cell blank = {.base = ' ', .style = PP_STYLE(PP_ROLE_TEXT)};

	for (int i = 0; i < g->w * g->h; i++)
		g->cells[i] = blank;
}

struct pp_rect pp_grid_all(const struct pp_grid *g)
{
	return (struct pp_rect){0, 0, g->w, g->h};
}

struct pp_cell *pp_grid_at(struct pp_grid *g, int x, int y)
{
	if (x < 0 || y < 0 || x >= g->w || y >= g->h)
		return NULL;
	return &g->cells[y * g->w + x];
}

/* Nobody is left with half of a wide character. */
static void part(struct pp_grid *g, int x, int y)
{
	struct pp_cell *c = pp_grid_at(g, x, y), *left = pp_grid_at(g, x - 1, y),
		       *right = pp_grid_at(g, x + 1, y);

	if (c && c->base == 0 && left)
		left->base = ' ';
	if (c && right && right->base == 0)
		right->base = ' ';
}

static uint32_t to_ascii(uint32_t cp)
{
	if (cp < 0x80)
		return cp;
	/* parts of a cell: more than half of it is as good as all */
	if (cp >= 0x2589 && cp <= 0x258f)
		return cp <= 0x258c ? '#' : '|';
	for (size_t i = 0; i < PP_ARRAY_LEN(replacements); i++) {
		if (replacements[i].cp == cp)
			return (uint32_t)replacements[i].ascii;
	}
	return '?';
}

static void set(struct pp_grid *g, int x, int y, uint32_t cp, const struct pp_style *s)
{
	struct pp_cell *c = pp_grid_at(g, x, y);

	if (!c)
		return;
	part(g, x, y);
	*c = (struct pp_cell){.base = cp, .style = *s};
}

void pp_grid_put(struct pp_grid *g, int x, int y, uint32_t cp, const struct pp_style *s)
{
	set(g, x, y, g->ascii ? to_ascii(cp) : cp, s);
}

static void combine(struct pp_grid *g, int x, int y, uint32_t cp)
{
	struct pp_cell *c = pp_grid_at(g, x, y);

	if (c && c->base == 0)
		c = pp_grid_at(g, x - 1, y);
	for (int i = 0; c && !g->ascii && i < PP_CELL_MARKS; i++) {
		if (c->marks[i] == 0) {
			c->marks[i] = cp;
			return;
		}
	}
}

/* Put a character; how many columns it took, -1 if there is no room for it. */
static int put_wide(struct pp_grid *g, int x, int y, int room, uint32_t cp,
		    const struct pp_style *s)
{
	int cells = (int)pp_cells_of(cp);

	if (cells > room)
		return -1;
	if (cells == 0) {
		combine(g, x - 1, y, cp);
		return 0;
	}
	if (g->ascii) {
		for (int i = 0; i < cells; i++)
			set(g, x + i, y, to_ascii(cp), s);
		return cells;
	}
	set(g, x, y, cp, s);
	if (cells == 2) {
		part(g, x + 1, y);
		set(g, x + 1, y, ' ', s);
		if (pp_grid_at(g, x + 1, y))
			pp_grid_at(g, x + 1, y)->base = 0;
		else
			set(g, x, y, ' ', s);
	}
	return cells;
}

static int put_escape(struct pp_grid *g, int x, int y, int room, const char *escape,
		      const struct pp_style *s)
{
	int at = 0;

	for (; escape[at] && at < room; at++)
		set(g, x + at, y, (uint32_t)escape[at], s);
	return at;
}

int pp_grid_text(struct pp_grid *g, int x, int y, int width, struct pp_str text,
		 const struct pp_style *s)
{
	int at = 0;

	while (text.n && at < width) {
		uint32_t cp;
		size_t len = pp_utf8_decode(text, &cp);
		char escape[16];
		int took;

		if (len == 0) {
			snprintf(escape, sizeof(escape), "\\x%02x", (unsigned char)text.p[0]);
			len = 1;
			took = put_escape(g, x + at, y, width - at, escape, s);
		} else if (pp_utf8_is_unsafe(cp)) {
			snprintf(escape, sizeof(escape), cp < 256 ? "\\x%02x" : "\\u{%04x}", cp);
			took = put_escape(g, x + at, y, width - at, escape, s);
		} else {
			took = put_wide(g, x + at, y, width - at, cp, s);
		}
		if (took < 0)
			break;
		at += took;
		text.p += len;
		text.n -= len;
	}
	return at;
}

int pp_grid_fmt(struct pp_grid *g, int x, int y, int width, const struct pp_style *s,
		const char *fmt, ...)
{
	char text[FMT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	return pp_grid_text(g, x, y, width, pp_str_of(text), s);
}

int pp_grid_right(struct pp_grid *g, int x, int y, int width, struct pp_str text,
		  const struct pp_style *s)
{
	size_t cells = width > 0 ? (size_t)width : 0;

	pp_cells_fit(text, &cells);
	return pp_grid_text(g, x + width - (int)cells, y, (int)cells, text, s);
}

void pp_grid_fill(struct pp_grid *g, struct pp_rect r, uint32_t cp, const struct pp_style *s)
{
	for (int y = r.y; y < r.y + r.h; y++) {
		for (int x = r.x; x < r.x + r.w; x++)
			pp_grid_put(g, x, y, cp, s);
	}
}

void pp_grid_restyle(struct pp_grid *g, struct pp_rect r, const struct pp_style *s)
{
	for (int y = r.y; y < r.y + r.h; y++) {
		for (int x = r.x; x < r.x + r.w; x++) {
			struct pp_cell *c = pp_grid_at(g, x, y);

			if (c)
				c->style = *s;
		}
	}
}

void pp_grid_hline(struct pp_grid *g, int x, int y, int w, const struct pp_style *s)
{
	pp_grid_fill(g, (struct pp_rect){x, y, w, 1}, 0x2500, s);
}

void pp_grid_vline(struct pp_grid *g, int x, int y, int h, const struct pp_style *s)
{
	pp_grid_fill(g, (struct pp_rect){x, y, 1, h}, 0x2502, s);
}

void pp_grid_frame(struct pp_grid *g, struct pp_rect r, const struct pp_style *s)
{
	int right = r.x + r.w - 1, bottom = r.y + r.h - 1;

	pp_grid_hline(g, r.x, r.y, r.w, s);
	pp_grid_hline(g, r.x, bottom, r.w, s);
	pp_grid_vline(g, r.x, r.y, r.h, s);
	pp_grid_vline(g, right, r.y, r.h, s);
	pp_grid_put(g, r.x, r.y, 0x250c, s);
	pp_grid_put(g, right, r.y, 0x2510, s);
	pp_grid_put(g, r.x, bottom, 0x2514, s);
	pp_grid_put(g, right, bottom, 0x2518, s);
}

/* ---- for tests ---- */

static void trim_blanks(struct pp_buf *out, size_t from)
{
	while (out->n > from && out->p[out->n - 1] == ' ')
		out->n--;
	if (out->p)
		out->p[out->n] = '\0';
}

static char role_letter(const struct pp_style *s)
{
	static const char letters[PP_ROLES + 1] = ".dbthksxemvwfo";
	char c = letters[s->role];

	if (s->attrs & PP_ATTR_REVERSE)
		return c == '.' ? 'R' : (char)toupper(c);
	return c;
}

static void save_styles(const struct pp_cell *row, int w, struct pp_buf *out)
{
	size_t from = out->n;
	bool any = false;

	pp_buf_char(out, '~');
	for (int x = 0; x < w; x++) {
		char c = role_letter(&row[x].style);

		any |= c != '.';
		pp_buf_char(out, c);
	}
	pp_buf_char(out, '\n');
	if (!any) {
		out->n = from;
		out->p[from] = '\0';
	}
}

void pp_grid_save(const struct pp_grid *g, bool styles, struct pp_buf *out)
{
	for (int y = 0; y < g->h; y++) {
		const struct pp_cell *row = &g->cells[y * g->w];
		size_t from = out->n;

		for (int x = 0; x < g->w; x++) {
			if (row[x].base)
				pp_utf8_add(out, row[x].base);
			for (int i = 0; i < PP_CELL_MARKS && row[x].marks[i]; i++)
				pp_utf8_add(out, row[x].marks[i]);
		}
		trim_blanks(out, from);
		pp_buf_char(out, '\n');
		if (styles)
			save_styles(row, g->w, out);
	}
}
