/* SPDX-License-Identifier: Apache-2.0 */
/* The graph: the tree top-down or bottom-up, as boxes. */
#ifndef PP_TUI_VIEW_FLAME_H
#define PP_TUI_VIEW_FLAME_H

#include "tui/view.h"

extern const struct pp_tui_view pp_view_flame;

#endif
