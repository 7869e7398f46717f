/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include <stddef.h>

#include "tui/view.h"
#include "tui/view_archive.h"
#include "tui/view_flame.h"

const struct pp_tui_view *const pp_tui_views[] = {
	&pp_view_flame,
	&pp_view_archive,
	NULL,
};
