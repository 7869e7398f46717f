/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several profiles as one: samples with equal stacks and labels are added up. Source of the rules:
 * google/pprof's behaviour (profile.Merge), except that columns tell locations apart on every line,
 * as its later versions have it. Tables: profile/merge_tables.h; labels: profile/label_sets.h.
 *
 * The result has samples in the order of their first occurrence, ids from 1 without gaps in the
 * order in which samples lead to them, the first mapping first, and nothing that no sample needs.
 * Samples that are all zero, or add up to it, are dropped. Of the header, types and drop_frames and
 * keep_frames are the first profile's, the time is the earliest (after one without a time, it is
 * taken anew), durations are added, the longest period and each comment once are kept, and the
 * first doc_url and default_sample_type that are there.
 */
#ifndef PP_PROFILE_MERGE_H
#define PP_PROFILE_MERGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "profile/profile.h"
#include "profile/scale.h"

#define PP_BASE_LABEL "pprof::base" /* on samples to compare with; its value is "true" */

/* Merge n >= 1 profiles with the same sample types and the same type of period; otherwise -1 with
 * PP_ERR_FORMAT. They are taken over, even on failure: each is released as soon as its samples have
 * been added, and is empty afterwards. */
int pp_profile_merge(struct pp_profile *out, struct pp_profile *in, uint32_t n,
		     struct pp_err *err) PP_NODISCARD;

/* Whether two profiles can be merged by pp_profile_merge; -1 with PP_ERR_FORMAT if not. */
int pp_merge_check_types(const struct pp_profile *a, const struct pp_profile *b,
			 struct pp_err *err) PP_NODISCARD;

/*
 * The same with changes on the way, for combine.h, base.h and scale.h, so that no profile has to be
 * walked and written just to be merged afterwards. Everything is borrowed but the profiles.
 */
struct pp_merge_input {
	struct pp_profile *profile;
	const uint32_t *columns; /* which value becomes each value of the result; NULL: the same */
	const double *ratios;	 /* by which it is multiplied then; NULL: 1 */
	bool is_base;		 /* its samples get PP_BASE_LABEL */
	int64_t period;
	struct pp_str default_sample_type;
};

struct pp_merge_type {
	struct pp_str type, unit;
};

struct pp_merge {
	struct pp_merge_input *inputs;
	uint32_t n;
	enum pp_rounding rounding;
	const struct pp_merge_type *types; /* of the result; NULL: those of the first profile */
	uint32_t ntypes;
	const struct pp_merge_type *period_type; /* NULL: that of the first profile */
};

/* The profile as it is. */
void pp_merge_input_init(struct pp_merge_input *input, struct pp_profile *p);

/* Types are not compared. Takes the profiles over as above. */
int pp_merge_run(struct pp_profile *out, const struct pp_merge *merge,
		 struct pp_err *err) PP_NODISCARD;

#endif
