/* SPDX-License-Identifier: Apache-2.0 */
/* CPU time from /proc. */
#include <config.h>

#include "collect/cputime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/num.h"
#include "io/file.h"

/* The field at *text, which is moved behind it; false if it is no number. */
static bool take_number(const char **text, int64_t *v)
{
	size_t n;

	*text += strspn(*text, " ");
	n = strcspn(*text, " \n");
	if (!pp_parse_i64((struct pp_str){*text, n}, v))
		return false;
	*text += n;
	return true;
}

/* Add up `n` fields after `skip`. */
static int64_t sum_fields(const char *text, unsigned skip, unsigned n)
{
	int64_t v, sum = 0;

	for (unsigned i = 0; i < skip + n; i++) {
		if (!take_number(&text, &v) || v < 0)
			return -1;
		sum += i >= skip ? v : 0;
	}
	return sum;
}

int64_t pp_cputime_parse_process(const char *stat)
{
	const char *name_end = strrchr(stat, ')'); /* whatever the name is */

	if (!name_end || name_end[1] != ' ' || !name_end[2])
		return -1;
	/* behind the state: ppid, pgrp, session, tty, tpgid, which may be -1, flags, 4 faults */
	const char *at = name_end + 3;
	int64_t ignored;
	for (unsigned i = 0; i < 10; i++) {
		if (!take_number(&at, &ignored))
			return -1;
	}
	return sum_fields(at, 0, 4);
}

int64_t pp_cputime_parse_machine(const char *stat, const char *name)
{
	size_t n = strlen(name);

	while (strncmp(stat, name, n) != 0 || stat[n] != ' ') {
		stat = strchr(stat, '\n');
		if (!stat || !*++stat)
			return -1;
	}
	/* user nice system, idle iowait, irq softirq; time in guests is part of user and nice */
	int64_t busy = sum_fields(stat + n, 0, 3), interrupts = sum_fields(stat + n, 5, 2);

	return busy < 0 || interrupts < 0 ? -1 : busy + interrupts;
}

static int64_t from_ticks(int64_t ticks)
{
	long hz = sysconf(_SC_CLK_TCK);

	return ticks < 0 || hz <= 0 ? -1 : ticks * (PP_NSEC_PER_SEC / hz);
}

static int64_t read_part(const struct pp_cputime_part *p)
{
	char path[64], name[16], text[16384];

	if (p->tid) {
		snprintf(path, sizeof(path), "/proc/%u/task/%u/schedstat", p->pid, p->tid);
		return pp_file_read_text(path, text, sizeof(text)) > 0 ? sum_fields(text, 0, 1)
								       : -1;
	}
	if (p->pid) {
		snprintf(path, sizeof(path), "/proc/%u/stat", p->pid);
		return pp_file_read_text(path, text, sizeof(text)) > 0
			       ? from_ticks(pp_cputime_parse_process(text))
			       : -1;
	}
	snprintf(name, sizeof(name), "cpu");
	if (p->cpu >= 0)
		snprintf(name, sizeof(name), "cpu%d", p->cpu);
	return pp_file_read_text("/proc/stat", text, sizeof(text)) > 0
		       ? from_ticks(pp_cputime_parse_machine(text, name))
		       : -1;
}

static void add_part(struct pp_cputime *c, struct pp_cputime_part part)
{
	part.from = part.last = read_part(&part);
	c->parts[c->n++] = part;
}

void pp_cputime_start(struct pp_cputime *c, const struct pp_target *t, const struct pp_sampling *s)
{
	*c = (struct pp_cputime){0};
	if (s->cgroup_fd >= 0 || (t->pid >= 0 && s->ncpus))
		return;
	c->parts = pp_xcalloc(t->ntasks + s->ncpus + 1, sizeof(*c->parts));
	for (size_t i = 0; i < t->ntasks; i++)
		add_part(c, (struct pp_cputime_part){(uint32_t)t->tasks[i].pid,
						     (uint32_t)t->tasks[i].tid, -1, 0, 0});
	for (size_t i = 0; i < s->ncpus; i++)
		add_part(c, (struct pp_cputime_part){.cpu = s->cpus[i]});
	if (!c->n)
		add_part(c, (struct pp_cputime_part){.cpu = -1});
}

void pp_cputime_update(struct pp_cputime *c)
{
	for (size_t i = 0; i < c->n; i++) {
		int64_t now = read_part(&c->parts[i]);

		if (now >= 0)
			c->parts[i].last = now;
	}
}

int64_t pp_cputime_used(const struct pp_cputime *c)
{
	int64_t sum = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (c->parts[i].from < 0)
			return -1;
		sum += c->parts[i].last - c->parts[i].from;
	}
	return c->n ? sum : -1;
}

void pp_cputime_release(struct pp_cputime *c)
{
	free(c->parts);
	*c = (struct pp_cputime){0};
}
