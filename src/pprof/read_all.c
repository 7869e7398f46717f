/* SPDX-License-Identifier: Apache-2.0 */
/* Reading several files at the same time. */
#include <config.h>

#include <stdlib.h>

#include "base/alloc.h"
#include "base/parallel.h"
#include "pprof/read.h"

struct job {
	struct pp_profile *profiles;
	const char *const *paths;
	const struct pp_read_options *options;
	struct pp_queue queue;
	struct result {
		int rc;
		struct pp_err err;
	} * results;
};

static void work(void *context, unsigned worker)
{
	struct job *job = context;
	uint32_t i;

	while ((i = pp_queue_take(&job->queue)) != UINT32_MAX) {
		struct result *r = &job->results[i];

		r->rc = pp_pprof_read(&job->profiles[i], job->paths[i], job->options, &r->err);
		/* by the order in which they are taken, which is near enough */
		if (worker == 0 && job->options)
			pp_steps_tell(&job->options->steps, i + 1, job->queue.count);
	}
}

int pp_pprof_read_all(struct pp_profile *profiles, const char *const *paths, uint32_t n,
		      const struct pp_read_options *options, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) struct result *results = pp_xcalloc(n, sizeof(*results));
	struct job job = {.profiles = profiles,
			  .paths = paths,
			  .options = options,
			  .queue.count = n,
			  .results = results};
	unsigned workers = n > 1 ? pp_parallel_workers(UINT64_MAX) : 1;
	int rc = 0;

	pp_parallel_run(workers < n ? workers : n, work, &job);
	for (uint32_t i = 0; i < n && rc == 0; i++) {
		rc = results[i].rc;
		if (rc)
			*err = results[i].err;
	}
	for (uint32_t i = 0; i < n && rc; i++)
		pp_profile_release(&profiles[i]);
	return rc;
}
