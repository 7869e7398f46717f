/* SPDX-License-Identifier: Apache-2.0 */
/* A number of perf events opened alike, switched on and off together. */
#ifndef PP_COLLECT_EVENT_SET_H
#define PP_COLLECT_EVENT_SET_H

#include <linux/perf_event.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/compiler.h"
#include "base/err.h"
#include "collect/target.h"

struct pp_event_fd {
	int fd;
	int cpu; /* -1: all */
};

struct pp_event_set {
	struct pp_event_fd *events;
	size_t n, cap;
};

#define PP_EVENT_SET_INIT      \
	{                      \
		.events = NULL \
	}

/* The online CPUs into *cpus, owned by the caller; how many. */
size_t pp_online_cpus(int **cpus);

/* One event per CPU that sees all processes. On failure errno is left for pp_perf_explain. */
int pp_event_set_open_cpus(struct pp_event_set *s, const struct perf_event_attr *attr) PP_NODISCARD;

/* Events for all threads of a process, inherited by those that it creates: one per thread, or with
 * `per_cpu` one per thread and CPU, which is what a ring buffer of inherited events asks for.
 * Threads that appear while this runs are caught up with. On failure errno is left for
 * pp_perf_explain. */
int pp_event_set_open_process(struct pp_event_set *s, const struct perf_event_attr *attr, pid_t pid,
			      bool per_cpu) PP_NODISCARD;

void pp_event_set_enable(const struct pp_event_set *s);
void pp_event_set_disable(const struct pp_event_set *s);
void pp_event_set_close(struct pp_event_set *s);

#endif
