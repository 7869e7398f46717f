/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A screen in memory. Views draw here; the terminal gets what has changed, and tests look at it.
 * Whatever is put is clipped, by the columns that it takes, and made safe: nothing that is not a
 * printable character ever is in a cell.
 */
#ifndef PP_TUI_GRID_H
#define PP_TUI_GRID_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/str.h"
#include "tui/style.h"

#define PP_GRID_MAX 1000 /* columns or rows */

#define PP_CELL_MARKS 2 /* combining characters that a cell keeps */

struct pp_cell {
	uint32_t base; /* 0: the right half of a wide character */
	uint32_t marks[PP_CELL_MARKS];
	struct pp_style style;
};

struct pp_rect {
	int x, y, w, h;
};

struct pp_grid {
	int w, h;
	struct pp_cell *cells; /* [w * h], row by row */
	bool ascii;	       /* characters beyond ASCII are replaced when they are put */
	struct pp_buf scratch;
};

void pp_grid_init(struct pp_grid *g);
void pp_grid_release(struct pp_grid *g);

/* Change the size (at least 1, at most PP_GRID_MAX each), and clear. */
void pp_grid_resize(struct pp_grid *g, int w, int h);
void pp_grid_clear(struct pp_grid *g);

/* All of it. */
struct pp_rect pp_grid_all(const struct pp_grid *g);

/* The cell, or NULL outside. */
struct pp_cell *pp_grid_at(struct pp_grid *g, int x, int y);

/* Put a character that takes one column. */
void pp_grid_put(struct pp_grid *g, int x, int y, uint32_t cp, const struct pp_style *s);

/* Put a text, escaped where it is not safe, in at most `width` columns; returns how many it took.
 */
int pp_grid_text(struct pp_grid *g, int x, int y, int width, struct pp_str text,
		 const struct pp_style *s);
int pp_grid_fmt(struct pp_grid *g, int x, int y, int width, const struct pp_style *s,
		const char *fmt, ...) PP_PRINTF(6, 7);

/* The same, so that it ends before column x + width; what does not fit is cut at its end. */
int pp_grid_right(struct pp_grid *g, int x, int y, int width, struct pp_str text,
		  const struct pp_style *s);

void pp_grid_fill(struct pp_grid *g, struct pp_rect r, uint32_t cp, const struct pp_style *s);

/* Another look for what is there. */
void pp_grid_restyle(struct pp_grid *g, struct pp_rect r, const struct pp_style *s);

/* Lines, and a frame around a rectangle. */
void pp_grid_hline(struct pp_grid *g, int x, int y, int w, const struct pp_style *s);
void pp_grid_vline(struct pp_grid *g, int x, int y, int h, const struct pp_style *s);
void pp_grid_frame(struct pp_grid *g, struct pp_rect r, const struct pp_style *s);

/* Append the screen as text, blanks at the ends of lines left out. With `styles`, each line that
 * has any is followed by one that begins with '~' and has a letter per cell: of its role ('.' is
 * plain text), a capital if it is reversed. */
void pp_grid_save(const struct pp_grid *g, bool styles, struct pp_buf *out);

#endif
