/* SPDX-License-Identifier: Apache-2.0 */
/* Scaling single values, and whole profiles by merging them with nothing. */
#include <config.h>

#include "profile/scale.h"

#include <math.h>

#include "profile/merge.h"

int64_t pp_scale_to_int(double x, enum pp_rounding rounding)
{
	double whole = rounding == PP_ROUND_NEAREST ? round(x) : trunc(x);

	return whole >= -0x1p63 && whole < 0x1p63 ? (int64_t)whole : INT64_MIN;
}

int64_t pp_scale_value(int64_t v, double ratio, enum pp_rounding rounding)
{
	if (ratio == 1)
		return v;
	if (ratio == -1)
		return (int64_t)(0 - (uint64_t)v);
	return pp_scale_to_int((double)v * ratio, rounding);
}

int pp_profile_scale(struct pp_profile *p, const double *ratios, enum pp_rounding rounding,
		     struct pp_err *err)
{
	struct pp_merge_input input;
	struct pp_merge merge = {.inputs = &input, .n = 1, .rounding = rounding};
	struct pp_profile scaled;

	pp_merge_input_init(&input, p);
	input.ratios = ratios;
	if (pp_merge_run(&scaled, &merge, err))
		return -1;
	*p = scaled;
	return 0;
}
