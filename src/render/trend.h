/* SPDX-License-Identifier: Apache-2.0 */
/* What functions cost over time, as text, JSON, CSV and a picture. */
#ifndef PP_RENDER_TREND_H
#define PP_RENDER_TREND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/trend.h"
#include "base/buf.h"
#include "base/str.h"
#include "io/out.h"

/* All borrowed. */
struct pp_trend_view {
	const struct pp_trend *trend; /* sorted */
	const char *pattern;	      /* that names of the functions match */
	bool cum;		      /* with what they call */
	struct pp_str type, unit;     /* of the values */
	const char *by; /* the label that groups are values of; NULL: there is one group */
	bool steps;	/* text: a row for each step */
	bool utf8;	/* text: may be more than ASCII */
};

void pp_trend_text(const struct pp_trend_view *v, struct pp_out *out);
void pp_trend_json(const struct pp_trend_view *v, struct pp_out *out);
void pp_trend_csv(const struct pp_trend_view *v, struct pp_out *out);

/* As a picture: an SVG, or a page with it. */
void pp_trend_chart(const struct pp_trend_view *v, bool page, struct pp_out *out);

/* The two lines above a table or a picture: what it is of, and of when. */
void pp_trend_title(const struct pp_trend_view *v, struct pp_buf *out);
void pp_trend_subtitle(const struct pp_trend_view *v, struct pp_buf *out);

/* How a group is named to people. */
struct pp_str pp_trend_label(const struct pp_trend_view *v, const struct pp_trend_group *g);

#define PP_TREND_TIME_MAX 40

/* "2026-11-20T14:00:00Z", or for people, as short as the step allows, "2026-11-20 14:00". */
char *pp_trend_time(char out[PP_TREND_TIME_MAX], int64_t ns);
char *pp_trend_short_time(char out[PP_TREND_TIME_MAX], int64_t ns, int64_t step);

/* The least and the greatest share of any step; 0 is between them. */
void pp_trend_bounds(const struct pp_trend *t, double *low, double *high);

#endif
