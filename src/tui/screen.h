/* SPDX-License-Identifier: Apache-2.0 */
/* What shows a grid and tells events: a terminal (term.h), or a script (script.h). */
#ifndef PP_TUI_SCREEN_H
#define PP_TUI_SCREEN_H

#include <stdbool.h>

#include "base/str.h"
#include "tui/event.h"
#include "tui/grid.h"

struct pp_screen {
	void *data;
	/* What `next` looks at as well, -1: nothing. Set anew before each call. */
	int feed_fd; /* readable: PP_EVENT_FEED */
	int stop_fd; /* readable: PP_EVENT_END */
	/* Show a grid, with the cursor at a place, or hidden if x is below 0. */
	void (*show)(void *data, const struct pp_grid *g, int x, int y);
	/* Wait for an event for at most so many ms (-1: for ever), PP_EVENT_TICK if none comes. */
	void (*next)(void *data, int timeout, struct pp_event *e);
	void (*copy)(void *data, struct pp_str text); /* to the clipboard */
	void (*suspend)(void *data);		      /* stop, as C-z does */
	void (*lend)(void *data, bool away);	      /* give it back for a while; take it */
	void (*redraw)(void *data);		      /* all of it, when next shown */
	void (*mouse)(void *data, bool on);
	bool ascii; /* it can only show ASCII */
	bool plain; /* it has no colours */
};

#endif
