/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "analyze/moved.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "base/map.h"
#include "profile/walk.h"

#define TOLERANCE 0.25 /* costs of a pair differ by no more than this part of the larger one, */
#define OVERLAP                                                                                \
	0.75	      /* and callers agree about as much of their calls: rare ones are seen by \
			 chance on one side only */
#define COST_MIN 0.02 /* of the total: of a few samples, callers agree by chance */
#define ROWS_MAX 1000 /* files choose how many there are: the dearest are looked at */

#define ROOT  UINT32_MAX       /* nobody calls it */
#define OTHER (UINT32_MAX - 1) /* somebody who is new or gone himself, and may have moved, too */

struct call {
	uint32_t row, caller;
	int64_t weight;
};

struct search {
	struct pp_compare *c;
	uint32_t *row_of;    /* by node: row + 1, if it is new or gone */
	struct pp_map found; /* row << 32 | caller: position in calls */
	struct call *calls;  /* by row, then caller */
	size_t n, cap;
	size_t *first; /* by row, and one more */
	const struct pp_view *view;
	int64_t value;
};

static void count_call(struct search *s, uint32_t row, uint32_t caller)
{
	if (caller != ROOT && s->row_of[caller])
		caller = OTHER;
	uint32_t fresh = (uint32_t)s->n;
	uint32_t at = *pp_map_put(&s->found, (uint64_t)row << 32 | caller, fresh);

	if (at == fresh) {
		s->calls = pp_grow(s->calls, &s->cap, s->n + 1, sizeof(*s->calls));
		s->calls[s->n++] = (struct call){row, caller, 0};
	}
	s->calls[at].weight = pp_wrap_add(s->calls[at].weight, pp_magnitude(s->value));
}

/* From the innermost frame on: the caller of one node is the next. */
static void visit(void *context, unsigned worker PP_UNUSED, struct pp_sample *sample)
{
	struct search *s = context;
	uint32_t row = 0; /* + 1, of the node before */

	if (!pp_filter_sample(s->view->filter, sample))
		return;
	s->value = sample->values[s->view->index];
	for (uint32_t i = 0; i < sample->nlocations; i++) {
		uint32_t n;
		const uint32_t *node = pp_frames_of(s->view->frames, sample->locations[i], &n);

		for (uint32_t k = 0; k < n; k++) {
			if (row && s->row_of[node[k]] != row)
				count_call(s, row - 1, node[k]);
			row = s->row_of[node[k]];
		}
	}
	if (row)
		count_call(s, row - 1, ROOT);
}

static int compare_calls(const void *a, const void *b)
{
	const struct call *x = a, *y = b;

	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return x->caller < y->caller ? -1 : x->caller > y->caller;
}

static void index_calls(struct search *s)
{
	size_t at = 0;

	if (s->n)
		qsort(s->calls, s->n, sizeof(*s->calls), compare_calls);
	for (uint32_t row = 0; row <= s->c->candidates; row++) {
		while (at < s->n && s->calls[at].row < row)
			at++;
		s->first[row] = at;
	}
}

static double sum_calls(const struct search *s, uint32_t row)
{
	double sum = 0;

	for (size_t i = s->first[row]; i < s->first[row + 1]; i++)
		sum += (double)s->calls[i].weight;
	return sum;
}

/* The part of the calls of each that the other has from the same callers. */
static double overlap(const struct search *s, uint32_t a, uint32_t b)
{
	double all_a = sum_calls(s, a), all_b = sum_calls(s, b), shared = 0;

	for (size_t i = s->first[a], k = s->first[b]; i < s->first[a + 1] && k < s->first[b + 1];) {
		const struct call *x = &s->calls[i], *y = &s->calls[k];

		if (x->caller == y->caller)
			shared += fmin((double)x->weight / all_a, (double)y->weight / all_b);
		i += x->caller <= y->caller;
		k += y->caller <= x->caller;
	}
	return shared;
}

static bool costs_alike(const struct pp_compare_row *gone, const struct pp_compare_row *new)
{
	double before = fabs(gone->all[PP_BEFORE]), after = fabs(new->all[PP_AFTER]);

	return fabs(after - before) <= TOLERANCE * fmax(before, after);
}

/* Of those that fit, the one whose callers agree most. */
static void find_pair(struct search *s, uint32_t gone)
{
	struct pp_compare *c = s->c;
	uint32_t best = UINT32_MAX;
	double most = 0;

	for (uint32_t i = 0; i < c->candidates; i++) {
		if (c->all[i].change != PP_CHANGE_NEW || !s->row_of[c->all[i].node] ||
		    !costs_alike(&c->all[gone], &c->all[i]))
			continue;
		double agree = overlap(s, gone, i);
		if (agree < OVERLAP || agree <= most)
			continue;
		best = i;
		most = agree;
	}
	if (best == UINT32_MAX)
		return;
	c->all[gone].change = c->all[best].change = PP_CHANGE_MOVED;
	c->all[gone].counterpart = c->all[best].node;
	c->all[best].counterpart = c->all[gone].node;
}

static bool is_large(const struct pp_compare *c, const struct pp_compare_row *r)
{
	enum pp_side s = r->change == PP_CHANGE_GONE ? PP_BEFORE : PP_AFTER;

	return fabs(r->all[s]) >= COST_MIN * fabs(c->amount[s]);
}

static bool choose_rows(struct search *s)
{
	uint32_t new = 0, gone = 0;

	for (uint32_t i = 0; i < s->c->candidates && new + gone < ROWS_MAX; i++) {
		const struct pp_compare_row *r = &s->c->all[i];

		if (r->change == PP_CHANGE_COST || !is_large(s->c, r))
			continue;
		new += r->change == PP_CHANGE_NEW;
		gone += r->change == PP_CHANGE_GONE;
		s->row_of[r->node] = i + 1;
	}
	return new &&gone;
}

void pp_moved_find(struct pp_compare *c, const struct pp_view *const views[PP_SIDES])
{
	struct search s = {.c = c};

	s.row_of = pp_xcalloc(views[PP_AFTER]->nodes->count, sizeof(*s.row_of));
	s.first = pp_xcalloc((size_t)c->candidates + 1, sizeof(*s.first));
	if (choose_rows(&s)) {
		for (enum pp_side side = PP_BEFORE; side < PP_SIDES; side++) {
			s.view = views[side];
			pp_walk(s.view->profile, 1, visit, &s);
		}
		index_calls(&s);
		for (uint32_t i = 0; i < c->candidates; i++) {
			if (c->all[i].change == PP_CHANGE_GONE && s.row_of[c->all[i].node])
				find_pair(&s, i);
		}
	}
	free(s.row_of);
	free(s.first);
	free(s.calls);
	pp_map_release(&s.found);
}
