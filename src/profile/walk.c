/* SPDX-License-Identifier: Apache-2.0 */
/* Workers draw ranges of samples from a queue. */
#include <config.h>

#include "profile/walk.h"

#include "base/parallel.h"

struct job {
	const struct pp_profile *profile;
	struct pp_queue ranges;
	pp_walk_fn *visit;
	void *context;
};

unsigned pp_walk_workers(const struct pp_profile *p)
{
	return pp_parallel_workers(p->nbytes);
}

static void work(void *context, unsigned worker)
{
	struct job *job = context;
	uint32_t range;
	struct pp_sample_iter it;
	struct pp_sample s;

	while ((range = pp_queue_take(&job->ranges)) != UINT32_MAX) {
		pp_samples_begin(&it, job->profile, range);
		while (pp_samples_next(&it, &s))
			job->visit(job->context, worker, &s);
		pp_samples_release(&it);
	}
}

void pp_walk(const struct pp_profile *p, unsigned workers, pp_walk_fn *visit, void *context)
{
	struct job job = {
		.profile = p, .ranges.count = p->nranges, .visit = visit, .context = context};

	pp_parallel_run(workers, work, &job);
}
