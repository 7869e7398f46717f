/* SPDX-License-Identifier: Apache-2.0 */
/* The samples of the last so many seconds of a recording that goes on: stacks are only ever added
 * to, so what a window has is the difference between two states of their counts. */
#ifndef PP_COLLECT_LIVE_WINDOW_H
#define PP_COLLECT_LIVE_WINDOW_H

#include "collect/naming.h"
#include "collect/parts.h"
#include "collect/recording.h"

#define PP_LIVE_SLOTS \
	64 /* into which a window is divided, or, as ticks jitter, up to twice as many */

/* What the counts were at some time. */
struct pp_live_slot {
	int64_t mono;
	size_t n; /* entries */
	uint64_t *counts, *weights;
	uint64_t samples, weight;
};

struct pp_live_window {
	int64_t length_ns, step_ns;
	struct pp_live_slot slots[2 * PP_LIVE_SLOTS + 2]; /* the oldest first: where the window
						 begins, once that is not the start */
	size_t n;
};

/* Of that length (0: from the start), looked at each `interval_ns`. */
void pp_live_window_init(struct pp_live_window *w, int64_t length_ns, int64_t interval_ns);
void pp_live_window_release(struct pp_live_window *w);

/* What of the recording is in the window now; the caller frees the rows. */
void pp_live_window_take(struct pp_live_window *w, const struct pp_recording *r,
			 struct pp_part *part, struct pp_naming_span *span);

#endif
