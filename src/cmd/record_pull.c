/* SPDX-License-Identifier: Apache-2.0 */
/* record --url: fetch, check, keep the bytes as they were served. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/units.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/progress.h"
#include "cmd/defaults.h"
#include "cmd/record.h"
#include "collect/pull.h"
#include "collect/secret.h"
#include "io/atomic.h"
#include "pprof/read.h"

/* What the progress callback works on. */
struct watch {
	struct pp_progress progress;
	int stop_fd;
	bool stopped;
	uint64_t seconds; /* that the server will take at least */
};

static bool watch_transfer(void *arg, uint64_t bytes, int64_t elapsed_ns)
{
	struct watch *w = arg;
	char size[PP_QTY_MAX];

	if (pp_record_stopped(w->stop_fd))
		w->stopped = true;
	if (bytes)
		pp_progress_update(&w->progress, "received %s",
				   pp_units_label(size, (int64_t)bytes, PP_STR_LIT("bytes"),
						  PP_STR_LIT("auto")));
	else
		pp_progress_update(&w->progress, "waiting for the server: %lld of %llu s",
				   (long long)(elapsed_ns / PP_NSEC_PER_SEC),
				   (unsigned long long)w->seconds);
	return w->stopped;
}

/* The server's word for it is not enough: the bytes must decode. */
static int check_body(const struct pp_pull_result *r, uint64_t *nsamples, struct pp_err *err)
{
	struct pp_profile p;

	if (pp_pprof_read_bytes(&p, (const uint8_t *)r->body.p, r->body.n, NULL, err))
		return pp_err_wrap(err, "what %s served is no profile", r->url);
	*nsamples = p.nsamples;
	pp_profile_release(&p);
	return 0;
}

static int keep(struct pp_cli *cli, const struct pp_pull_result *r, const char *path,
		struct pp_err *err)
{
	char size[PP_QTY_MAX];
	uint64_t nsamples = 0;

	if (check_body(r, &nsamples, err) ||
	    pp_atomic_write(path, r->body.p, r->body.n, strcmp(path, PP_DEFAULT_PROFILE) == 0, err))
		return -1;
	pp_units_label(size, (int64_t)r->body.n, PP_STR_LIT("bytes"), PP_STR_LIT("auto"));
	pp_cli_note(cli, "%s profile of %llu stacks from %s: %s (%s)", r->type ? r->type : "a",
		    (unsigned long long)nsamples, r->url,
		    strcmp(path, "-") ? path : "standard output", size);
	return 0;
}

static int pull(struct pp_cli *cli, const struct pp_record_options *o, struct pp_pull_options *po,
		struct watch *w, struct pp_err *err)
{
	struct pp_pull_plan plan;
	struct pp_pull_result result;

	if (pp_pull_prepare(po, &plan, err))
		return -1;
	w->seconds = plan.seconds;
	pp_pull_plan_release(&plan);

	pp_progress_init(&w->progress, cli);
	int rc = pp_pull(po, &result, err);
	pp_progress_done(&w->progress);
	if (rc)
		return -1;
	rc = keep(cli, &result, o->output, err);
	pp_pull_release(&result);
	return rc;
}

int pp_record_pull(struct pp_cli *cli, const struct pp_record_options *o)
{
	PP_CLEANUP(pp_secret_freep) char *bearer = NULL;
	struct pp_err err = PP_ERR_INIT;
	struct watch w = {.stop_fd = pp_record_stop_fd()};
	struct pp_pull_options po = {
		.url = o->url,
		.type = o->type < 0 ? NULL : pp_pull_types[o->type],
		.duration_ns = o->duration_ns,
		.http = {.headers = o->headers.item,
			 .nheaders = o->headers.n,
			 .cacert = o->cacert,
			 .cert = o->cert,
			 .key = o->key,
			 .insecure = o->insecure,
			 .max_bytes = o->max_size,
			 .progress = watch_transfer,
			 .progress_arg = &w},
	};

	if (pp_record_check_output(o, &err))
		return pp_cli_fail(cli, &err);
	if (o->bearer_file) {
		bearer = pp_secret_read(o->bearer_file, &err);
		if (!bearer)
			return pp_cli_fail(cli, &err);
		po.http.bearer = bearer;
	}
	return pull(cli, o, &po, &w, &err) ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}
