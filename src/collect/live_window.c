/* SPDX-License-Identifier: Apache-2.0 */
/* Sliding windows. */
#include <config.h>

#include "collect/live_window.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void pp_live_window_init(struct pp_live_window *w, int64_t length_ns, int64_t interval_ns)
{
	int64_t least = length_ns / PP_LIVE_SLOTS;

	*w = (struct pp_live_window){.length_ns = length_ns};
	w->step_ns = interval_ns > least ? interval_ns : least;
}

static void release_slot(struct pp_live_slot *s)
{
	free(s->counts);
	free(s->weights);
}

void pp_live_window_release(struct pp_live_window *w)
{
	for (size_t i = 0; i < w->n; i++)
		release_slot(&w->slots[i]);
	w->n = 0;
}

static void drop_first(struct pp_live_window *w)
{
	release_slot(&w->slots[0]);
	w->n--;
	memmove(w->slots, w->slots + 1, w->n * sizeof(w->slots[0]));
}

/* Let go of what is older than where the window begins. */
static void slide(struct pp_live_window *w, int64_t now)
{
	while (w->n > 1 && w->slots[1].mono <= now - w->length_ns)
		drop_first(w);
}

static uint64_t *copy(const uint64_t *values, size_t n)
{
	uint64_t *c = pp_xcalloc(n + 1, sizeof(*c));

	if (n)
		memcpy(c, values, n * sizeof(*c));
	return c;
}

static void remember(struct pp_live_window *w, const struct pp_recording *r)
{
	const struct pp_stacks *s = &r->stacks;

	if (!w->length_ns || w->n == PP_ARRAY_LEN(w->slots) ||
	    (w->n && r->drained_mono - w->slots[w->n - 1].mono < w->step_ns / 2))
		return;
	w->slots[w->n++] = (struct pp_live_slot){
		.mono = r->drained_mono,
		.n = s->nentries,
		.counts = copy(s->counts, s->nentries),
		.weights = copy(s->weights, s->nentries),
		.samples = s->nsamples,
		.weight = s->weight,
	};
}

/* Where the window begins; NULL: at the start. */
static const struct pp_live_slot *beginning(const struct pp_live_window *w, int64_t now)
{
	return w->n && w->slots[0].mono <= now - w->length_ns ? &w->slots[0] : NULL;
}

void pp_live_window_take(struct pp_live_window *w, const struct pp_recording *r,
			 struct pp_part *part, struct pp_naming_span *span)
{
	const struct pp_stacks *s = &r->stacks;
	const struct pp_live_slot *from;
	int64_t start;

	slide(w, r->drained_mono);
	from = beginning(w, r->drained_mono);
	start = from ? from->mono : r->start_mono;
	*span = (struct pp_naming_span){
		.start_real = start + r->epoch_ns,
		.duration_ns = r->drained_mono - start,
		.samples = s->nsamples - (from ? from->samples : 0),
		.weight = s->weight - (from ? from->weight : 0),
	};
	*part = (struct pp_part){.rows = pp_xcalloc(s->nentries + 1, sizeof(*part->rows))};
	for (size_t i = 0; i < s->nentries; i++) {
		bool old = from && i < from->n;
		uint64_t count = s->counts[i] - (old ? from->counts[i] : 0);

		if (count)
			part->rows[part->nrows++] = (struct pp_part_row){
				i, count, s->weights[i] - (old ? from->weights[i] : 0)};
	}
	remember(w, r);
}
