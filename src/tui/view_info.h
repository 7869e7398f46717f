/* SPDX-License-Identifier: Apache-2.0 */
/* What the profile is and holds: what `pyroprof info` prints. */
#ifndef PP_TUI_VIEW_INFO_H
#define PP_TUI_VIEW_INFO_H

#include "tui/view.h"

extern const struct pp_tui_view pp_view_info;

#endif
