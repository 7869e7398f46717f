/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of a comparison as text: shares in percent, their changes in points, others in one unit
 * for all of the table. */
#ifndef PP_RENDER_COMPARE_NUMBERS_H
#define PP_RENDER_COMPARE_NUMBERS_H

#include "render/compare.h"

#define PP_COMPARE_TEXT_MAX 128

struct pp_compare_numbers {
	bool shares;
	double scale;		 /* to the unit */
	char unit[PP_QTY_MAX];	 /* "ms/s", "B", "%" */
	char change[PP_QTY_MAX]; /* of changes: "pp" for shares, else the same */
};

/* For a comparison: the unit is one in which the largest value is at least 1. */
void pp_compare_numbers_init(struct pp_compare_numbers *n, const struct pp_compare_view *v);

/* The same of values whose largest is `most`, of unit `from`, to be printed in `to`. */
void pp_compare_numbers_of(struct pp_compare_numbers *n, enum pp_per per, struct pp_str from,
			   struct pp_str to, double most);

/* A value; a change, with its sign; a relative one, "new" or "gone" where there is none. They
 * return `out`. */
char *pp_compare_value(char out[PP_COMPARE_TEXT_MAX], const struct pp_compare_numbers *n, double v);
char *pp_compare_delta(char out[PP_COMPARE_TEXT_MAX], const struct pp_compare_numbers *n, double v);
char *pp_compare_percent(char out[PP_COMPARE_TEXT_MAX], const double side[PP_SIDES]);

/* What becomes of values: "share of the total", "per second", ... */
const char *pp_compare_per(enum pp_per per);

#endif
