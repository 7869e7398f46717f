/* SPDX-License-Identifier: Apache-2.0 */
/* The call tree, line by line; opened and closed where one likes. */
#ifndef PP_TUI_VIEW_TREE_H
#define PP_TUI_VIEW_TREE_H

#include "tui/view.h"

extern const struct pp_tui_view pp_view_tree;

#endif
