/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stacks put together to one tree, of which call trees and flame graphs are made. A node is told by
 * its parent and a key, the number that the caller has given to a node of the views; recursion is
 * not folded. The tree grows in the order of the samples and is put in preorder at the end.
 */
#ifndef PP_ANALYZE_STACK_TREE_H
#define PP_ANALYZE_STACK_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/view.h"
#include "base/compiler.h"
#include "base/err.h"

/* Nodes. Stacks that share nothing make as many of them as there are frames. */
#define PP_STACK_TREE_MAX (1u << 26)

/* In a frame, beside its key: it was not inlined into its parent. */
#define PP_STACK_OUTER 0x80000000u

struct pp_stack_tree_options {
	const uint32_t *key_of; /* of the views' nodes: from 1, 0 being the root's; borrowed */
	uint32_t nkeys;
	const uint32_t *types; /* which values of the samples are counted; borrowed */
	uint32_t ntypes;
	uint32_t nviews; /* there are ntypes columns of values for each */
	bool reverse;	 /* stacks begin with their leaf */
	bool ends;	 /* note where samples end */
};

/* While the tree grows, parents stand before their children, in no other order. */
struct pp_stack_node {
	uint32_t parent;
	uint32_t frame; /* key | PP_STACK_OUTER if that was so in some sample */
};

struct pp_stack_tree {
	struct pp_stack_tree_options o;
	uint32_t n; /* at least 1: the root */
	struct pp_stack_node *all;
	size_t cap;
	uint32_t ncolumns;
	int64_t **self; /* [ncolumns][n]: view * ntypes + type */
	int64_t *sums;	/* of all values, per column: whether they fit is known from the start */
	bool overflow;	/* a sum did not fit into 64 bits and has wrapped */
	bool full;	/* there would be more than PP_STACK_TREE_MAX */
	/* For each sample of the last view, in the order of the file, the node where its stack
	 * ends; PP_NONE if the filter drops it or all that is counted of it is 0. */
	uint32_t *ends;
	size_t nends;
	size_t ends_cap;
	/* In preorder, in place of `all`, when it has been arranged. [n]; parent of 0: PP_NONE;
	 * end: the first node behind the subtree; inlined: in every sample, into its parent. */
	uint32_t *parent, *key, *end;
	bool *inlined;
};

/* Begin with the root alone. Release in any case. */
void pp_stack_tree_init(struct pp_stack_tree *t, const struct pp_stack_tree_options *o);
void pp_stack_tree_release(struct pp_stack_tree *t);

/* Enter the samples of o.nviews views. */
void pp_stack_tree_grow(struct pp_stack_tree *t, const struct pp_view *views);

/* Put the nodes in preorder, children by rising key; or as they are, if they were entered in
 * preorder. -1 with PP_ERR_LIMIT if there were too many. */
int pp_stack_tree_arrange(struct pp_stack_tree *t, bool in_preorder,
			  struct pp_err *err) PP_NODISCARD;

/* ---- for who enters samples in an order of his own ---- */

/* A node at the end; PP_NONE if there are too many. */
uint32_t pp_stack_tree_node(struct pp_stack_tree *t, uint32_t parent, uint32_t frame);

/* Add values, as many as there are types, to those of a node in the columns of a view. */
void pp_stack_tree_add(struct pp_stack_tree *t, uint32_t node, uint32_t view,
		       const int64_t *values);

/* Add the values of all nodes of another tree: node i is to[i] here. */
void pp_stack_tree_add_all(struct pp_stack_tree *t, const struct pp_stack_tree *other,
			   const uint32_t *to);

/* Whether a sample counts: the filter has cut it, and some value is not 0. */
bool pp_stack_tree_counts(const struct pp_stack_tree *t, const struct pp_view *v,
			  struct pp_sample *s);

/* The values that are counted of a sample. */
void pp_stack_tree_values(const struct pp_stack_tree *t, const struct pp_sample *s,
			  int64_t *values);

/* The frames of a sample into frames[], in the order of the tree; how many. There is room for
 * pp_stack_tree_room(), which is never 0. */
size_t pp_stack_tree_room(const struct pp_view *v, const struct pp_sample *s);
uint32_t pp_stack_tree_frames(const struct pp_stack_tree *t, const struct pp_view *v,
			      const struct pp_sample *s, uint32_t *frames);

/* Note the end of the next sample. */
void pp_stack_tree_note(struct pp_stack_tree *t, uint32_t node);

#endif
