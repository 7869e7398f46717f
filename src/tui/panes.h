/* SPDX-License-Identifier: Apache-2.0 */
/* Which views are seen, and where: one, or a left and a right one above a third. */
#ifndef PP_TUI_PANES_H
#define PP_TUI_PANES_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/grid.h"
#include "tui/view.h"

#define PP_PANES_WIDE	100 /* columns from which on there is more than one pane */
#define PP_PANES_TALL	24  /* rows from which on there is one at the bottom */
#define PP_PANES_FRAMED 60  /* columns, with 20 rows, from which on panes have frames */

/* A view that has been opened. */
struct pp_pane_view {
	const struct pp_tui_view *ops;
	void *data; /* NULL: not yet shown */
	bool drawn; /* since the model has changed: what it has is valid, and keys may go there */
};

struct pp_panes {
	struct pp_pane_view views[PP_VIEWS_MAX];
	size_t nviews;
	int in_slot[PP_SLOTS]; /* the view of each slot; -1: none */
	int home[PP_SLOTS];    /* what is there when all else has been closed; -1: nothing */
	enum pp_slot focus;
	double across, down; /* the share of the left pane's width, of the upper ones' height */
	struct pp_rect rects[PP_SLOTS]; /* of what was drawn, frames apart; w 0: not seen */
	int split_x, split_y;		/* the borders between them; -1: none */
	bool drag_x, drag_y;
};

void pp_panes_init(struct pp_panes *p);
void pp_panes_release(struct pp_panes *p);

/* The view that has the focus, with its data. */
struct pp_pane_view *pp_panes_focused(struct pp_tui *t);

/* Show a view where it belongs, and go there; false if there is none of that name or digit. */
bool pp_panes_show(struct pp_tui *t, const char *name);
bool pp_panes_show_digit(struct pp_tui *t, char digit);

/* The same, and that is where one comes back to. */
bool pp_panes_begin(struct pp_tui *t, const char *name);

/* Take the view that has the focus away, if it is not the only one or the first of its slot. False
 * if there is nothing to take away. */
bool pp_panes_close(struct pp_tui *t);

/* To the next pane (1) or the one before (-1). */
void pp_panes_turn(struct pp_tui *t, int step);

void pp_panes_draw(struct pp_tui *t, struct pp_rect area);
void pp_panes_mouse(struct pp_tui *t, const struct pp_mouse *mouse);

/* Tell all open views. */
void pp_panes_changed(struct pp_tui *t, unsigned what);

#endif
