/* SPDX-License-Identifier: Apache-2.0 */
/* A recording that is looked at: one thread records, which must not wait; the source's own names
 * what is new and makes the snapshots. */
#include <config.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "collect/live_state.h"
#include "collect/live_window.h"
#include "collect/privilege.h"

/* Code that is new has no names until the next look-up, which comes the later the longer the last
 * one took: of a large program it may take seconds, each time. At first everything is new, and
 * somebody waits for it. */
#define FIRST_NS    (5 * PP_NSEC_PER_SEC)
#define PAUSE_TIMES 50
#define PAUSE_MAX   (30 * PP_NSEC_PER_SEC)

struct sampler {
	struct pp_live *l;
	struct pp_recording *r;
	struct pp_target *t;
	struct pp_recording_options ro;
	struct pp_naming_options names;
	struct pp_naming *naming;
	struct pp_live_window window;
	pthread_mutex_t lock; /* of the recording, see pp_recording_options */
	pthread_t recorder;
	int halt_fd, over_fd; /* it is to end; it has ended */
	int rc;
	struct pp_err err; /* why it could not record */
	bool pending;	   /* there are frames to be looked up */
	int64_t next_look_up;
	uint64_t samples; /* at the last snapshot, and when it was */
	int64_t mono;
};

static void *record(void *arg)
{
	struct sampler *s = arg;

	s->rc = pp_recording_run(s->r, s->t, &s->ro, &s->err);
	eventfd_write(s->over_fd, 1);
	return NULL;
}

/* When to look up again what is new, after a time that took so long. */
static int64_t next_look_up(const struct sampler *s, int64_t now, int64_t took)
{
	int64_t pause = now - s->r->start_mono < FIRST_NS ? took : PAUSE_TIMES * took;

	return now + (pause < PAUSE_MAX ? pause : PAUSE_MAX);
}

/* Look up what is new, if it is time to. The recording goes on meanwhile. */
static void name(struct sampler *s, bool ended)
{
	int64_t begin = pp_clock_mono(), now;

	s->pending |= pp_naming_update(s->naming);
	if (!s->pending || (!ended && begin < s->next_look_up) || pp_live_hurrying(s->l))
		return;
	pthread_mutex_unlock(&s->lock);
	pp_naming_resolve(s->naming);
	pthread_mutex_lock(&s->lock);
	now = pp_clock_mono();
	s->next_look_up = next_look_up(s, now, now - begin);
	s->pending = pp_naming_update(s->naming);
}

static void describe(struct sampler *s, struct pp_live_state *state)
{
	const struct pp_recording *r = s->r;
	int64_t since = r->drained_mono - (s->mono ? s->mono : r->start_mono);

	state->time_real = r->drained_mono + r->epoch_ns;
	state->elapsed_ns = r->drained_mono - r->start_mono;
	state->counted = true;
	state->samples = r->stacks.nsamples;
	state->lost = r->lost;
	state->rate =
		since > 0 ? (double)(state->samples - s->samples) * PP_NSEC_PER_SEC / (double)since
			  : 0;
	s->samples = state->samples;
	s->mono = r->drained_mono;
}

/* With the lock held. */
static int make(struct sampler *s, struct pp_profile *p, struct pp_err *err)
{
	struct pp_naming_span span;
	struct pp_part part;

	pp_live_window_take(&s->window, s->r, &part, &span);
	int rc = pp_naming_window(s->naming, &part, &span, p, err);
	free(part.rows);
	return rc;
}

static void snapshot(struct sampler *s, enum pp_live_phase phase)
{
	struct pp_live_state state = {.phase = phase};
	struct pp_profile p;
	int rc = -1;

	pthread_mutex_lock(&s->lock);
	if (s->r->drained_mono) {
		name(s, phase != PP_LIVE_RUNS);
		rc = make(s, &p, &state.err);
		describe(s, &state);
	}
	pthread_mutex_unlock(&s->lock);
	if (rc == 0)
		pp_live_publish(s->l, &p, &state);
	else if (state.err.kind != PP_ERR_NONE || phase != PP_LIVE_RUNS)
		pp_live_publish(s->l, NULL, &state);
}

/* Until something ends it: what. */
static enum pp_live_phase watch(struct sampler *s)
{
	struct pollfd fds[] = {{.fd = pp_live_stop_fd(s->l), .events = POLLIN},
			       {.fd = s->over_fd, .events = POLLIN}};
	int64_t every = pp_live_options(s->l)->interval_ns, next = pp_clock_mono() + every;

	for (;;) {
		int64_t left = next - pp_clock_mono();

		if (poll(fds, 2, left > 0 ? (int)((left + 999999) / 1000000) : 0) > 0)
			return fds[1].revents ? PP_LIVE_TARGET_ENDED : PP_LIVE_STOPPED;
		if (pp_clock_mono() < next)
			continue;
		snapshot(s, PP_LIVE_RUNS);
		next += every;
		if (next < pp_clock_mono())
			next = pp_clock_mono() + every;
	}
}

static void fail(struct sampler *s, const struct pp_err *err)
{
	struct pp_live_state state = {.phase = PP_LIVE_FAILED, .err = *err};

	pp_live_publish(s->l, NULL, &state);
}

static void work(struct pp_live *l, void *source)
{
	struct sampler *s = source;
	struct pp_err err = PP_ERR_INIT;
	enum pp_live_phase phase;
	int rc;

	s->l = l;
	s->naming = pp_naming_new(s->r, &s->names);
	pp_live_window_init(&s->window, pp_live_options(l)->window_ns,
			    pp_live_options(l)->interval_ns);
	rc = s->halt_fd < 0 || s->over_fd < 0 ? EMFILE
					      : pthread_create(&s->recorder, NULL, record, s);
	pp_privilege_rest(); /* the hurry is the recorder's */
	if (rc) {
		pp_err_sys(&err, rc, "cannot start a thread");
		fail(s, &err);
		return;
	}
	phase = watch(s);
	eventfd_write(s->halt_fd, 1);
	pthread_join(s->recorder, NULL);
	if (s->rc)
		fail(s, &s->err);
	else
		snapshot(s, phase);
}

static void release(void *source)
{
	struct sampler *s = source;

	if (s->naming)
		pp_naming_free(s->naming, NULL);
	pp_live_window_release(&s->window);
	pthread_mutex_destroy(&s->lock);
	if (s->halt_fd >= 0)
		close(s->halt_fd);
	if (s->over_fd >= 0)
		close(s->over_fd);
	free(s);
}

static bool is_hurrying(void *arg)
{
	const struct sampler *s = arg;

	return pp_live_hurrying(s->l);
}

static bool is_hurrying_transfer(void *arg, const char *build_id PP_UNUSED,
				 uint64_t bytes PP_UNUSED)
{
	return is_hurrying(arg);
}

/* Nothing is to be drawn by a thread that looks names up. */
static void settle_names(struct sampler *s)
{
	struct pp_symbolizer_options *o = &s->names.symbols;

	o->progress = NULL;
	o->stopped = is_hurrying;
	o->stopped_arg = s;
	if (!o->server)
		return;
	o->server->progress = is_hurrying_transfer;
	o->server->progress_arg = s;
}

struct pp_live *pp_live_sample(struct pp_recording *r, struct pp_target *t,
			       const struct pp_recording_options *ro,
			       const struct pp_naming_options *names,
			       const struct pp_live_options *lo, struct pp_err *err)
{
	static const struct pp_live_source_ops ops = {.work = work, .free = release};
	struct sampler *s = pp_xcalloc(1, sizeof(*s));

	*s = (struct sampler){.r = r, .t = t, .ro = *ro, .names = *names, .err = PP_ERR_INIT};
	pthread_mutex_init(&s->lock, NULL);
	s->halt_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->over_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->ro.stop_fd = s->halt_fd;
	s->ro.lock = &s->lock;
	s->ro.progress = NULL;
	s->ro.every_ns = 0;
	settle_names(s);
	return pp_live_new(&ops, s, lo, err);
}
