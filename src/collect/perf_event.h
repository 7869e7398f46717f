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

/* The settings that all our events share: software clock at `frequency` Hz, timed by
 * CLOCK_MONOTONIC, closed on exec, disabled until started. Software clocks are to be had
 * everywhere, virtual machines included. */
void pp_perf_sampling_attr(struct perf_event_attr *attr, uint32_t frequency);

/* An event that never fires and only reports mappings, exec, fork and exit. */
void pp_perf_sideband_attr(struct perf_event_attr *attr);

/* Have the event report mappings, exec, fork and exit, too. */
void pp_perf_add_sideband(struct perf_event_attr *attr);

/* perf_event_open(2): the descriptor, or -1 with errno. */
int pp_perf_open(const struct perf_event_attr *attr, pid_t pid, int cpu);

/* Turn errno of a failed pp_perf_open for `frequency` on a thread of `pid` (-1: all) into a message
 * with the setting or capability that is missing and the command that mends it. Returns -1. */
int pp_perf_explain(int sys, pid_t pid, uint32_t frequency, struct pp_err *err);

#endif
