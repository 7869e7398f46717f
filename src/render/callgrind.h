/* SPDX-License-Identifier: Apache-2.0 */
/* A graph in the format of callgrind (valgrind.org, "Callgrind Format Specification"), as
 * KCachegrind and callgrind_annotate read it. */
#ifndef PP_RENDER_CALLGRIND_H
#define PP_RENDER_CALLGRIND_H

#include "analyze/graph.h"
#include "analyze/nodes.h"
#include "io/out.h"
#include "render/header.h"

/* What is written; all borrowed. */
struct pp_callgrind_view {
	const struct pp_graph *graph; /* not visual; of addresses, with objects */
	const struct pp_nodes *nodes;
	const struct pp_header *header; /* with out_unit chosen, exact */
};

/* What `pprof -callgrind` prints, byte for byte but for three things: calls count as 1 rather than
 * 0, so that callgrind_annotate tells their cost from that of the caller; characters that are
 * unsafe on a terminal or would end a line are escaped; and callees without a row of their own keep
 * their names. Costs are cut to whole numbers of the unit. */
void pp_callgrind(const struct pp_callgrind_view *c, struct pp_out *o);

#endif
