/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "gate/explain.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/compiler.h"

#define ALIKE	  0.25 /* costs that differ by no more than this part of the larger are alike */
#define EXPLAINED 0.7  /* the part of an increase that others have to have become cheaper by */
#define ROOT	  0.95 /* who has this share of everything is no place for a cost to be moved in */

/* Both sides' calls, by callee and by caller, as shares, of which those after are scaled. */
struct calls {
	struct pp_gate_call *by_callee[2], *by_caller[2];
	size_t n[2];
	double scale;
};

static const struct pp_gate_side *side(const struct pp_gate *g, int i)
{
	return i ? &g->after : &g->before;
}

static double cost_before(const struct pp_gate *g, uint32_t node, bool cum)
{
	return pp_gate_share(&g->before, node, cum);
}

static double cost_after(const struct pp_gate *g, const struct calls *c, uint32_t node, bool cum)
{
	return c->scale * pp_gate_share(&g->after, node, cum);
}

struct ratio {
	double ratio, weight;
};

static int compare_ratios(const void *a, const void *b)
{
	double x = ((const struct ratio *)a)->ratio, y = ((const struct ratio *)b)->ratio;

	return x < y ? -1 : x > y;
}

/* What shares after have to be multiplied with to be costs in terms of before: where one function
 * has become dearer all others' shares are smaller, and nothing has moved from them. The median,
 * for half of the costs at least are taken to be what they were. */
static double find_scale(const struct pp_gate *g)
{
	PP_CLEANUP(pp_freep) struct ratio *all = pp_xcalloc(g->nodes->count, sizeof(*all));
	double whole = 0, sum = 0;
	size_t n = 0;

	if (g->options.judge.rate)
		return 1;
	for (uint32_t node = 0; node < g->nodes->count; node++) {
		double before = pp_gate_share(&g->before, node, false);
		double after = pp_gate_share(&g->after, node, false);

		if (before <= 0 || after <= 0)
			continue;
		all[n++] = (struct ratio){before / after, before};
		whole += before;
	}
	if (n)
		qsort(all, n, sizeof(*all), compare_ratios);
	for (size_t i = 0; i < n; i++) {
		sum += all[i].weight;
		if (sum >= whole / 2)
			return all[i].ratio;
	}
	return 1;
}

static int compare_callees(const void *a, const void *b)
{
	uint32_t x = ((const struct pp_gate_call *)a)->callee;
	uint32_t y = ((const struct pp_gate_call *)b)->callee;

	return x < y ? -1 : x > y;
}

static int compare_callers(const void *a, const void *b)
{
	uint32_t x = ((const struct pp_gate_call *)a)->caller;
	uint32_t y = ((const struct pp_gate_call *)b)->caller;

	return x < y ? -1 : x > y;
}

static struct pp_gate_call *sorted(const struct pp_gate_side *s, double scale,
				   int compare(const void *, const void *))
{
	struct pp_gate_call *all = pp_xcalloc(s->ncalls, sizeof(*all));

	for (size_t i = 0; i < s->ncalls; i++) {
		all[i] = s->calls[i];
		all[i].weight = s->all > 0 ? scale * all[i].weight / s->all : 0;
	}
	if (s->ncalls)
		qsort(all, s->ncalls, sizeof(*all), compare);
	return all;
}

/* The calls of one node, *n of them: `key` is one with that node at its place. */
static const struct pp_gate_call *range(const struct pp_gate_call *all, size_t count,
					const struct pp_gate_call *key,
					int compare(const void *, const void *), size_t *n)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (compare(&all[middle], key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (*n = 0; low + *n < count && compare(&all[low + *n], key) == 0;)
		++*n;
	return all + low;
}

static double weight_of(const struct calls *c, int i, uint32_t caller, uint32_t callee)
{
	const struct pp_gate_call key = {caller, callee, 0};
	const struct pp_gate_call *calls;
	double sum = 0;
	size_t n;

	calls = range(c->by_callee[i], c->n[i], &key, compare_callees, &n);
	for (size_t k = 0; k < n; k++)
		sum += calls[k].caller == caller ? calls[k].weight : 0;
	return sum;
}

/* Who calls a node most after. */
static uint32_t main_caller(const struct calls *c, uint32_t node)
{
	const struct pp_gate_call key = {0, node, 0};
	const struct pp_gate_call *calls;
	uint32_t best = PP_NONE;
	double most = 0;
	size_t n;

	calls = range(c->by_callee[1], c->n[1], &key, compare_callees, &n);
	for (size_t k = 0; k < n; k++) {
		if (calls[k].weight <= most)
			continue;
		most = calls[k].weight;
		best = calls[k].caller;
	}
	return best;
}

static bool alike(double a, double b)
{
	return fabs(a - b) <= ALIKE * fmax(fabs(a), fabs(b));
}

/* A callee of the same caller that is gone, and was as dear as this one is. */
static uint32_t find_renamed(const struct pp_gate *g, const struct calls *c, uint32_t caller,
			     uint32_t node)
{
	const struct pp_gate_call key = {caller, 0, 0};
	double cost = weight_of(c, 1, caller, node);
	const struct pp_gate_call *calls;
	size_t n;

	calls = range(c->by_caller[0], c->n[0], &key, compare_callers, &n);
	for (size_t k = 0; k < n; k++) {
		uint32_t other = calls[k].callee;

		if (other != node && pp_gate_share(&g->after, other, true) <= 0 &&
		    alike(calls[k].weight, cost))
			return other;
	}
	return PP_NONE;
}

/* How much cheaper all others have become that the caller calls, and itself. */
static double others_saved(const struct pp_gate *g, const struct calls *c, uint32_t caller,
			   uint32_t node)
{
	const struct pp_gate_call key = {caller, 0, 0};
	double saved = cost_before(g, caller, false) - cost_after(g, c, caller, false);
	const struct pp_gate_call *calls;
	size_t n;

	saved = fmax(0, saved);
	calls = range(c->by_caller[0], c->n[0], &key, compare_callers, &n);
	for (size_t k = 0; k < n; k++) {
		if (calls[k].callee != node)
			saved +=
				fmax(0, calls[k].weight - weight_of(c, 1, caller, calls[k].callee));
	}
	return saved;
}

static bool is_shifted(const struct pp_gate *g, const struct calls *c, uint32_t caller,
		       uint32_t node)
{
	double more = weight_of(c, 1, caller, node) - weight_of(c, 0, caller, node);
	double before = cost_before(g, caller, true);
	double after = cost_after(g, c, caller, true);

	if (more <= 0 || before >= ROOT)
		return false;
	return after - before <= (1 - EXPLAINED) * more &&
	       others_saved(g, c, caller, node) >= EXPLAINED * more;
}

/* The callee that has become cheapest, if what a node costs more by itself is what its callees cost
 * less: they are inlined now, or their code was moved into it. */
static uint32_t find_absorbed(const struct pp_gate *g, const struct calls *c, uint32_t node)
{
	const struct pp_gate_call key = {node, 0, 0};
	double more =
		pp_gate_share(&g->after, node, false) - pp_gate_share(&g->before, node, false);
	double with = pp_gate_share(&g->after, node, true) - pp_gate_share(&g->before, node, true);
	double saved = 0, most = 0;
	uint32_t best = PP_NONE;
	const struct pp_gate_call *calls;
	size_t n;

	if (more <= 0 || with > (1 - EXPLAINED) * more)
		return PP_NONE;
	calls = range(c->by_caller[0], c->n[0], &key, compare_callers, &n);
	for (size_t k = 0; k < n; k++) {
		double less = calls[k].weight - weight_of(c, 1, node, calls[k].callee);

		saved += fmax(0, less);
		if (less <= most)
			continue;
		most = less;
		best = calls[k].callee;
	}
	return saved >= EXPLAINED * more ? best : PP_NONE;
}

static void note(struct pp_gate_item *item, enum pp_gate_note note, uint32_t other)
{
	item->note = note;
	item->other = other;
	item->judged.verdict = PP_VERDICT_OK;
}

static void explain(struct pp_gate *g, const struct calls *c, struct pp_gate_item *item)
{
	uint32_t caller = main_caller(c, item->node), other = PP_NONE;

	if (caller != PP_NONE && pp_gate_share(&g->before, item->node, true) <= 0)
		other = find_renamed(g, c, caller, item->node);
	if (other != PP_NONE) {
		note(item, PP_GATE_RENAMED, other);
		return;
	}
	other = find_absorbed(g, c, item->node);
	if (other != PP_NONE)
		note(item, PP_GATE_ABSORBED, other);
	else if (caller != PP_NONE && is_shifted(g, c, caller, item->node))
		note(item, PP_GATE_SHIFTED, caller);
}

/* What costs less is no alarm that something could explain. Who looks after a function wants to
 * know, whatever else has become of it. */
static bool wants_explanation(const struct pp_judged *j)
{
	return j->verdict != PP_VERDICT_OK && !j->guarded && j->change.after > j->change.before;
}

void pp_gate_explain(struct pp_gate *g)
{
	struct calls c = {.scale = find_scale(g)};

	for (int i = 0; i < 2; i++) {
		double scale = i ? c.scale : 1;

		c.n[i] = side(g, i)->ncalls;
		c.by_callee[i] = sorted(side(g, i), scale, compare_callees);
		c.by_caller[i] = sorted(side(g, i), scale, compare_callers);
	}
	for (size_t i = 0; i < g->n; i++) {
		if (wants_explanation(&g->items[i].judged))
			explain(g, &c, &g->items[i]);
	}
	for (int i = 0; i < 2; i++) {
		free(c.by_callee[i]);
		free(c.by_caller[i]);
	}
}
