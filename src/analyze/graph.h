/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows, the calls between them and what labels say about them: what a picture of a profile shows.
 * The calls are those of a graph, where a row is a node of the view, or of a tree, where it is a
 * node as called in one way. Rules: google/pprof, report.newTrimmedGraph.
 */
#ifndef PP_ANALYZE_GRAPH_H
#define PP_ANALYZE_GRAPH_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/edges.h"
#include "analyze/node_tags.h"
#include "analyze/rows.h"
#include "analyze/view.h"
#include "base/compiler.h"
#include "base/err.h"

struct pp_graph_options {
	struct pp_rows_options rows;
	bool call_tree;
	/* To be drawn: the rows are those that tell most, labels among `nodecount`; calls without
	 * which everything is still connected are left out. Otherwise everything is in, in the
	 * order of rows. */
	bool visual;
	struct pp_str unit; /* of numbers in labels, or "minimum" */
};

struct pp_graph {
	struct pp_rows rows;
	/* Calls may lead to or from members that are no rows: they count as calls, and are not for
	 * showing. */
	struct pp_edges edges;
	struct pp_node_tags tags; /* if visual */
	uint32_t *tag_row;	  /* per row: its row in `tags` */
	uint32_t *caller; /* per member: in a call tree, a number of its caller there; PP_NONE */
	bool overflow;	  /* the total has wrapped */
};

/* -1 with PP_ERR_LIMIT. Release in either case. */
int pp_graph_init(struct pp_graph *g, const struct pp_view *v, const struct pp_graph_options *o,
		  struct pp_err *err) PP_NODISCARD;
void pp_graph_release(struct pp_graph *g);

#endif
