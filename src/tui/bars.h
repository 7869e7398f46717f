/* SPDX-License-Identifier: Apache-2.0 */
/* Boxes (render/boxes.h) in rows of cells: which is where, moving between them, drawing them. For
 * every view that shows a graph. */
#ifndef PP_TUI_BARS_H
#define PP_TUI_BARS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "render/boxes.h"
#include "tui/app.h"
#include "tui/grid.h"

/* Least width of a box, in cells: what is thinner becomes a run. */
#define PP_BARS_LEAST 0.5

struct pp_bars {
	struct pp_boxes boxes; /* laid out for a width in cells */
	uint32_t *parent;      /* [boxes.n]: the box it stands on; PP_NONE: none */
	uint32_t nrows;	       /* of depths, from 0 */
	uint32_t *first;       /* [nrows + 1]: of a row, the first of ... */
	uint32_t *in_row;      /* [boxes.n]: boxes, row by row from left to right */
	uint32_t *place;       /* [boxes.n]: where a box is in in_row */
};

/* Take boxes, which become the graph's own; what it had before is released. */
void pp_bars_take(struct pp_bars *g, struct pp_boxes *boxes);
void pp_bars_release(struct pp_bars *g);

/* The box at a column (in cells) of a row, PP_NONE if there is none. */
uint32_t pp_bars_at(const struct pp_bars *g, double x, uint32_t row);

/* The box of a node, and row if that is not PP_NONE; PP_NONE if it has none. */
uint32_t pp_bars_box_of(const struct pp_bars *g, uint32_t node, uint32_t row);

/* Neighbours of a box, itself where there is none: the one to the left (-1) or right (1) in its
 * row, the widest of those that stand on it, the first (-1) and the last (1) of its siblings, the
 * sibling that comes next by width. */
uint32_t pp_bars_beside(const struct pp_bars *g, uint32_t box, int step);
uint32_t pp_bars_child(const struct pp_bars *g, uint32_t box);
uint32_t pp_bars_end_sibling(const struct pp_bars *g, uint32_t box, int step);
uint32_t pp_bars_lighter(const struct pp_bars *g, uint32_t box);

/* The widest box of a row. */
uint32_t pp_bars_widest(const struct pp_bars *g, uint32_t row);

/* Draw a row from column x of the grid on, in w columns. `selected` may be PP_NONE. */
void pp_bars_draw_row(struct pp_tui *t, const struct pp_bars *g, uint32_t row, int x, int y, int w,
		      uint32_t selected);

#endif
