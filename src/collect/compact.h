/* SPDX-License-Identifier: Apache-2.0 */
/* Letting go of what no process maps any more: for recordings that go on for days. */
#ifndef PP_COLLECT_COMPACT_H
#define PP_COLLECT_COMPACT_H

#include "collect/procs.h"

/*
 * Forget images that nothing maps, with their open files, and names that nothing bears. Unwind
 * tables that have not been used for a while go, too. Positions of images and strings change, so
 * nobody may hold any: between two windows of a recording, when there are no stacks. Does nothing
 * while little is to be gained.
 */
void pp_procs_compact(struct pp_procs *p);

#endif
