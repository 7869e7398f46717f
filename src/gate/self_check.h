/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often a gate raises a false alarm on profiles of one and the same program: these are split
 * into two halves by chance, again and again, and judged against each other.
 */
#ifndef PP_GATE_SELF_CHECK_H
#define PP_GATE_SELF_CHECK_H

#include <stdint.h>

#include "gate/gate.h"

struct pp_self_check {
	uint32_t splits;
	uint32_t alarms;       /* splits with a regression */
	uint32_t functions;    /* that were called one, in all splits together */
	uint32_t naive_alarms; /* splits in which some function has more than is allowed, as a plain
				  comparison of the halves' sums has it */
	uint32_t naive_functions;
	double judged; /* functions per split */
};

/* At least two profiles of `all` on each side. The same seed gives the same splits. */
struct pp_self_check pp_self_check(const struct pp_gate_side *all, const struct pp_nodes *nodes,
				   const struct pp_gate_options *o, uint32_t splits, uint64_t seed);

#endif
