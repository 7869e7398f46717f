/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over the samples, shared out to threads by ranges where that pays. */
#include <config.h>

#include "analyze/flat.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "base/parallel.h"
#include "profile/walk.h"

#define LIST_NODES 254

/* A sum beside the mark of the last sample that was added to it: one cache line serves both. */
struct tally {
	int64_t cum;
	uint32_t seen;
};

struct pass {
	PP_PER_WORKER const struct pp_view *view;
	struct tally *tally; /* per node */
	int64_t *flat;	     /* per node */
	uint64_t *inlined;   /* per node */
	uint32_t epoch; /* of the current sample, from 1; files of 4 GiB hold fewer samples than
			   that */
	int64_t value;
	struct pp_total total;
};

/* Frames waiting to be counted. Listing first and counting then keeps the unpredictable question,
 * how many nodes a location has, out of both loops. */
struct list {
	uint32_t n, ninlined;
	uint32_t nodes[LIST_NODES + 2];
	uint32_t inlined[LIST_NODES + 2]; /* those that are inner lines */
};

static void count_nodes(struct pass *p, const uint32_t *nodes, uint32_t n)
{
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

static void count_inlined(struct pass *p, const uint32_t *nodes, uint32_t n)
{
	uint64_t magnitude = (uint64_t)pp_magnitude(p->value);

	for (uint32_t i = 0; i < n; i++) {
		uint64_t *sum = &p->inlined[nodes[i]];

		*sum = pp_saturate_add(*sum, magnitude);
	}
}

static void flush(struct pass *p, struct list *list)
{
	count_nodes(p, list->nodes, list->n);
	count_inlined(p, list->inlined, list->ninlined);
	list->n = list->ninlined = 0;
}

static void count_stack(struct pass *p, const struct pp_sample *s)
{
	const struct pp_frames *f = p->view->frames;
	struct list list;
	uint32_t n;

	p->epoch++;
	list.n = list.ninlined = 0;
	for (uint32_t i = 0; i < s->nlocations; i++) {
		const struct pp_frames_head *head = &f->head[s->locations[i]];
		bool two = head->second != PP_NONE;

		if (pp_unlikely(head->first & PP_FRAMES_MANY)) {
			const uint32_t *nodes = pp_frames_of(f, s->locations[i], &n);

			count_nodes(p, nodes, n);
			count_inlined(p, nodes, n - 1);
			continue;
		}
		list.inlined[list.ninlined] = head->first;
		list.ninlined += two;
		list.nodes[list.n++] = head->first;
		list.nodes[list.n] = head->second;
		list.n += two;
		if (pp_unlikely(list.n >= LIST_NODES))
			flush(p, &list);
	}
	flush(p, &list);
	if (s->nlocations) {
		uint32_t leaf = pp_frames_of(f, s->locations[0], &n)[0];

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

static void begin(struct pass *p, const struct pp_view *v, const struct pp_flat *t)
{
	*p = (struct pass){
		.view = v,
		.tally = pp_xcalloc(t->n, sizeof(struct tally)),
		.flat = pp_xcalloc(t->n, sizeof(int64_t)),
		.inlined = pp_xcalloc(t->n, sizeof(uint64_t)),
		.total = t->total,
	};
}

static void end(struct pass *p, struct pp_flat *t)
{
	for (uint32_t i = 0; i < t->n; i++) {
		t->cells[i].flat = pp_wrap_add(t->cells[i].flat, p->flat[i]);
		t->cells[i].cum = pp_wrap_add(t->cells[i].cum, p->tally[i].cum);
		t->cells[i].inlined = pp_saturate_add(t->cells[i].inlined, p->inlined[i]);
		t->cells[i].touched |= p->tally[i].seen != 0;
	}
	pp_total_join(&t->total, &p->total);
	free(p->tally);
	free(p->flat);
	free(p->inlined);
}

void pp_flat_init(struct pp_flat *t, const struct pp_view *v)
{
	struct pass pass[PP_PARALLEL_MAX];
	unsigned workers = pp_walk_workers(v->profile);

	*t = (struct pp_flat){.n = v->nodes->count};
	t->cells = pp_xcalloc(t->n, sizeof(*t->cells));
	pp_total_init(&t->total, v);
	for (unsigned i = 0; i < workers; i++)
		begin(&pass[i], v, t);
	pp_walk(v->profile, workers, visit, pass);
	for (unsigned i = 0; i < workers; i++)
		end(&pass[i], t);
}

void pp_flat_release(struct pp_flat *t)
{
	free(t->cells);
	*t = (struct pp_flat){0};
}
