/* SPDX-License-Identifier: Apache-2.0 */
/* The source of the selected function, with what its lines cost. */
#ifndef PP_TUI_VIEW_SOURCE_H
#define PP_TUI_VIEW_SOURCE_H

#include "tui/view.h"

/* Go there, and edit the line that is selected. */
void pp_source_edit(struct pp_tui *t);

extern const struct pp_tui_view pp_view_source;

#endif
