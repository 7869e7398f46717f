/* SPDX-License-Identifier: Apache-2.0 */
/* Dropping, sorting and cutting the list of nodes. */
#include <config.h>

#include "analyze/top.h"

#include <stdlib.h>

#include "analyze/inlined.h"
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
	const struct pp_top_row *a = x, *b = y;
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

/* All nodes that any sample touched, but those below the cutoff. */
static void select_rows(struct pp_top *top, const struct pp_flat *flat, int64_t cutoff)
{
	for (uint32_t i = 0; i < flat->n; i++) {
		const struct pp_flat_cell *c = &flat->cells[i];

		if (c->flat == 0 && c->cum == 0)
			continue;
		if (cutoff > 0 && pp_magnitude(c->cum) < cutoff)
			top->dropped++;
		else
			top->rows[top->nrows++] =
				(struct pp_top_row){.node = i, .flat = c->flat, .cum = c->cum};
	}
}

static int64_t sum_flat(const struct pp_flat *flat)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < flat->n; i++)
		sum = pp_wrap_add(sum, flat->cells[i].flat);
	return sum;
}

void pp_top_init(struct pp_top *top, const struct pp_flat *flat, const struct pp_nodes *nodes,
		 const struct pp_frames *frames, const uint32_t *index, uint32_t nframes,
		 const struct pp_top_options *o)
{
	struct order order = {.nodes = nodes, .cum = o->cum};
	int64_t all = sum_flat(flat);

	*top = (struct pp_top){.total = flat->total};
	top->rows = pp_xcalloc(flat->n, sizeof(*top->rows));
	select_rows(top, flat, pp_magnitude(pp_fraction_of(all, o->nodefraction)));
	top->candidates = top->nrows;
	top->dropped_cum = pp_magnitude(pp_fraction_of(flat->total, o->nodefraction));
	qsort_r(top->rows, top->nrows, sizeof(*top->rows), compare_rows, &order);
	if (o->nodecount && o->nodecount < top->nrows)
		top->nrows = (uint32_t)o->nodecount;
	for (uint32_t i = 0; i < top->nrows; i++)
		top->shown_flat = pp_wrap_add(top->shown_flat, top->rows[i].flat);
	pp_inlined_mark(top, flat, frames, index, nframes,
			pp_magnitude(pp_fraction_of(all, o->edgefraction)));
}

void pp_top_release(struct pp_top *top)
{
	free(top->rows);
	*top = (struct pp_top){0};
}
