/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "analyze/compare.h"

#include <math.h>
#include <stdlib.h>

#include "analyze/costs.h"
#include "analyze/moved.h"
#include "base/alloc.h"
#include "base/magnitude.h"

double pp_compare_change(const double side[PP_SIDES])
{
	return side[PP_AFTER] - side[PP_BEFORE];
}

double pp_compare_relative(const double side[PP_SIDES])
{
	double change = pp_compare_change(side);

	return change == 0 ? 0 : change / fabs(side[PP_BEFORE]);
}

struct order {
	const struct pp_nodes *nodes;
	bool cum;
};

static int compare_numbers(double a, double b)
{
	return a > b ? -1 : a < b;
}

static int compare_rows(const void *x, const void *y, void *context)
{
	const struct pp_compare_row *a = x, *b = y;
	const struct order *o = context;
	double own =
		compare_numbers(fabs(pp_compare_change(a->own)), fabs(pp_compare_change(b->own)));
	double all =
		compare_numbers(fabs(pp_compare_change(a->all)), fabs(pp_compare_change(b->all)));
	double first = o->cum ? all : own, second = o->cum ? own : all;

	if (first != 0 || second != 0)
		return first != 0 ? (int)first : (int)second;
	int c = compare_numbers(a->all[PP_AFTER], b->all[PP_AFTER]);
	return c ? c : pp_nodes_cmp(o->nodes, a->node, b->node);
}

static void fill(struct pp_compare *c, const struct pp_flat flat[PP_SIDES],
		 const struct pp_compare_options *o)
{
	for (uint32_t node = 0; node < flat[PP_AFTER].n; node++) {
		struct pp_compare_row r = {.node = node};
		bool any = false;

		for (enum pp_side s = PP_BEFORE; s < PP_SIDES; s++) {
			r.flat[s] = flat[s].cells[node].flat;
			r.cum[s] = flat[s].cells[node].cum;
			r.own[s] = (double)r.flat[s] * o->factor[s];
			r.all[s] = (double)r.cum[s] * o->factor[s];
			any |= pp_costs_is_shown(&flat[s].cells[node], o->drop_negative);
		}
		if (!any)
			continue;
		if (!flat[PP_BEFORE].cells[node].touched)
			r.change = PP_CHANGE_NEW;
		else if (!flat[PP_AFTER].cells[node].touched)
			r.change = PP_CHANGE_GONE;
		c->all[c->count++] = r;
	}
}

static bool is_small(const struct pp_compare *c, const struct pp_compare_row *r, double fraction)
{
	for (enum pp_side s = PP_BEFORE; s < PP_SIDES; s++) {
		if (fabs(r->all[s]) >= fabs(c->amount[s]) * fraction)
			return false;
	}
	return true;
}

/* Those that are dropped to the end, the rest in order. */
static void arrange(struct pp_compare *c, const struct pp_nodes *nodes,
		    const struct pp_compare_options *o)
{
	struct order order = {.nodes = nodes, .cum = o->cum};

	for (uint32_t i = 0; i < c->count; i++) {
		struct pp_compare_row r = c->all[i];

		if (is_small(c, &r, o->nodefraction))
			continue;
		c->all[i] = c->all[c->candidates];
		c->all[c->candidates++] = r;
	}
	c->dropped = c->count - c->candidates;
	if (c->candidates)
		qsort_r(c->all, c->candidates, sizeof(*c->all), compare_rows, &order);
	c->n = o->nodecount && o->nodecount < c->candidates ? (uint32_t)o->nodecount
							    : c->candidates;
}

void pp_compare_init(struct pp_compare *c, const struct pp_view *const views[PP_SIDES],
		     const struct pp_flat flat[PP_SIDES], const struct pp_compare_options *o)
{
	*c = (struct pp_compare){.n = 0};
	c->all = pp_xcalloc(flat[PP_AFTER].n, sizeof(*c->all));
	for (enum pp_side s = PP_BEFORE; s < PP_SIDES; s++) {
		c->total[s] = pp_total_value(&flat[s].total);
		c->amount[s] = (double)c->total[s] * o->factor[s];
	}
	fill(c, flat, o);
	arrange(c, views[PP_AFTER]->nodes, o);
	pp_moved_find(c, views);
}

void pp_compare_release(struct pp_compare *c)
{
	free(c->all);
	*c = (struct pp_compare){.n = 0};
}
