/* SPDX-License-Identifier: Apache-2.0 */
/* Pulls from a server, one after the other. */
#include <config.h>

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "collect/live_state.h"
#include "collect/pace.h"
#include "pprof/encode.h"
#include "pprof/read.h"
#include "profile/merge.h"

struct puller {
	struct pp_live *l;
	struct pp_pull_options po;
	bool measures;	     /* each pull is of the time that it takes */
	struct pp_buf *kept; /* pulls of the window, the oldest first; without one, their sum */
	size_t nkept, cap, most;
	int64_t start;
	bool good; /* one has worked */
};

static bool is_stopping(void *arg, uint64_t bytes PP_UNUSED, int64_t elapsed_ns PP_UNUSED)
{
	const struct puller *p = arg;

	return pp_live_stopping(p->l);
}

static void forget(struct puller *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pp_buf_release(&p->kept[i]);
	p->nkept -= n;
	if (p->nkept)
		memmove(p->kept, p->kept + n, p->nkept * sizeof(*p->kept));
}

static void keep(struct puller *p, struct pp_buf *bytes)
{
	if (p->nkept >= p->most)
		forget(p, p->nkept - p->most + 1);
	p->kept = pp_grow(p->kept, &p->cap, p->nkept + 1, sizeof(*p->kept));
	p->kept[p->nkept++] = *bytes;
	*bytes = (struct pp_buf)PP_BUF_INIT;
}

static void release_all(struct pp_profile *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pp_profile_release(&all[i]);
}

static int read_bytes(struct pp_profile *p, const struct pp_buf *b, struct pp_err *err)
{
	return pp_pprof_read_bytes(p, (const uint8_t *)b->p, b->n, NULL, err);
}

/* All that is kept, added up. */
static int add_up(const struct puller *p, struct pp_profile *sum, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) struct pp_profile *all = pp_xcalloc(p->nkept, sizeof(*all));

	if (p->nkept == 1)
		return read_bytes(sum, &p->kept[0], err);
	for (size_t i = 0; i < p->nkept; i++) {
		if (read_bytes(&all[i], &p->kept[i], err)) {
			release_all(all, i);
			return -1;
		}
	}
	return pp_profile_merge(sum, all, (uint32_t)p->nkept, err);
}

/* Without a window the sum is kept instead of what it is the sum of. */
static void keep_sum(struct puller *p, const struct pp_profile *sum)
{
	struct pp_buf bytes = PP_BUF_INIT;

	pp_pprof_encode(sum, &bytes);
	forget(p, p->nkept);
	keep(p, &bytes);
}

/* Take in what a server has sent. What cannot be added to what it has sent before begins anew. */
static int take_in(struct puller *p, struct pp_pull_result *r, struct pp_profile *sum,
		   struct pp_err *err)
{
	if (read_bytes(sum, &r->body, err))
		return pp_err_wrap(err, "what %s served is no profile", r->url);
	if (!p->measures)
		return 0;
	pp_profile_release(sum);
	keep(p, &r->body);
	if (add_up(p, sum, err)) {
		forget(p, p->nkept - 1);
		if (add_up(p, sum, err))
			return -1;
	}
	if (!pp_live_options(p->l)->window_ns)
		keep_sum(p, sum);
	return 0;
}

static int pull(struct puller *p, struct pp_profile *sum, struct pp_err *err)
{
	struct pp_pull_result result;

	if (pp_pull(&p->po, &result, err))
		return -1;
	int rc = take_in(p, &result, sum, err);
	pp_pull_release(&result);
	return rc;
}

static void publish(struct puller *p, struct pp_profile *sum, enum pp_live_phase phase,
		    const struct pp_err *err)
{
	struct pp_live_state state = {.phase = phase, .err = *err};

	state.time_real = pp_clock_real();
	state.elapsed_ns = pp_clock_mono() - p->start;
	pp_live_publish(p->l, sum, &state);
}

static void wait_until(const struct puller *p, int64_t then)
{
	struct pollfd fd = {.fd = pp_live_stop_fd(p->l), .events = POLLIN};
	int64_t left = then - pp_clock_mono();

	if (left > 0)
		poll(&fd, 1, (int)(left / 1000000 + 1));
}

/* A server that does not answer may be starting anew: that is told, and it is asked again. One that
 * never has is a mistake. */
static void work(struct pp_live *l, void *source)
{
	struct puller *p = source;
	int64_t every = pp_live_options(l)->interval_ns;

	p->l = l;
	p->start = pp_clock_mono();
	for (int64_t next = p->start; !pp_live_stopping(l);) {
		struct pp_err err = PP_ERR_INIT;
		struct pp_profile sum;
		bool good = pull(p, &sum, &err) == 0;

		if (!good && pp_live_stopping(l))
			break; /* half an answer is none */
		p->good |= good;
		publish(p, good ? &sum : NULL, p->good ? PP_LIVE_RUNS : PP_LIVE_FAILED, &err);
		if (!p->good)
			return;
		next = pp_pace_next(next, every, pp_clock_mono(), p->measures && good);
		wait_until(p, next);
	}
	publish(p, NULL, PP_LIVE_STOPPED, &(struct pp_err)PP_ERR_INIT);
}

static void release(void *source)
{
	struct puller *p = source;

	forget(p, p->nkept);
	free(p->kept);
	free(p);
}

struct pp_live *pp_live_pull(const struct pp_pull_options *po, const struct pp_live_options *lo,
			     struct pp_err *err)
{
	static const struct pp_live_source_ops ops = {.work = work, .free = release};
	struct puller *p = pp_xcalloc(1, sizeof(*p));
	struct pp_live_options options = *lo;

	*p = (struct puller){.po = *po, .measures = po->duration_ns != 0, .most = 2};
	if (p->measures && options.interval_ns < PP_NSEC_PER_SEC)
		options.interval_ns = PP_NSEC_PER_SEC; /* servers measure for whole seconds */
	if (options.window_ns)
		p->most = (size_t)((options.window_ns + options.interval_ns - 1) /
				   options.interval_ns);
	p->po.http.progress = is_stopping;
	p->po.http.progress_arg = p;
	return pp_live_new(&ops, p, &options, err);
}
