/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A call tree of which nodes are left out: whoever was called by one is then shown below the
 * nearest caller that is left, or as a root. Rules: google/pprof, Graph.TrimTree.
 */
#ifndef PP_ANALYZE_FOREST_H
#define PP_ANALYZE_FOREST_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/calltree.h"

struct pp_forest_node {
	uint32_t place;	 /* position in the tree */
	uint32_t parent; /* position in the forest, or PP_NONE */
	bool inlined;	 /* every call from the parent down to it was inlined */
	bool residual;	 /* some of the calls between are left out */
};

struct pp_forest {
	struct pp_forest_node *all; /* in preorder */
	uint32_t n;
};

/* The whole tree. */
void pp_forest_init(struct pp_forest *f, const struct pp_calltree *tree);
void pp_forest_release(struct pp_forest *f);

/* Leave out the places for which keep[place] is false. */
void pp_forest_reduce(struct pp_forest *f, const bool *keep);

#endif
