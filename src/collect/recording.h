/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One recording from start to end: choose a collector, start the target, drain until something says
 * stop. What comes out is folded stacks and all that is needed to name them.
 */
#ifndef PP_COLLECT_RECORDING_H
#define PP_COLLECT_RECORDING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "collect/collector.h"
#include "collect/procs.h"
#include "collect/stacks.h"
#include "collect/target.h"

enum pp_collector_choice { PP_COLLECTOR_AUTO, PP_COLLECTOR_BPF, PP_COLLECTOR_PERF };

struct pp_recording_options {
	enum pp_collector_choice collector;
	uint32_t frequency;  /* samples per second and CPU */
	int64_t duration_ns; /* 0: until the target ends or stop_fd says so */
	int stop_fd;	     /* readable when it is time to stop, or -1 */

	/* If not NULL, called about ten times a second. */
	void (*progress)(void *arg, uint64_t samples, uint64_t lost, int64_t elapsed_ns);
	void *progress_arg;
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
	uint64_t lost;
	uint32_t frequency;
	pid_t pid;	    /* -1: the whole machine */
	int64_t main_image; /* in procs, of the program that pid runs; -1: not known */
	int64_t start_real, duration_ns;
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
