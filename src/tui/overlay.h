/* SPDX-License-Identifier: Apache-2.0 */
/* A window above the panes, which takes all keys: help, or a menu to choose from. */
#ifndef PP_TUI_OVERLAY_H
#define PP_TUI_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/str.h"
#include "tui/event.h"
#include "tui/key.h"

struct pp_tui;

/* A line of a window. */
struct pp_item {
	char *key;    /* shown at its left, and chooses it if it is one character; NULL: none */
	char *text;   /* not trusted */
	char *detail; /* at its right, a count, say; NULL: none */
	bool is_title;
	size_t id; /* the caller's */
};

/* A menu calls this with the item that was chosen, after it has been closed. */
typedef void pp_overlay_choose(struct pp_tui *t, const struct pp_item *item);

struct pp_overlay {
	bool is_open;
	char *title;
	struct pp_item *items;
	size_t n, cap;
	size_t at; /* selected, or the first line seen if nothing can be chosen */
	size_t top;
	int x, y, w, h; /* where it was drawn */
	pp_overlay_choose *choose;
};

/* Open an empty window; `choose` NULL: it is only to be read. */
void pp_overlay_open(struct pp_tui *t, const char *title, pp_overlay_choose *choose);

/* Add a line; texts are copied. The item is valid until the next. */
struct pp_item *pp_overlay_add(struct pp_tui *t, const char *key, struct pp_str text,
			       const char *detail);

void pp_overlay_close(struct pp_tui *t);
void pp_overlay_key(struct pp_tui *t, pp_key key);
void pp_overlay_mouse(struct pp_tui *t, const struct pp_mouse *mouse);
void pp_overlay_draw(struct pp_tui *t);

/* All actions that hold in the view that has the focus. */
void pp_overlay_help(struct pp_tui *t);

#endif
