/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CPU time that a target uses, by the kernel's own account: how many samples there ought to be.
 * Sources: proc(5), /proc/PID/stat, /proc/PID/task/TID/schedstat and /proc/stat.
 */
#ifndef PP_COLLECT_CPUTIME_H
#define PP_COLLECT_CPUTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/sampling.h"
#include "collect/target.h"

struct pp_cputime_part {
	uint32_t pid, tid;  /* tid 0: a process, with what it has waited for; both 0: a CPU */
	int cpu;	    /* -1: all */
	int64_t from, last; /* ns */
};

struct pp_cputime {
	struct pp_cputime_part *parts;
	size_t n;
};

/* Begin to count. With a cgroup or CPUs for some processes only there is no account: nothing is
 * counted then. */
void pp_cputime_start(struct pp_cputime *c, const struct pp_target *t, const struct pp_sampling *s);

/* Look again; to be called while those that might end are still there. Does nothing unless it was
 * started. */
void pp_cputime_update(struct pp_cputime *c);

/* Nanoseconds from the start to the last look; -1 if that is not known. */
int64_t pp_cputime_used(const struct pp_cputime *c);

void pp_cputime_release(struct pp_cputime *c);

/* The sums of the times in two texts: in clock ticks utime, stime, cutime and cstime of
 * /proc/PID/stat; all but idle and iowait of the line `name` ("cpu", "cpu3") in /proc/stat. -1 if
 * they are not there. */
int64_t pp_cputime_parse_process(const char *stat);
int64_t pp_cputime_parse_machine(const char *stat, const char *name);

#endif
