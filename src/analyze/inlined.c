/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls into the rows that may be inlined are gathered in a hash table keyed by (caller, callee).
 * Before that, each location is reduced to the rows it stands for, so that the loop over frames
 * reads one number for most of them.
 */
#include <config.h>

#include "analyze/inlined.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/magnitude.h"
#include "base/parallel.h"
#include "profile/samples.h"

#define FIRST_BITS  10
#define LIST_FRAMES 254
#define HIDDEN	    UINT32_MAX	/* a location without rows; a row that is no candidate */
#define MANY	    0x80000000u /* | position in `many` */
#define INLINED	    1u /* a frame is row << 1, with this bit if an inner line of its location */

/* 16 bytes, so that a look-up costs one cache line. */
struct call {
	int64_t weight;
	uint32_t key;	    /* caller * candidates + callee + 1; 0: slot is free */
	uint32_t seen : 31; /* the last sample that it was counted for */
	uint32_t plain : 1; /* not inlined in some sample */
};

struct calls {
	struct call *slots; /* 1 << bits of them */
	unsigned bits;
	size_t count;
	uint64_t multiplier; /* of the hash; random, because files choose the keys */
};

/* The frames of a location that are rows, outermost first. */
struct head {
	uint32_t first;	 /* HIDDEN: none; or MANY */
	uint32_t second; /* HIDDEN: no second one */
};

/* The rows that are looked at, and one profile's locations in terms of rows. */
struct view {
	uint32_t *row_of_node; /* HIDDEN: not a row */
	uint32_t *candidate; /* per row: its number among the candidates of this pass, or HIDDEN */
	uint32_t *rows;	     /* of the candidates */
	uint32_t ncandidates;
	struct head *head; /* per location */
	uint32_t *many;	   /* runs: how many frames, then these, outermost first */
	size_t nmany, many_cap;
};

struct pass {
	PP_PER_WORKER struct calls calls;
	uint32_t epoch; /* of the current sample, from 1 */
};

static struct call *find_slot(const struct calls *t, uint32_t key)
{
	/* multiplicative hashing: the high bits of the product */
	size_t i = (key * t->multiplier) >> (64 - t->bits);

	while (t->slots[i].key && t->slots[i].key != key)
		i = (i + 1) & (((size_t)1 << t->bits) - 1);
	return &t->slots[i];
}

static size_t slot_count(const struct calls *t)
{
	return t->bits ? (size_t)1 << t->bits : 0;
}

static void grow(struct calls *t)
{
	struct calls old = *t;

	t->bits = old.bits ? old.bits + 1 : FIRST_BITS;
	t->multiplier = pp_hash_seed() | 1;
	t->slots = pp_xcalloc((size_t)1 << t->bits, sizeof(*t->slots));
	for (size_t i = 0; i < slot_count(&old); i++) {
		if (old.slots[i].key)
			*find_slot(t, old.slots[i].key) = old.slots[i];
	}
	free(old.slots);
}

/* The entry of a call, new with no weight if it was not there. */
static inline struct call *put_call(struct calls *t, uint32_t key)
{
	if (pp_unlikely(t->bits == 0 || t->count >= (size_t)3 << (t->bits - 2)))
		grow(t);

	struct call *c = find_slot(t, key);
	if (pp_unlikely(!c->key)) {
		c->key = key;
		t->count++;
	}
	return c;
}

static inline void add_call(struct pass *p, uint32_t key, bool plain, int64_t value)
{
	struct call *c = put_call(&p->calls, key);

	if (c->seen == p->epoch)
		return;
	c->seen = p->epoch & 0x7fffffff;
	c->weight = pp_wrap_add(c->weight, value);
	c->plain |= plain;
}

static struct head reduce_location(struct view *v, const uint32_t *nodes, uint32_t n)
{
	size_t at = v->nmany;
	uint32_t count = 0;

	v->many = pp_grow(v->many, &v->many_cap, at + 1 + n, sizeof(*v->many));
	uint32_t *run = v->many + at + 1;
	for (uint32_t i = n; i-- > 0;) {
		uint32_t row = v->row_of_node[nodes[i]];

		if (row != HIDDEN)
			run[count++] = row << 1 | (i + 1 == n ? 0 : INLINED);
	}
	if (count <= 2)
		return (struct head){count > 0 ? run[0] : HIDDEN, count > 1 ? run[1] : HIDDEN};
	v->many[at] = count;
	v->nmany += 1 + count;
	return (struct head){(uint32_t)at | MANY, HIDDEN};
}

static void reduce_locations(struct view *v, const struct pp_frames *f)
{
	uint32_t n;

	v->nmany = 0;
	v->head = pp_xrealloc(v->head, f->profile->nlocations, sizeof(*v->head));
	for (uint32_t loc = 0; loc < f->profile->nlocations; loc++) {
		const uint32_t *nodes = pp_frames_of(f, loc, &n);

		v->head[loc] = reduce_location(v, nodes, n);
	}
}

/* Frames waiting for their calls to be counted, outermost first. Listing first and counting then
 * keeps the unpredictable question, how many rows a location stands for, out of both loops. */
struct list {
	uint32_t caller; /* row of the last frame that was counted, or HIDDEN */
	uint32_t n;
	uint32_t frames[LIST_FRAMES + 2];
};

static void count_frames(struct pass *p, const struct view *v, struct list *list,
			 const uint32_t *frames, uint32_t n, int64_t value)
{
	uint32_t caller = list->caller;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t row = frames[i] >> 1, candidate = v->candidate[row];

		if (candidate != HIDDEN && caller != HIDDEN && caller != row)
			add_call(p, caller * v->ncandidates + candidate + 1, !(frames[i] & INLINED),
				 value);
		caller = row;
	}
	list->caller = caller;
}

static void flush(struct pass *p, const struct view *v, struct list *list, int64_t value)
{
	count_frames(p, v, list, list->frames, list->n, value);
	list->n = 0;
}

static void walk_stack(struct pass *p, const struct view *v, const struct pp_sample *s,
		       int64_t value)
{
	struct list list;

	p->epoch++;
	list.caller = HIDDEN;
	list.n = 0;
	for (uint32_t i = s->nlocations; i-- > 0;) {
		const struct head *head = &v->head[s->locations[i]];

		if (pp_unlikely((head->first & MANY) && head->first != HIDDEN)) {
			const uint32_t *run = &v->many[head->first & ~MANY];

			flush(p, v, &list, value);
			count_frames(p, v, &list, run + 1, run[0], value);
			continue;
		}
		list.frames[list.n] = head->first;
		list.n += head->first != HIDDEN;
		list.frames[list.n] = head->second;
		list.n += head->second != HIDDEN;
		if (pp_unlikely(list.n >= LIST_FRAMES))
			flush(p, v, &list, value);
	}
	flush(p, v, &list, value);
}

/* One profile's samples, shared out to workers. */
struct job {
	const struct pp_frames *frames;
	const struct view *view;
	uint32_t index;
	struct pp_queue ranges;
	struct pass *pass; /* per worker */
};

static void work(void *context, unsigned worker)
{
	struct job *job = context;
	uint32_t range;
	struct pp_sample_iter it;
	struct pp_sample s;

	while ((range = pp_queue_take(&job->ranges)) != UINT32_MAX) {
		pp_samples_begin(&it, job->frames->profile, range);
		while (pp_samples_next(&it, &s)) {
			int64_t value = s.values[job->index];

			if (value == 0)
				continue;
			pp_prune_sample(&job->frames->prune, &s);
			walk_stack(&job->pass[worker], job->view, &s, value);
		}
		pp_samples_release(&it);
	}
}

static void walk_profile(struct pass *pass, struct view *v, const struct pp_frames *f,
			 uint32_t index)
{
	struct job job = {.frames = f,
			  .view = v,
			  .index = index,
			  .ranges.count = f->profile->nranges,
			  .pass = pass};

	reduce_locations(v, f);
	pp_parallel_run(pp_parallel_workers(f->profile->nbytes), work, &job);
}

/* Add what the other workers found to the first one's table. */
static void merge_passes(struct pass *pass)
{
	for (unsigned w = 1; w < PP_PARALLEL_MAX; w++) {
		const struct calls *t = &pass[w].calls;

		for (size_t i = 0; i < slot_count(t); i++) {
			const struct call *from = &t->slots[i];

			if (!from->key)
				continue;
			struct call *to = put_call(&pass->calls, from->key);
			to->weight = pp_wrap_add(to->weight, from->weight);
			to->plain |= from->plain;
		}
	}
}

/* Mark the candidates of this pass: some calls inlined in every sample, some not, or both. */
static void set_marks(struct pp_top *top, const struct view *v, const struct calls *t,
		      int64_t edge_cutoff)
{
	static const enum pp_inline_mark marks[] = {PP_INLINE_NO, PP_INLINE_ALL, PP_INLINE_NO,
						    PP_INLINE_SOME};
	PP_CLEANUP(pp_freep) uint8_t *bits = pp_xcalloc(v->ncandidates, 1);

	for (size_t i = 0; i < slot_count(t); i++) {
		const struct call *c = &t->slots[i];

		if (c->key && pp_magnitude(c->weight) >= edge_cutoff)
			bits[(c->key - 1) % v->ncandidates] |= c->plain ? 2 : 1;
	}
	for (uint32_t i = 0; i < v->ncandidates; i++)
		top->rows[v->rows[i]].inlined = marks[bits[i]];
}

/* Whether a call into this row can be inlined in every sample and cost enough: its inlined frames
 * must. */
static bool is_candidate(const struct pp_flat *flat, uint32_t node, int64_t edge_cutoff)
{
	uint64_t inlined = flat->cells[node].inlined;

	return inlined && (edge_cutoff < 0 || inlined >= (uint64_t)edge_cutoff);
}

/* Take the next candidates from row *next on, as many as keys have room for; false if there are
 * none. */
static bool choose_candidates(struct view *v, const struct pp_top *top, const struct pp_flat *flat,
			      int64_t edge_cutoff, uint32_t *next)
{
	uint32_t nrows = top->nrows, most = (UINT32_MAX - 1) / nrows;

	v->ncandidates = 0;
	memset(v->candidate, 0xff, nrows * sizeof(*v->candidate));
	for (; *next < nrows && v->ncandidates < most; ++*next) {
		if (!is_candidate(flat, top->rows[*next].node, edge_cutoff))
			continue;
		v->candidate[*next] = v->ncandidates;
		v->rows[v->ncandidates++] = *next;
	}
	return v->ncandidates > 0;
}

static void mark_candidates(struct pp_top *top, struct view *v, const struct pp_frames *frames,
			    const uint32_t *index, uint32_t nframes, int64_t edge_cutoff)
{
	struct pass pass[PP_PARALLEL_MAX] = {0};

	for (uint32_t i = 0; i < nframes; i++)
		walk_profile(pass, v, &frames[i], index[i]);
	merge_passes(pass);
	set_marks(top, v, &pass->calls, edge_cutoff);
	for (unsigned w = 0; w < PP_PARALLEL_MAX; w++)
		free(pass[w].calls.slots);
}

void pp_inlined_mark(struct pp_top *top, const struct pp_flat *flat, const struct pp_frames *frames,
		     const uint32_t *index, uint32_t nframes, int64_t edge_cutoff)
{
	struct view v = {.row_of_node = pp_xrealloc(NULL, flat->n, sizeof(uint32_t)),
			 .candidate = pp_xcalloc(top->nrows, sizeof(uint32_t)),
			 .rows = pp_xcalloc(top->nrows, sizeof(uint32_t))};
	uint32_t next = 0;

	memset(v.row_of_node, 0xff, flat->n * sizeof(*v.row_of_node));
	for (uint32_t i = 0; i < top->nrows; i++)
		v.row_of_node[top->rows[i].node] = i;

	/* one pass, unless there are more than 65,535 rows */
	while (top->nrows && choose_candidates(&v, top, flat, edge_cutoff, &next))
		mark_candidates(top, &v, frames, index, nframes, edge_cutoff);

	free(v.row_of_node);
	free(v.candidate);
	free(v.rows);
	free(v.head);
	free(v.many);
}
