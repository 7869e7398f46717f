/* SPDX-License-Identifier: Apache-2.0 */
/* One ring buffer per CPU, which all events on that CPU share. */
#ifndef PP_COLLECT_RING_SET_H
#define PP_COLLECT_RING_SET_H

#include "collect/event_set.h"
#include "collect/ring.h"

/* Of each ring that samples with stacks go through. 512 KiB, which is what an ordinary user may
 * lock with one page more (kernel.perf_event_mlock_kb). */
#define PP_PERF_RING_PAGES 128

struct pp_ring_set {
	struct pp_ring *rings;
	size_t n;
};

/* Map a ring of `pages` for each CPU among the events and direct all of them there. */
int pp_ring_set_open(struct pp_ring_set *r, const struct pp_event_set *s, size_t pages,
		     uint64_t sample_type, struct pp_err *err) PP_NODISCARD;
void pp_ring_set_drain(struct pp_ring_set *r, struct pp_batch *b);
void pp_ring_set_close(struct pp_ring_set *r);

#endif
