/* SPDX-License-Identifier: Apache-2.0 */
/* All verdicts about two sides, and what explains a change that is none. */
#ifndef PP_GATE_GATE_H
#define PP_GATE_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/nodes.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/regex.h"
#include "gate/evidence.h"
#include "gate/judge.h"

/* A function that is looked after: REGEX[:MAX]. */
struct pp_guard {
	struct pp_regex *regex;
	double allowed; /* as a part of what there was before */
	bool matched;
};

struct pp_gate_options {
	bool cum;
	bool sampled; /* where all profiles of a side are the same, it is one of them only */
	double allowed, min_share;
	struct pp_judge_options judge;
	struct pp_guard *guards;
	size_t nguards;
};

/* Why a function that costs more is none that has regressed. */
enum pp_gate_note {
	PP_GATE_PLAIN,
	PP_GATE_RENAMED,  /* `other` is gone, was called by the same and cost as much */
	PP_GATE_SHIFTED,  /* within `other`, which calls it and does not cost more; others it calls
			     cost less */
	PP_GATE_ABSORBED, /* it costs no more with what it calls, of which `other` costs less */
};

struct pp_gate_item {
	uint32_t node;
	struct pp_judged judged;
	enum pp_gate_note note;
	uint32_t other;	       /* node */
	struct pp_part *parts; /* both sides', owned */
};

struct pp_gate {
	struct pp_gate_options options; /* guards are borrowed */
	struct pp_gate_side before, after;
	const struct pp_nodes *nodes;
	struct pp_gate_item *items; /* regressed, inconclusive, ok; each by its increase */
	size_t n;
	size_t count[3]; /* by enum pp_verdict */
};

/* Judge everything that has min_share on a side, or is guarded. */
void pp_gate_run(struct pp_gate *g);
void pp_gate_release(struct pp_gate *g);

/* Of all of them: regressed if any is, else inconclusive if any is. */
enum pp_verdict pp_gate_verdict(const struct pp_gate *g);

#endif
