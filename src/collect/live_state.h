/* SPDX-License-Identifier: Apache-2.0 */
/* What the kinds of live sources share: a thread, and the place where it leaves snapshots. */
#ifndef PP_COLLECT_LIVE_STATE_H
#define PP_COLLECT_LIVE_STATE_H

#include <pthread.h>

#include "collect/live.h"

struct pp_live_source_ops {
	/* In a thread of its own: publish until it is time to stop, and then once with another
	 * phase. */
	void (*work)(struct pp_live *l, void *source);
	void (*free)(void *source);
};

/* Start the thread. `source` is taken over, even on failure. */
struct pp_live *pp_live_new(const struct pp_live_source_ops *ops, void *source,
			    const struct pp_live_options *lo, struct pp_err *err) PP_NODISCARD;

const struct pp_live_options *pp_live_options(const struct pp_live *l);

/* A descriptor that is readable from when it is to stop, and the same as an answer. */
int pp_live_stop_fd(const struct pp_live *l);
bool pp_live_stopping(const struct pp_live *l);

/* Whether it is to stop without further ado. */
bool pp_live_hurrying(const struct pp_live *l);

/* Leave a snapshot, which is taken over; NULL: only the state. */
void pp_live_publish(struct pp_live *l, struct pp_profile *p, const struct pp_live_state *state);

#endif
