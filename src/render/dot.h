/* SPDX-License-Identifier: Apache-2.0 */
/* A graph as text for Graphviz. */
#ifndef PP_RENDER_DOT_H
#define PP_RENDER_DOT_H

#include "analyze/graph.h"
#include "analyze/nodes.h"
#include "io/out.h"
#include "render/header.h"

/* What is drawn; all borrowed. */
struct pp_dot_view {
	const struct pp_graph *graph; /* visual */
	const struct pp_nodes *nodes;
	const struct pp_header *header; /* with out_unit chosen */
};

/* Byte for byte what `pprof -dot` prints, with two exceptions. Quotes, backslashes and unsafe
 * characters are escaped wherever text of the profile stands, so that no name can be anything but a
 * name; and calls to what is not shown are left out, where pprof draws them to a node without
 * description. */
void pp_dot(const struct pp_dot_view *d, struct pp_out *o);

#endif
