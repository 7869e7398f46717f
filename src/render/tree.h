/* SPDX-License-Identifier: Apache-2.0 */
/* Each row with its callers above and its callees below, as text, JSON and CSV. */
#ifndef PP_RENDER_TREE_H
#define PP_RENDER_TREE_H

#include "analyze/edges.h"
#include "analyze/rows.h"
#include "analyze/view.h"
#include "base/regex.h"
#include "io/out.h"
#include "render/header.h"

/* What is shown; all borrowed. */
struct pp_tree_view {
	const struct pp_rows *rows;
	const struct pp_edges *edges;
	const struct pp_nodes *nodes;
	const struct pp_header *header; /* with out_unit chosen */
	struct pp_regex *only;		/* show rows whose printed name matches; NULL: all */
};

/* Byte for byte what `pprof -tree` and `pprof -peek` print, but for characters that are unsafe on a
 * terminal. */
void pp_tree_text(const struct pp_tree_view *t, struct pp_out *o);

/* One object: the fields of top's, and in each row `callers` and `callees`. */
void pp_tree_json(const struct pp_tree_view *t, struct pp_out *o);

/* A header line, then for every row a record of its own and one for each of its calls. */
void pp_tree_csv(const struct pp_tree_view *t, struct pp_out *o);

#endif
