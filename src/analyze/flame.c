/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tree grows in the order of the samples, found by a hash table; then it is put in preorder.
 * Tables of millions of nodes are in no cache, so a batch of stacks is entered at once, level by
 * level: what all of them will need is asked for before the first one needs it.
 */
#include <config.h>

#include "analyze/flame.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/flame_state.h"
#include "base/alloc.h"
#include "base/hash.h"
#include "profile/walk.h"

#define FIRST_BITS 12
#define BATCH	   48

struct batch {
	struct pp_flame_grower *g;
	const struct pp_view *v;
	uint32_t side;
	uint64_t *slots; /* hash << 32 | position; 0: free, since 0 is nobody's child */
	unsigned bits;
	uint64_t seed;
	/* the stacks that wait */
	uint32_t *frames;
	size_t nframes, frames_cap;
	size_t first[BATCH + 1]; /* in frames */
	uint32_t sample[BATCH];	 /* of the last view: number in sample_node */
	int64_t *values;	 /* [BATCH][ntypes] */
	uint32_t n;
	/* and where they have got to */
	uint32_t at[BATCH], hash[BATCH], active[BATCH];
};

/* A node while its place is looked for. */
struct entry {
	uint32_t node, parent;
};

struct place {
	uint32_t size, number; /* of the subtree; in preorder */
};

uint32_t pp_flame_seed(struct pp_flame_grower *g, uint32_t parent, uint32_t frame)
{
	struct pp_flame *f = g->f;

	if (pp_unlikely(g->n == PP_FLAME_MAX)) {
		g->full = true;
		return PP_NONE;
	}
	if (pp_unlikely(g->n == g->cap)) {
		size_t cap = g->cap;

		g->all = pp_grow(g->all, &g->cap, (size_t)g->n + 1, sizeof(*g->all));
		pp_alloc_huge(g->all, g->cap * sizeof(*g->all));
		for (uint32_t c = 0; c < f->ncolumns; c++) {
			f->self[c] = pp_xrealloc(f->self[c], g->cap, sizeof(*f->self[c]));
			memset(f->self[c] + cap, 0, (g->cap - cap) * sizeof(*f->self[c]));
		}
	}
	g->all[g->n] = (struct pp_flame_seed){parent, frame};
	return g->n++;
}

void pp_flame_add(struct pp_flame_grower *g, uint32_t node, uint32_t side, const int64_t *values)
{
	struct pp_flame *f = g->f;
	int64_t **self = f->self + (size_t)side * f->ntypes;
	int64_t *sums = g->sums + (size_t)side * f->ntypes;

	for (uint32_t t = 0; t < f->ntypes; t++) {
		self[t][node] = pp_flame_sum(f, self[t][node], values[t]);
		sums[t] = pp_flame_sum(f, sums[t], values[t]);
	}
}

size_t pp_flame_room(const struct pp_view *v, const struct pp_sample *s)
{
	size_t room = 1; /* an array even for samples without frames */
	uint32_t n;

	for (uint32_t i = 0; i < s->nlocations; i++) {
		pp_frames_of(v->frames, s->locations[i], &n);
		room += n;
	}
	return room;
}

uint32_t pp_flame_stack(const struct pp_flame_grower *g, const struct pp_view *v,
			const struct pp_sample *s, uint32_t *frames)
{
	uint32_t depth = 0, n;

	for (uint32_t i = 0; g->o->reverse && i < s->nlocations; i++) {
		const uint32_t *nodes = pp_frames_of(v->frames, s->locations[i], &n);

		for (uint32_t k = 0; k < n; k++)
			frames[depth++] = g->func_of[nodes[k]] | PP_FLAME_OUTER;
	}
	for (uint32_t i = s->nlocations; !g->o->reverse && i-- > 0;) {
		const uint32_t *nodes = pp_frames_of(v->frames, s->locations[i], &n);

		frames[depth++] = g->func_of[nodes[n - 1]] | PP_FLAME_OUTER;
		for (uint32_t k = n - 1; k-- > 0;)
			frames[depth++] = g->func_of[nodes[k]];
	}
	return depth;
}

bool pp_flame_counts(const struct pp_flame_grower *g, const struct pp_view *v, struct pp_sample *s)
{
	int64_t any = 0;

	for (uint32_t t = 0; t < g->f->ntypes; t++)
		any |= s->values[t];
	return any && pp_filter_sample(v->filter, s);
}

void pp_flame_note(struct pp_flame_grower *g, uint32_t node)
{
	struct pp_flame *f = g->f;

	f->sample_node =
		pp_grow(f->sample_node, &g->sample_cap, f->nsamples + 1, sizeof(*f->sample_node));
	f->sample_node[f->nsamples++] = node;
}

static uint32_t hash(const struct batch *b, uint32_t parent, uint32_t frame)
{
	uint64_t key = (uint64_t)parent << 32 | (frame & ~PP_FLAME_OUTER);

	return (uint32_t)(pp_hash_u64(key ^ b->seed) >> 32);
}

/* The slot of a child, or the free one where it belongs. Most others are told by their hash. */
static uint64_t *slot_of(const struct batch *b, uint32_t parent, uint32_t frame, uint32_t h)
{
	const struct pp_flame_seed *all = b->g->all;
	size_t mask = ((size_t)1 << b->bits) - 1;
	size_t i = h >> (32 - b->bits);

	for (; b->slots[i]; i = (i + 1) & mask) {
		if (b->slots[i] >> 32 != h)
			continue;
		const struct pp_flame_seed *at = &all[(uint32_t)b->slots[i]];
		if (at->parent == parent && ((at->func ^ frame) & ~PP_FLAME_OUTER) == 0)
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
		size_t i = (old[k] >> 32) >> (32 - b->bits);

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
	struct pp_flame_grower *g = b->g;
	uint64_t *slot = slot_of(b, parent, frame, h);

	if (pp_likely(*slot)) {
		uint32_t at = (uint32_t)*slot;

		/* written where it changes only: most lines of the cache stay clean */
		if (pp_unlikely((g->all[at].func & PP_FLAME_OUTER) < (frame & PP_FLAME_OUTER)))
			g->all[at].func |= PP_FLAME_OUTER;
		return at;
	}
	uint32_t at = pp_flame_seed(g, parent, frame);
	if (at == PP_NONE)
		return PP_NONE;
	*slot = (uint64_t)h << 32 | at;
	if (pp_unlikely(g->n >= (size_t)3 << (b->bits - 2)))
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

		__builtin_prefetch(&b->g->all[(uint32_t)slot]);
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
	uint32_t active = 0;

	b->first[b->n] = b->nframes;
	for (uint32_t i = 0; i < b->n; i++) {
		b->at[i] = 0;
		b->active[active] = i;
		active += b->first[i] < b->first[i + 1];
	}
	for (uint32_t level = 0; active; level++)
		active = descend(b, level, active);
	for (uint32_t i = 0; i < b->n && !b->g->full; i++) {
		pp_flame_add(b->g, b->at[i], b->side, b->values + (size_t)i * b->g->f->ntypes);
		if (b->side + 1 == b->g->f->nsides)
			b->g->f->sample_node[b->sample[i]] = b->at[i];
	}
	b->n = 0;
	b->nframes = 0;
}

static void visit(void *context, unsigned worker PP_UNUSED, struct pp_sample *s)
{
	struct batch *b = context;
	struct pp_flame *f = b->g->f;

	if (b->side + 1 == f->nsides)
		pp_flame_note(b->g, PP_NONE);
	if (b->g->full || !pp_flame_counts(b->g, b->v, s))
		return;
	b->frames = pp_grow(b->frames, &b->frames_cap, b->nframes + pp_flame_room(b->v, s),
			    sizeof(*b->frames));
	b->first[b->n] = b->nframes;
	b->nframes += pp_flame_stack(b->g, b->v, s, b->frames + b->nframes);
	memcpy(b->values + (size_t)b->n * f->ntypes, s->values, f->ntypes * sizeof(*b->values));
	b->sample[b->n] = (uint32_t)f->nsamples - 1;
	if (++b->n == BATCH)
		flush(b);
}

static void grow(struct pp_flame_grower *g, const struct pp_view *views, uint32_t nviews)
{
	struct batch b = {.g = g, .seed = pp_hash_seed()};

	b.values = pp_xcalloc(BATCH * (size_t)g->f->ntypes, sizeof(*b.values));
	rehash(&b);
	for (b.side = 0; b.side < nviews; b.side++) {
		b.v = &views[b.side];
		pp_walk(b.v->profile, 1, visit, &b);
		flush(&b);
	}
	free(b.slots);
	free(b.frames);
	free(b.values);
}

/* The grown tree's nodes but the root, by func: a counting sort. Parents come along, since looking
 * them up again in that order would be slow. */
static struct entry *sort_by_func(const struct pp_flame_grower *g)
{
	struct entry *sorted = pp_xcalloc(g->n, sizeof(*sorted));
	uint32_t *at = pp_xcalloc((size_t)g->f->nfuncs + 1, sizeof(*at));

	for (uint32_t i = 1; i < g->n; i++)
		at[(g->all[i].func & ~PP_FLAME_OUTER) + 1]++;
	for (uint32_t k = 0; k < g->f->nfuncs; k++)
		at[k + 1] += at[k];
	for (uint32_t i = 1; i < g->n; i++)
		sorted[at[g->all[i].func & ~PP_FLAME_OUTER]++] =
			(struct entry){i, g->all[i].parent};
	free(at);
	return sorted;
}

/* Children by parent, in the order of their funcs: those of i are at first[i] .. first[i + 1]. */
static uint32_t *list_children(const struct pp_flame_grower *g, uint32_t *first)
{
	struct entry *order = sort_by_func(g);
	uint32_t *children = pp_xcalloc(g->n, sizeof(*children));

	for (uint32_t i = 1; i < g->n; i++)
		first[g->all[i].parent + 2]++;
	for (uint32_t i = 2; i < g->n + 2; i++)
		first[i] += first[i - 1];
	for (uint32_t k = 0; k + 1 < g->n; k++)
		children[first[order[k].parent + 1]++] = order[k].node;
	free(order);
	return children;
}

/* The preorder position of every node of the grown tree, whose size is known. */
static void number_in_preorder(const struct pp_flame_grower *g, struct place *places)
{
	uint32_t *first = pp_xcalloc((size_t)g->n + 2, sizeof(*first));
	uint32_t *children = list_children(g, first);

	for (uint32_t i = 0; i < g->n; i++) {
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

static struct place *measure_subtrees(const struct pp_flame_grower *g)
{
	struct place *places = pp_xcalloc(g->n, sizeof(*places));

	for (uint32_t i = g->n; i-- > 1;) {
		places[i].number = i;
		places[i].size++;
		places[g->all[i].parent].size += places[i].size;
	}
	places[0].size++;
	return places;
}

/* Columns of the grown tree in its final order. */
static void settle(struct pp_flame_grower *g, const struct place *places)
{
	struct pp_flame *f = g->f;

	f->n = g->n;
	f->parent = pp_xcalloc(f->n, sizeof(*f->parent));
	f->func = pp_xcalloc(f->n, sizeof(*f->func));
	f->end = pp_xcalloc(f->n, sizeof(*f->end));
	f->inlined = pp_xcalloc(f->n, sizeof(*f->inlined));
	for (uint32_t i = 0; i < f->n; i++) {
		uint32_t to = places[i].number, parent = g->all[i].parent;

		f->parent[to] = i ? places[parent].number : PP_NONE;
		f->func[to] = g->all[i].func & ~PP_FLAME_OUTER;
		f->inlined[to] = !(g->all[i].func & PP_FLAME_OUTER);
		f->end[to] = to + places[i].size;
	}
	free(g->all);
	g->all = NULL;
	f->depth = pp_xcalloc(f->n, sizeof(*f->depth));
	for (uint32_t i = 1; i < f->n; i++) {
		f->depth[i] = f->depth[f->parent[i]] + 1;
		if (f->depth[i] > f->max_depth)
			f->max_depth = f->depth[i];
	}
}

/* Own values in their final order, one column after the other: they are most of the memory. */
static void settle_values(struct pp_flame *f, const struct place *places)
{
	for (uint32_t c = 0; c < f->ncolumns; c++) {
		int64_t *self = pp_xcalloc(f->n, sizeof(*self));

		for (uint32_t i = 0; i < f->n; i++)
			self[places[i].number] = f->self[c][i];
		free(f->self[c]);
		f->self[c] = self;
	}
	for (uint64_t k = 0; k < f->nsamples; k++) {
		if (f->sample_node[k] != PP_NONE)
			f->sample_node[k] = places[f->sample_node[k]].number;
	}
}

static void arrange(struct pp_flame_grower *g)
{
	struct place *places = measure_subtrees(g);

	if (!g->o->by_time) /* else it is there already */
		number_in_preorder(g, places);
	settle(g, places);
	settle_values(g->f, places);
	free(places);
	pp_flame_funcs_settle(g->f);
}

int pp_flame_init(struct pp_flame *f, const struct pp_view *views, uint32_t nviews,
		  const struct pp_flame_options *o, struct pp_err *err)
{
	struct pp_flame_grower g = {.f = f, .o = o};

	*f = (struct pp_flame){.nsides = nviews, .ntypes = views[0].profile->nsample_types};
	pp_arena_init(&f->texts, 0);
	f->ncolumns = f->ntypes * f->nsides;
	f->self = pp_xcalloc(f->ncolumns, sizeof(*f->self));
	f->total = pp_xcalloc(f->ncolumns, sizeof(*f->total));
	if (views[nviews - 1].profile->nsamples >= PP_NONE)
		return pp_err_set(err, PP_ERR_LIMIT, "more than %u samples", PP_NONE - 1);
	pp_flame_funcs_init(f, views, nviews, o);
	g.func_of = f->func_of;
	g.sums = pp_xcalloc(f->ncolumns, sizeof(*g.sums));
	pp_flame_seed(&g, PP_NONE, PP_FLAME_OUTER);
	if (o->by_time) {
		for (uint32_t side = 0; side < nviews; side++)
			pp_flame_grow_by_time(&g, &views[side], side);
	} else {
		grow(&g, views, nviews);
	}
	free(g.sums);
	if (!g.full) {
		arrange(&g);
		return 0;
	}
	free(g.all);
	pp_err_set(err, PP_ERR_LIMIT, "the call tree has more than %u nodes", PP_FLAME_MAX);
	return pp_err_hint(err, "look at a part of it with --focus, --show or --show-from");
}

static void release_columns(int64_t **columns, uint32_t n)
{
	for (uint32_t c = 0; columns && c < n; c++)
		free(columns[c]);
	free(columns);
}

void pp_flame_release(struct pp_flame *f)
{
	free(f->parent);
	free(f->func);
	free(f->depth);
	free(f->end);
	free(f->inlined);
	release_columns(f->self, f->ncolumns);
	release_columns(f->total, f->ncolumns);
	release_columns(f->flat, f->ncolumns);
	release_columns(f->cum, f->ncolumns);
	free(f->funcs);
	free(f->func_of);
	free(f->sample_node);
	free(f->smaller);
	pp_arena_release(&f->texts);
	*f = (struct pp_flame){0};
}
