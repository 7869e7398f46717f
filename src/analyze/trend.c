/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "analyze/trend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/magnitude.h"

#define NOTHING ((double)NAN)

int64_t pp_trend_floor(int64_t ns, int64_t step)
{
	int64_t into = ns % step, begin;

	if (into < 0)
		into += step;
	return __builtin_sub_overflow(ns, into, &begin) ? INT64_MIN : begin;
}

/* How many steps hold [first, last]. */
static uint64_t count_steps(int64_t first, int64_t last, int64_t step)
{
	return ((uint64_t)last - (uint64_t)pp_trend_floor(first, step)) / (uint64_t)step + 1;
}

int64_t pp_trend_choose(int64_t first, int64_t last, int64_t shortest)
{
	enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };
	static const int32_t seconds[] = {
		1,	 2,	     5,		 10,	      15,	   30,
		MINUTE,	 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
		HOUR,	 2 * HOUR,   3 * HOUR,	 6 * HOUR,    12 * HOUR,   DAY,
		2 * DAY, 7 * DAY,    14 * DAY,	 28 * DAY,
	};
	int64_t step = 0;

	for (size_t i = 0; i < PP_ARRAY_LEN(seconds); i++) {
		step = seconds[i] * PP_NSEC_PER_SEC;
		if (step >= shortest && count_steps(first, last, step) <= PP_TREND_STEPS)
			return step;
	}
	/* years */
	while (step <= INT64_MAX / 2 && count_steps(first, last, step) > PP_TREND_STEPS)
		step *= 2;
	return step;
}

int pp_trend_init(struct pp_trend *t, int64_t first, int64_t last, int64_t step, struct pp_err *err)
{
	uint64_t n = count_steps(first, last, step);

	*t = (struct pp_trend){.first = pp_trend_floor(first, step), .step = step};
	pp_strtab_init(&t->names);
	if (n > PP_TREND_STEPS_MAX) {
		pp_err_set(err, PP_ERR_USAGE, "these would be %llu steps, more than %d",
			   (unsigned long long)n, PP_TREND_STEPS_MAX);
		return pp_err_hint(err, "use a longer --step, or select less");
	}
	t->nsteps = (uint32_t)n;
	return 0;
}

void pp_trend_release(struct pp_trend *t)
{
	for (uint32_t i = 0; i < t->ngroups; i++)
		free(t->groups[i].steps);
	free(t->groups);
	pp_strtab_release(&t->names);
	*t = (struct pp_trend){0};
}

void pp_trend_repeat(struct pp_trend_cell *c, uint64_t profiles, bool state)
{
	c->profiles = profiles;
	if (!state)
		return;
	c->value = pp_wrap_mul(c->value, (int64_t)profiles);
	c->total = pp_wrap_mul(c->total, (int64_t)profiles);
}

void pp_trend_join(struct pp_trend_cell *to, const struct pp_trend_cell *from)
{
	to->profiles = pp_saturate_add(to->profiles, from->profiles);
	if (__builtin_add_overflow(to->duration, from->duration, &to->duration))
		to->duration = INT64_MAX;
	to->value = pp_wrap_add(to->value, from->value);
	to->total = pp_wrap_add(to->total, from->total);
}

/* The group of a name, new if it is the first; NULL if it would be one too many. Until they are
 * sorted, groups are in the order of their names' ids, which begin at 1. */
static struct pp_trend_group *group_of(struct pp_trend *t, struct pp_str name)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf key = PP_BUF_INIT;
	struct pp_trend_group *g;

	pp_buf_char(&key, '=');
	pp_buf_add(&key, name.p, name.n);
	uint32_t id = pp_strtab_add(&t->names, pp_buf_view(&key));
	if (id <= t->ngroups)
		return &t->groups[id - 1];
	if (((uint64_t)t->ngroups + 1) * t->nsteps > PP_TREND_CELLS_MAX)
		return NULL;
	t->groups = pp_grow(t->groups, &t->cap, (size_t)t->ngroups + 1, sizeof(*t->groups));
	g = &t->groups[t->ngroups++];
	*g = (struct pp_trend_group){.name = id, .steps = pp_xcalloc(t->nsteps, sizeof(*g->steps))};
	return g;
}

int pp_trend_add(struct pp_trend *t, struct pp_str group, int64_t at,
		 const struct pp_trend_cell *cell, struct pp_err *err)
{
	struct pp_trend_group *g = group_of(t, group);
	uint64_t step = ((uint64_t)at - (uint64_t)t->first) / (uint64_t)t->step;

	if (!g) {
		pp_err_set(err, PP_ERR_LIMIT, "more than %u groups of %u steps", t->ngroups,
			   t->nsteps);
		return pp_err_hint(err, "use a longer --step, or select less");
	}
	pp_trend_join(&g->steps[step], cell);
	pp_trend_join(&g->all, cell);
	return 0;
}

struct pp_str pp_trend_name(const struct pp_trend *t, const struct pp_trend_group *g)
{
	struct pp_str key = pp_strtab_get(&t->names, g->name);

	return (struct pp_str){key.p + 1, key.n - 1};
}

static int compare_groups(const void *a, const void *b, void *trend)
{
	struct pp_str x = pp_trend_name(trend, a), y = pp_trend_name(trend, b);
	int c = strverscmp(x.p, y.p);

	return c ? c : strcmp(x.p, y.p);
}

void pp_trend_sort(struct pp_trend *t)
{
	if (t->ngroups)
		qsort_r(t->groups, t->ngroups, sizeof(*t->groups), compare_groups, t);
}

double pp_trend_share(const struct pp_trend_cell *c)
{
	return c->total ? (double)c->value / (double)c->total : NOTHING;
}

double pp_trend_value(const struct pp_trend_cell *c, bool state)
{
	if (c->profiles == 0)
		return NOTHING;
	return state ? (double)c->value / (double)c->profiles : (double)c->value;
}

double pp_trend_rate(const struct pp_trend_cell *c, bool state)
{
	if (state || c->duration <= 0)
		return NOTHING;
	return (double)c->value / ((double)c->duration / (double)PP_NSEC_PER_SEC);
}

struct pp_trend_range pp_trend_range(const struct pp_trend *t, const struct pp_trend_group *g)
{
	struct pp_trend_range r = {NOTHING, NOTHING, NOTHING, NOTHING, NOTHING};

	for (uint32_t i = 0; i < t->nsteps; i++) {
		double share = pp_trend_share(&g->steps[i]);

		if (isnan(share))
			continue;
		r.last = share;
		if (isnan(r.first))
			r.first = r.min = r.max = share;
		r.min = fmin(r.min, share);
		r.max = fmax(r.max, share);
	}
	r.change = r.last - r.first;
	return r;
}
