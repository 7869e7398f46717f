/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where samples come from. Two kinds stand behind one small interface: an eBPF program that takes
 * the stacks in the kernel (collect/bpf_collector.c), and plain perf events, which need no
 * privilege for one's own processes (collect/perf_collector.c). What arrives is the same.
 */
#ifndef PP_COLLECT_COLLECTOR_H
#define PP_COLLECT_COLLECTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "collect/event.h"
#include "collect/procs.h"
#include "collect/sampling.h"
#include "collect/target.h"

struct pp_collector;

struct pp_collector_ops {
	const char *name;

	/* Attach to the target, without starting. `s` is copied, but for its list of CPUs, which is
	 * not used later. NULL with a reason and a remedy if that is not possible. */
	struct pp_collector *(*open)(const struct pp_target *t, const struct pp_sampling *s,
				     struct pp_err *err);

	/* Start sampling. A command's samples start with its first instruction. */
	int (*start)(struct pp_collector *c, struct pp_err *err);

	/* Stop sampling; what is in the rings stays to be drained. */
	void (*stop)(struct pp_collector *c);

	/* Move what has arrived into the batch. */
	void (*drain)(struct pp_collector *c, struct pp_batch *b);

	/* Take note of what has become of processes; called after what was drained has been dealt
	 * with. */
	void (*sync)(struct pp_collector *c, struct pp_procs *procs);

	/* How often to drain, in ns; more often does no harm. */
	int64_t (*period)(uint32_t frequency);

	/* A descriptor that can be read from, until it is drained, when that should be soon. NULL:
	 * there is no such thing. */
	int (*wake_fd)(const struct pp_collector *c);

	/* The bytes of kernel memory that unwind tables take. */
	uint64_t (*table_bytes)(const struct pp_collector *c);

	/* Detach and free. */
	void (*close)(struct pp_collector *c);

	/* What is missing from the samples ("kernel stacks: ..."), or NULL. */
	const char *(*caveat)(const struct pp_collector *c);
};

extern const struct pp_collector_ops pp_bpf_collector;
extern const struct pp_collector_ops pp_perf_collector;

#endif
