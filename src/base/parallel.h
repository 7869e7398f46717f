/* SPDX-License-Identifier: Apache-2.0 */
/* Sharing a loop out to threads. */
#ifndef PP_BASE_PARALLEL_H
#define PP_BASE_PARALLEL_H

#include <stdatomic.h>
#include <stdint.h>

/* On a worker's own data in an array of them: neighbours in one cache line would slow each other
 * down. */
#define PP_PER_WORKER _Alignas(128)

#define PP_PARALLEL_MAX 8 /* more threads than this do not help: memory is the limit */

/* A counter of work items that workers draw from. */
struct pp_queue {
	atomic_uint next;
	uint32_t count;
};

/* The next item, or UINT32_MAX when all are taken. */
uint32_t pp_queue_take(struct pp_queue *q);

/* How many workers suit `bytes` of input: 1 when starting threads would cost more than it saves. */
unsigned pp_parallel_workers(uint64_t bytes);

/* From now on, let this process use at most n of the processors that it may use now. */
void pp_parallel_limit(unsigned n);

/* Run fn(context, 0) ... fn(context, workers - 1) at the same time and wait for all. Where a thread
 * cannot be had, its share runs on the calling one. workers <= PP_PARALLEL_MAX. */
void pp_parallel_run(unsigned workers, void (*fn)(void *context, unsigned worker), void *context);

#endif
