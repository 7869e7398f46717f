/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Control groups: finding one by a path, and which one a process is in. Formats: proc(5) for
 * /proc/PID/mountinfo, cgroups(7) for /proc/PID/cgroup. Files are looked for below a `root`, "" but
 * for tests.
 */
#ifndef PP_COLLECT_CGROUP_H
#define PP_COLLECT_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

struct pp_cgroup {
	int fd;		   /* its directory, for pp_sampling.cgroup_fd; -1: the kernel cannot sample
			      by it, and pp_cgroup_has must ask for each process */
	bool unified;	   /* of version 2 */
	char *controllers; /* of version 1: those of its hierarchy, separated by ',' */
	char *path;	  /* as /proc/PID/cgroup has it, without a '/' at the end: "" is the root */
	const char *root; /* borrowed */
};

/* Find a cgroup by its directory (/sys/fs/cgroup/...), or by its path within a hierarchy
 * ("system.slice/cron.service"): the first that has it of perf_event's, version 2, and the others.
 * PP_ERR_NOT_FOUND if there is none. */
int pp_cgroup_find(struct pp_cgroup *c, const char *path, const char *root,
		   struct pp_err *err) PP_NODISCARD;
void pp_cgroup_release(struct pp_cgroup *c);

/* Whether a process is in it, or in one below; -1 if the process is gone. */
int pp_cgroup_has(const struct pp_cgroup *c, uint32_t pid);

/* One line of /proc/PID/cgroup. */
struct pp_cgroup_line {
	struct pp_str controllers; /* "" in version 2, "name=..." without controllers */
	struct pp_str path;
};

/* The next line of `rest`, which is moved on; false at the end. Lines that are none are skipped. */
bool pp_cgroup_next(struct pp_str *rest, struct pp_cgroup_line *line);

#endif
