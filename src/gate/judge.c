/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "gate/judge.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/compiler.h"
#include "gate/discovery.h"
#include "gate/rank_sum.h"

#define POWER 0.8

static size_t count(struct pp_share_side s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.profiles[i].all > 0;
	return n;
}

static double *shares(struct pp_share_side s)
{
	double *share = pp_xcalloc(s.n, sizeof(*share));
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.profiles[i].all > 0)
			share[n++] = s.profiles[i].part / s.profiles[i].all;
	}
	return share;
}

static double chance_by_ranks(const struct pp_judged *j)
{
	PP_CLEANUP(pp_freep) double *before = shares(j->before), *after = shares(j->after);

	struct pp_rank_sum r = pp_rank_sum(before, count(j->before), after, count(j->after));
	/* to both sides, though only one is an alarm: what is asked for was not chosen beforehand
	 */
	return fmin(1, 2 * r.above);
}

/* The least chance that ranks of so many profiles can have, which is that all of one side are above
 * all of the other: to both sides, one of two among all ways to choose them. */
static double least_by_ranks(size_t n, size_t m)
{
	double ways = 1;

	for (size_t i = 1; i <= n; i++)
		ways = ways * (double)(m + i) / (double)i;
	return 2 / ways;
}

static enum pp_evidence choose_evidence(const struct pp_judged *j, size_t asked,
					const struct pp_judge_options *o)
{
	double price = o->discovery_rates && !j->guarded ? (double)asked : 1;

	if (o->exact)
		return PP_EVIDENCE_EXACT;
	if (least_by_ranks(count(j->before), count(j->after)) * price <= o->alpha)
		return PP_EVIDENCE_RANKS;
	return j->change.df > 0 ? PP_EVIDENCE_MODEL : PP_EVIDENCE_ASSUMED;
}

static double chance(const struct pp_judged *j, const struct pp_judge_options *o)
{
	switch (j->evidence) {
	case PP_EVIDENCE_RANKS:
		return chance_by_ranks(j);
	case PP_EVIDENCE_EXACT:
		return j->change.after > j->change.before ? 0 : 1;
	case PP_EVIDENCE_ASSUMED:
		/* with weights, nobody knows how much the next profile differs */
		if (o->weighted)
			return 1;
		break;
	case PP_EVIDENCE_MODEL:
		break;
	}
	return fmin(1, 2 * j->change.p);
}

static void measure(struct pp_judged *j, size_t asked, const struct pp_judge_options *o)
{
	j->change = pp_share_change(j->before, j->after, o->rate, o->dispersion, 1 - o->alpha);
	j->evidence = choose_evidence(j, asked, o);
	j->p = chance(j, o);
}

static void pay_for_many(struct pp_judged *all, size_t n, const struct pp_judge_options *o)
{
	PP_CLEANUP(pp_freep) double *p = pp_xcalloc(n, sizeof(*p));
	size_t many = 0;

	for (size_t i = 0; i < n; i++) {
		all[i].q = all[i].p;
		if (!all[i].guarded)
			p[many++] = all[i].p;
	}
	if (!o->discovery_rates)
		return;
	pp_discovery_rates(p, many, p);
	for (size_t i = 0, k = 0; i < n; i++) {
		if (!all[i].guarded)
			all[i].q = p[k++];
	}
}

static double sum_all(struct pp_share_side s)
{
	double sum = 0;

	for (size_t i = 0; i < s.n; i++)
		sum += s.profiles[i].all;
	return sum;
}

/* The bounds of the increase as a part of what there was. */
static void decide(struct pp_judged *j, const struct pp_judge_options *o)
{
	const struct pp_share_change *c = &j->change;
	double limit = j->allowed * c->before; /* of the increase, in shares */
	bool matters = c->after >= j->min_share;

	if (j->evidence == PP_EVIDENCE_EXACT)
		j->verdict = matters && c->after - c->before > limit ? PP_VERDICT_REGRESSED
								     : PP_VERDICT_OK;
	else if (!matters)
		j->verdict = PP_VERDICT_OK;
	else if (j->q <= o->alpha && c->interval.low > limit)
		j->verdict = PP_VERDICT_REGRESSED;
	else if (c->interval.high < limit && !(o->weighted && c->df <= 0))
		j->verdict = PP_VERDICT_OK;
	else
		j->verdict = PP_VERDICT_INCONCLUSIVE;
}

/* What these profiles could have told, and how many samples it would have taken: to find the
 * allowed increase, or the increase that there is, whichever is larger. */
static void measure_power(struct pp_judged *j, const struct pp_judge_options *o)
{
	const struct pp_share_change *c = &j->change;
	double n = fmin(sum_all(j->before), sum_all(j->after));
	double share = fmax(c->before, 1 / n);
	double limit = j->allowed * c->before, wanted = fmax(limit, c->after - c->before - limit);

	j->detectable =
		pp_detectable(share, o->rate, c->dispersion, n, o->alpha / 2, POWER) / share;
	if (j->verdict == PP_VERDICT_INCONCLUSIVE && wanted > 0)
		j->samples =
			pp_samples_for(share, o->rate, c->dispersion, wanted, o->alpha / 2, POWER);
}

void pp_judge(struct pp_judged *all, size_t n, const struct pp_judge_options *o)
{
	size_t asked = 0;

	for (size_t i = 0; i < n; i++)
		asked += !all[i].guarded;
	for (size_t i = 0; i < n; i++)
		measure(&all[i], asked, o);
	pay_for_many(all, n, o);
	for (size_t i = 0; i < n; i++) {
		decide(&all[i], o);
		measure_power(&all[i], o);
	}
}
