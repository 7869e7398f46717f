/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stacks of a view as one tree: a frame called along different ways is a node of its own for
 * each, and recursion is expanded. Integers only; names come from the view's nodes.
 */
#ifndef PP_ANALYZE_CALLTREE_H
#define PP_ANALYZE_CALLTREE_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/view.h"
#include "base/compiler.h"
#include "base/err.h"

struct pp_calltree_node {
	uint32_t node;	 /* of the view */
	uint32_t parent; /* position of the caller; PP_NONE: a root */
	uint32_t end;	 /* its callees, direct and indirect, are the positions up to this one */
	bool inlined;	 /* in every sample, inlined into the caller; false for roots */
	int64_t flat, cum;
};

/* Divisors of the sums, for means. */
struct pp_calltree_div {
	int64_t flat, cum;
};

/* In preorder, the callees of one caller by rising `node`. */
struct pp_calltree {
	struct pp_calltree_node *all;
	struct pp_calltree_div *divs; /* per node; NULL unless the view asks for means */
	uint32_t n;
	/* The callees of i: kids[first_kid[i]] .. kids[first_kid[i + 1] - 1], by rising `node`. The
	 * roots are those of position n. */
	uint32_t *kids, *first_kid;
};

/* -1 with PP_ERR_LIMIT if there would be more than PP_STACK_TREE_MAX nodes. Release in either case.
 */
int pp_calltree_init(struct pp_calltree *t, const struct pp_view *v,
		     struct pp_err *err) PP_NODISCARD;
void pp_calltree_release(struct pp_calltree *t);

/* The callee of `parent` (PP_NONE: the root) that is `node`, or PP_NONE. */
uint32_t pp_calltree_find(const struct pp_calltree *t, uint32_t parent, uint32_t node);

/* The means or sums of a node, as reports show them. */
static inline int64_t pp_calltree_flat(const struct pp_calltree *t, uint32_t i)
{
	return pp_view_mean(t->all[i].flat, t->divs ? t->divs[i].flat : 0);
}

static inline int64_t pp_calltree_cum(const struct pp_calltree *t, uint32_t i)
{
	return pp_view_mean(t->all[i].cum, t->divs ? t->divs[i].cum : 0);
}

#endif
