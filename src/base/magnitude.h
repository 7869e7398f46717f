/* SPDX-License-Identifier: Apache-2.0 */
/* 64-bit arithmetic that wraps or saturates instead of being undefined, for sums of values from
 * outside. */
#ifndef PP_BASE_MAGNITUDE_H
#define PP_BASE_MAGNITUDE_H

#include <stdint.h>

static inline int64_t pp_wrap_add(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

static inline int64_t pp_wrap_sub(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

static inline int64_t pp_wrap_mul(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a * (uint64_t)b);
}

static inline uint64_t pp_saturate_add(uint64_t a, uint64_t b)
{
	uint64_t sum = a + b;

	return sum < a ? UINT64_MAX : sum;
}

/* |v|; INT64_MIN, which has no counterpart, stays as it is. */
static inline int64_t pp_magnitude(int64_t v)
{
	return v < 0 ? (int64_t)(0 - (uint64_t)v) : v;
}

/* v * fraction, cut to a whole number; saturates. */
static inline int64_t pp_fraction_of(int64_t v, double fraction)
{
	double x = (double)v * fraction;

	if (x >= 9223372036854775808.0)
		return INT64_MAX;
	if (x <= -9223372036854775808.0)
		return INT64_MIN;
	return (int64_t)x;
}

#endif
