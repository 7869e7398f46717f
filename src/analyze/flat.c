/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over the samples, shared out to threads by ranges where that pays. */
#include <config.h>

#include "analyze/flat.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "base/parallel.h"
#include "profile/walk.h"

#define LIST_LOCATIONS 256
#define NO_SLOT	       UINT32_MAX

/* A sum beside the mark of the last sample that was added to it: one cache line serves both. */
struct tally {
	int64_t cum;
	uint32_t seen;
};

struct pass {
	PP_PER_WORKER const struct pp_view *view;
	const uint32_t *slot_of; /* per location: its place in inlined, NO_SLOT for most */
	struct tally *tally;	 /* per node */
	int64_t *flat;		 /* per node */
	uint64_t *inlined;	 /* per slot */
	uint32_t epoch; /* of the current sample, from 1; files of 4 GiB hold fewer samples than
			   that */
	int64_t value;
	struct pp_total total;
};

static void count_nodes(struct pass *p, const uint32_t *nodes, uint32_t n)
{
	/* in registers: for all the compiler knows, a sum could be one of these */
	struct tally *tally = p->tally;
	uint32_t epoch = p->epoch;
	int64_t value = p->value;

	for (uint32_t i = 0; i < n; i++) {
		struct tally *t = &tally[nodes[i]];

		/* without a branch: recursion is hard to predict */
		t->cum = pp_wrap_add(t->cum, t->seen == epoch ? 0 : value);
		t->seen = epoch;
	}
}

/* Locations that stand for more than one node. */
static void count_inlined(struct pass *p, const uint32_t *locations, uint32_t n)
{
	uint64_t magnitude = (uint64_t)pp_magnitude(p->value);

	for (uint32_t i = 0; i < n; i++) {
		uint64_t *sum = &p->inlined[p->slot_of[locations[i]]];
		uint32_t nnodes;
		const uint32_t *nodes = pp_frames_of(p->view->frames, locations[i], &nnodes);

		*sum = pp_saturate_add(*sum, magnitude);
		count_nodes(p, nodes, nnodes);
	}
}

/* Up to LIST_LOCATIONS of a stack. Nearly all stand for one node. Listing first which do and which
 * do not, and counting then, keeps that unpredictable question out of the loops. */
static void count_locations(struct pass *p, const uint32_t *locations, uint32_t n)
{
	const uint32_t *head = p->view->frames->head;
	uint32_t single[LIST_LOCATIONS], many[LIST_LOCATIONS], nsingle = 0, nmany = 0;

	for (uint32_t i = 0; i < n; i++)
		__builtin_prefetch(&head[locations[i]]);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t node = head[locations[i]];
		bool is_many = node & PP_FRAMES_MANY;

		single[nsingle] = node;
		nsingle += !is_many;
		many[nmany] = locations[i];
		nmany += is_many;
	}
	count_nodes(p, single, nsingle);
	count_inlined(p, many, nmany);
}

static void count_stack(struct pass *p, const struct pp_sample *s)
{
	uint32_t n;

	p->epoch++;
	for (uint32_t i = 0; i < s->nlocations; i += LIST_LOCATIONS) {
		n = s->nlocations - i;
		count_locations(p, s->locations + i, n < LIST_LOCATIONS ? n : LIST_LOCATIONS);
	}
	if (s->nlocations) {
		uint32_t leaf = pp_frames_of(p->view->frames, s->locations[0], &n)[0];

		p->flat[leaf] = pp_wrap_add(p->flat[leaf], p->value);
	}
}

static void visit(void *context, unsigned worker, struct pp_sample *s)
{
	struct pass *p = &((struct pass *)context)[worker];
	const struct pp_view *v = p->view;

	if (!v->relative)
		pp_total_add(&p->total, v, s);
	if (!pp_filter_sample(v->filter, s))
		return;
	if (v->relative)
		pp_total_add(&p->total, v, s);
	p->value = s->values[v->index];
	if (p->value || (v->mean && s->values[0]))
		count_stack(p, s);
}

/* Give slots to the locations that have inlined frames; how many these are. */
static uint32_t number_slots(const struct pp_view *v, uint32_t *slot_of)
{
	uint32_t n = 0, nnodes;

	for (uint32_t i = 0; i < v->profile->nlocations; i++) {
		pp_frames_of(v->frames, i, &nnodes);
		slot_of[i] = nnodes > 1 ? n++ : NO_SLOT;
	}
	return n;
}

static void begin(struct pass *p, const struct pp_view *v, const struct pp_flat *t,
		  const uint32_t *slot_of, uint32_t nslots)
{
	*p = (struct pass){
		.view = v,
		.slot_of = slot_of,
		.tally = pp_xcalloc(t->n, sizeof(struct tally)),
		.flat = pp_xcalloc(t->n, sizeof(int64_t)),
		.inlined = pp_xcalloc(nslots, sizeof(uint64_t)),
		.total = t->total,
	};
}

static void end(struct pass *p, struct pp_flat *t)
{
	for (uint32_t i = 0; i < t->n; i++) {
		t->cells[i].flat = pp_wrap_add(t->cells[i].flat, p->flat[i]);
		t->cells[i].cum = pp_wrap_add(t->cells[i].cum, p->tally[i].cum);
		t->cells[i].touched |= p->tally[i].seen != 0;
	}
	for (uint32_t i = 0; i < p->view->profile->nlocations; i++) {
		if (p->slot_of[i] != NO_SLOT)
			t->inlined[i] = pp_saturate_add(t->inlined[i], p->inlined[p->slot_of[i]]);
	}
	pp_total_join(&t->total, &p->total);
	free(p->tally);
	free(p->flat);
	free(p->inlined);
}

void pp_flat_init(struct pp_flat *t, const struct pp_view *v)
{
	uint32_t nlocations = v->profile->nlocations;
	PP_CLEANUP(pp_freep) uint32_t *slot_of = pp_xcalloc(nlocations, sizeof(*slot_of));
	uint32_t nslots = number_slots(v, slot_of);
	struct pass pass[PP_PARALLEL_MAX];
	unsigned workers = pp_walk_workers(v->profile);

	*t = (struct pp_flat){.n = v->nodes->count};
	t->cells = pp_xcalloc(t->n, sizeof(*t->cells));
	t->inlined = pp_xcalloc(nlocations, sizeof(*t->inlined));
	pp_total_init(&t->total, v);
	for (unsigned i = 0; i < workers; i++)
		begin(&pass[i], v, t, slot_of, nslots);
	pp_walk(v->profile, workers, visit, pass);
	for (unsigned i = 0; i < workers; i++)
		end(&pass[i], t);
}

void pp_flat_release(struct pp_flat *t)
{
	free(t->cells);
	free(t->inlined);
	*t = (struct pp_flat){0};
}
