/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "gate/gate.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "gate/explain.h"

static struct pp_guard *find_guard(struct pp_gate *g, uint32_t node)
{
	struct pp_guard *found = NULL;

	for (size_t i = 0; i < g->options.nguards; i++) {
		struct pp_guard *guard = &g->options.guards[i];

		if (!pp_regex_match(guard->regex, pp_nodes_name(g->nodes, node)))
			continue;
		guard->matched = true;
		if (!found || guard->allowed < found->allowed)
			found = guard;
	}
	return found;
}

static struct pp_share_side fill(struct pp_part *to, const struct pp_gate_side *s, uint32_t node,
				 bool cum)
{
	for (size_t i = 0; i < s->n; i++)
		to[i] = (struct pp_part){pp_gate_part(s, i, node, cum), s->profiles[i].all};
	return (struct pp_share_side){to, s->n};
}

static void add_item(struct pp_gate *g, size_t *cap, uint32_t node, const struct pp_guard *guard)
{
	const struct pp_gate_options *o = &g->options;
	struct pp_part *parts = pp_xcalloc(g->before.n + g->after.n, sizeof(*parts));

	g->items = pp_grow(g->items, cap, g->n + 1, sizeof(*g->items));
	g->items[g->n++] = (struct pp_gate_item){
		.node = node,
		.parts = parts,
		.judged = {.before = fill(parts, &g->before, node, o->cum),
			   .after = fill(parts + g->before.n, &g->after, node, o->cum),
			   .allowed = guard ? guard->allowed : o->allowed,
			   .min_share = guard ? 0 : o->min_share,
			   .guarded = guard != NULL},
	};
}

static void choose_items(struct pp_gate *g)
{
	double least = g->options.min_share;
	size_t cap = 0;

	for (uint32_t node = 0; node < g->nodes->count; node++) {
		const struct pp_guard *guard = find_guard(g, node);
		double before = pp_gate_share(&g->before, node, g->options.cum);
		double after = pp_gate_share(&g->after, node, g->options.cum);

		if (guard ? before > 0 || after > 0 : before >= least || after >= least)
			add_item(g, &cap, node, guard);
	}
}

static void judge_items(struct pp_gate *g)
{
	PP_CLEANUP(pp_freep) struct pp_judged *all = pp_xcalloc(g->n, sizeof(*all));

	for (size_t i = 0; i < g->n; i++)
		all[i] = g->items[i].judged;
	pp_judge(all, g->n, &g->options.judge);
	for (size_t i = 0; i < g->n; i++)
		g->items[i].judged = all[i];
}

static double increase(const struct pp_gate_item *i)
{
	return i->judged.change.after - i->judged.change.before;
}

static int compare_items(const void *a, const void *b, void *nodes)
{
	const struct pp_gate_item *x = a, *y = b;

	if (x->judged.verdict != y->judged.verdict)
		return x->judged.verdict > y->judged.verdict ? -1 : 1;
	if (increase(x) > increase(y) || increase(x) < increase(y))
		return increase(x) > increase(y) ? -1 : 1;
	return pp_nodes_cmp(nodes, x->node, y->node);
}

static bool same_costs(const struct pp_gate_side *s, size_t i, uint32_t nodes)
{
	for (uint32_t node = 0; node < nodes; node++) {
		for (int cum = 0; cum < 2; cum++) {
			double first = pp_gate_part(s, 0, node, cum);

			if (pp_gate_part(s, i, node, cum) > first ||
			    pp_gate_part(s, i, node, cum) < first)
				return false;
		}
	}
	return true;
}

/* Whether profiles are all the same, as those of counters that chance has no part in are. */
static bool is_counted(const struct pp_gate_side *s, uint32_t nodes)
{
	for (size_t i = 1; i < s->n; i++) {
		if (!same_costs(s, i, nodes))
			return false;
	}
	return s->n > 1;
}

void pp_gate_run(struct pp_gate *g)
{
	if (!g->options.sampled && is_counted(&g->before, g->nodes->count) &&
	    is_counted(&g->after, g->nodes->count))
		g->options.judge.exact = true;
	choose_items(g);
	judge_items(g);
	pp_gate_explain(g);
	if (g->n)
		qsort_r(g->items, g->n, sizeof(*g->items), compare_items,
			(void *)(uintptr_t)g->nodes);
	for (size_t i = 0; i < g->n; i++)
		g->count[g->items[i].judged.verdict]++;
}

void pp_gate_release(struct pp_gate *g)
{
	for (size_t i = 0; i < g->n; i++)
		free(g->items[i].parts);
	free(g->items);
	pp_gate_side_release(&g->before);
	pp_gate_side_release(&g->after);
	g->items = NULL;
	g->n = 0;
}

enum pp_verdict pp_gate_verdict(const struct pp_gate *g)
{
	return g->count[PP_VERDICT_REGRESSED]	   ? PP_VERDICT_REGRESSED
	       : g->count[PP_VERDICT_INCONCLUSIVE] ? PP_VERDICT_INCONCLUSIVE
						   : PP_VERDICT_OK;
}
