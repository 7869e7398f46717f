/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One recording from start to end: choose a collector, start the target, drain until something says
 * stop. What comes out is folded stacks and all that is needed to name them.
 */
#ifndef PP_COLLECT_RECORDING_H
#define PP_COLLECT_RECORDING_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "collect/collector.h"
#include "collect/container.h"
#include "collect/cputime.h"
#include "collect/owner.h"
#include "collect/procs.h"
#include "collect/sampling.h"
#include "collect/selection.h"
#include "collect/stacks.h"
#include "collect/target.h"

enum pp_collector_choice { PP_COLLECTOR_AUTO, PP_COLLECTOR_BPF, PP_COLLECTOR_PERF };

struct pp_recording;

struct pp_recording_options {
	enum pp_collector_choice collector;
	struct pp_sampling sampling;
	struct pp_owners owners;	/* without `containers` */
	struct pp_selection *selection; /* which processes; NULL: all. Borrowed */
	int64_t duration_ns;		/* 0: until the target ends or stop_fd says so */
	int stop_fd;			/* readable when it is time to stop, or -1 */
	struct pp_unwind_cache *cache;	/* of unwind tables, or NULL. Borrowed */
	bool count_cpu_time;		/* find out what samples are to be expected */
	pthread_mutex_t *lock; /* held by pp_recording_run but while it waits, so that others can
				  look at what there is; NULL: there are none */

	/* If not NULL, called five to ten times a second. */
	void (*progress)(void *arg, uint64_t samples, uint64_t lost, int64_t elapsed_ns);
	void *progress_arg;

	/*
	 * Windows: each time `every_ns` is over, unless it is 0, `window` is called with what has
	 * been recorded since the last time, as after the end of a recording. If it returns true,
	 * the recording goes on with nothing but what is known of the processes; otherwise the
	 * window goes on, too, until the next time. It must be quick: samples go on arriving.
	 */
	int64_t every_ns;
	bool (*window)(void *arg, struct pp_recording *r);
	void *window_arg;
};

enum pp_recording_end { PP_END_DURATION, PP_END_STOPPED, PP_END_TARGET };

struct pp_recording {
	const struct pp_collector_ops *ops; /* the collector that was used */
	struct pp_collector *collector;
	struct pp_err fallback; /* why it was not the better one; kind PP_ERR_NONE: it was, or was
				   not asked for */
	char caveat[160];	/* what the samples do not show, or "" */
	struct pp_procs procs;
	struct pp_stacks stacks;
	struct pp_owners owners;
	struct pp_containers containers;
	struct pp_selection *selection;
	struct pp_cputime cpu_time;
	uint64_t lost;
	uint64_t changes; /* news of the processes that are recorded, other than samples */
	bool calm;	  /* there were none at the last drain */
	struct pp_sampling sampling;
	pid_t pid;			 /* the first process; -1: the whole machine */
	int64_t main_image;		 /* in procs, of the program that pid runs; -1: not known */
	int64_t start_real, duration_ns; /* of the window */
	int64_t start_mono;
	int64_t drained_mono; /* up to when its samples are here */
	int64_t epoch_ns;     /* CLOCK_REALTIME less CLOCK_MONOTONIC */
	enum pp_recording_end end;
};

/* Attach to the target with the best collector allowed. On failure the message names what is
 * missing. */
int pp_recording_open(struct pp_recording *r, const struct pp_target *t,
		      const struct pp_recording_options *o, struct pp_err *err) PP_NODISCARD;

/* Let the target go and record until the end. */
int pp_recording_run(struct pp_recording *r, struct pp_target *t,
		     const struct pp_recording_options *o, struct pp_err *err) PP_NODISCARD;

void pp_recording_release(struct pp_recording *r);

#endif
