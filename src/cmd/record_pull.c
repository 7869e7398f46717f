/* SPDX-License-Identifier: Apache-2.0 */
/* record --url: fetch, check, keep the bytes as they were served. */
#include <config.h>

#include <poll.h>
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
#include "cmd/record_store.h"
#include "collect/pace.h"
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
static int read_body(struct pp_profile *p, const struct pp_pull_result *r, struct pp_err *err)
{
	if (pp_pprof_read_bytes(p, (const uint8_t *)r->body.p, r->body.n, NULL, err))
		return pp_err_wrap(err, "what %s served is no profile", r->url);
	return 0;
}

static int check_body(const struct pp_pull_result *r, uint64_t *nsamples, struct pp_err *err)
{
	struct pp_profile p;

	if (read_body(&p, r, err))
		return -1;
	*nsamples = p.nsamples;
	pp_profile_release(&p);
	return 0;
}

/* "a heap profile of 12 stacks from http://...: WHERE (3 kB)" */
static void summarize(struct pp_cli *cli, const struct pp_pull_result *r, uint64_t nsamples,
		      const char *where)
{
	char size[PP_QTY_MAX];

	pp_units_label(size, (int64_t)r->body.n, PP_STR_LIT("bytes"), PP_STR_LIT("auto"));
	pp_cli_note(cli, "%s profile of %llu stacks from %s: %s (%s)", r->type ? r->type : "a",
		    (unsigned long long)nsamples, r->url, where, size);
}

static int keep_file(struct pp_cli *cli, const struct pp_pull_result *r, const char *path,
		     struct pp_err *err)
{
	uint64_t nsamples = 0;

	if (check_body(r, &nsamples, err) ||
	    pp_atomic_write(path, r->body.p, r->body.n, strcmp(path, PP_DEFAULT_PROFILE) == 0, err))
		return -1;
	summarize(cli, r, nsamples, strcmp(path, "-") ? path : "standard output");
	return 0;
}

/* As served: what counts since the start of the program still does so in the archive. */
static int keep_entry(struct pp_cli *cli, const struct pp_record_options *o,
		      const struct pp_pull_result *r, struct pp_err *err)
{
	PP_CLEANUP(pp_record_stored_release) struct pp_record_stored stored = {0};
	PP_CLEANUP(pp_entry_labels_release) struct pp_entry_labels labels = {0};
	PP_CLEANUP(pp_buf_release) struct pp_buf where = PP_BUF_INIT;
	struct pp_profile p;

	pp_entry_labels_copy(&labels, &o->store->labels);
	if (pp_record_set_instance(&labels, o->url, err) || read_body(&p, r, err))
		return -1;
	pp_record_store_add(o->store, &p, pp_buf_view(&r->body), &labels, &stored);
	pp_record_stored_print(&stored, &where);
	if (stored.entries)
		summarize(cli, r, p.nsamples, where.p);
	pp_profile_release(&p);
	return pp_record_stored_check(&stored, err);
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
	rc = o->store ? keep_entry(cli, o, &result, err) : keep_file(cli, &result, o->output, err);
	pp_pull_release(&result);
	return rc;
}

/* ---- again and again ---- */

int pp_record_pull_duration(struct pp_pull_options *po, int64_t every_ns, struct pp_err *err)
{
	struct pp_pull_plan plan;
	bool measures;

	po->duration_ns = 0;
	if (pp_pull_prepare(po, &plan, err))
		return -1;
	measures = plan.seconds != 0;
	pp_pull_plan_release(&plan);
	if (!measures)
		return 0;
	po->duration_ns = every_ns;
	if (pp_pull_prepare(po, &plan, err))
		return -1;
	pp_pull_plan_release(&plan);
	return 0;
}

/* Or until it is time to stop. */
static void sleep_until(int64_t then, struct watch *w)
{
	struct pollfd fd = {.fd = w->stop_fd, .events = POLLIN};

	for (int64_t left; !w->stopped && (left = then - pp_clock_mono()) > 0;) {
		int64_t ms = left / 1000000 + 1;

		if (poll(&fd, 1, ms < 60000 ? (int)ms : 60000) > 0)
			w->stopped = pp_record_stopped(w->stop_fd);
	}
}

/* A server that does not answer may be starting anew: it is told, and asked again next time. */
static int pull_for_ever(struct pp_cli *cli, const struct pp_record_options *o,
			 struct pp_pull_options *po, struct watch *w, struct pp_err *err)
{
	int64_t start = pp_clock_mono(), next = start;
	uint64_t failed = 0, n = 0;

	if (pp_record_pull_duration(po, o->every_ns, err))
		return -1;
	while (!w->stopped && (!o->duration_ns || next - start < o->duration_ns)) {
		bool good = pull(cli, o, po, w, err) == 0;

		if (!good && w->stopped)
			break; /* half an answer is none */
		if (!good)
			pp_cli_fail(cli, err);
		failed += !good;
		n++;
		next = pp_pace_next(next, o->every_ns, pp_clock_mono(), po->duration_ns != 0);
		if (!o->duration_ns || next - start < o->duration_ns)
			sleep_until(next, w);
	}
	if (!failed)
		return 0;
	return pp_err_set(err, PP_ERR_NETWORK, "%llu of %llu pulls have failed",
			  (unsigned long long)failed, (unsigned long long)n);
}

int pp_record_pull_options(const struct pp_record_options *o, struct pp_pull_options *po,
			   char **bearer, struct pp_err *err)
{
	*bearer = NULL;
	if (o->bearer_file) {
		*bearer = pp_secret_read(o->bearer_file, err);
		if (!*bearer)
			return -1;
	}
	*po = (struct pp_pull_options){
		.type = o->type < 0 ? NULL : pp_pull_types[o->type],
		.http = {.headers = o->headers.item,
			 .nheaders = o->headers.n,
			 .bearer = *bearer,
			 .cacert = o->cacert,
			 .cert = o->cert,
			 .key = o->key,
			 .insecure = o->insecure,
			 .max_bytes = o->max_size},
	};
	return 0;
}

int pp_record_pull(struct pp_cli *cli, const struct pp_record_options *o)
{
	PP_CLEANUP(pp_secret_freep) char *bearer = NULL;
	struct pp_err err = PP_ERR_INIT;
	struct watch w = {.stop_fd = pp_record_stop_fd()};
	struct pp_pull_options po;

	if ((!o->store && pp_record_check_output(o, &err)) ||
	    pp_record_pull_options(o, &po, &bearer, &err))
		return pp_cli_fail(cli, &err);
	po.url = o->url;
	po.duration_ns = o->duration_ns;
	po.http.progress = watch_transfer;
	po.http.progress_arg = &w;
	int rc = o->every_ns ? pull_for_ever(cli, o, &po, &w, &err) : pull(cli, o, &po, &w, &err);
	return rc ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}
