/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Functions that are new where others are gone, and are most likely these under another name: the
 * same callers call them, and they cost about as much.
 */
#ifndef PP_ANALYZE_MOVED_H
#define PP_ANALYZE_MOVED_H

#include "analyze/compare.h"
#include "analyze/view.h"

/* Mark pairs among the rows that were not dropped, dearest first. */
void pp_moved_find(struct pp_compare *c, const struct pp_view *const views[PP_SIDES]);

#endif
