/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "analyze/stack_tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

/* A node while its place is looked for. */
struct entry {
	uint32_t node, parent;
};

struct place {
	uint32_t size, number; /* of the subtree; in preorder */
};

void pp_stack_tree_init(struct pp_stack_tree *t, const struct pp_stack_tree_options *o)
{
	*t = (struct pp_stack_tree){.o = *o, .ncolumns = o->ntypes * o->nviews};
	t->self = pp_xcalloc(t->ncolumns, sizeof(*t->self));
	t->sums = pp_xcalloc(t->ncolumns, sizeof(*t->sums));
	pp_stack_tree_node(t, PP_NONE, PP_STACK_OUTER);
}

void pp_stack_tree_release(struct pp_stack_tree *t)
{
	for (uint32_t c = 0; c < t->ncolumns; c++)
		free(t->self[c]);
	free(t->self);
	free(t->sums);
	free(t->all);
	free(t->ends);
	free(t->parent);
	free(t->key);
	free(t->end);
	free(t->inlined);
	*t = (struct pp_stack_tree){.n = 0};
}

uint32_t pp_stack_tree_node(struct pp_stack_tree *t, uint32_t parent, uint32_t frame)
{
	if (pp_unlikely(t->n == PP_STACK_TREE_MAX)) {
		t->full = true;
		return PP_NONE;
	}
	if (pp_unlikely(t->n == t->cap)) {
		size_t cap = t->cap;

		t->all = pp_grow(t->all, &t->cap, (size_t)t->n + 1, sizeof(*t->all));
		pp_alloc_huge(t->all, t->cap * sizeof(*t->all));
		for (uint32_t c = 0; c < t->ncolumns; c++) {
			t->self[c] = pp_xrealloc(t->self[c], t->cap, sizeof(*t->self[c]));
			memset(t->self[c] + cap, 0, (t->cap - cap) * sizeof(*t->self[c]));
		}
	}
	t->all[t->n] = (struct pp_stack_node){parent, frame};
	return t->n++;
}

/* A + b; notes whether it wrapped. */
static int64_t sum(struct pp_stack_tree *t, int64_t a, int64_t b)
{
	int64_t sum;

	if (pp_unlikely(__builtin_add_overflow(a, b, &sum)))
		t->overflow = true;
	return sum;
}

void pp_stack_tree_add(struct pp_stack_tree *t, uint32_t node, uint32_t view, const int64_t *values)
{
	int64_t **self = t->self + (size_t)view * t->o.ntypes;
	int64_t *sums = t->sums + (size_t)view * t->o.ntypes;

	for (uint32_t i = 0; i < t->o.ntypes; i++) {
		self[i][node] = sum(t, self[i][node], values[i]);
		sums[i] = sum(t, sums[i], values[i]);
	}
}

void pp_stack_tree_add_all(struct pp_stack_tree *t, const struct pp_stack_tree *other,
			   const uint32_t *to)
{
	t->overflow |= other->overflow;
	for (uint32_t c = 0; c < t->ncolumns; c++) {
		for (uint32_t i = 0; i < other->n; i++)
			t->self[c][to[i]] = sum(t, t->self[c][to[i]], other->self[c][i]);
		t->sums[c] = sum(t, t->sums[c], other->sums[c]);
	}
}

bool pp_stack_tree_counts(const struct pp_stack_tree *t, const struct pp_view *v,
			  struct pp_sample *s)
{
	int64_t any = 0;

	for (uint32_t i = 0; i < t->o.ntypes; i++)
		any |= s->values[t->o.types[i]];
	return any && pp_filter_sample(v->filter, s);
}

void pp_stack_tree_values(const struct pp_stack_tree *t, const struct pp_sample *s, int64_t *values)
{
	for (uint32_t i = 0; i < t->o.ntypes; i++)
		values[i] = s->values[t->o.types[i]];
}

size_t pp_stack_tree_room(const struct pp_view *v, const struct pp_sample *s)
{
	size_t room = 1; /* an array even for samples without frames */
	uint32_t n;

	for (uint32_t i = 0; i < s->nlocations; i++) {
		pp_frames_of(v->frames, s->locations[i], &n);
		room += n;
	}
	return room;
}

uint32_t pp_stack_tree_frames(const struct pp_stack_tree *t, const struct pp_view *v,
			      const struct pp_sample *s, uint32_t *frames)
{
	const uint32_t *key_of = t->o.key_of;
	uint32_t depth = 0, n;

	for (uint32_t i = 0; t->o.reverse && i < s->nlocations; i++) {
		const uint32_t *nodes = pp_frames_of(v->frames, s->locations[i], &n);

		for (uint32_t k = 0; k < n; k++)
			frames[depth++] = key_of[nodes[k]] | PP_STACK_OUTER;
	}
	for (uint32_t i = s->nlocations; !t->o.reverse && i-- > 0;) {
		const uint32_t *nodes = pp_frames_of(v->frames, s->locations[i], &n);

		frames[depth++] = key_of[nodes[n - 1]] | PP_STACK_OUTER;
		for (uint32_t k = n - 1; k-- > 0;)
			frames[depth++] = key_of[nodes[k]];
	}
	return depth;
}

void pp_stack_tree_note(struct pp_stack_tree *t, uint32_t node)
{
	t->ends = pp_grow(t->ends, &t->ends_cap, t->nends + 1, sizeof(*t->ends));
	t->ends[t->nends++] = node;
}

/* ---- preorder ---- */

static uint32_t key_of(const struct pp_stack_tree *t, uint32_t node)
{
	return t->all[node].frame & ~PP_STACK_OUTER;
}

/* The grown tree's nodes but the root, by key: a counting sort. Parents come along, since looking
 * them up again in that order would be slow. */
static struct entry *sort_by_key(const struct pp_stack_tree *t)
{
	struct entry *sorted = pp_xcalloc(t->n, sizeof(*sorted));
	uint32_t *at = pp_xcalloc((size_t)t->o.nkeys + 1, sizeof(*at));

	for (uint32_t i = 1; i < t->n; i++)
		at[key_of(t, i) + 1]++;
	for (uint32_t k = 0; k < t->o.nkeys; k++)
		at[k + 1] += at[k];
	for (uint32_t i = 1; i < t->n; i++)
		sorted[at[key_of(t, i)]++] = (struct entry){i, t->all[i].parent};
	free(at);
	return sorted;
}

/* Children by parent, in the order of their keys: those of i are at first[i] .. first[i + 1]. */
static uint32_t *list_children(const struct pp_stack_tree *t, uint32_t *first)
{
	struct entry *order = sort_by_key(t);
	uint32_t *children = pp_xcalloc(t->n, sizeof(*children));

	for (uint32_t i = 1; i < t->n; i++)
		first[t->all[i].parent + 2]++;
	for (uint32_t i = 2; i < t->n + 2; i++)
		first[i] += first[i - 1];
	for (uint32_t k = 0; k + 1 < t->n; k++)
		children[first[order[k].parent + 1]++] = order[k].node;
	free(order);
	return children;
}

/* The preorder position of every node of the grown tree, whose size is known. */
static void number_in_preorder(const struct pp_stack_tree *t, struct place *places)
{
	uint32_t *first = pp_xcalloc((size_t)t->n + 2, sizeof(*first));
	uint32_t *children = list_children(t, first);

	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t next = places[i].number + 1;

		for (uint32_t k = first[i]; k < first[i + 1]; k++) {
			struct place *child = &places[children[k]];

			child->number = next;
			next += child->size;
		}
	}
	free(children);
	free(first);
}

/* Sizes, and for the time being the positions that the nodes have. */
static struct place *measure_subtrees(const struct pp_stack_tree *t)
{
	struct place *places = pp_xcalloc(t->n, sizeof(*places));

	for (uint32_t i = t->n; i-- > 1;) {
		places[i].number = i;
		places[i].size++;
		places[t->all[i].parent].size += places[i].size;
	}
	places[0].size++;
	return places;
}

static void settle(struct pp_stack_tree *t, const struct place *places)
{
	t->parent = pp_xcalloc(t->n, sizeof(*t->parent));
	t->key = pp_xcalloc(t->n, sizeof(*t->key));
	t->end = pp_xcalloc(t->n, sizeof(*t->end));
	t->inlined = pp_xcalloc(t->n, sizeof(*t->inlined));
	for (uint32_t i = 0; i < t->n; i++) {
		uint32_t to = places[i].number, parent = t->all[i].parent;

		t->parent[to] = i ? places[parent].number : PP_NONE;
		t->key[to] = key_of(t, i);
		t->inlined[to] = !(t->all[i].frame & PP_STACK_OUTER);
		t->end[to] = to + places[i].size;
	}
	free(t->all);
	t->all = NULL;
}

/* Values in their final order, one column after the other: they are most of the memory. */
static void settle_values(struct pp_stack_tree *t, const struct place *places)
{
	for (uint32_t c = 0; c < t->ncolumns; c++) {
		int64_t *self = pp_xcalloc(t->n, sizeof(*self));

		for (uint32_t i = 0; i < t->n; i++)
			self[places[i].number] = t->self[c][i];
		free(t->self[c]);
		t->self[c] = self;
	}
	for (size_t k = 0; k < t->nends; k++) {
		if (t->ends[k] != PP_NONE)
			t->ends[k] = places[t->ends[k]].number;
	}
}

int pp_stack_tree_arrange(struct pp_stack_tree *t, bool in_preorder, struct pp_err *err)
{
	struct place *places;

	if (t->full) {
		pp_err_set(err, PP_ERR_LIMIT, "the call tree has more than %u nodes",
			   PP_STACK_TREE_MAX);
		return pp_err_hint(err, "look at a part of it with --focus, --show or --show-from");
	}
	places = measure_subtrees(t);
	if (!in_preorder)
		number_in_preorder(t, places);
	settle(t, places);
	settle_values(t, places);
	free(places);
	return 0;
}
