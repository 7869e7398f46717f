/* SPDX-License-Identifier: Apache-2.0 */
/* One pass in preorder, in place: what is written never overtakes what is read, since a merged node
 * stands behind at least one that is gone. */
#include <config.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/flame_state.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/map.h"

#define GONE 0x80000000u /* in places: the merged child of this node */

/* A node whose subtree is being read. */
struct open {
	uint32_t end;	/* by its old place */
	uint32_t place; /* its new one */
	uint32_t count; /* children that are merged */
	uint32_t first; /* func of the first of them, while there is no more than that */
	bool inlined, leaf;
};

struct pruner {
	struct pp_flame *f;
	const double *extents;
	struct pp_flame_cut cut; /* nspared: what is left of it */
	struct open *open;	 /* from the root on */
	int64_t *sums;		 /* [depth][ncolumns]: own values of the merged children */
	uint32_t depth;
	uint32_t n;	       /* written */
	uint32_t *place;       /* of old nodes, where samples refer to them */
	uint32_t *merged;      /* child of nodes, by their new places */
	struct pp_map func_of; /* n -> func of "(n smaller)", new ones behind all others */
	uint32_t *counts;      /* n of these */
	size_t counts_cap;
	uint32_t nmade;
};

/* The function for n merged children. */
static uint32_t func_of_count(struct pruner *p, uint32_t count)
{
	uint32_t fresh = p->f->nfuncs + p->nmade;
	uint32_t func = *pp_map_put(&p->func_of, count, fresh);

	if (func == fresh) {
		p->counts = pp_grow(p->counts, &p->counts_cap, (size_t)p->nmade + 1,
				    sizeof(*p->counts));
		p->counts[p->nmade++] = count;
	}
	return func;
}

/* Begin a node below the innermost open one. */
static void write_node(struct pruner *p, uint32_t func, bool inlined)
{
	struct pp_flame *f = p->f;
	const struct open *parent = p->depth ? &p->open[p->depth - 1] : NULL;

	f->parent[p->n] = parent ? parent->place : PP_NONE;
	f->func[p->n] = func;
	f->depth[p->n] = p->depth;
	f->end[p->n] = p->n + 1;
	f->inlined[p->n] = inlined;
	if (p->depth > f->max_depth)
		f->max_depth = p->depth;
}

/* The innermost open node has been read to its end. */
static void close_node(struct pruner *p)
{
	struct pp_flame *f = p->f;
	struct open *o = &p->open[p->depth - 1];

	if (o->count) {
		const int64_t *sums = p->sums + (size_t)(p->depth - 1) * f->ncolumns;
		bool alone = o->count == 1 && o->leaf;

		write_node(p, alone ? o->first : func_of_count(p, o->count), alone && o->inlined);
		for (uint32_t c = 0; c < f->ncolumns; c++)
			f->self[c][p->n] = f->total[c][p->n] = sums[c];
		p->merged[o->place] = p->n++;
	}
	f->end[o->place] = p->n;
	p->depth--;
}

static void merge(struct pruner *p, uint32_t i)
{
	struct pp_flame *f = p->f;
	struct open *o = &p->open[p->depth - 1];
	int64_t *sums = p->sums + (size_t)(p->depth - 1) * f->ncolumns;
	uint32_t smaller = f->smaller[f->func[i]];
	uint32_t end = f->end[i];

	o->leaf = o->count == 0 && !smaller && end == i + 1;
	o->first = f->func[i];
	o->inlined = f->inlined[i];
	o->count += smaller ? smaller : 1;
	for (uint32_t c = 0; c < f->ncolumns; c++)
		sums[c] = pp_flame_sum(f, sums[c], f->total[c][i]);
	for (uint32_t k = i; k < end; k++)
		p->place[k] = GONE | o->place;
}

static void keep(struct pruner *p, uint32_t i)
{
	struct pp_flame *f = p->f;
	uint32_t end = f->end[i];

	write_node(p, f->func[i], f->inlined[i]);
	for (uint32_t c = 0; c < f->ncolumns; c++) {
		f->self[c][p->n] = f->self[c][i];
		f->total[c][p->n] = f->total[c][i];
		p->sums[(size_t)p->depth * f->ncolumns + c] = 0;
	}
	p->place[i] = p->n;
	p->open[p->depth++] = (struct open){.end = end, .place = p->n++};
}

/* Whether a node is merged. Of many that are equally small, some may stay. */
static bool is_cut(struct pruner *p, uint32_t i)
{
	uint32_t cost = p->f->end[i] == i + 1 ? 1 : 2; /* with what may be merged below it */

	if (p->extents[i] >= p->cut.least)
		return false;
	if (p->extents[i] < p->cut.spared || p->cut.nspared < cost)
		return true;
	p->cut.nspared -= cost;
	return false;
}

static void walk(struct pruner *p)
{
	struct pp_flame *f = p->f;
	uint32_t n = f->n;

	f->max_depth = 0;
	for (uint32_t i = 0; i < n;) {
		while (p->depth && p->open[p->depth - 1].end <= i)
			close_node(p);
		uint32_t end = f->end[i];

		if (i && is_cut(p, i)) {
			merge(p, i);
			i = end;
		} else {
			keep(p, i);
			i++;
		}
	}
	while (p->depth)
		close_node(p);
	f->n = p->n;
}

static void move_samples(const struct pruner *p)
{
	struct pp_flame *f = p->f;

	for (uint64_t k = 0; k < f->nsamples; k++) {
		uint32_t node = f->sample_node[k];

		if (node == PP_NONE)
			continue;
		node = p->place[node];
		f->sample_node[k] = node & GONE ? p->merged[node & ~GONE] : node;
	}
}

/* The functions that were made, behind all others. */
static void add_funcs(struct pruner *p)
{
	struct pp_flame *f = p->f;
	uint32_t n = f->nfuncs + p->nmade;
	PP_CLEANUP(pp_buf_release) struct pp_buf name = PP_BUF_INIT;
	struct pp_err ignored = PP_ERR_INIT; /* the arena has no budget */

	f->funcs = pp_xrealloc(f->funcs, n, sizeof(*f->funcs));
	f->smaller = pp_xrealloc(f->smaller, n, sizeof(*f->smaller));
	for (uint32_t c = 0; c < f->ncolumns; c++) {
		f->flat[c] = pp_xrealloc(f->flat[c], n, sizeof(*f->flat[c]));
		f->cum[c] = pp_xrealloc(f->cum[c], n, sizeof(*f->cum[c]));
	}
	for (uint32_t k = 0; k < p->nmade; k++) {
		uint32_t func = f->nfuncs + k;

		pp_buf_clear(&name);
		pp_buf_fmt(&name, "(%" PRIu32 " smaller)", p->counts[k]);
		f->funcs[func] = (struct pp_flame_func){.kind = PP_FLAME_UNKNOWN};
		f->funcs[func].name.p = pp_arena_strdup(&f->texts, pp_buf_view(&name), &ignored);
		f->funcs[func].name.n = f->funcs[func].name.p ? name.n : 0;
		f->smaller[func] = p->counts[k];
		for (uint32_t c = 0; c < f->ncolumns; c++)
			f->flat[c][func] = f->cum[c][func] = 0;
	}
	f->nfuncs = n;
}

static int compare(const void *x, const void *y, void *context)
{
	const struct pp_flame *f = context;
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
	int c;

	if (a == 0 || b == 0)
		return a == 0 ? -(b != 0) : 1;
	c = pp_flame_funcs_cmp(&f->funcs[a], &f->funcs[b]);
	if (c)
		return c;
	return a < b ? -1 : a > b;
}

/* Functions by name; without those that were made and are in no node any more. */
static uint32_t *order_funcs(const struct pp_flame *f, uint32_t *n)
{
	uint32_t *order = pp_xcalloc(f->nfuncs, sizeof(*order));
	bool *used = pp_xcalloc(f->nfuncs, sizeof(*used));

	for (uint32_t i = 0; i < f->n; i++)
		used[f->func[i]] = true;
	*n = 0;
	for (uint32_t k = 0; k < f->nfuncs; k++) {
		if (used[k] || !f->smaller[k])
			order[(*n)++] = k;
	}
	free(used);
	qsort_r(order, *n, sizeof(*order), compare, (void *)(uintptr_t)f);
	return order;
}

static void move_column(int64_t **column, const uint32_t *order, uint32_t n)
{
	int64_t *moved = pp_xrealloc(NULL, n, sizeof(*moved));

	for (uint32_t k = 0; k < n; k++)
		moved[k] = (*column)[order[k]];
	free(*column);
	*column = moved;
}

static void renumber_funcs(struct pp_flame *f)
{
	uint32_t n;
	uint32_t *order = order_funcs(f, &n);
	uint32_t *number = pp_xcalloc(f->nfuncs, sizeof(*number));
	uint32_t *smaller = pp_xcalloc(n, sizeof(*smaller));
	struct pp_flame_func *funcs = pp_xcalloc(n, sizeof(*funcs));

	for (uint32_t k = 0; k < n; k++) {
		number[order[k]] = k;
		funcs[k] = f->funcs[order[k]];
		smaller[k] = f->smaller[order[k]];
	}
	for (uint32_t i = 0; i < f->n; i++)
		f->func[i] = number[f->func[i]];
	for (uint32_t i = 0; i < f->nnodes; i++) {
		if (f->func_of[i] != PP_NONE)
			f->func_of[i] = number[f->func_of[i]];
	}
	for (uint32_t c = 0; c < f->ncolumns; c++) {
		move_column(&f->flat[c], order, n);
		move_column(&f->cum[c], order, n);
	}
	free(f->funcs);
	free(f->smaller);
	f->funcs = funcs;
	f->smaller = smaller;
	f->nfuncs = n;
	free(number);
	free(order);
}

/* What the first pruning begins with: tables, totals, and no function made. */
static void prepare(struct pp_flame *f)
{
	int64_t **flat, **cum;

	for (uint32_t c = 0; c < f->ncolumns; c++)
		(void)pp_flame_total(f, c);
	if (f->flat)
		return;
	flat = pp_xcalloc(f->ncolumns, sizeof(*flat));
	cum = pp_xcalloc(f->ncolumns, sizeof(*cum));
	for (uint32_t c = 0; c < f->ncolumns; c++)
		pp_flame_table(f, c, &flat[c], &cum[c]);
	f->flat = flat;
	f->cum = cum;
	f->smaller = pp_xcalloc(f->nfuncs, sizeof(*f->smaller));
}

uint32_t pp_flame_prune(struct pp_flame *f, const double *extents, const struct pp_flame_cut *cut)
{
	struct pruner p = {.f = f, .extents = extents, .cut = *cut};
	size_t levels = (size_t)f->max_depth + 1;
	uint32_t before = f->n;

	prepare(f);
	for (uint32_t k = 1; k < f->nfuncs; k++) {
		if (f->smaller[k])
			*pp_map_put(&p.func_of, f->smaller[k], k) = k;
	}
	p.open = pp_xcalloc(levels, sizeof(*p.open));
	p.sums = pp_xcalloc(levels * f->ncolumns, sizeof(*p.sums));
	p.place = pp_xcalloc(f->n, sizeof(*p.place));
	p.merged = pp_xcalloc(f->n, sizeof(*p.merged));
	walk(&p);
	move_samples(&p);
	add_funcs(&p);
	renumber_funcs(f);
	free(p.open);
	free(p.sums);
	free(p.place);
	free(p.merged);
	free(p.counts);
	pp_map_release(&p.func_of);
	return before - f->n;
}
