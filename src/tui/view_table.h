/* SPDX-License-Identifier: Apache-2.0 */
/* All functions, with what they cost themselves and in total; any column sorts. */
#ifndef PP_TUI_VIEW_TABLE_H
#define PP_TUI_VIEW_TABLE_H

#include "tui/view.h"

extern const struct pp_tui_view pp_view_table;

#endif
