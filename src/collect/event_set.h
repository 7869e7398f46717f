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
#include "collect/sampling.h"
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

/* A list such as "0-3,5" of CPUs that are online into *cpus, owned by the caller, without
 * repetitions; how many. 0 with PP_ERR_USAGE if it is no such list, or one of them is not there. */
size_t pp_parse_cpus(const char *list, int **cpus, struct pp_err *err) PP_NODISCARD;

/* One event per CPU that sees all processes. On failure errno is left for pp_perf_explain. */
int pp_event_set_open_cpus(struct pp_event_set *s, const struct perf_event_attr *attr) PP_NODISCARD;

/* Events for all that a target is, on the CPUs and in the cgroup that the sampling is limited to.
 * For the whole machine one per CPU; for processes one per thread, inherited by the threads and
 * processes that it creates; for single threads one each, inherited by nobody. With `per_cpu` there
 * is one per thread and CPU, which is what a ring buffer of inherited events asks for. Threads that
 * appear while this runs are caught up with. On failure errno is left for pp_perf_explain. */
int pp_event_set_open_target(struct pp_event_set *s, const struct perf_event_attr *attr,
			     const struct pp_target *t, const struct pp_sampling *g,
			     bool per_cpu) PP_NODISCARD;

void pp_event_set_enable(const struct pp_event_set *s);
void pp_event_set_disable(const struct pp_event_set *s);
void pp_event_set_close(struct pp_event_set *s);

#endif
