/* SPDX-License-Identifier: Apache-2.0 */
/* The memory-mapped ring of a perf event: records of linux/perf_event.h into a batch. */
#ifndef PP_COLLECT_RING_H
#define PP_COLLECT_RING_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "collect/event.h"

struct pp_ring {
	void *base;	      /* control page, then the data */
	size_t size;	      /* of the data: a power of two */
	uint64_t sample_type; /* of the event, PERF_SAMPLE_* */
	struct pp_buf record; /* scratch for records that wrap */
};

/* Map `pages` (a power of two) of ring for event `fd`. */
int pp_ring_open(struct pp_ring *r, int fd, size_t pages, uint64_t sample_type,
		 struct pp_err *err) PP_NODISCARD;
void pp_ring_close(struct pp_ring *r);

/* Move all records that are there into the batch. */
void pp_ring_drain(struct pp_ring *r, struct pp_batch *b);

#endif
