/* SPDX-License-Identifier: Apache-2.0 */
/* What every aggregate is made from: a profile as the options of a report want it seen. */
#ifndef PP_ANALYZE_VIEW_H
#define PP_ANALYZE_VIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/frames.h"
#include "analyze/nodes.h"
#include "profile/filter.h"
#include "profile/profile.h"
#include "profile/samples.h"

/* All borrowed. */
struct pp_view {
	const struct pp_profile *profile;
	const struct pp_filter *filter;
	const struct pp_frames *frames;
	const struct pp_nodes *nodes; /* that the frames refer to */
	uint32_t index;		      /* the value that is counted */
	bool mean;		      /* divide sums of it by sums of the first value */
	bool relative;		      /* the total is of what the filter leaves */
};

/* Of a sum and its divisor, which is 0 if there is none: the value to show. */
static inline int64_t pp_view_mean(int64_t sum, int64_t divisor)
{
	if (divisor == 0 || (divisor == -1 && sum == INT64_MIN))
		return sum;
	return sum / divisor;
}

/* What a single sample shows: its value, or mean. */
static inline int64_t pp_view_sample(const struct pp_view *v, const struct pp_sample *s)
{
	return pp_view_mean(s->values[v->index], v->mean ? s->values[0] : 0);
}

#endif
