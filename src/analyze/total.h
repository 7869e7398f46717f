/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What percentages are of: the sum of the absolute values of all samples, those without a stack
 * included; of the samples of the base alone, where a profile has such. Source of the rules:
 * google/pprof, report.computeTotal.
 */
#ifndef PP_ANALYZE_TOTAL_H
#define PP_ANALYZE_TOTAL_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/view.h"

struct pp_total {
	uint32_t
		base_key; /* string of the label that marks the base's samples; 0: there are none */
	int64_t all, all_div;
	int64_t base, base_div;
	bool overflow; /* a sum of absolute values has wrapped */
};

/* Zero, for a profile. */
void pp_total_init(struct pp_total *t, const struct pp_view *v);

/* Count one sample in. */
void pp_total_add(struct pp_total *t, const struct pp_view *v, const struct pp_sample *s);

/* Add what another thread has counted of the same profile. */
void pp_total_join(struct pp_total *t, const struct pp_total *more);

/* The total as reports use it. */
int64_t pp_total_value(const struct pp_total *t);

/* All of the above at once, for reports that do not aggregate: filters are applied if the view says
 * that it is relative. */
struct pp_total pp_total_of(const struct pp_view *v);

#endif
