/* SPDX-License-Identifier: Apache-2.0 */
/* From a grid to the bytes that make a terminal show it: only for cells that have changed. */
#ifndef PP_TUI_PAINT_H
#define PP_TUI_PAINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "tui/grid.h"

/* What the terminal understands, from terminfo; NULL: it does not. */
struct pp_paint_caps {
	const char *cup, *clear, *sgr0, *bold, *rev, *smul, *setaf, *setab, *civis, *cnorm;
	bool wraps; /* the last cell of the screen must not be written: it would scroll */
};

struct pp_paint {
	struct pp_paint_caps caps;
	enum pp_palette palette;
	bool dark;
	struct pp_cell *shown; /* [w * h]: what the terminal shows */
	int w, h;
	bool all; /* nothing is known of what it shows */
	int x, y; /* where its cursor is; x -1: not known */
	struct pp_ink ink;
	bool has_ink;
	bool hidden; /* the cursor */
	struct pp_buf out;
};

/* Ask terminfo, which has been set up. */
void pp_paint_init(struct pp_paint *p, enum pp_palette palette, bool dark);
void pp_paint_release(struct pp_paint *p);

/* Put into p->out what makes it show the grid, with the cursor at a place (x below 0: hidden). */
void pp_paint_grid(struct pp_paint *p, const struct pp_grid *g, int x, int y);

/* Append a string of terminfo without the pauses that are in some. */
void pp_paint_cap(struct pp_buf *out, const char *cap);

#endif
