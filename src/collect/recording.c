/* SPDX-License-Identifier: Apache-2.0 */
/* The recording loop. */
#include <config.h>

#include "collect/recording.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "collect/privilege.h"

/* Ten times a second costs nothing; fast sampling would fill the rings meanwhile. */
static int64_t drain_period(uint32_t frequency)
{
	return frequency <= 1000 ? PP_NSEC_PER_SEC / 10 : PP_NSEC_PER_SEC / 50;
}

static int open_with(struct pp_recording *r, const struct pp_collector_ops *ops,
		     const struct pp_target *t, uint32_t frequency, struct pp_err *err)
{
	const char *caveat;

	r->collector = ops->open(t, frequency, err);
	if (!r->collector)
		return -1;
	r->ops = ops;
	caveat = ops->caveat(r->collector);
	snprintf(r->caveat, sizeof(r->caveat), "%s", caveat ? caveat : "");
	return 0;
}

static int open_bpf(struct pp_recording *r, const struct pp_target *t, uint32_t frequency,
		    struct pp_err *err)
{
	return pp_privilege_check_bpf(err) || open_with(r, &pp_bpf_collector, t, frequency, err)
		       ? -1
		       : 0;
}

/* Neither collector works: say why for both, and how the better one could. */
static int explain_both(const struct pp_err *bpf, struct pp_err *err)
{
	size_t n = strlen(err->msg);

	snprintf(err->msg + n, sizeof(err->msg) - n, "; the other way: %s", bpf->msg);
	if (!err->hint[0])
		memcpy(err->hint, bpf->hint, sizeof(err->hint));
	return -1;
}

/* eBPF; where that is refused, perf events. A target that is wrong for one is wrong for both. */
static int open_best(struct pp_recording *r, const struct pp_target *t, uint32_t frequency,
		     struct pp_err *err)
{
	struct pp_err bpf = PP_ERR_INIT;

	if (open_bpf(r, t, frequency, &bpf) == 0)
		return 0;
	if (bpf.kind != PP_ERR_PERMISSION && bpf.kind != PP_ERR_UNSUPPORTED) {
		*err = bpf;
		return -1;
	}
	if (open_with(r, &pp_perf_collector, t, frequency, err))
		return err->kind == PP_ERR_PERMISSION ? explain_both(&bpf, err) : -1;
	r->fallback = bpf;
	return 0;
}

int pp_recording_open(struct pp_recording *r, const struct pp_target *t,
		      const struct pp_recording_options *o, struct pp_err *err)
{
	int rc = -1;

	*r = (struct pp_recording){.frequency = o->frequency, .pid = t->pid, .main_image = -1};
	pp_procs_init(&r->procs);
	pp_stacks_init(&r->stacks);
	switch (o->collector) {
	case PP_COLLECTOR_AUTO:
		rc = open_best(r, t, o->frequency, err);
		break;
	case PP_COLLECTOR_BPF:
		rc = open_bpf(r, t, o->frequency, err);
		break;
	case PP_COLLECTOR_PERF:
		rc = open_with(r, &pp_perf_collector, t, o->frequency, err);
		break;
	}
	if (rc)
		pp_recording_release(r);
	return rc;
}

/* With one process to record, what others do is of no interest; its children are. */
static bool is_relevant(struct pp_recording *r, const struct pp_event *e)
{
	if (r->pid < 0 || pp_map_find(&r->procs.by_pid, e->pid) != PP_MAP_NONE)
		return true;
	return e->kind == PP_EVENT_FORK &&
	       pp_map_find(&r->procs.by_pid, e->fork.parent_pid) != PP_MAP_NONE;
}

static void drain(struct pp_recording *r, struct pp_batch *b)
{
	pp_batch_clear(b);
	r->ops->drain(r->collector, b);
	pp_batch_sort(b);
	r->lost += b->lost;
	for (size_t i = 0; i < b->n; i++) {
		const struct pp_event *e = &b->events[i];

		if (e->kind == PP_EVENT_SAMPLE)
			pp_stacks_add(&r->stacks, &r->procs, e);
		else if (is_relevant(r, e))
			pp_procs_event(&r->procs, e);
	}
	if (r->pid >= 0 && r->main_image < 0)
		r->main_image = pp_procs_main_image(&r->procs, (uint32_t)r->pid);
}

static int milliseconds_until(int64_t next)
{
	int64_t left = next - pp_clock_mono();

	return left <= 0 ? 0 : (int)((left + 999999) / 1000000);
}

static int64_t min_time(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Sleep and drain in turn until the recording is over. */
static enum pp_recording_end wait_and_drain(struct pp_recording *r, const struct pp_target *t,
					    const struct pp_recording_options *o, int64_t start,
					    struct pp_batch *b)
{
	struct pollfd fds[2] = {{.fd = o->stop_fd, .events = POLLIN},
				{.fd = t->pidfd, .events = POLLIN}};
	int64_t deadline = o->duration_ns ? start + o->duration_ns : INT64_MAX;
	int64_t period = drain_period(r->frequency), next = start + period;

	for (;;) {
		int n = poll(fds, 2, milliseconds_until(min_time(next, deadline)));

		if (n > 0 && fds[0].revents)
			return PP_END_STOPPED;
		if (n > 0 && fds[1].revents)
			return PP_END_TARGET;

		int64_t now = pp_clock_mono();
		if (now >= deadline)
			return PP_END_DURATION;
		if (now < next)
			continue;
		drain(r, b);
		if (o->progress)
			o->progress(o->progress_arg, r->stacks.nsamples, r->lost, now - start);
		next = now + period;
	}
}

int pp_recording_run(struct pp_recording *r, struct pp_target *t,
		     const struct pp_recording_options *o, struct pp_err *err)
{
	struct pp_batch batch = PP_BATCH_INIT;

	if (t->is_command)
		pp_procs_add(&r->procs, (uint32_t)r->pid); /* its mappings are still ours */
	else if (r->pid >= 0)
		pp_procs_scan(&r->procs, (uint32_t)r->pid);

	int64_t start = pp_clock_mono();
	r->start_real = pp_clock_real();
	if (r->ops->start(r->collector, err) || pp_target_go(t, err))
		return -1;
	r->end = wait_and_drain(r, t, o, start, &batch);
	r->ops->stop(r->collector);
	r->duration_ns = pp_clock_mono() - start;
	drain(r, &batch);
	pp_batch_release(&batch);
	return 0;
}

void pp_recording_release(struct pp_recording *r)
{
	if (r->collector)
		r->ops->close(r->collector);
	r->collector = NULL;
	pp_procs_release(&r->procs);
	pp_stacks_release(&r->stacks);
}
