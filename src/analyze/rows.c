/* SPDX-License-Identifier: Apache-2.0 */
/* Dropping, sorting and cutting the list of nodes. */
#include <config.h>

#include "analyze/rows.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/magnitude.h"

struct order {
	const struct pp_nodes *nodes;
	bool cum;
};

static int by_magnitude(int64_t a, int64_t b)
{
	a = pp_magnitude(a);
	b = pp_magnitude(b);
	return a > b ? -1 : a < b;
}

static int compare_rows(const void *x, const void *y, void *context)
{
	const struct pp_row *a = x, *b = y;
	const struct order *o = context;
	int c = o->cum ? by_magnitude(a->cum, b->cum) : by_magnitude(a->flat, b->flat);

	if (c)
		return c;
	c = pp_str_cmp(pp_nodes_name(o->nodes, a->node), pp_nodes_name(o->nodes, b->node));
	if (c)
		return c;
	c = o->cum ? by_magnitude(a->flat, b->flat) : by_magnitude(a->cum, b->cum);
	return c ? c : pp_nodes_cmp(o->nodes, a->node, b->node);
}

static bool is_negative(const struct pp_flat_cell *c)
{
	return c->flat < 0 || (c->flat == 0 && c->cum < 0);
}

static bool is_listed(const struct pp_flat_cell *c, const struct pp_rows_options *o)
{
	return (c->flat || c->cum) && !(o->drop_negative && is_negative(c));
}

static void add_row(struct pp_rows *rows, const struct pp_flat *flat,
		    const struct pp_flat *divisors, uint32_t node)
{
	const struct pp_flat_cell *c = &flat->cells[node];
	struct pp_row *row = &rows->all[rows->members++];

	*row = (struct pp_row){.node = node, .flat = c->flat, .cum = c->cum};
	row->flat_value = pp_view_mean(c->flat, divisors ? divisors->cells[node].flat : 0);
	row->cum_value = pp_view_mean(c->cum, divisors ? divisors->cells[node].cum : 0);
}

/* All nodes that any sample touched, but those below the cutoff. */
static void select_rows(struct pp_rows *rows, const struct pp_flat *flat,
			const struct pp_flat *divisors, const struct pp_rows_options *o,
			int64_t cutoff)
{
	for (uint32_t i = 0; i < flat->n; i++) {
		if (!is_listed(&flat->cells[i], o))
			continue;
		if (cutoff > 0 && pp_magnitude(flat->cells[i].cum) < cutoff)
			rows->dropped++;
		else
			add_row(rows, flat, divisors, i);
	}
	rows->n = rows->members;
}

/* As long as nothing else is dropped, calls to and from unlisted nodes are still to be seen. */
static void add_unlisted(struct pp_rows *rows, const struct pp_flat *flat,
			 const struct pp_flat *divisors, const struct pp_rows_options *o)
{
	for (uint32_t i = 0; i < flat->n; i++) {
		const struct pp_flat_cell *c = &flat->cells[i];

		if (c->touched && !is_listed(c, o))
			add_row(rows, flat, divisors, i);
	}
}

static int64_t sum_listed(const struct pp_flat *flat, const struct pp_rows_options *o)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < flat->n; i++) {
		if (is_listed(&flat->cells[i], o))
			sum = pp_wrap_add(sum, flat->cells[i].flat);
	}
	return sum;
}

void pp_rows_init(struct pp_rows *rows, const struct pp_flat *flat, const struct pp_flat *divisors,
		  const struct pp_nodes *nodes, const struct pp_rows_options *o)
{
	struct order order = {.nodes = nodes, .cum = o->cum};
	int64_t listed = sum_listed(flat, o), total = pp_total_value(&flat->total);

	*rows = (struct pp_rows){
		.total = total,
		.dropped_cum = pp_magnitude(pp_fraction_of(total, o->nodefraction)),
		.dropped_edge = pp_magnitude(pp_fraction_of(total, o->edgefraction)),
		.edge_cutoff = pp_magnitude(pp_fraction_of(listed, o->edgefraction)),
	};
	rows->all = pp_xcalloc(flat->n, sizeof(*rows->all));
	select_rows(rows, flat, divisors, o, pp_magnitude(pp_fraction_of(listed, o->nodefraction)));
	rows->candidates = rows->n;
	qsort_r(rows->all, rows->n, sizeof(*rows->all), compare_rows, &order);
	if (o->nodecount && o->nodecount < rows->n)
		rows->n = rows->members = (uint32_t)o->nodecount;
	else if (rows->dropped == 0)
		add_unlisted(rows, flat, divisors, o);
	for (uint32_t i = 0; i < rows->n; i++)
		rows->shown_flat = pp_wrap_add(rows->shown_flat, rows->all[i].flat_value);
}

void pp_rows_release(struct pp_rows *rows)
{
	free(rows->all);
	*rows = (struct pp_rows){0};
}
