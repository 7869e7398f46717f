/* SPDX-License-Identifier: Apache-2.0 */
/* Opening events for CPUs and for the threads of a process. */
#include <config.h>

#include "collect/event_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/map.h"
#include "base/num.h"
#include "collect/perf_event.h"
#include "io/file.h"

#define MAX_CPU 65535

/* One element of a list of CPUs, "5" or "0-3"; false if it is neither. */
static bool parse_range(char *text, uint64_t *first, uint64_t *last)
{
	struct pp_err ignored;
	char *dash = strchr(text, '-');

	if (dash)
		*dash = '\0';
	return pp_parse_u64(text, 0, MAX_CPU, first, &ignored) == 0 &&
	       pp_parse_u64(dash ? dash + 1 : text, 0, MAX_CPU, last, &ignored) == 0 &&
	       *first <= *last;
}

static bool has_cpu(const int *cpus, size_t n, int cpu)
{
	for (size_t i = 0; i < n; i++) {
		if (cpus[i] == cpu)
			return true;
	}
	return false;
}

/* A list such as "0-3,5", which is cut up, into cpus[]; false if it is none. */
static bool parse_cpu_list(char *text, int **cpus, size_t *n)
{
	size_t cap = 0;
	char *part;

	text[strcspn(text, "\n")] = '\0';
	while ((part = strsep(&text, ","))) {
		uint64_t cpu, last;

		if (!parse_range(part, &cpu, &last))
			return false;
		for (; cpu <= last; cpu++) {
			if (has_cpu(*cpus, *n, (int)cpu))
				continue;
			*cpus = pp_grow(*cpus, &cap, *n + 1, sizeof(**cpus));
			(*cpus)[(*n)++] = (int)cpu;
		}
	}
	return true;
}

size_t pp_online_cpus(int **cpus)
{
	char text[4096];
	size_t n = 0;

	*cpus = NULL;
	if (pp_file_read_text("/sys/devices/system/cpu/online", text, sizeof(text)) > 0)
		parse_cpu_list(text, cpus, &n);
	if (n)
		return n;

	long count = sysconf(_SC_NPROCESSORS_ONLN);
	*cpus = pp_xcalloc((size_t)(count > 0 ? count : 1), sizeof(**cpus));
	for (n = 0; (long)n < count; n++)
		(*cpus)[n] = (int)n;
	return n;
}

size_t pp_parse_cpus(const char *list, int **cpus, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *text = pp_xstrdup(list);
	PP_CLEANUP(pp_freep) int *online = NULL;
	size_t n = 0, nonline = pp_online_cpus(&online);
	int missing = -1;

	*cpus = NULL;
	bool ok = parse_cpu_list(text, cpus, &n);
	for (size_t i = 0; ok && i < n && missing < 0; i++) {
		if (!has_cpu(online, nonline, (*cpus)[i]))
			missing = (*cpus)[i];
	}
	if (ok && missing < 0)
		return n;
	free(*cpus);
	*cpus = NULL;
	if (!ok)
		pp_err_set(err, PP_ERR_USAGE, "'%s' is no list of CPUs such as 0-3,5", list);
	else
		pp_err_set(err, PP_ERR_USAGE, "CPU %d is not online", missing);
	return 0;
}

static int add(struct pp_event_set *s, const struct perf_event_attr *attr, pid_t tid, int cpu,
	       int cgroup_fd)
{
	int fd = pp_perf_open(attr, tid, cpu, cgroup_fd);

	if (fd < 0)
		return -1;
	s->events = pp_grow(s->events, &s->cap, s->n + 1, sizeof(*s->events));
	s->events[s->n++] = (struct pp_event_fd){fd, cpu};
	return 0;
}

static int open_cpus(struct pp_event_set *s, const struct perf_event_attr *attr, const int *cpus,
		     size_t ncpus, int cgroup_fd)
{
	for (size_t i = 0; i < ncpus; i++) {
		/* a CPU may have gone offline since; without any, that is the answer */
		if (add(s, attr, -1, cpus[i], cgroup_fd) && (errno != ENODEV || ncpus == 1))
			return -1;
	}
	return s->n ? 0 : -1;
}

int pp_event_set_open_cpus(struct pp_event_set *s, const struct perf_event_attr *attr)
{
	PP_CLEANUP(pp_freep) int *cpus;
	size_t ncpus = pp_online_cpus(&cpus);

	return open_cpus(s, attr, cpus, ncpus, -1);
}

struct opener {
	struct pp_event_set *set;
	struct perf_event_attr attr;
	const int *cpus; /* or the single "all" */
	size_t ncpus;
	struct pp_map done; /* threads that have their events */
};

/* The events of one thread; one that is gone by now is no failure. */
static int open_thread(struct opener *o, pid_t tid)
{
	*pp_map_put(&o->done, (uint64_t)tid, 0) = 1;
	for (size_t i = 0; i < o->ncpus; i++) {
		if (add(o->set, &o->attr, tid, o->cpus[i], -1) && errno != ESRCH && errno != ENODEV)
			return -1;
	}
	return 0;
}

/* Open events for threads that have none yet; *fresh: how many that were. */
static int open_new_threads(struct opener *o, pid_t pid, size_t *fresh)
{
	PP_CLEANUP(pp_freep) pid_t *tids;
	size_t n = pp_target_threads(pid, &tids);

	*fresh = 0;
	for (size_t i = 0; i < n; i++) {
		if (pp_map_find(&o->done, (uint64_t)tids[i]) != PP_MAP_NONE)
			continue;
		if (open_thread(o, tids[i]))
			return -1;
		++*fresh;
	}
	return 0;
}

static int open_process(struct opener *o, pid_t pid)
{
	size_t fresh;
	int rc;

	/* threads that a thread creates after it has its events inherit them */
	do {
		rc = open_new_threads(o, pid, &fresh);
	} while (rc == 0 && fresh);
	return rc;
}

static int open_tasks(struct opener *o, const struct pp_target *t)
{
	int rc = 0;

	for (size_t i = 0; i < t->ntasks && rc == 0; i++) {
		const struct pp_target_task *task = &t->tasks[i];

		o->attr.inherit = task->tid == 0;
		rc = task->tid ? open_thread(o, task->tid) : open_process(o, task->pid);
	}
	int sys = errno;
	pp_map_release(&o->done);
	if (rc == 0 && o->set->n == 0) {
		sys = ESRCH;
		rc = -1;
	}
	errno = sys;
	return rc;
}

int pp_event_set_open_target(struct pp_event_set *s, const struct perf_event_attr *attr,
			     const struct pp_target *t, const struct pp_sampling *g, bool per_cpu)
{
	static const int all = -1;
	PP_CLEANUP(pp_freep) int *online;
	size_t ncpus = pp_online_cpus(&online);
	const int *cpus = online;

	if (g->ncpus) {
		cpus = g->cpus;
		ncpus = g->ncpus;
	}
	if (t->pid < 0)
		return open_cpus(s, attr, cpus, ncpus, g->cgroup_fd);

	struct opener o = {s, *attr, cpus, ncpus, {0}};
	if (!per_cpu && !g->ncpus) {
		o.cpus = &all;
		o.ncpus = 1;
	}
	return open_tasks(&o, t);
}

static void each(const struct pp_event_set *s, unsigned long request)
{
	for (size_t i = 0; i < s->n; i++)
		ioctl(s->events[i].fd, request, 0);
}

void pp_event_set_enable(const struct pp_event_set *s)
{
	each(s, PERF_EVENT_IOC_ENABLE);
}

void pp_event_set_disable(const struct pp_event_set *s)
{
	each(s, PERF_EVENT_IOC_DISABLE);
}

void pp_event_set_close(struct pp_event_set *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->events[i].fd >= 0)
			close(s->events[i].fd);
	}
	free(s->events);
	*s = (struct pp_event_set)PP_EVENT_SET_INIT;
}
