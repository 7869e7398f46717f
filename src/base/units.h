/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Quantities with units, scaled and printed as pprof does: families bytes (powers of 1024), time
 * and GCU; anything else is printed with its unit verbatim. Source of the rules: the behaviour of
 * google/pprof's internal/measurement package. Beyond that, millicount and microcount are counts.
 */
#ifndef PP_BASE_UNITS_H
#define PP_BASE_UNITS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

#define PP_QTY_MAX 96 /* bytes that pp_units_label may write, NUL included, for units it knows */

struct pp_qty {
	double value;
	struct pp_str unit; /* canonical name, or the caller's `to`; "" for plain counts */
};

/* `value` of unit `from` in unit `to`; "minimum" and "auto" choose the largest unit of the family
 * in which the value is at least 1. */
struct pp_qty pp_units_scale(int64_t value, struct pp_str from, struct pp_str to);

/* Whether values of one can be converted to the other: both are of one family, or the same. */
bool pp_units_convertible(struct pp_str a, struct pp_str b);

/* The scaled value as text with two decimals, without a trailing ".00", and its unit; "0" for zero.
 * A unit longer than fits is cut. Returns `out`. */
char *pp_units_label(char out[PP_QTY_MAX], int64_t value, struct pp_str from, struct pp_str to);

#define PP_PERCENT_MAX 352

/* |part/total| as pprof's six-column percentage: "  100%", "12.34%", "0.012%". Returns `out`. */
char *pp_units_percent(char out[PP_PERCENT_MAX], int64_t part, int64_t total);

#endif
