/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls into the few nodes that may be inlined are gathered in a hash table keyed by (caller,
 * callee); all other frames only move the current caller along. Frames of hidden nodes, most of the
 * distinct ones, are passed over by location.
 */
#include <config.h>

#include "analyze/inlined.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "base/parallel.h"
#include "profile/samples.h"

#define FIRST_BITS 10

struct call {
	uint64_t key; /* caller and callee; 0: slot is free */
	int64_t weight;
	uint32_t seen; /* the last sample that it was counted for */
	bool plain;    /* not inlined in some sample */
};

struct calls {
	struct call *slots; /* 1 << bits of them */
	unsigned bits;
	size_t count;
};

/* per node, and per location the highest of its nodes */
enum { HIDDEN = 0, SHOWN = 1, CANDIDATE = 2 };

struct roles {
	uint8_t *node, *location;
};

struct pass {
	struct calls calls;
	uint32_t epoch; /* of the current sample, from 1 */
};

/* Never 0, because a node does not call itself here. */
static uint64_t call_key(uint32_t caller, uint32_t callee)
{
	return (uint64_t)caller << 32 | callee;
}

static struct call *find_slot(const struct calls *t, uint64_t key)
{
	/* multiplicative hashing: the high bits of the product */
	size_t i = (key * 0x9e3779b97f4a7c15ULL) >> (64 - t->bits);

	while (t->slots[i].key && t->slots[i].key != key)
		i = (i + 1) & (((size_t)1 << t->bits) - 1);
	return &t->slots[i];
}

static void grow(struct calls *t)
{
	struct calls old = *t;
	size_t n = old.bits ? (size_t)1 << old.bits : 0;

	t->bits = old.bits ? old.bits + 1 : FIRST_BITS;
	t->slots = pp_xcalloc((size_t)1 << t->bits, sizeof(*t->slots));
	for (size_t i = 0; i < n; i++) {
		if (old.slots[i].key)
			*find_slot(t, old.slots[i].key) = old.slots[i];
	}
	free(old.slots);
}

/* The entry of a call, new with no weight if it was not there. */
static inline struct call *put_call(struct calls *t, uint64_t key)
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

static inline void add_call(struct pass *p, uint64_t key, bool plain, int64_t value)
{
	struct call *c = put_call(&p->calls, key);

	if (c->seen == p->epoch)
		return;
	c->seen = p->epoch;
	c->weight = pp_wrap_add(c->weight, value);
	c->plain |= plain;
}

/* A node can only be marked if it is an inner line of some location. */
static bool find_candidates(uint8_t *role, const struct pp_frames *f)
{
	bool any = false;
	uint32_t n;

	for (uint32_t loc = 0; loc < f->profile->nlocations; loc++) {
		const uint32_t *nodes = pp_frames_of(f, loc, &n);

		for (uint32_t i = 0; i + 1 < n; i++) {
			if (role[nodes[i]] == HIDDEN)
				continue;
			role[nodes[i]] = CANDIDATE;
			any = true;
		}
	}
	return any;
}

static void set_location_roles(struct roles *r, const struct pp_frames *f)
{
	uint32_t n;

	r->location = pp_xcalloc(f->profile->nlocations, 1);
	for (uint32_t loc = 0; loc < f->profile->nlocations; loc++) {
		const uint32_t *nodes = pp_frames_of(f, loc, &n);

		for (uint32_t i = 0; i < n; i++) {
			if (r->node[nodes[i]] > r->location[loc])
				r->location[loc] = r->node[nodes[i]];
		}
	}
}

static void walk_stack(struct pass *p, const struct pp_frames *f, const struct roles *r,
		       const struct pp_sample *s, int64_t value)
{
	uint32_t caller = PP_NONE, n;

	p->epoch++;
	for (uint32_t i = s->nlocations; i-- > 0;) {
		uint32_t location = s->locations[i];

		if (r->location[location] == HIDDEN)
			continue;
		const uint32_t *nodes = pp_frames_of(f, location, &n);
		for (uint32_t j = n; j-- > 0;) {
			uint8_t role = r->node[nodes[j]];

			if (role == HIDDEN)
				continue;
			if (role == CANDIDATE && caller != PP_NONE && caller != nodes[j])
				add_call(p, call_key(caller, nodes[j]), j + 1 == n, value);
			caller = nodes[j];
		}
	}
}

/* One profile's samples, shared out to workers. */
struct job {
	const struct pp_frames *frames;
	struct roles roles;
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
			if (s.values[job->index] == 0)
				continue;
			pp_prune_sample(&job->frames->prune, &s);
			walk_stack(&job->pass[worker], job->frames, &job->roles, &s,
				   s.values[job->index]);
		}
		pp_samples_release(&it);
	}
}

static void walk_profile(struct pass *pass, const struct pp_frames *f, uint8_t *node_roles,
			 uint32_t index)
{
	struct job job = {.frames = f,
			  .roles.node = node_roles,
			  .index = index,
			  .ranges.count = f->profile->nranges,
			  .pass = pass};

	set_location_roles(&job.roles, f);
	pp_parallel_run(pp_parallel_workers(f->profile->nbytes), work, &job);
	free(job.roles.location);
}

static size_t slot_count(const struct calls *t)
{
	return t->bits ? (size_t)1 << t->bits : 0;
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

/* Bits per node: 1 = some call into it is inlined in every sample, 2 = some is not. */
static void set_marks(struct pp_top *top, const struct calls *t, uint32_t nnodes,
		      int64_t edge_cutoff)
{
	static const enum pp_inline_mark marks[] = {PP_INLINE_NO, PP_INLINE_ALL, PP_INLINE_NO,
						    PP_INLINE_SOME};
	PP_CLEANUP(pp_freep) uint8_t *bits = pp_xcalloc(nnodes, 1);

	for (size_t i = 0; i < slot_count(t); i++) {
		const struct call *c = &t->slots[i];

		if (c->key && pp_magnitude(c->weight) >= edge_cutoff)
			bits[(uint32_t)c->key] |= c->plain ? 2 : 1;
	}
	for (uint32_t i = 0; i < top->nrows; i++)
		top->rows[i].inlined = marks[bits[top->rows[i].node]];
}

void pp_inlined_mark(struct pp_top *top, uint32_t nnodes, const struct pp_frames *frames,
		     const uint32_t *index, uint32_t nframes, int64_t edge_cutoff)
{
	PP_CLEANUP(pp_freep) uint8_t *roles = pp_xcalloc(nnodes, 1);
	struct pass pass[PP_PARALLEL_MAX] = {0};
	bool any = false;

	for (uint32_t i = 0; i < top->nrows; i++)
		roles[top->rows[i].node] = SHOWN;
	for (uint32_t i = 0; i < nframes; i++)
		any |= find_candidates(roles, &frames[i]);
	for (uint32_t i = 0; any && i < nframes; i++)
		walk_profile(pass, &frames[i], roles, index[i]);

	merge_passes(pass);
	set_marks(top, &pass->calls, nnodes, edge_cutoff);
	for (unsigned w = 0; w < PP_PARALLEL_MAX; w++)
		free(pass[w].calls.slots);
}
