/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "gate/self_check.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/compiler.h"

/* G. Steele, D. Lea, C. Flood, Fast splittable pseudorandom number generators, 2014. */
static uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static void shuffle(uint32_t *order, size_t n, uint64_t *state)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = (size_t)(random_next(state) % i);
		uint32_t swap = order[i - 1];

		order[i - 1] = order[k];
		order[k] = swap;
	}
}

/* A side of borrowed profiles, without calls. */
static void take(struct pp_gate_side *to, const struct pp_gate_side *all, const uint32_t *order,
		 size_t n)
{
	*to = (struct pp_gate_side){.n = n};
	to->profiles = pp_xcalloc(n, sizeof(*to->profiles));
	for (size_t i = 0; i < n; i++) {
		to->profiles[i] = all->profiles[order[i]];
		to->all += to->profiles[i].all;
	}
}

static void give_back(struct pp_gate *g)
{
	free(g->before.profiles);
	free(g->after.profiles);
	g->before = g->after = (struct pp_gate_side){.n = 0};
	pp_gate_release(g);
}

static void note(struct pp_self_check *c, const struct pp_gate *g)
{
	uint32_t naive = 0;

	for (size_t i = 0; i < g->n; i++) {
		const struct pp_judged *j = &g->items[i].judged;

		naive += j->change.after - j->change.before > j->allowed * j->change.before;
	}
	c->alarms += g->count[PP_VERDICT_REGRESSED] > 0;
	c->functions += (uint32_t)g->count[PP_VERDICT_REGRESSED];
	c->naive_alarms += naive > 0;
	c->naive_functions += naive;
	c->judged += (double)g->n / c->splits;
}

struct pp_self_check pp_self_check(const struct pp_gate_side *all, const struct pp_nodes *nodes,
				   const struct pp_gate_options *o, uint32_t splits, uint64_t seed)
{
	PP_CLEANUP(pp_freep) uint32_t *order = pp_xcalloc(all->n, sizeof(*order));
	struct pp_self_check c = {.splits = splits};

	for (size_t i = 0; i < all->n; i++)
		order[i] = (uint32_t)i;
	for (uint32_t i = 0; i < splits; i++) {
		struct pp_gate g = {.options = *o, .nodes = nodes};

		shuffle(order, all->n, &seed);
		take(&g.before, all, order, all->n / 2);
		take(&g.after, all, order + all->n / 2, all->n - all->n / 2);
		pp_gate_run(&g);
		note(&c, &g);
		give_back(&g);
	}
	return c;
}
