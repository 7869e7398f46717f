/* SPDX-License-Identifier: Apache-2.0 */
/* Calls as a sorted list, and what they say about rows. */
#include <config.h>

#include "analyze/edges.h"

#include <stdlib.h>

#include "analyze/calls.h"
#include "base/alloc.h"
#include "base/magnitude.h"
#include "base/map.h"

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
	if (c == 0)
		c = compare_members(context, a->dest, b->dest);
	/* in a call tree, a node may be several rows */
	if (c == 0)
		c = a->src < b->src ? -1 : a->src > b->src;
	return c ? c : a->dest < b->dest ? -1 : a->dest > b->dest;
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

void pp_edges_collect(struct pp_edges *e, const struct pp_view *v, const struct pp_rows *rows)
{
	struct collector c = {.edges = e, .rows = rows};

	*e = (struct pp_edges){0};
	pp_calls_count(v, rows, NULL, take_edges, &c);
}

static void release_lists(struct pp_edges *e)
{
	free(e->in);
	free(e->in_first);
	free(e->out);
	free(e->out_first);
}

void pp_edges_arrange(struct pp_edges *e, const struct pp_nodes *nodes, const struct pp_rows *rows)
{
	struct order order = {rows, nodes};

	release_lists(e);
	if (e->n)
		qsort_r(e->all, e->n, sizeof(*e->all), compare_edges, &order);
	e->in = bucket(e, rows->members, true, &e->in_first);
	e->out = bucket(e, rows->members, false, &e->out_first);
}

void pp_edges_init(struct pp_edges *e, const struct pp_view *v, const struct pp_rows *rows)
{
	pp_edges_collect(e, v, rows);
	pp_edges_arrange(e, v->nodes, rows);
}

void pp_edges_release(struct pp_edges *e)
{
	free(e->all);
	release_lists(e);
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

/* Bounds on what inlined calls can cost: calls as they stand in locations, with the cost of all
 * occurrences of these. */
struct bounds {
	const struct pp_view *view;
	const struct pp_flat *flat;
	uint32_t *row_of_node; /* PP_NONE: not a row */
	struct pp_map pair_of; /* caller << 32 | callee -> position in the lists */
	uint64_t *sums;
	uint32_t *callees; /* rows */
	size_t n, sums_cap, callees_cap;
};

static void add_bound(struct bounds *b, uint32_t caller, uint32_t callee, uint64_t cost)
{
	uint32_t *pair = pp_map_put(&b->pair_of, (uint64_t)caller << 32 | callee, (uint32_t)b->n);

	if (*pair == b->n) {
		b->sums = pp_grow(b->sums, &b->sums_cap, b->n + 1, sizeof(*b->sums));
		b->callees = pp_grow(b->callees, &b->callees_cap, b->n + 1, sizeof(*b->callees));
		b->sums[b->n] = 0;
		b->callees[b->n++] = callee;
	}
	b->sums[*pair] = pp_saturate_add(b->sums[*pair], cost);
}

/* The inlined calls of one location. Where the caller's line is not a row, it may be anyone. */
static void bound_location(struct bounds *b, uint32_t location)
{
	uint64_t cost = b->flat->inlined[location];
	uint32_t n, caller = PP_NONE;
	const uint32_t *nodes = pp_frames_of(b->view->frames, location, &n);

	for (uint32_t i = n; cost && i-- > 0;) {
		uint32_t row = b->row_of_node[nodes[i]];

		if (row == PP_NONE)
			continue;
		if (i + 1 < n)
			add_bound(b, caller, row, cost);
		caller = row;
	}
}

/* Which rows can have an inlined call that is not below the cutoff; false if none. */
static bool choose_candidates(const struct pp_rows *rows, const struct pp_view *v,
			      const struct pp_flat *flat, bool *wanted)
{
	struct bounds b = {.view = v, .flat = flat};
	bool any = false;

	b.row_of_node = pp_xrealloc(NULL, v->nodes->count, sizeof(*b.row_of_node));
	for (uint32_t i = 0; i < v->nodes->count; i++)
		b.row_of_node[i] = PP_NONE;
	for (uint32_t i = 0; i < rows->members; i++)
		b.row_of_node[rows->all[i].node] = i;
	for (uint32_t i = 0; i < v->profile->nlocations; i++)
		bound_location(&b, i);
	for (size_t i = 0; i < b.n; i++) {
		if (rows->edge_cutoff >= 0 && b.sums[i] < (uint64_t)rows->edge_cutoff)
			continue;
		any |= b.callees[i] < rows->n;
		wanted[b.callees[i]] = b.callees[i] < rows->n;
	}
	free(b.row_of_node);
	free(b.sums);
	free(b.callees);
	pp_map_release(&b.pair_of);
	return any;
}

void pp_edges_mark_inlined(struct pp_rows *rows, const struct pp_view *v,
			   const struct pp_flat *flat)
{
	PP_CLEANUP(pp_freep) bool *wanted = pp_xcalloc(rows->members, sizeof(*wanted));
	bool any = rows->n > 0;

	/* a mean's samples may count calls that cost nothing */
	if (v->mean) {
		for (uint32_t i = 0; i < rows->n; i++)
			wanted[i] = true;
	} else {
		any = choose_candidates(rows, v, flat, wanted);
	}
	if (any)
		pp_calls_count(v, rows, wanted, take_marks, rows);
}
