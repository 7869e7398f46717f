/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cost of routines and of their parts, which are lines of source or instructions. flat: of samples
 * whose innermost frame it is. cum: of samples that have it on the stack, each counted once for the
 * part and once for the routine, however often they recur. (pprof adds up the parts' cum, so that
 * its routines cost more than all there is when they are recursive.)
 */
#ifndef PP_ANALYZE_COSTS_H
#define PP_ANALYZE_COSTS_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/flat.h"
#include "analyze/view.h"

/* Which nodes are counted, and where. Borrowed. */
struct pp_parts {
	const uint32_t *of_node;    /* the part of every node of the view; PP_NONE: of none */
	const uint32_t *to_routine; /* the routine of every part */
	uint32_t nparts, nroutines;
};

struct pp_cost {
	int64_t flat, cum;
	int64_t flat_div, cum_div; /* of means, which are settled: what sums were divided by */
};

struct pp_costs {
	struct pp_cost *parts, *routines;
};

/* A pass over the samples. */
void pp_costs_init(struct pp_costs *c, const struct pp_view *v, const struct pp_parts *parts);
void pp_costs_release(struct pp_costs *c);

/* Whether a node has any part in a report: not if it costs nothing, or, if `drop_negative`, if it
 * costs less. Rules: google/pprof, selectNodesForGraph. */
bool pp_costs_is_shown(const struct pp_flat_cell *cell, bool drop_negative);

#endif
