/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over the samples, shared out to threads by ranges where that pays. */
#include <config.h>

#include "analyze/flat.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "base/parallel.h"
#include "profile/samples.h"

void pp_flat_init(struct pp_flat *t, uint32_t n)
{
	*t = (struct pp_flat){.cells = pp_xcalloc(n, sizeof(*t->cells)), .n = n};
}

void pp_flat_release(struct pp_flat *t)
{
	free(t->cells);
	*t = (struct pp_flat){0};
}

/* A sum beside the mark of the last sample that was added to it: one cache line serves both. */
struct tally {
	int64_t cum;
	uint32_t seen;
};

struct pass {
	const struct pp_frames *frames;
	struct tally *tally; /* per node */
	int64_t *flat;	     /* per node */
	uint32_t epoch; /* of the current sample, from 1; files of 4 GiB hold fewer samples than
			   that */
	int64_t value;
};

static inline void count(struct tally *tally, uint32_t node, uint32_t epoch, int64_t value)
{
	struct tally *t = &tally[node];

	/* without a branch: recursion is hard to predict */
	t->cum = pp_wrap_add(t->cum, t->seen == epoch ? 0 : value);
	t->seen = epoch;
}

static void count_stack(struct pass *p, const struct pp_sample *s)
{
	struct tally *tally = p->tally;
	uint32_t epoch = ++p->epoch, n;
	int64_t value = p->value;

	for (uint32_t i = 0; i < s->nlocations; i++) {
		const uint32_t *nodes = pp_frames_of(p->frames, s->locations[i], &n);

		count(tally, nodes[0], epoch, value);
		for (uint32_t j = 1; j < n; j++)
			count(tally, nodes[j], epoch, value);
	}
	if (s->nlocations) {
		uint32_t leaf = pp_frames_of(p->frames, s->locations[0], &n)[0];

		p->flat[leaf] = pp_wrap_add(p->flat[leaf], value);
	}
}

static void add_total(struct pp_flat *t, int64_t magnitude)
{
	if (__builtin_add_overflow(t->total, magnitude, &t->total))
		t->overflow = true;
}

/* What the workers of one pp_flat_add share, and what each has for itself. */
struct job {
	const struct pp_frames *frames;
	uint32_t index;
	struct pp_queue ranges;
	struct pass pass[PP_PARALLEL_MAX];
	struct pp_flat sum[PP_PARALLEL_MAX]; /* totals only */
};

static void count_range(struct job *job, unsigned worker, uint32_t range)
{
	const struct pp_frames *f = job->frames;
	struct pass *p = &job->pass[worker];
	struct pp_sample_iter it;
	struct pp_sample s;

	pp_samples_begin(&it, f->profile, range);
	while (pp_samples_next(&it, &s)) {
		p->value = s.values[job->index];
		add_total(&job->sum[worker], pp_magnitude(p->value));
		if (p->value == 0)
			continue;
		pp_prune_sample(&f->prune, &s);
		count_stack(p, &s);
	}
	pp_samples_release(&it);
}

static void work(void *context, unsigned worker)
{
	struct job *job = context;
	uint32_t range;

	while ((range = pp_queue_take(&job->ranges)) != UINT32_MAX)
		count_range(job, worker, range);
}

static void collect(struct pp_flat *t, const struct job *job, unsigned worker)
{
	const struct pass *p = &job->pass[worker];

	for (uint32_t i = 0; i < t->n; i++) {
		t->cells[i].flat = pp_wrap_add(t->cells[i].flat, p->flat[i]);
		t->cells[i].cum = pp_wrap_add(t->cells[i].cum, p->tally[i].cum);
	}
	add_total(t, job->sum[worker].total);
	t->overflow |= job->sum[worker].overflow;
}

void pp_flat_add(struct pp_flat *t, const struct pp_frames *f, uint32_t index)
{
	unsigned workers = pp_parallel_workers(f->profile->nbytes);
	struct job job = {.frames = f, .index = index, .ranges.count = f->profile->nranges};

	for (unsigned i = 0; i < workers; i++)
		job.pass[i] = (struct pass){
			.frames = f,
			.tally = pp_xcalloc(t->n, sizeof(struct tally)),
			.flat = pp_xcalloc(t->n, sizeof(int64_t)),
		};
	pp_parallel_run(workers, work, &job);
	for (unsigned i = 0; i < workers; i++) {
		collect(t, &job, i);
		free(job.pass[i].tally);
		free(job.pass[i].flat);
	}
}
