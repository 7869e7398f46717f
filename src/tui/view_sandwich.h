/* SPDX-License-Identifier: Apache-2.0 */
/* A function wherever it was called: what calls it above, what it calls below. */
#ifndef PP_TUI_VIEW_SANDWICH_H
#define PP_TUI_VIEW_SANDWICH_H

#include "tui/view.h"

/* Open it for what is selected. */
void pp_view_sandwich_open(struct pp_tui *t);

extern const struct pp_tui_view pp_view_sandwich;

#endif
