/* SPDX-License-Identifier: Apache-2.0 */
/* Calls as a sorted list, and what they say about rows. */
#include <config.h>

#include "analyze/edges.h"

#include <stdlib.h>

#include "analyze/calls.h"
#include "base/alloc.h"
#include "base/magnitude.h"

struct collector {
	struct pp_edges *edges;
	const struct pp_rows *rows;
	size_t cap;
};

static void take_edges(void *context, const struct pp_calls *calls, const uint32_t *wanted,
		       uint32_t nwanted)
{
	struct collector *c = context;
	struct pp_edges *e = c->edges;

	for (size_t i = 0; i < pp_calls_slots(calls); i++) {
		const struct pp_call *call = &calls->slots[i];

		if (!call->key)
			continue;
		uint32_t dest = wanted[(call->key - 1) % nwanted];
		if (pp_magnitude(call->weight) < c->rows->edge_cutoff) {
			e->dropped += dest < c->rows->n;
			continue;
		}
		e->all = pp_grow(e->all, &c->cap, e->n + 1, sizeof(*e->all));
		e->all[e->n++] = (struct pp_edge){
			.src = (call->key - 1) / nwanted,
			.dest = dest,
			.weight = call->weight,
			.div = calls->divs ? calls->divs[i] : 0,
			.inlined = !call->plain,
			.residual = call->residual,
		};
	}
}

struct order {
	const struct pp_rows *rows;
	const struct pp_nodes *nodes;
};

static int compare_members(const struct order *o, uint32_t a, uint32_t b)
{
	if (a == b)
		return 0;
	return pp_nodes_cmp(o->nodes, o->rows->all[a].node, o->rows->all[b].node);
}

static int compare_edges(const void *x, const void *y, void *context)
{
	const struct pp_edge *a = x, *b = y;
	int64_t wa = pp_magnitude(a->weight), wb = pp_magnitude(b->weight);

	if (wa != wb)
		return wa > wb ? -1 : 1;
	int c = compare_members(context, a->src, b->src);
	return c ? c : compare_members(context, a->dest, b->dest);
}

/* Share the edges out by one of their ends, keeping their order. */
static size_t *bucket(const struct pp_edges *e, uint32_t members, bool by_dest, size_t **first)
{
	size_t *list = pp_xcalloc(e->n, sizeof(*list));
	size_t *at = pp_xcalloc((size_t)members + 2, sizeof(*at));

	for (size_t i = 0; i < e->n; i++)
		at[(by_dest ? e->all[i].dest : e->all[i].src) + 2]++;
	for (uint32_t i = 2; i < members + 2; i++)
		at[i] += at[i - 1];
	for (size_t i = 0; i < e->n; i++)
		list[at[(by_dest ? e->all[i].dest : e->all[i].src) + 1]++] = i;
	*first = at;
	return list;
}

void pp_edges_init(struct pp_edges *e, const struct pp_view *v, const struct pp_rows *rows)
{
	struct collector c = {.edges = e, .rows = rows};
	struct order order = {rows, v->nodes};

	*e = (struct pp_edges){0};
	pp_calls_count(v, rows, NULL, take_edges, &c);
	qsort_r(e->all, e->n, sizeof(*e->all), compare_edges, &order);
	e->in = bucket(e, rows->members, true, &e->in_first);
	e->out = bucket(e, rows->members, false, &e->out_first);
}

void pp_edges_release(struct pp_edges *e)
{
	free(e->all);
	free(e->in);
	free(e->in_first);
	free(e->out);
	free(e->out_first);
	*e = (struct pp_edges){0};
}

/* Mark callees: some calls inlined in every sample, some not, or both. */
static void take_marks(void *context, const struct pp_calls *calls, const uint32_t *wanted,
		       uint32_t nwanted)
{
	static const enum pp_inline_mark marks[] = {PP_INLINE_NO, PP_INLINE_ALL, PP_INLINE_NO,
						    PP_INLINE_SOME};
	PP_CLEANUP(pp_freep) uint8_t *bits = pp_xcalloc(nwanted, 1);
	struct pp_rows *rows = context;

	for (size_t i = 0; i < pp_calls_slots(calls); i++) {
		const struct pp_call *c = &calls->slots[i];

		if (c->key && pp_magnitude(c->weight) >= rows->edge_cutoff)
			bits[(c->key - 1) % nwanted] |= c->plain ? 2 : 1;
	}
	for (uint32_t i = 0; i < nwanted; i++)
		rows->all[wanted[i]].inlined = marks[bits[i]];
}

/* Whether a call into this row can be inlined in every sample and cost enough: its inlined frames
 * must. */
static bool can_be_inlined(const struct pp_flat *flat, uint32_t node, int64_t edge_cutoff)
{
	uint64_t inlined = flat->cells[node].inlined;

	return inlined && (edge_cutoff < 0 || inlined >= (uint64_t)edge_cutoff);
}

void pp_edges_mark_inlined(struct pp_rows *rows, const struct pp_view *v,
			   const struct pp_flat *flat)
{
	PP_CLEANUP(pp_freep) bool *wanted = pp_xcalloc(rows->members, sizeof(*wanted));
	bool any = false;

	for (uint32_t i = 0; i < rows->n; i++) {
		wanted[i] = v->mean || can_be_inlined(flat, rows->all[i].node, rows->edge_cutoff);
		any |= wanted[i];
	}
	if (any)
		pp_calls_count(v, rows, wanted, take_marks, rows);
}
