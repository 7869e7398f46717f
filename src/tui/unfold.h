/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which nodes of a call tree are open, so that those they call are seen, and walking from one that
 * is seen to the next. Nothing is counted, so that all of this costs the same in any tree. Nodes
 * are remembered by the names on the way to them, to be found again in another tree.
 */
#ifndef PP_TUI_UNFOLD_H
#define PP_TUI_UNFOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/flame.h"
#include "base/map.h"

struct pp_unfold {
	const struct pp_flame *flame;
	uint8_t *open;	      /* bits, [flame->n] */
	uint64_t *names;      /* [flame->nfuncs]: hashes */
	bool all;	      /* nodes are open unless they are among ... */
	struct pp_map turned; /* hashes of paths; without `all`, those that are open */
};

/* Another tree, or the same one in another order. `funcs`: functions have other numbers. */
void pp_unfold_take(struct pp_unfold *u, const struct pp_flame *f, bool funcs);
void pp_unfold_release(struct pp_unfold *u);

bool pp_unfold_is_open(const struct pp_unfold *u, uint32_t node);
void pp_unfold_set(struct pp_unfold *u, uint32_t node, bool open);
void pp_unfold_set_all(struct pp_unfold *u, bool open);

/* Open all that a node is in. */
void pp_unfold_reveal(struct pp_unfold *u, uint32_t node);

/* The outermost closed node that a node is in, below `root`; itself if it is seen. */
uint32_t pp_unfold_seen(const struct pp_unfold *u, uint32_t root, uint32_t node);

/* The node of the next row (step 1), or the one before (-1), PP_NONE at the ends of the tree from
 * `root` on; and its last one. */
uint32_t pp_unfold_step(const struct pp_unfold *u, uint32_t root, uint32_t node, int step);
uint32_t pp_unfold_last(const struct pp_unfold *u, uint32_t root);

static inline bool pp_unfold_is_leaf(const struct pp_unfold *u, uint32_t node)
{
	return u->flame->end[node] == node + 1;
}

#endif
