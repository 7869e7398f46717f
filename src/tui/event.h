/* SPDX-License-Identifier: Apache-2.0 */
/* What happens to the program, from a terminal or from a script. */
#ifndef PP_TUI_EVENT_H
#define PP_TUI_EVENT_H

#include <stdbool.h>

#include "tui/key.h"

enum pp_event_kind {
	PP_EVENT_NONE,
	PP_EVENT_KEY,
	PP_EVENT_MOUSE,
	PP_EVENT_COMMAND, /* of a script: what one could type behind ':' */
	PP_EVENT_RESIZE,  /* to w columns and h rows */
	PP_EVENT_TICK,	  /* the time that was asked for has passed */
	PP_EVENT_FEED,	  /* there is new data */
	PP_EVENT_END,	  /* the terminal is gone, or we are told to go */
};

enum pp_mouse_kind {
	PP_MOUSE_PRESS,
	PP_MOUSE_DOUBLE,
	PP_MOUSE_DRAG, /* moved with the button held */
	PP_MOUSE_RELEASE,
	PP_MOUSE_WHEEL_UP,
	PP_MOUSE_WHEEL_DOWN,
};

struct pp_mouse {
	enum pp_mouse_kind kind;
	int x, y; /* cells from the upper left corner, from 0 */
	bool shift, ctrl;
	bool right; /* the button for menus */
};

struct pp_event {
	enum pp_event_kind kind;
	pp_key key;
	struct pp_mouse mouse;
	int w, h;
	const char *command; /* valid until the next event */
};

#endif
