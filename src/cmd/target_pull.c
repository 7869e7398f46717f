/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/target_pull.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "pprof/read.h"

static bool is_stopped(void *arg, uint64_t bytes PP_UNUSED, int64_t elapsed_ns PP_UNUSED)
{
	const struct pp_target_pull *p = arg;

	return atomic_load(&p->stop);
}

static int keep(struct pp_target_pull *p, const struct pp_pull_result *r, struct pp_err *err)
{
	PP_CLEANUP(pp_record_stored_release) struct pp_record_stored stored = {0};
	struct pp_profile profile;

	if (pp_pprof_read_bytes(&profile, (const uint8_t *)r->body.p, r->body.n, NULL, err))
		return pp_err_wrap(err, "what %s served is no profile", r->url);
	p->kept = true;
	pp_record_store_add(p->store, &profile, pp_buf_view(&r->body), &p->labels, &stored);
	pp_profile_release(&profile);
	return pp_record_stored_check(&stored, err);
}

static int pull(struct pp_target_pull *p, struct pp_err *err)
{
	struct pp_pull_result result;

	if (pp_pull(&p->options, &result, err))
		return -1;
	int rc = keep(p, &result, err);
	pp_pull_release(&result);
	return rc;
}

static void *run(void *arg)
{
	struct pp_target_pull *p = arg;
	int64_t start = pp_clock_mono();
	const uint64_t one = 1;

	p->rc = pull(p, &p->err);
	p->took = pp_clock_mono() - start;
	atomic_store(&p->done, true);
	/* it can only fail if it has been told 2^64 times already */
	if (write(p->done_fd, &one, sizeof(one)) < 0)
		return NULL;
	return NULL;
}

static void release(struct pp_target_pull *p)
{
	pp_entry_labels_release(&p->labels);
	free(p->url);
	free(p);
}

struct pp_target_pull *pp_target_pull_start(const struct pp_record_store *store,
					    const struct pp_pull_options *options,
					    const struct pp_entry_labels *labels, int done_fd,
					    struct pp_err *err)
{
	struct pp_target_pull *p = pp_xcalloc(1, sizeof(*p));

	p->store = store;
	p->options = *options;
	p->url = pp_xstrdup(options->url);
	p->options.url = p->url;
	p->options.http.progress = is_stopped;
	p->options.http.progress_arg = p;
	pp_entry_labels_copy(&p->labels, labels);
	p->done_fd = done_fd;
	int rc = pthread_create(&p->thread, NULL, run, p);
	if (rc == 0)
		return p;
	release(p);
	pp_err_sys(err, rc, "cannot start a thread");
	return NULL;
}

void pp_target_pull_stop(struct pp_target_pull *p)
{
	atomic_store(&p->stop, true);
}

void pp_target_pull_finish(struct pp_target_pull *p)
{
	pthread_join(p->thread, NULL);
	release(p);
}
