/* SPDX-License-Identifier: Apache-2.0 */
/* Views that are rows: the keys and the mouse that go through them, and what stands in the columns
 * of lists. */
#ifndef PP_TUI_LIST_H
#define PP_TUI_LIST_H

#include "tui/app.h"
#include "tui/event.h"
#include "tui/view.h"

/* Columns of a share: "99.50%", with a blank before it. */
#define PP_LIST_SHARE 8

/* What the data of such a view begins with. */
struct pp_list {
	int h; /* rows that were drawn last */
	/* Go so many rows down, or to the last one if there are not so many: in a list, select
	 * it; else, show what is there. LONG_MAX is to the end. */
	void (*move)(struct pp_tui *t, void *view, long rows);
	/* Show what is so many rows down, with the selection where it is. */
	void (*scroll)(struct pp_tui *t, void *view, long rows);
};

void pp_list_up(struct pp_tui *t, void *view, const char *arg);
void pp_list_down(struct pp_tui *t, void *view, const char *arg);
void pp_list_top(struct pp_tui *t, void *view, const char *arg);
void pp_list_bottom(struct pp_tui *t, void *view, const char *arg);
void pp_list_page_up(struct pp_tui *t, void *view, const char *arg);
void pp_list_page_down(struct pp_tui *t, void *view, const char *arg);
void pp_list_half_up(struct pp_tui *t, void *view, const char *arg);
void pp_list_half_down(struct pp_tui *t, void *view, const char *arg);

/* What goes through pages, for tables of actions; some views need Space for something else.
 * clang-format would take the last row apart. */
/* clang-format off */
#define PP_LIST_PAGES(keys_down) \
	{"page-down", keys_down, "a page down", pp_list_page_down, NULL}, \
	{"page-up", "PgUp b", "a page up", pp_list_page_up, NULL}, \
	{"half-down", "C-d", "half a page down", pp_list_half_down, NULL}, \
	{"half-up", "C-u", "half a page up", pp_list_half_up, NULL}
/* clang-format on */

/* Scroll if it is the wheel; false if it is something else. */
bool pp_list_wheel(struct pp_tui *t, void *view, const struct pp_mouse *mouse);

/* How a row looks; it is filled with that. */
struct pp_style pp_list_row(struct pp_tui *t, struct pp_rect row, bool selected);

/* The share of a value, at the right of PP_LIST_SHARE columns. `node` as of pp_model_percent. */
void pp_list_share(struct pp_tui *t, int x, int y, int64_t value, uint32_t node,
		   const struct pp_style *s);

/* The same of the side before, of its total. */
void pp_list_share_before(struct pp_tui *t, int x, int y, int64_t value, const struct pp_style *s);

/* What has changed, in the same room. */
void pp_list_points(struct pp_tui *t, int x, int y, const struct pp_flame_delta *d,
		    const struct pp_style *s);

/* The name of a function, cut to the room there is. */
void pp_list_name(struct pp_tui *t, int x, int y, int w, uint32_t func, const struct pp_style *s);

#endif
