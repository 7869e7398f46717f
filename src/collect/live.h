/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A profile that is looked at while it is taken. All work is done by threads of the source: whoever
 * shows it waits for its descriptor along with keys, and takes the newest snapshot when there is
 * one; nothing here blocks, but for the end.
 *
 *	struct pp_live *l = pp_live_sample(...);	or pp_live_pull(...)
 *	poll pp_live_fd(l), then pp_live_take(l, &profile, &state)
 *	pp_live_stop(l); the descriptor tells when it has ended; pp_live_free(l)
 *
 * Commands start it with cmd/live_source.h.
 */
#ifndef PP_COLLECT_LIVE_H
#define PP_COLLECT_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "collect/naming.h"
#include "collect/pull.h"
#include "collect/recording.h"
#include "profile/profile.h"

enum pp_live_phase { PP_LIVE_RUNS, PP_LIVE_TARGET_ENDED, PP_LIVE_STOPPED, PP_LIVE_FAILED };

/* What is known at the time of a snapshot. */
struct pp_live_state {
	enum pp_live_phase phase; /* any but the first: there will be no more snapshots */
	struct pp_err err;	  /* why it has failed; while it runs: why the last pull did */
	int64_t time_real;
	int64_t elapsed_ns;	/* since the start */
	bool counted;		/* the rest is known: of samples, not of what a server has */
	uint64_t samples, lost; /* since the start */
	double rate;		/* samples per second since the snapshot before */
};

struct pp_live_options {
	int64_t interval_ns; /* between snapshots */
	int64_t window_ns;   /* how much time they are of; 0: all since the start */
};

struct pp_live;

/* Run a recording that has been opened. It and the target are used by another thread until
 * pp_live_free. The options are copied; their `stop_fd`, `lock`, `progress` and windows are not
 * used, nor are `progress` and `stopped` of `names`, and its server's is replaced. Signals are
 * handled by no thread of it. */
struct pp_live *pp_live_sample(struct pp_recording *r, struct pp_target *t,
			       const struct pp_recording_options *ro,
			       const struct pp_naming_options *names,
			       const struct pp_live_options *lo, struct pp_err *err) PP_NODISCARD;

/* Pull from a server for ever. What it measures (a CPU profile) adds up over the window; of what it
 * counts itself, a snapshot is what it has said last. The options are copied, what they point to is
 * borrowed. */
struct pp_live *pp_live_pull(const struct pp_pull_options *po, const struct pp_live_options *lo,
			     struct pp_err *err) PP_NODISCARD;

/* Readable when something is to be taken. */
int pp_live_fd(const struct pp_live *l);

/* How things stand. True with a new snapshot in *p, which the caller releases; older ones that
 * nobody has taken are gone. The one of the end comes with, or before, its phase. */
bool pp_live_take(struct pp_live *l, struct pp_profile *p, struct pp_live_state *state);

/* Ask it to end, with a last snapshot, for which it looks up the names that are missing; asked
 * again, without. */
void pp_live_stop(struct pp_live *l);

/* Stop at once, wait for that, and free; NULL is fine. */
void pp_live_free(struct pp_live *l);

#endif
