/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "analyze/calltree.h"

#include <stdlib.h>

#include "analyze/stack_tree.h"
#include "base/alloc.h"
#include "base/magnitude.h"

/* Nodes are as in the tree of stacks, less the root: keys are nodes of the view + 1. */
static void take_nodes(struct pp_calltree *t, const struct pp_stack_tree *s)
{
	t->n = s->n - 1;
	t->all = pp_xcalloc(t->n, sizeof(*t->all));
	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t parent = s->parent[i + 1];

		t->all[i] = (struct pp_calltree_node){
			.node = s->key[i + 1] - 1,
			.parent = parent ? parent - 1 : PP_NONE,
			.end = s->end[i + 1] - 1,
			.inlined = s->inlined[i + 1],
			.flat = s->self[0][i + 1],
		};
	}
	if (s->ncolumns == 1)
		return;
	t->divs = pp_xcalloc(t->n, sizeof(*t->divs));
	for (uint32_t i = 0; i < t->n; i++)
		t->divs[i].flat = s->self[1][i + 1];
}

static void add_up(struct pp_calltree *t)
{
	for (uint32_t i = t->n; i-- > 0;) {
		struct pp_calltree_node *node = &t->all[i];
		uint32_t parent = node->parent;

		node->cum = pp_wrap_add(node->cum, node->flat);
		if (parent != PP_NONE)
			t->all[parent].cum = pp_wrap_add(t->all[parent].cum, node->cum);
		if (!t->divs)
			continue;
		t->divs[i].cum = pp_wrap_add(t->divs[i].cum, t->divs[i].flat);
		if (parent != PP_NONE)
			t->divs[parent].cum = pp_wrap_add(t->divs[parent].cum, t->divs[i].cum);
	}
}

/* Share the nodes out to their callers: in preorder they come in the right order. */
static void list_kids(struct pp_calltree *t)
{
	uint32_t n = t->n;
	uint32_t *at = pp_xcalloc((size_t)n + 3, sizeof(*at));

	t->kids = pp_xcalloc(n, sizeof(*t->kids));
	t->first_kid = at;
	for (uint32_t i = 0; i < n; i++)
		at[(t->all[i].parent == PP_NONE ? n : t->all[i].parent) + 2]++;
	for (uint32_t i = 2; i < n + 2; i++)
		at[i + 1] += at[i];
	for (uint32_t i = 0; i < n; i++)
		t->kids[at[(t->all[i].parent == PP_NONE ? n : t->all[i].parent) + 1]++] = i;
}

int pp_calltree_init(struct pp_calltree *t, const struct pp_view *v, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) uint32_t *keys = pp_xcalloc(v->nodes->count, sizeof(*keys));
	PP_CLEANUP(pp_stack_tree_release) struct pp_stack_tree stacks;
	const uint32_t types[] = {v->index, 0};
	const struct pp_stack_tree_options options = {
		.key_of = keys,
		.nkeys = v->nodes->count + 1,
		.types = types,
		.ntypes = v->mean ? 2 : 1,
		.nviews = 1,
	};

	for (uint32_t i = 0; i < v->nodes->count; i++)
		keys[i] = i + 1;
	*t = (struct pp_calltree){0};
	pp_stack_tree_init(&stacks, &options);
	pp_stack_tree_grow(&stacks, v);
	if (pp_stack_tree_arrange(&stacks, false, err))
		return -1;
	take_nodes(t, &stacks);
	add_up(t);
	list_kids(t);
	return 0;
}

void pp_calltree_release(struct pp_calltree *t)
{
	free(t->all);
	free(t->divs);
	free(t->kids);
	free(t->first_kid);
	*t = (struct pp_calltree){0};
}

uint32_t pp_calltree_find(const struct pp_calltree *t, uint32_t parent, uint32_t node)
{
	uint32_t slot = parent == PP_NONE ? t->n : parent;
	uint32_t low = t->first_kid[slot], high = t->first_kid[slot + 1];

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (t->all[t->kids[middle]].node < node)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == t->first_kid[slot + 1] || t->all[t->kids[low]].node != node)
		return PP_NONE;
	return t->kids[low];
}
