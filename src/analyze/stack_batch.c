/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nodes are found by a hash table. Tables of millions of nodes are in no cache, so a batch of
 * stacks is entered at once, level by level: what all of them will need is asked for before the
 * first one needs it. Of large profiles a second thread grows a tree of its own; it has far fewer
 * nodes than stacks have frames, so that adding it to the first one in the end takes little time.
 */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "analyze/stack_tree.h"
#include "base/alloc.h"
#include "base/hash.h"
#include "base/parallel.h"
#include "profile/walk.h"

#define FIRST_BITS 12
#define BATCH	   48
#define TREES	   2 /* more would take more memory than they save time; see add_tree() */

struct batch {
	PP_PER_WORKER struct pp_stack_tree *t;
	const struct pp_view *v;
	uint32_t view;	 /* its number */
	bool ends;	 /* note where its samples end */
	uint64_t *slots; /* hash << 32 | position; 0: free, since 0 is nobody's child */
	unsigned bits;
	uint64_t seed;
	/* the stacks that wait */
	uint32_t *frames;
	size_t nframes, frames_cap;
	size_t first[BATCH + 1]; /* in frames */
	uint64_t sample[BATCH];	 /* number in ends */
	int64_t *values;	 /* [BATCH][ntypes] */
	uint32_t n;
	/* and where they have got to */
	uint32_t at[BATCH], hash[BATCH], active[BATCH];
};

static uint32_t hash(const struct batch *b, uint32_t parent, uint32_t frame)
{
	uint64_t key = (uint64_t)parent << 32 | (frame & ~PP_STACK_OUTER);

	return (uint32_t)(pp_hash_u64(key ^ b->seed) >> 32);
}

/* Where the slot of a hash is, or the way to it begins. */
static size_t home_of(const struct batch *b, uint32_t h)
{
	return h >> (32 - b->bits);
}

/* The slot of a child, or the free one where it belongs. Most others are told by their hash. */
static uint64_t *slot_of(const struct batch *b, uint32_t parent, uint32_t frame, uint32_t h)
{
	const struct pp_stack_node *all = b->t->all;
	size_t mask = ((size_t)1 << b->bits) - 1;
	size_t i = home_of(b, h);

	for (; b->slots[i]; i = (i + 1) & mask) {
		if (b->slots[i] >> 32 != h)
			continue;
		const struct pp_stack_node *at = &all[(uint32_t)b->slots[i]];
		if (at->parent == parent && ((at->frame ^ frame) & ~PP_STACK_OUTER) == 0)
			break;
	}
	return &b->slots[i];
}

static void rehash(struct batch *b)
{
	uint64_t *old = b->slots;
	size_t n = b->bits ? (size_t)1 << b->bits : 0;

	b->bits = b->bits ? b->bits + 1 : FIRST_BITS;
	b->slots = pp_xrealloc(NULL, (size_t)1 << b->bits, sizeof(*b->slots));
	pp_alloc_huge(b->slots, sizeof(*b->slots) << b->bits);
	/* writing all of it costs less than pages that are read before they are written */
	memset(b->slots, 0, sizeof(*b->slots) << b->bits);
	for (size_t k = 0; k < n; k++) {
		size_t i = home_of(b, (uint32_t)(old[k] >> 32));

		if (!old[k])
			continue;
		while (b->slots[i])
			i = (i + 1) & (((size_t)1 << b->bits) - 1);
		b->slots[i] = old[k];
	}
	free(old);
}

/* A node is met again. It is written where it changes only: most lines of the cache stay clean. */
static void meet(struct batch *b, uint32_t at, uint32_t frame)
{
	struct pp_stack_node *node = &b->t->all[at];

	if (pp_unlikely((node->frame & PP_STACK_OUTER) < (frame & PP_STACK_OUTER)))
		node->frame |= PP_STACK_OUTER;
}

/* The child of a node, new if it was not there; PP_NONE if there are too many. */
static uint32_t put(struct batch *b, uint32_t parent, uint32_t frame, uint32_t h)
{
	struct pp_stack_tree *t = b->t;
	uint64_t *slot = slot_of(b, parent, frame, h);

	if (pp_likely(*slot)) {
		meet(b, (uint32_t)*slot, frame);
		return (uint32_t)*slot;
	}
	uint32_t at = pp_stack_tree_node(t, parent, frame);
	if (at == PP_NONE)
		return PP_NONE;
	*slot = (uint64_t)h << 32 | at;
	if (pp_unlikely(t->n >= (size_t)3 << (b->bits - 2)))
		rehash(b);
	return at;
}

/* What the stacks need at their next level, into the cache. */
static void ask(struct batch *b, uint32_t level, uint32_t n)
{
	for (uint32_t k = 0; k < n; k++) {
		uint32_t i = b->active[k];

		b->hash[i] = hash(b, b->at[i], b->frames[b->first[i] + level]);
		__builtin_prefetch(&b->slots[home_of(b, b->hash[i])]);
	}
	for (uint32_t k = 0; k < n; k++) {
		uint64_t slot = b->slots[home_of(b, b->hash[b->active[k]])];

		__builtin_prefetch(&b->t->all[(uint32_t)slot]);
	}
}

/* One level down, for those that go on; how many there are then. */
static uint32_t descend(struct batch *b, uint32_t level, uint32_t n)
{
	uint32_t left = 0;

	ask(b, level, n);
	for (uint32_t k = 0; k < n; k++) {
		uint32_t i = b->active[k];

		b->at[i] = put(b, b->at[i], b->frames[b->first[i] + level], b->hash[i]);
		if (pp_unlikely(b->at[i] == PP_NONE))
			return 0;
		b->active[left] = i;
		left += b->first[i] + level + 1 < b->first[i + 1];
	}
	return left;
}

static void flush(struct batch *b)
{
	struct pp_stack_tree *t = b->t;
	uint32_t active = 0;

	b->first[b->n] = b->nframes;
	for (uint32_t i = 0; i < b->n; i++) {
		b->at[i] = 0;
		b->active[active] = i;
		active += b->first[i] < b->first[i + 1];
	}
	for (uint32_t level = 0; active; level++)
		active = descend(b, level, active);
	for (uint32_t i = 0; i < b->n && !t->full; i++) {
		pp_stack_tree_add(t, b->at[i], b->view, b->values + (size_t)i * t->o.ntypes);
		if (b->ends)
			t->ends[b->sample[i]] = b->at[i];
	}
	b->n = 0;
	b->nframes = 0;
}

static void visit(void *context, unsigned worker, struct pp_sample *s)
{
	struct batch *b = (struct batch *)context + worker;
	struct pp_stack_tree *t = b->t;

	if (b->ends)
		pp_stack_tree_note(t, PP_NONE);
	if (t->full || !pp_stack_tree_counts(t, b->v, s))
		return;
	b->frames = pp_grow(b->frames, &b->frames_cap, b->nframes + pp_stack_tree_room(b->v, s),
			    sizeof(*b->frames));
	b->first[b->n] = b->nframes;
	b->nframes += pp_stack_tree_frames(t, b->v, s, b->frames + b->nframes);
	pp_stack_tree_values(t, s, b->values + (size_t)b->n * t->o.ntypes);
	b->sample[b->n] = t->nends - 1;
	if (++b->n == BATCH)
		flush(b);
}

static void batch_init(struct batch *b, struct pp_stack_tree *t)
{
	*b = (struct batch){.t = t, .seed = pp_hash_seed()};
	b->values = pp_xcalloc(BATCH * (size_t)t->o.ntypes, sizeof(*b->values));
	rehash(b);
}

static void batch_release(struct batch *b)
{
	free(b->slots);
	free(b->frames);
	free(b->values);
}

/*
 * ---- adding a tree to another ----
 *
 * What is below a node that the other one has not got is new as well, and is not looked for. Nor
 * does anybody look for it later, so that the table stays as it is.
 */

struct addition {
	struct batch *b;
	const struct pp_stack_tree *other;
	uint32_t n;   /* nodes before */
	uint32_t *to; /* [other->n]: where its nodes are */
};

/* Ask for what nodes need whose parents are among the ones before. */
static void ask_for(const struct addition *a, uint32_t from, uint32_t until)
{
	const struct pp_stack_node *all = a->other->all;
	struct batch *b = a->b;

	for (uint32_t i = from; i < until; i++) {
		uint32_t parent = all[i].parent < from ? a->to[all[i].parent] : a->n;

		b->active[i - from] = parent < a->n;
		if (parent >= a->n)
			continue;
		b->hash[i - from] = hash(b, parent, all[i].frame);
		__builtin_prefetch(&b->slots[home_of(b, b->hash[i - from])]);
	}
	for (uint32_t i = from; i < until; i++) {
		uint64_t slot = b->active[i - from] ? b->slots[home_of(b, b->hash[i - from])] : 0;

		__builtin_prefetch(&b->t->all[(uint32_t)slot]);
	}
}

static uint32_t add_node(const struct addition *a, const struct pp_stack_node *node)
{
	uint32_t parent = a->to[node->parent];

	if (parent < a->n) {
		uint32_t h = hash(a->b, parent, node->frame);
		uint32_t at = (uint32_t)*slot_of(a->b, parent, node->frame, h);

		if (at) {
			meet(a->b, at, node->frame);
			return at;
		}
	}
	return pp_stack_tree_node(a->b->t, parent, node->frame);
}

static void add_tree(struct batch *b, const struct pp_stack_tree *other)
{
	struct pp_stack_tree *t = b->t;
	struct addition a = {.b = b, .other = other, .n = t->n};

	a.to = pp_xcalloc(other->n, sizeof(*a.to));
	t->full |= other->full;
	for (uint32_t i = 1; i < other->n && !t->full; i++) {
		if (i % BATCH == 1)
			ask_for(&a, i, other->n - i < BATCH ? other->n : i + BATCH);
		a.to[i] = add_node(&a, &other->all[i]);
	}
	if (!t->full)
		pp_stack_tree_add_all(t, other, a.to);
	free(a.to);
}

/* ---- all of it ---- */

/* One where the samples are few, or their order matters. */
static unsigned count_trees(const struct pp_stack_tree *t, const struct pp_view *views)
{
	unsigned most = 1;

	for (uint32_t i = 0; i < t->o.nviews && !t->o.ends; i++) {
		unsigned n = pp_walk_workers(views[i].profile);

		most = n > most ? n : most;
	}
	return most < TREES ? most : TREES;
}

static void grow_from(struct batch *b, unsigned n, const struct pp_view *views)
{
	uint32_t nviews = b->t->o.nviews;

	for (uint32_t view = 0; view < nviews; view++) {
		for (unsigned k = 0; k < n; k++) {
			b[k].v = &views[view];
			b[k].view = view;
			b[k].ends = b->t->o.ends && view + 1 == nviews;
		}
		pp_walk(views[view].profile, n, visit, b);
		for (unsigned k = 0; k < n; k++)
			flush(&b[k]);
	}
}

void pp_stack_tree_grow(struct pp_stack_tree *t, const struct pp_view *views)
{
	unsigned n = count_trees(t, views);
	struct pp_stack_tree others[TREES];
	struct batch b[TREES];

	batch_init(&b[0], t);
	for (unsigned k = 1; k < n; k++) {
		pp_stack_tree_init(&others[k], &t->o);
		batch_init(&b[k], &others[k]);
	}
	grow_from(b, n, views);
	for (unsigned k = 1; k < n; k++) {
		batch_release(&b[k]);
		add_tree(&b[0], &others[k]);
		pp_stack_tree_release(&others[k]);
	}
	batch_release(&b[0]);
}
