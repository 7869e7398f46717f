/* SPDX-License-Identifier: Apache-2.0 */
/* The tree grows in the order of the samples, found by a hash table; then it is put in preorder. */
#include <config.h>

#include "analyze/calltree.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/magnitude.h"
#include "profile/walk.h"

#define FIRST_BITS 12

/* The tree while it grows: callers stand before their callees, in no other order. */
struct grower {
	const struct pp_view *view;
	struct pp_calltree_node *all;
	struct pp_calltree_div *divs; /* NULL unless for means */
	size_t cap, divs_cap;
	uint32_t n;
	uint64_t *slots; /* hash << 32 | position + 1; 0: free */
	unsigned bits;
	uint64_t seed;
	bool full;
};

static uint32_t hash(const struct grower *g, uint32_t parent, uint32_t node)
{
	return (uint32_t)(pp_hash_u64(((uint64_t)parent << 32 | node) ^ g->seed) >> 32);
}

/* The slot of a callee, or the free one where it belongs. Most others are told by their hash. */
static uint64_t *slot_of(const struct grower *g, uint32_t parent, uint32_t node)
{
	size_t mask = ((size_t)1 << g->bits) - 1;
	uint32_t h = hash(g, parent, node);
	size_t i = h >> (32 - g->bits);

	for (; g->slots[i]; i = (i + 1) & mask) {
		if (g->slots[i] >> 32 != h)
			continue;
		const struct pp_calltree_node *at = &g->all[(uint32_t)g->slots[i] - 1];
		if (at->parent == parent && at->node == node)
			break;
	}
	return &g->slots[i];
}

static void rehash(struct grower *g)
{
	uint64_t *old = g->slots;
	size_t n = g->bits ? (size_t)1 << g->bits : 0;

	g->bits = g->bits ? g->bits + 1 : FIRST_BITS;
	g->slots = pp_xcalloc((size_t)1 << g->bits, sizeof(*g->slots));
	for (size_t k = 0; k < n; k++) {
		size_t i = (old[k] >> 32) >> (32 - g->bits);

		if (!old[k])
			continue;
		while (g->slots[i])
			i = (i + 1) & (((size_t)1 << g->bits) - 1);
		g->slots[i] = old[k];
	}
	free(old);
}

/* The callee of a caller, new if it was not there; PP_NONE if there are too many. */
static uint32_t put(struct grower *g, uint32_t parent, uint32_t node)
{
	if (pp_unlikely(!g->bits || g->n >= (size_t)3 << (g->bits - 2)))
		rehash(g);

	uint64_t *slot = slot_of(g, parent, node);
	if (pp_likely(*slot))
		return (uint32_t)*slot - 1;
	if (g->n == PP_CALLTREE_MAX) {
		g->full = true;
		return PP_NONE;
	}
	g->all = pp_grow(g->all, &g->cap, (size_t)g->n + 1, sizeof(*g->all));
	g->all[g->n] = (struct pp_calltree_node){
		.node = node, .parent = parent, .inlined = parent != PP_NONE};
	if (g->view->mean) {
		g->divs = pp_grow(g->divs, &g->divs_cap, (size_t)g->n + 1, sizeof(*g->divs));
		g->divs[g->n] = (struct pp_calltree_div){0};
	}
	*slot = (uint64_t)hash(g, parent, node) << 32 | ++g->n;
	return g->n - 1;
}

static void add_stack(struct grower *g, const struct pp_sample *s, int64_t value, int64_t div)
{
	uint32_t at = PP_NONE;

	for (uint32_t i = s->nlocations; i-- > 0;) {
		uint32_t n;
		const uint32_t *nodes = pp_frames_of(g->view->frames, s->locations[i], &n);

		for (uint32_t k = n; k-- > 0;) {
			at = put(g, at, nodes[k]);
			if (at == PP_NONE)
				return;
			g->all[at].cum = pp_wrap_add(g->all[at].cum, value);
			g->all[at].inlined &= k + 1 < n;
			if (g->divs)
				g->divs[at].cum = pp_wrap_add(g->divs[at].cum, div);
		}
	}
	if (at == PP_NONE)
		return;
	g->all[at].flat = pp_wrap_add(g->all[at].flat, value);
	if (g->divs)
		g->divs[at].flat = pp_wrap_add(g->divs[at].flat, div);
}

static void visit(void *context, unsigned worker PP_UNUSED, struct pp_sample *s)
{
	struct grower *g = context;
	const struct pp_view *v = g->view;
	int64_t value = s->values[v->index], div = v->mean ? s->values[0] : 0;

	if ((value || div) && !g->full && pp_filter_sample(v->filter, s))
		add_stack(g, s, value, div);
}

/* Positions of the grown tree by node: a counting sort. */
static uint32_t *sort_by_node(const struct grower *g)
{
	uint32_t nodes = g->view->nodes->count;
	uint32_t *sorted = pp_xcalloc(g->n, sizeof(*sorted));
	uint32_t *at = pp_xcalloc((size_t)nodes + 1, sizeof(*at));

	for (uint32_t i = 0; i < g->n; i++)
		at[g->all[i].node + 1]++;
	for (uint32_t i = 0; i < nodes; i++)
		at[i + 1] += at[i];
	for (uint32_t i = 0; i < g->n; i++)
		sorted[at[g->all[i].node]++] = i;
	free(at);
	return sorted;
}

/* Share the nodes out to their callers, in the order given (NULL: by position). */
static void list_kids(struct pp_calltree *t, const struct pp_calltree_node *all, uint32_t n,
		      const uint32_t *order)
{
	uint32_t *at = pp_xcalloc((size_t)n + 3, sizeof(*at));
	uint32_t *kids = pp_xcalloc(n, sizeof(*kids));

	for (uint32_t i = 0; i < n; i++)
		at[(all[i].parent == PP_NONE ? n : all[i].parent) + 2]++;
	for (uint32_t i = 2; i < n + 2; i++)
		at[i + 1] += at[i];
	for (uint32_t i = 0; i < n; i++) {
		uint32_t kid = order ? order[i] : i, parent = all[kid].parent;

		kids[at[(parent == PP_NONE ? n : parent) + 1]++] = kid;
	}
	free(t->kids);
	free(t->first_kid);
	t->kids = kids;
	t->first_kid = at;
}

/* The preorder position of every node of the grown tree. t->kids are those of the grown tree. */
static uint32_t *number_in_preorder(const struct pp_calltree *t, uint32_t n)
{
	uint32_t *number = pp_xcalloc(n, sizeof(*number));
	uint32_t *stack = pp_xcalloc((size_t)n + 1, sizeof(*stack));
	uint32_t depth = 0, next = 0, at = n;

	for (;;) {
		/* the first callee comes next, so it goes on top */
		for (uint32_t k = t->first_kid[at + 1]; k-- > t->first_kid[at];)
			stack[depth++] = t->kids[k];
		if (!depth)
			break;
		at = stack[--depth];
		number[at] = next++;
	}
	free(stack);
	return number;
}

/* Put the nodes in preorder. */
static void arrange(struct pp_calltree *t, struct grower *g)
{
	uint32_t *number = number_in_preorder(t, g->n);

	t->n = g->n;
	t->all = pp_xcalloc(g->n, sizeof(*t->all));
	if (g->view->mean)
		t->divs = pp_xcalloc(g->n, sizeof(*t->divs));
	for (uint32_t i = 0; i < g->n; i++) {
		struct pp_calltree_node *to = &t->all[number[i]];

		*to = g->all[i];
		if (to->parent != PP_NONE)
			to->parent = number[to->parent];
		if (t->divs)
			t->divs[number[i]] = g->divs[i];
	}
	free(number);
	for (uint32_t i = t->n; i-- > 0;) {
		struct pp_calltree_node *node = &t->all[i];

		if (!node->end)
			node->end = i + 1;
		if (node->parent != PP_NONE && t->all[node->parent].end < node->end)
			t->all[node->parent].end = node->end;
	}
}

static void settle(struct pp_calltree *t, struct grower *g)
{
	uint32_t *by_node = sort_by_node(g);

	list_kids(t, g->all, g->n, by_node);
	free(by_node);
	arrange(t, g);
	list_kids(t, t->all, t->n, NULL); /* in preorder they come in the right order */
}

int pp_calltree_init(struct pp_calltree *t, const struct pp_view *v, struct pp_err *err)
{
	struct grower g = {.view = v, .seed = pp_hash_seed()};

	*t = (struct pp_calltree){0};
	pp_walk(v->profile, 1, visit, &g);
	free(g.slots);
	if (!g.full)
		settle(t, &g);
	free(g.all);
	free(g.divs);
	if (!g.full)
		return 0;
	pp_err_set(err, PP_ERR_LIMIT, "the call tree has more than %u nodes", PP_CALLTREE_MAX);
	return pp_err_hint(err, "look at a part of it with --focus, --show or --show-from");
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
