/* SPDX-License-Identifier: Apache-2.0 */
/* The profiles of a side of a gate, one by one: files, and each entry that a selector finds. */
#ifndef PP_CMD_GATE_PROFILES_H
#define PP_CMD_GATE_PROFILES_H

#include "base/compiler.h"
#include "base/err.h"
#include "cli/command.h"
#include "cli/opt.h"
#include "cmd/report.h"
#include "gate/evidence.h"
#include "gate/places.h"
#include "render/compare.h"

/* What has to be the same for all profiles of both sides. */
struct pp_gate_kind {
	struct pp_str type, unit;  /* of the values; owned copies */
	struct pp_str period_type; /* "cpu/nanoseconds", or "" */
	bool known;
	bool counts;	/* values are samples, or their period times samples */
	bool sampled;	/* so that chance is in them */
	int64_t period; /* of the first profile */
};

struct pp_gate_load {
	struct pp_cli *cli;
	struct pp_progress *progress; /* shows how many have been read */
	const struct pp_report_options *options;
	const struct pp_report_kind *report;
	struct pp_nodes *nodes;
	struct pp_places *places;
	enum pp_per per;
	double units;			   /* of each profile of this side, for PP_PER_UNIT */
	const struct pp_opt_list *renames; /* of this side; NULL: none */
	bool *renamed;			   /* which of them were found */
	bool unlike;			   /* it has failed because profiles cannot be compared */
	struct pp_gate_kind kind;
	double sample; /* what one sample is worth in the first profile */
};

/* Add all of them to a side. -1 with an error that names the profile. */
int pp_gate_load_side(struct pp_gate_load *l, const struct pp_opt_list *paths,
		      struct pp_gate_side *side, struct pp_err *err) PP_NODISCARD;
void pp_gate_kind_release(struct pp_gate_kind *k);

#endif
