/* SPDX-License-Identifier: Apache-2.0 */
/* Opening perf events, and explaining why one could not be opened. */
#ifndef PP_COLLECT_PERF_EVENT_H
#define PP_COLLECT_PERF_EVENT_H

#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/compiler.h"
#include "base/err.h"
#include "collect/sampling.h"

/* An event that samples as asked, timed by CLOCK_MONOTONIC, closed on exec, disabled until started.
 * Samples have PERF_SAMPLE_PERIOD if their weights differ. */
void pp_perf_sampling_attr(struct perf_event_attr *attr, const struct pp_sampling *s);

/* An event that never fires and only reports mappings, exec, fork and exit. */
void pp_perf_sideband_attr(struct perf_event_attr *attr);

/* Have the event report mappings, exec, fork and exit, too. */
void pp_perf_add_sideband(struct perf_event_attr *attr);

/* Have samples carry the kernel's call chain, and of user code the registers to begin a walk with
 * and `bytes` of stack (a multiple of 8, below 64 KiB), instead of the user's call chain. */
void pp_perf_add_stack(struct perf_event_attr *attr, uint32_t bytes);

/* perf_event_open(2): the descriptor, or -1 with errno. `cgroup_fd`, unless it is -1, in place of a
 * thread. */
int pp_perf_open(const struct perf_event_attr *attr, pid_t pid, int cpu, int cgroup_fd);

/* Turn errno of a failed pp_perf_open on a thread of `pid` (-1: all) into a message with the
 * setting or capability that is missing and the command that mends it. `s`: what was to be sampled,
 * NULL for an event that samples nothing. Returns -1. */
int pp_perf_explain(int sys, pid_t pid, const struct pp_sampling *s, struct pp_err *err);

#endif
