/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls that a picture can do without: dotted ones, across rows that are not shown, whose caller
 * also reaches the callee in another way. Rules: google/pprof, Graph.RemoveRedundantEdges.
 */
#ifndef PP_ANALYZE_REDUNDANT_H
#define PP_ANALYZE_REDUNDANT_H

#include <stdbool.h>

#include "analyze/edges.h"
#include "analyze/rows.h"

/* Calls looked at in the search for other ways, over all; when they are used up, the rest of the
 * dotted calls stay. A picture of so many has other problems. */
#define PP_REDUNDANT_STEPS (1u << 28)

/* Set drop[i] for the calls edges->all[i] to be left out. The lightest go first, and none that is
 * heavier than an undotted call to the same row. */
void pp_redundant_find(const struct pp_edges *edges, const struct pp_rows *rows, bool *drop);

#endif
