/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "render/compare_numbers.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/units.h"

const char *pp_compare_per(enum pp_per per)
{
	static const char *const names[] = {"total", "second", "unit", "none"};

	return names[per];
}

static double largest(const struct pp_compare_view *v)
{
	const struct pp_compare *c = v->compare;
	double most = 0;

	for (uint32_t i = 0; i < c->n; i++) {
		for (enum pp_side s = PP_BEFORE; s < PP_SIDES; s++)
			most = fmax(most, fabs(c->all[i].all[s]));
	}
	return most;
}

static const char *suffix(enum pp_per per)
{
	return per == PP_PER_SECOND ? "/s" : per == PP_PER_UNIT ? "/unit" : "";
}

void pp_compare_numbers_of(struct pp_compare_numbers *n, enum pp_per per, struct pp_str from,
			   struct pp_str to, double most)
{
	*n = (struct pp_compare_numbers){.shares = per == PP_PER_TOTAL, .scale = 1};
	if (n->shares) {
		n->scale = 100;
		snprintf(n->unit, sizeof(n->unit), "%%");
		snprintf(n->change, sizeof(n->change), "pp");
		return;
	}
	/* of small values, which are divided by much, the unit is the smallest there is */
	most = fmin(most, 9e18);
	struct pp_qty q = pp_units_scale(most < 1 ? 1 : (int64_t)most, from, to);
	struct pp_qty one = pp_units_scale(INT64_C(1) << 40, from, q.unit);
	n->scale = one.value / 0x1p40;
	snprintf(n->unit, sizeof(n->unit), "%.*s%s", (int)(q.unit.n < 64 ? q.unit.n : 64), q.unit.p,
		 suffix(per));
	memcpy(n->change, n->unit, sizeof(n->change));
}

void pp_compare_numbers_init(struct pp_compare_numbers *n, const struct pp_compare_view *v)
{
	pp_compare_numbers_of(n, v->per, v->headers[PP_AFTER].unit, v->unit, largest(v));
}

/* Three digits that tell something, and no more than two behind the point for what is above 1. */
static int decimals(double v)
{
	v = fabs(v);
	if (v == 0 || v >= 1)
		return 2;
	return v >= 0.1 ? 3 : v >= 0.01 ? 4 : 6;
}

char *pp_compare_value(char out[PP_COMPARE_TEXT_MAX], const struct pp_compare_numbers *n, double v)
{
	v *= n->scale;
	if (v == 0)
		snprintf(out, PP_COMPARE_TEXT_MAX, "0");
	else
		snprintf(out, PP_COMPARE_TEXT_MAX, "%.*f%s", n->shares ? 2 : decimals(v), v,
			 n->unit);
	return out;
}

char *pp_compare_delta(char out[PP_COMPARE_TEXT_MAX], const struct pp_compare_numbers *n, double v)
{
	v *= n->scale;
	if (v == 0)
		snprintf(out, PP_COMPARE_TEXT_MAX, "0");
	else
		snprintf(out, PP_COMPARE_TEXT_MAX, "%+.*f%s", n->shares ? 2 : decimals(v), v,
			 n->change);
	return out;
}

char *pp_compare_percent(char out[PP_COMPARE_TEXT_MAX], const double side[PP_SIDES])
{
	double relative = pp_compare_relative(side);

	if (isinf(relative))
		snprintf(out, PP_COMPARE_TEXT_MAX, "new");
	else if (side[PP_AFTER] == 0 && side[PP_BEFORE] != 0)
		snprintf(out, PP_COMPARE_TEXT_MAX, "gone");
	else if (relative == 0)
		snprintf(out, PP_COMPARE_TEXT_MAX, "0%%");
	else
		snprintf(out, PP_COMPARE_TEXT_MAX, "%+.1f%%", relative * 100);
	return out;
}
