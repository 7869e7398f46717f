/* SPDX-License-Identifier: Apache-2.0 */
/* Multiplying the values of samples. */
#ifndef PP_PROFILE_SCALE_H
#define PP_PROFILE_SCALE_H

#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "profile/profile.h"

enum pp_rounding {
	PP_ROUND_NEAREST, /* halves away from zero, as pprof converts units and normalizes */
	PP_ROUND_TO_ZERO, /* as its divide_by does */
};

/* x as a whole number. What is not in the range of 64 bits becomes INT64_MIN, as x86-64 has it. */
int64_t pp_scale_to_int(double x, enum pp_rounding rounding);

/* v * ratio as a whole number; 1 and -1 are exact, and the latter wraps. */
int64_t pp_scale_value(int64_t v, double ratio, enum pp_rounding rounding);

/* Multiply all values of each sample type by its ratio. Samples of which nothing but zeros is left
 * are dropped, and the rest is put in order as by pp_profile_merge. On failure *p is empty. */
int pp_profile_scale(struct pp_profile *p, const double *ratios, enum pp_rounding rounding,
		     struct pp_err *err) PP_NODISCARD;

#endif
