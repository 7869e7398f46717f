/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "gate/rank_sum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/compiler.h"
#include "gate/distribution.h"

struct value {
	double v;
	bool is_y;
};

static int compare(const void *a, const void *b)
{
	double x = ((const struct value *)a)->v, y = ((const struct value *)b)->v;

	return x < y ? -1 : x > y;
}

/* Twice the ranks, from 2 on, which are whole even where ties share theirs. *ties: the sum of
 * t^3 - t over groups of t equal ones. */
static void rank(struct value *all, size_t n, size_t *ranks, double *ties)
{
	qsort(all, n, sizeof(*all), compare);
	*ties = 0;
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && all[end].v <= all[i].v;)
			end++;
		for (size_t k = i; k < end; k++)
			ranks[k] = i + 1 + end;
		double t = (double)(end - i);
		*ties += t * t * t - t;
	}
}

/* How many ways there are to take m of the ranks with each sum, one rank after the other:
 * B. Streitberg, J. Roehmel, Exact distributions for permutation and rank tests, 1986. */
static double *count_sums(const size_t *ranks, size_t n, size_t m, size_t most)
{
	size_t width = most + 1, so_far = 0;
	double *ways = pp_xcalloc((m + 1) * width, sizeof(*ways));

	ways[0] = 1;
	for (size_t i = 0; i < n; i++) {
		so_far = so_far + ranks[i] < most ? so_far + ranks[i] : most;
		for (size_t k = i + 1 < m ? i + 1 : m; k > 0; k--) {
			double *to = ways + k * width, *from = to - width;

			for (size_t sum = so_far; sum >= ranks[i]; sum--)
				to[sum] += from[sum - ranks[i]];
		}
	}
	return ways;
}

static void exact(struct pp_rank_sum *r, const size_t *ranks, size_t n, size_t m, size_t sum)
{
	size_t most = n * (n + 1); /* all ranks, twice */
	PP_CLEANUP(pp_freep) double *ways = count_sums(ranks, n, m, most);
	const double *own = ways + m * (most + 1);
	double all = 0, above = 0, below = 0;

	for (size_t i = 0; i <= most; i++) {
		all += own[i];
		above += i >= sum ? own[i] : 0;
		below += i <= sum ? own[i] : 0;
	}
	r->above = above / all;
	r->below = below / all;
}

static void approximate(struct pp_rank_sum *r, double n, double m, double ties)
{
	double all = n + m, away = r->u - n * m / 2;
	double sd = sqrt(n * m / 12 * (all + 1 - ties / (all * (all - 1))));

	r->above = sd > 0 ? pp_normal_above((away - 0.5) / sd) : 1;
	r->below = sd > 0 ? pp_normal_above((-away - 0.5) / sd) : 1;
}

struct pp_rank_sum pp_rank_sum(const double *x, size_t n, const double *y, size_t m)
{
	struct pp_rank_sum r = {.exact = n + m <= PP_RANK_SUM_EXACT};
	PP_CLEANUP(pp_freep) struct value *all = pp_xcalloc(n + m, sizeof(*all));
	PP_CLEANUP(pp_freep) size_t *ranks = pp_xcalloc(n + m, sizeof(*ranks));
	size_t sum = 0;
	double ties;

	for (size_t i = 0; i < n; i++)
		all[i] = (struct value){x[i], false};
	for (size_t i = 0; i < m; i++)
		all[n + i] = (struct value){y[i], true};
	rank(all, n + m, ranks, &ties);
	for (size_t i = 0; i < n + m; i++)
		sum += all[i].is_y ? ranks[i] : 0;
	r.u = (double)sum / 2 - (double)m * ((double)m + 1) / 2;
	if (r.exact)
		exact(&r, ranks, n + m, m, sum);
	else
		approximate(&r, (double)n, (double)m, ties);
	double less = r.above < r.below ? r.above : r.below;
	r.p = less < 0.5 ? 2 * less : 1;
	return r;
}
