/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the profiles of a side say, each by itself: what every node costs in it, and who called whom
 * in all of them. One table of nodes serves both sides.
 */
#ifndef PP_GATE_EVIDENCE_H
#define PP_GATE_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/flat.h"
#include "analyze/view.h"
#include "base/buf.h"
#include "base/map.h"

struct pp_gate_profile {
	double *flat, *cum; /* by node, in samples; of the first n nodes: others are not in it */
	uint32_t n;
	double all; /* what shares are of: its total in samples, or its seconds, or units */
	int64_t time, duration; /* ns */
	char *name;		/* the file, or the entry's id */
};

struct pp_gate_call {
	uint32_t caller, callee; /* nodes */
	double weight;		 /* samples, as a part of all */
};

struct pp_gate_side {
	struct pp_gate_profile *profiles;
	size_t n, cap;
	struct pp_map found; /* caller << 32 | callee: position in calls */
	struct pp_gate_call *calls;
	size_t ncalls, calls_cap;
	double all; /* of all profiles */
};

/* Count a profile in. `value`: what one sample is worth in the values that are counted; `all`: what
 * parts are of, 0: the total. The name is copied. */
void pp_gate_side_add(struct pp_gate_side *s, const struct pp_view *v, const char *name,
		      double value, double all);
void pp_gate_side_release(struct pp_gate_side *s);

/* What a node costs in the i-th profile. */
double pp_gate_part(const struct pp_gate_side *s, size_t i, uint32_t node, bool cum);

/* The same of all profiles together, as a part of all. */
double pp_gate_share(const struct pp_gate_side *s, uint32_t node, bool cum);

#endif
