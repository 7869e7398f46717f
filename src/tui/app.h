/* SPDX-License-Identifier: Apache-2.0 */
/* Everything that one run has. Views and actions get it; what they change is shown when they are
 * done. */
#ifndef PP_TUI_APP_H
#define PP_TUI_APP_H

#include <stdbool.h>

#include "base/compiler.h"
#include "tui/follow.h"
#include "tui/grid.h"
#include "tui/model.h"
#include "tui/overlay.h"
#include "tui/panes.h"
#include "tui/prompt.h"
#include "tui/screen.h"
#include "tui/steps.h"
#include "tui/tui.h"

#define PP_MESSAGE_MAX 512

struct pp_tui {
	const struct pp_tui_options *options;
	struct pp_screen *screen;
	struct pp_grid grid;
	struct pp_model model;
	struct pp_panes panes;
	struct pp_prompt prompt;
	struct pp_overlay overlay;
	struct pp_steps steps;
	struct pp_follow follow;
	struct pp_str title;	      /* of what is shown; not trusted */
	char message[PP_MESSAGE_MAX]; /* until the next key */
	bool is_error;
	bool no_mouse;
	pp_key key; /* that is being handled; PP_KEY_NONE: it is a command */
	bool quit;
	int cursor_x, cursor_y; /* x below 0: hidden */
};

/* Tell something in the last line. */
void pp_tui_say(struct pp_tui *t, const char *fmt, ...) PP_PRINTF(2, 3);
void pp_tui_fail(struct pp_tui *t, const char *fmt, ...) PP_PRINTF(2, 3);

/* The function that actions are about: what is selected, PP_NONE if that is none. With a message if
 * there is none. */
uint32_t pp_tui_subject(struct pp_tui *t);

/* Whether the screen is large enough to show anything; else views are not drawn, and get neither
 * keys nor the mouse, as what they have laid out may be of another tree. */
bool pp_tui_fits(const struct pp_tui *t);

/* Draw all of it into the grid (status.c). */
void pp_tui_draw(struct pp_tui *t);

/* The key whose name stands at a place of the line of keys; PP_KEY_NONE if there is none. */
pp_key pp_tui_key_at(const struct pp_tui *t, int x, int y);

#endif
