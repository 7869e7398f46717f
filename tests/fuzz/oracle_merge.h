/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A second opinion on merging: each sample as a text that says all that makes it different from
 * others, with the sum of its values. Slow, plain, and with nothing of the merge's own.
 */
#ifndef PP_TESTS_ORACLE_MERGE_H
#define PP_TESTS_ORACLE_MERGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "profile/profile.h"

struct oracle_samples {
	struct pp_strtab texts;
	struct pp_buf values; /* int64_t, nvalues for each text */
	uint32_t nvalues;
};

void oracle_samples_init(struct oracle_samples *o, uint32_t nvalues);
void oracle_samples_release(struct oracle_samples *o);

/* Add the samples of p, whose values are multiplied by the factor. Without mappings of its own it
 * gets a nameless one if `stand_in`. */
void oracle_samples_add(struct oracle_samples *o, const struct pp_profile *p, int64_t factor,
			bool stand_in);

/* Whether both have the same samples, but for those that are zero. */
bool oracle_samples_equal(struct oracle_samples *a, struct oracle_samples *b);

/* NULL, or what is wrong with a profile that was merged: zero samples, equal samples, rows that
 * nothing leads to, ids that are not 1, 2, ... */
const char *oracle_merged_wrong(const struct pp_profile *p);

#endif
