/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nodes are found by a hash table. Tables of millions of nodes are in no cache, so a batch of
 * stacks is entered at once, level by level: what all of them will need is asked for before the
 * first one needs it.
 */
#include <config.h>

#include <stdlib.h>

#include "analyze/stack_tree.h"
#include "base/alloc.h"
#include "base/hash.h"
#include "profile/walk.h"

#define FIRST_BITS 12
#define BATCH	   48

struct batch {
	struct pp_stack_tree *t;
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

/* The slot of a child, or the free one where it belongs. Most others are told by their hash. */
static uint64_t *slot_of(const struct batch *b, uint32_t parent, uint32_t frame, uint32_t h)
{
	const struct pp_stack_node *all = b->t->all;
	size_t mask = ((size_t)1 << b->bits) - 1;
	size_t i = h >> (32 - b->bits);

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
	b->slots = pp_xcalloc((size_t)1 << b->bits, sizeof(*b->slots));
	pp_alloc_huge(b->slots, sizeof(*b->slots) << b->bits);
	for (size_t k = 0; k < n; k++) {
		size_t i = (uint32_t)(old[k] >> 32) >> (32 - b->bits);

		if (!old[k])
			continue;
		while (b->slots[i])
			i = (i + 1) & (((size_t)1 << b->bits) - 1);
		b->slots[i] = old[k];
	}
	free(old);
}

/* The child of a node, new if it was not there; PP_NONE if there are too many. */
static uint32_t put(struct batch *b, uint32_t parent, uint32_t frame, uint32_t h)
{
	struct pp_stack_tree *t = b->t;
	uint64_t *slot = slot_of(b, parent, frame, h);

	if (pp_likely(*slot)) {
		uint32_t at = (uint32_t)*slot;

		/* written where it changes only: most lines of the cache stay clean */
		if (pp_unlikely((t->all[at].frame & PP_STACK_OUTER) < (frame & PP_STACK_OUTER)))
			t->all[at].frame |= PP_STACK_OUTER;
		return at;
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
		__builtin_prefetch(&b->slots[b->hash[i] >> (32 - b->bits)]);
	}
	for (uint32_t k = 0; k < n; k++) {
		uint64_t slot = b->slots[b->hash[b->active[k]] >> (32 - b->bits)];

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

static void visit(void *context, unsigned worker PP_UNUSED, struct pp_sample *s)
{
	struct batch *b = context;
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

void pp_stack_tree_grow(struct pp_stack_tree *t, const struct pp_view *views)
{
	struct batch b = {.t = t, .seed = pp_hash_seed()};

	b.values = pp_xcalloc(BATCH * (size_t)t->o.ntypes, sizeof(*b.values));
	rehash(&b);
	for (b.view = 0; b.view < t->o.nviews; b.view++) {
		b.v = &views[b.view];
		b.ends = t->o.ends && b.view + 1 == t->o.nviews;
		pp_walk(b.v->profile, 1, visit, &b);
		flush(&b);
	}
	free(b.slots);
	free(b.frames);
	free(b.values);
}
