/* SPDX-License-Identifier: Apache-2.0 */
/* The recording loop. */
#include <config.h>

#include "collect/recording.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "collect/compact.h"
#include "collect/privilege.h"

/* How long unwind tables may be made before the recording starts, and then at once; what is not
 * made by then is made when samples need it. Until a table is there, stacks are copied. */
#define PREPARE_NS  (PP_NSEC_PER_SEC / 125)
#define CATCH_UP_NS (PP_NSEC_PER_SEC / 40)
#define SLICE_NS    (PP_NSEC_PER_SEC / 500)

/* What maps new code is to be asked about while it lives; where nothing does, waking up half as
 * often takes half as much of the machine. */
#define LIVELY_NS (PP_NSEC_PER_SEC / 10)
#define CALM_NS	  (PP_NSEC_PER_SEC / 5)

/* How long to leave a program that has just been seen, so that its libraries are mapped, too; and
 * how often to look at most, however many there are. */
#define NEW_NS	   (PP_NSEC_PER_SEC / 200)
#define CROWDED_NS (PP_NSEC_PER_SEC / 50)

static int open_with(struct pp_recording *r, const struct pp_collector_ops *ops,
		     const struct pp_target *t, struct pp_err *err)
{
	const char *caveat;

	r->collector = ops->open(t, &r->sampling, err);
	if (!r->collector)
		return -1;
	r->ops = ops;
	caveat = ops->caveat(r->collector);
	snprintf(r->caveat, sizeof(r->caveat), "%s", caveat ? caveat : "");
	return 0;
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
static int open_best(struct pp_recording *r, const struct pp_target *t, struct pp_err *err)
{
	struct pp_err bpf = PP_ERR_INIT;

	if (open_with(r, &pp_bpf_collector, t, &bpf) == 0)
		return 0;
	if (bpf.kind != PP_ERR_PERMISSION && bpf.kind != PP_ERR_UNSUPPORTED) {
		*err = bpf;
		return -1;
	}
	if (open_with(r, &pp_perf_collector, t, err))
		return err->kind == PP_ERR_PERMISSION ? explain_both(&bpf, err) : -1;
	r->fallback = bpf;
	return 0;
}

static void init(struct pp_recording *r, const struct pp_target *t,
		 const struct pp_recording_options *o)
{
	*r = (struct pp_recording){.sampling = o->sampling,
				   .owners = o->owners,
				   .selection = o->selection,
				   .pid = t->pid,
				   .main_image = -1};
	pp_procs_init(&r->procs, o->cache);
	pp_stacks_init(&r->stacks);
	pp_containers_init(&r->containers, "");
	if (r->owners.parts || r->owners.labels & PP_LABELS_OF_CGROUPS)
		r->owners.containers = &r->containers;
	r->stacks.owners = &r->owners;
}

int pp_recording_open(struct pp_recording *r, const struct pp_target *t,
		      const struct pp_recording_options *o, struct pp_err *err)
{
	int rc = -1;

	init(r, t, o);
	switch (o->collector) {
	case PP_COLLECTOR_AUTO:
		rc = open_best(r, t, err);
		break;
	case PP_COLLECTOR_BPF:
		rc = open_with(r, &pp_bpf_collector, t, err);
		break;
	case PP_COLLECTOR_PERF:
		rc = open_with(r, &pp_perf_collector, t, err);
		break;
	}
	if (rc)
		pp_recording_release(r);
	else
		pp_privilege_hurry();
	return rc;
}

/* With processes to record, what others do is of no interest; their children are. */
static bool is_relevant(struct pp_recording *r, const struct pp_event *e)
{
	if (r->pid < 0 || pp_map_find(&r->procs.by_pid, e->pid) != PP_MAP_NONE)
		return true;
	return e->kind == PP_EVENT_FORK &&
	       pp_map_find(&r->procs.by_pid, e->fork.parent_pid) != PP_MAP_NONE;
}

static void handle_sample(struct pp_recording *r, const struct pp_event *e)
{
	if (!r->selection || pp_selection_wants(r->selection, &r->procs, e))
		pp_stacks_add(&r->stacks, &r->procs, e);
}

static void handle_change(struct pp_recording *r, const struct pp_event *e)
{
	if (!is_relevant(r, e))
		return;
	r->changes++;
	pp_procs_event(&r->procs, e);
	if (r->selection)
		pp_selection_event(r->selection, e);
	if (r->owners.containers)
		pp_containers_event(&r->containers, e);
}

static void handle(struct pp_recording *r, const struct pp_batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		if (b->events[i].kind == PP_EVENT_SAMPLE)
			handle_sample(r, &b->events[i]);
		else
			handle_change(r, &b->events[i]);
	}
}

/* What has been sampled since the last time; up to when, is returned. */
static int64_t drain(struct pp_recording *r, struct pp_batch *b)
{
	uint64_t copied = r->stacks.copied, changes = r->changes;
	int64_t until;

	pp_batch_clear(b);
	r->ops->drain(r->collector, b);
	until = r->drained_mono = pp_clock_mono();
	pp_batch_sort(b);
	r->lost += b->lost;
	handle(r, b);
	r->calm = r->stacks.copied == copied && r->changes == changes;
	if (r->selection)
		pp_pids_sweep(&r->selection->pids);
	pp_pids_sweep(&r->containers.pids);
	if (r->pid >= 0 && r->main_image < 0)
		r->main_image = pp_procs_main_image(&r->procs, (uint32_t)r->pid);
	r->ops->sync(r->collector, &r->procs);
	return until;
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

static void lock(const struct pp_recording_options *o)
{
	if (o->lock)
		pthread_mutex_lock(o->lock);
}

static void unlock(const struct pp_recording_options *o)
{
	if (o->lock)
		pthread_mutex_unlock(o->lock);
}

/* What the loop waits for: being told to stop, being woken by the collector, and the end of each
 * part of the target. */
struct waiting {
	struct pp_target *t;
	const struct pp_recording_options *o;
	int wake_fd;			    /* the collector's, or -1 */
	struct pollfd *stop, *wake, *tasks; /* one array */
};

static void init_waiting(struct waiting *w, struct pp_target *t,
			 const struct pp_recording_options *o, int wake_fd)
{
	w->t = t;
	w->o = o;
	w->wake_fd = wake_fd;
	w->stop = pp_xcalloc(t->ntasks + 2, sizeof(*w->stop));
	w->wake = w->stop + 1;
	w->tasks = w->stop + 2;
	*w->stop = (struct pollfd){.fd = o->stop_fd, .events = POLLIN};
	*w->wake = (struct pollfd){.fd = wake_fd, .events = POLLIN};
	for (size_t i = 0; i < t->ntasks; i++)
		w->tasks[i] = (struct pollfd){.fd = t->tasks[i].pidfd, .events = POLLIN};
}

/* Sleep until then. Whether there is an end, in *end. */
static bool wait_until(struct waiting *w, int64_t then, enum pp_recording_end *end)
{
	unlock(w->o);
	int n = poll(w->stop, w->t->ntasks + 2, milliseconds_until(then));
	lock(w->o);

	if (n > 0 && w->stop->revents) {
		*end = PP_END_STOPPED;
		return true;
	}
	for (size_t i = 0; n > 0 && i < w->t->ntasks; i++) {
		if (!w->tasks[i].revents)
			continue;
		w->t->tasks[i].ended = true;
		w->tasks[i].fd = -1; /* or it would wake us for ever */
	}
	*end = PP_END_TARGET;
	return pp_target_has_ended(w->t);
}

/* The time to end a window, if there are windows. If it is not taken, it goes on. */
static void end_window(struct pp_recording *r, const struct pp_recording_options *o, int64_t now)
{
	r->duration_ns = now - r->start_mono;
	if (!o->window(o->window_arg, r))
		return;
	pp_stacks_reset(&r->stacks);
	pp_procs_compact(&r->procs);
	r->main_image = -1; /* it may have moved */
	r->lost = 0;
	r->start_mono = now;
	r->start_real = pp_clock_real() - (pp_clock_mono() - now);
}

/* How long to sleep between two drains; what the collector holds sets a limit. */
static int64_t drain_period(const struct pp_recording *r)
{
	return min_time(r->ops->period(pp_sampling_rate(&r->sampling)),
			r->calm ? CALM_NS : LIVELY_NS);
}

static int64_t next_after(int64_t last, int64_t every, int64_t now)
{
	return last + every > now ? last + every : now + every;
}

/* When to drain, having waited for `next` with the drain before at `last`: sooner, if the collector
 * has woken us. It does not again before that. */
static int64_t hear(struct waiting *w, int64_t next, int64_t last, int64_t now)
{
	if (!w->wake->revents)
		return next;
	w->wake->fd = -1;
	int64_t soon = now + NEW_NS, early = last + CROWDED_NS;

	return min_time(next, soon > early ? soon : early);
}

/* Sleep and drain in turn until the recording is over. */
static enum pp_recording_end wait_and_drain(struct pp_recording *r, struct waiting *w,
					    const struct pp_recording_options *o,
					    struct pp_batch *b)
{
	int64_t start = r->start_mono,
		deadline = o->duration_ns ? start + o->duration_ns : INT64_MAX;
	int64_t last = start, next = start + drain_period(r);
	int64_t window = o->every_ns ? start + o->every_ns : INT64_MAX;
	uint64_t before = 0; /* samples of earlier windows */
	enum pp_recording_end end;

	for (;;) {
		if (wait_until(w, min_time(min_time(next, window), deadline), &end))
			return end;

		int64_t now = pp_clock_mono();
		if (now >= deadline)
			return PP_END_DURATION;
		next = hear(w, next, last, now);
		if (now < next && now < window)
			continue;
		int64_t until = drain(r, b);
		w->wake->fd = w->wake_fd;
		pp_cputime_update(&r->cpu_time);
		if (now >= window) {
			uint64_t samples = r->stacks.nsamples;

			/* what has come while that was handled is of the next */
			end_window(r, o, until);
			before += samples - r->stacks.nsamples;
			window = next_after(window, o->every_ns, until);
		}
		if (o->progress)
			o->progress(o->progress_arg, before + r->stacks.nsamples, r->lost,
				    now - start);
		last = now;
		next = now + drain_period(r);
	}
}

/* A slice of the work of prepare(). Whether all is done. */
static bool prepare_some(struct pp_recording *r, const struct pp_target *t, int64_t deadline)
{
	bool done = true;

	for (size_t i = 0; i < t->ntasks; i++)
		done &= pp_procs_prepare(&r->procs, (uint32_t)t->tasks[i].pid, deadline);
	r->ops->sync(r->collector, &r->procs);
	return done;
}

/* Tables of the processes that run already, so that samples find them prepared: made and handed on
 * in turn, since each may take the longer. */
static void prepare(struct pp_recording *r, const struct pp_target *t, int64_t ns)
{
	int64_t now = pp_clock_mono(), deadline = now + ns;

	while (now < deadline && !prepare_some(r, t, min_time(now + SLICE_NS, deadline)))
		now = pp_clock_mono();
}

/* What every process maps, so that one that ends before anybody asks is known. */
static void know_all(struct pp_recording *r)
{
	PP_CLEANUP(pp_freep) pid_t *pids;
	int64_t deadline = pp_clock_mono() + PREPARE_NS;
	size_t n = pp_target_list(&pids);

	for (size_t i = 0; i < n && pp_clock_mono() < deadline; i++)
		pp_procs_scan(&r->procs, (uint32_t)pids[i]);
}

static void know_tasks(struct pp_recording *r, const struct pp_target *t)
{
	for (size_t i = 0; i < t->ntasks; i++)
		pp_procs_scan(&r->procs, (uint32_t)t->tasks[i].pid);
	prepare(r, t, PREPARE_NS);
}

/* What there is to know of the processes before the first sample. */
static void look_around(struct pp_recording *r, const struct pp_target *t)
{
	if (t->is_command)
		pp_procs_add(&r->procs, (uint32_t)r->pid); /* its mappings are still ours */
	else
		know_tasks(r, t);
	if (r->pid < 0)
		know_all(r);
	if (r->owners.containers && r->pid < 0)
		pp_containers_scan(&r->containers);
}

static int run(struct pp_recording *r, struct pp_target *t, const struct pp_recording_options *o,
	       struct pp_err *err)
{
	struct pp_batch batch = PP_BATCH_INIT;
	struct waiting w;

	look_around(r, t);
	if (o->count_cpu_time)
		pp_cputime_start(&r->cpu_time, t, &r->sampling);
	r->start_mono = pp_clock_mono();
	r->start_real = pp_clock_real();
	r->epoch_ns = r->start_real - r->start_mono;
	if (r->ops->start(r->collector, err) || pp_target_go(t, err))
		return -1;
	if (!t->is_command)
		prepare(r, t, CATCH_UP_NS);
	init_waiting(&w, t, o, r->ops->wake_fd ? r->ops->wake_fd(r->collector) : -1);
	r->end = wait_and_drain(r, &w, o, &batch);
	r->ops->stop(r->collector);
	r->duration_ns = pp_clock_mono() - r->start_mono;
	pp_cputime_update(&r->cpu_time);
	drain(r, &batch);
	pp_privilege_rest();
	pp_batch_release(&batch);
	free(w.stop);
	return 0;
}

int pp_recording_run(struct pp_recording *r, struct pp_target *t,
		     const struct pp_recording_options *o, struct pp_err *err)
{
	lock(o);
	int rc = run(r, t, o, err);
	unlock(o);
	return rc;
}

void pp_recording_release(struct pp_recording *r)
{
	if (r->collector)
		r->ops->close(r->collector);
	r->collector = NULL;
	pp_procs_release(&r->procs);
	pp_stacks_release(&r->stacks);
	pp_containers_release(&r->containers);
	pp_cputime_release(&r->cpu_time);
}
