/* SPDX-License-Identifier: Apache-2.0 */
/* The interface of a view. view_NAME.c has one, and views.c names it. */
#ifndef PP_TUI_VIEW_H
#define PP_TUI_VIEW_H

#include <stdbool.h>

#include "base/buf.h"
#include "tui/action.h"
#include "tui/event.h"
#include "tui/grid.h"

/* Where a view is shown when there is room for several. */
enum pp_slot { PP_SLOT_LEFT, PP_SLOT_RIGHT, PP_SLOT_BOTTOM, PP_SLOTS };

struct pp_tui_view {
	const char *name; /* one word: "flame" */
	char digit;	  /* the key that goes to it */
	enum pp_slot slot;
	bool opens; /* it is shown from the start where there is room */
	bool alone; /* on the left: nothing is shown beside it */
	const struct pp_action *actions;

	/* Its data, made when it is first shown. */
	void *(*open)(struct pp_tui *t);
	void (*close)(void *view);

	/* Append to the title of its pane, behind the name; NULL: nothing. */
	void (*title)(struct pp_tui *t, void *view, struct pp_buf *out);

	/* Draw all of a rectangle, which has been cleared. The model may have changed since. */
	void (*draw)(struct pp_tui *t, void *view, struct pp_rect r, bool focused);

	/* The mouse, at a place of the rectangle that was drawn last; NULL: does nothing. */
	void (*mouse)(struct pp_tui *t, void *view, const struct pp_mouse *mouse);

	/* Something of the model is different: enum pp_change, ored. NULL: draw finds out. */
	void (*changed)(struct pp_tui *t, void *view, unsigned what);
};

/* All views, in the order of their digits; ends with NULL. */
extern const struct pp_tui_view *const pp_tui_views[];

#define PP_VIEWS_MAX 9

#endif
