/* SPDX-License-Identifier: Apache-2.0 */
/* Deltas and their significance. */
#include <config.h>

#include "render/flame_diff.h"

#include <math.h>

#define Z_LEAST 2 /* below, a difference is taken for noise */

uint32_t pp_flame_diff_count_type(const struct pp_profile *p)
{
	for (uint32_t i = 0; i < p->nsample_types; i++) {
		if (pp_str_eq(pp_profile_str(p, p->sample_types[i].unit), PP_STR_LIT("count")))
			return i;
	}
	return PP_NONE;
}

static double points(const struct pp_flame_diff *d, double before, double after)
{
	double a = d->before != 0 ? before / d->before : 0;
	double b = d->after != 0 ? after / d->after : 0;

	return 100 * (b - a);
}

static double largest(const struct pp_flame_diff *d, const int64_t *before, const int64_t *after)
{
	double max = 0;

	for (uint32_t i = 1; i < d->flame->n; i++)
		max = fmax(max, fabs(points(d, (double)before[i], (double)after[i])));
	return max;
}

void pp_flame_diff_init(struct pp_flame_diff *d, struct pp_flame *f, const struct pp_view *v,
			const struct pp_flame_measure *m, bool by_self)
{
	uint32_t before = pp_flame_before(f, m->type), after = pp_flame_after(f, m->type);
	uint32_t type = pp_flame_diff_count_type(v->profile);
	const int64_t *a = pp_flame_total(f, before), *b = pp_flame_total(f, after);

	*d = (struct pp_flame_diff){
		.flame = f,
		.before = (double)a[0],
		.after = (double)b[0],
		.scale = pp_flame_scale(f, m),
		.by_self = by_self,
	};
	if (by_self)
		d->largest = largest(d, f->self[before], f->self[after]);
	else
		d->largest = largest(d, a, b);
	if (type == PP_NONE)
		return;
	before = pp_flame_before(f, type), after = pp_flame_after(f, type);
	d->nbefore = pp_flame_total(f, before);
	d->nafter = pp_flame_total(f, after);
	d->all_before = (double)d->nbefore[0];
	d->all_after = (double)d->nafter[0];
	if (by_self)
		d->nbefore = f->self[before], d->nafter = f->self[after];
}

static double z_of(const struct pp_flame_diff *d, double na, double nb)
{
	double p = (na + nb) / (d->all_before + d->all_after);
	double spread = sqrt(p * (1 - p) * (1 / d->all_before + 1 / d->all_after));
	double z = (nb / d->all_after - na / d->all_before) / spread;

	return isfinite(z) ? z : 0;
}

struct pp_flame_delta pp_flame_diff_of(const struct pp_flame_diff *d, uint32_t node, int64_t before,
				       int64_t after)
{
	double a = (double)before, b = (double)after, was = a * d->scale;
	struct pp_flame_delta r = {
		.delta = b - was,
		.points = points(d, a, b),
		.percent = was != 0 ? 100 * (b - was) / fabs(was) : 0,
		.significant = true,
		.is_new = before == 0 && after != 0,
		.gone = after == 0 && before != 0,
	};

	if (!d->nbefore)
		return r;
	if (node != PP_NONE)
		r.z = z_of(d, (double)d->nbefore[node], (double)d->nafter[node]);
	else
		r.z = z_of(d, d->before != 0 ? a / d->before * d->all_before : 0,
			   d->after != 0 ? b / d->after * d->all_after : 0);
	r.significant = fabs(r.z) >= Z_LEAST;
	return r;
}
