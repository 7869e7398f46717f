/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parts of a whole over time as lines: an SVG that needs nothing else, for light and dark screens,
 * which is whole as <img>, too.
 */
#ifndef PP_RENDER_CHART_H
#define PP_RENDER_CHART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "io/out.h"

#define PP_CHART_LINES 24 /* that are drawn: more could not be told apart */

struct pp_chart_line {
	struct pp_str name;   /* "": there is but one */
	const double *values; /* a part of 1 for each step, or NAN: nothing is known of it */
	double mean;	      /* of what is known; or NAN */
};

/* All borrowed. */
struct pp_chart {
	struct pp_str title, subtitle;
	int64_t first, step; /* ns */
	uint32_t nsteps;
	const struct pp_chart_line *lines;
	uint32_t nlines;
	double low, high; /* of all values; 0 is between them */
};

void pp_chart_svg(const struct pp_chart *c, struct pp_out *out);

/* The same as a page. */
void pp_chart_html(const struct pp_chart *c, struct pp_out *out);

#endif
