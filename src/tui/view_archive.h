/* SPDX-License-Identifier: Apache-2.0 */
/* The archive: its series with what they add up to over time, and ranges that can be marked. */
#ifndef PP_TUI_VIEW_ARCHIVE_H
#define PP_TUI_VIEW_ARCHIVE_H

#include "tui/view.h"

extern const struct pp_tui_view pp_view_archive;

#endif
