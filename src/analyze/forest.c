/* SPDX-License-Identifier: Apache-2.0 */
/* Callers stand before their callees, so one pass is enough. */
#include <config.h>

#include "analyze/forest.h"

#include <stdlib.h>

#include "base/alloc.h"

void pp_forest_init(struct pp_forest *f, const struct pp_calltree *tree)
{
	f->n = tree->n;
	f->all = pp_xcalloc(tree->n, sizeof(*f->all));
	for (uint32_t i = 0; i < tree->n; i++) {
		f->all[i] = (struct pp_forest_node){
			.place = i, .parent = tree->all[i].parent, .inlined = tree->all[i].inlined};
	}
}

void pp_forest_release(struct pp_forest *f)
{
	free(f->all);
	*f = (struct pp_forest){0};
}

/* Move a node below the nearest caller that is left: left[position] is where that is, for every
 * earlier position. */
static void hang(struct pp_forest_node *node, const struct pp_forest *f, const bool *keep,
		 const uint32_t *left)
{
	uint32_t parent = node->parent;

	if (parent == PP_NONE)
		return;
	if (!keep[f->all[parent].place]) {
		node->inlined &= f->all[parent].inlined;
		node->residual = true;
	}
	node->parent = left[parent];
}

void pp_forest_reduce(struct pp_forest *f, const bool *keep)
{
	struct pp_forest_node *all = pp_xcalloc(f->n, sizeof(*all));
	uint32_t *left = pp_xcalloc(f->n, sizeof(*left)); /* the nearest that is, upwards */
	uint32_t n = 0;

	for (uint32_t i = 0; i < f->n; i++) {
		struct pp_forest_node *node = &f->all[i];

		hang(node, f, keep, left);
		left[i] = node->parent;
		if (keep[node->place]) {
			left[i] = n;
			all[n++] = *node;
		}
	}
	free(left);
	free(f->all);
	f->all = all;
	f->n = n;
}
