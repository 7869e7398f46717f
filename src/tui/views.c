/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include <stddef.h>

#include "tui/view.h"
#include "tui/view_archive.h"
#include "tui/view_flame.h"
#include "tui/view_info.h"
#include "tui/view_sandwich.h"
#include "tui/view_source.h"
#include "tui/view_table.h"
#include "tui/view_tree.h"

const struct pp_tui_view *const pp_tui_views[] = {
	&pp_view_flame,	 &pp_view_table, &pp_view_tree,	   &pp_view_sandwich,
	&pp_view_source, &pp_view_info,	 &pp_view_archive, NULL,
};
