/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls between the nodes that a report shows. A call counts once per sample however often the
 * sample's stack repeats it; recursion into itself does not count. Rules: google/pprof,
 * graph.newGraph.
 */
#ifndef PP_ANALYZE_EDGES_H
#define PP_ANALYZE_EDGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/flat.h"
#include "analyze/rows.h"
#include "analyze/view.h"

struct pp_edge {
	uint32_t src, dest;  /* caller and callee: positions in rows->all */
	int64_t weight, div; /* sums; div is 0 unless the view asks for means */
	bool inlined;	     /* in every sample, the callee was inlined into the caller */
	bool residual;	     /* in some sample, frames that are not shown stood between */
};

struct pp_edges {
	struct pp_edge *all; /* by falling |weight|, then by printed names */
	size_t n;
	size_t dropped; /* calls to rows that were below rows->edge_cutoff */
	/* For each member of rows, its calls: in[in_first[i]] .. in[in_first[i + 1] - 1] are the
	 * positions of those that lead to it, in the order of `all`; out likewise from it. */
	size_t *in, *in_first, *out, *out_first;
};

/* All calls between the members of `rows`, which were chosen from the same view, that are not below
 * rows->edge_cutoff. */
void pp_edges_init(struct pp_edges *e, const struct pp_view *v, const struct pp_rows *rows);

/* The same in two steps, for who changes the calls before they are put in order: `all` is filled in
 * no order, and the lists are empty. */
void pp_edges_collect(struct pp_edges *e, const struct pp_view *v, const struct pp_rows *rows);

/* Put `all` in order and fill the lists anew. */
void pp_edges_arrange(struct pp_edges *e, const struct pp_nodes *nodes, const struct pp_rows *rows);

void pp_edges_release(struct pp_edges *e);

/* Set `inlined` of all rows, from the samples and what `flat` says of them, without keeping the
 * calls. Rules: google/pprof, report.TextItems. A pass over the samples, left out when no row can
 * be inlined. */
void pp_edges_mark_inlined(struct pp_rows *rows, const struct pp_view *v,
			   const struct pp_flat *flat);

#endif
