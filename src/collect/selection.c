/* SPDX-License-Identifier: Apache-2.0 */
/* Verdicts on processes. */
#include <config.h>

#include "collect/selection.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/num.h"
#include "io/file.h"

#define VERDICT_AGE PP_NSEC_PER_SEC /* how long one holds */
#define MAX_NAMES   10000	    /* then all are forgotten: names are for free */

enum verdict { UNKNOWN, WANTED, UNWANTED };

void pp_selection_init(struct pp_selection *s)
{
	*s = (struct pp_selection){.root = ""};
	pp_strtab_init(&s->names);
}

void pp_selection_release(struct pp_selection *s)
{
	pp_pids_release(&s->pids);
	pp_strtab_release(&s->names);
	free(s->matches);
	*s = (struct pp_selection){.root = ""};
}

bool pp_selection_is_set(const struct pp_selection *s)
{
	return s->comm || s->by_uid || s->cgroup;
}

/* The effective user of a process; false if it is gone. */
static bool read_uid(const struct pp_selection *s, uint32_t pid, uint32_t *uid)
{
	static const char field[] = "\nUid:\t";
	PP_CLEANUP(pp_freep) char *path = pp_xasprintf("%s/proc/%u/status", s->root, pid);
	char text[4096], *at;
	struct pp_err ignored;
	uint64_t v;

	if (pp_file_read_text(path, text, sizeof(text)) <= 0)
		return false;
	at = strstr(text, field);
	at = at ? strchr(at + sizeof(field) - 1, '\t') : NULL; /* behind the real one */
	if (!at)
		return false;
	at++;
	at[strcspn(at, "\t\n")] = '\0';
	if (pp_parse_u64(at, 0, UINT32_MAX, &v, &ignored))
		return false;
	*uid = (uint32_t)v;
	return true;
}

/* A verdict on all but the name. */
static enum verdict judge(const struct pp_selection *s, uint32_t pid)
{
	uint32_t uid;
	int has;

	if (s->by_uid) {
		if (!read_uid(s, pid, &uid))
			return UNKNOWN;
		if (uid != s->uid)
			return UNWANTED;
	}
	if (s->cgroup) {
		has = pp_cgroup_has(s->cgroup, pid);
		if (has <= 0)
			return has < 0 ? UNKNOWN : UNWANTED;
	}
	return WANTED;
}

/* The same, from what is known if that is recent or all that can be had. */
static enum verdict verdict_on(struct pp_selection *s, uint32_t pid, uint64_t now)
{
	struct pp_pid_entry *entry = pp_pids_find(&s->pids, pid);
	enum verdict v = entry ? (enum verdict)entry->value : UNKNOWN;

	if (!s->by_uid && !s->cgroup)
		return WANTED;
	if (v != UNKNOWN && (entry->ended || now < entry->time + VERDICT_AGE))
		return v;

	enum verdict fresh = judge(s, pid);
	if (fresh == UNKNOWN)
		return v;
	entry = pp_pids_put(&s->pids, pid);
	entry->value = fresh;
	entry->time = now;
	return fresh;
}

static bool name_matches(struct pp_selection *s, struct pp_str name)
{
	if (s->names.count > MAX_NAMES) {
		pp_strtab_release(&s->names);
		pp_strtab_init(&s->names);
		s->nmatches = 0;
	}
	uint32_t id = pp_strtab_add(&s->names, name);
	for (; s->nmatches <= id; s->nmatches++) {
		s->matches = pp_grow(s->matches, &s->cap, s->nmatches + 1, sizeof(*s->matches));
		s->matches[s->nmatches] =
			pp_regex_match(s->comm, pp_strtab_get(&s->names, (uint32_t)s->nmatches));
	}
	return s->matches[id];
}

static struct pp_str read_comm(const struct pp_selection *s, uint32_t pid, char out[64])
{
	PP_CLEANUP(pp_freep) char *path = pp_xasprintf("%s/proc/%u/comm", s->root, pid);
	long n = pp_file_read_text(path, out, 64);

	if (n > 0 && out[n - 1] == '\n')
		n--;
	return (struct pp_str){out, n > 0 ? (size_t)n : 0};
}

static bool comm_matches(struct pp_selection *s, struct pp_procs *procs, const struct pp_event *e)
{
	struct pp_str name = e->sample.process;
	char room[64];

	if (!s->comm)
		return true;
	if (name.n == 0)
		name = pp_strtab_get(&procs->strings, pp_procs_comm(procs, e->pid));
	if (name.n == 0)
		name = read_comm(s, e->pid, room);
	return name_matches(s, name);
}

bool pp_selection_wants(struct pp_selection *s, struct pp_procs *procs, const struct pp_event *e)
{
	if (!comm_matches(s, procs, e))
		return false;

	enum verdict v = verdict_on(s, e->pid, e->time);
	s->unknown += v == UNKNOWN;
	return v == WANTED;
}

/* A new process is as its parent was. */
static void handle_fork(struct pp_selection *s, const struct pp_event *e)
{
	const struct pp_pid_entry *parent;
	struct pp_pid_entry copy;

	if (e->pid == e->fork.parent_pid)
		return;
	verdict_on(s, e->fork.parent_pid, e->time);
	parent = pp_pids_find(&s->pids, e->fork.parent_pid);
	if (!parent)
		return;
	copy = *parent;
	struct pp_pid_entry *child = pp_pids_put(&s->pids, e->pid);
	child->value = copy.value;
	child->time = copy.time;
}

void pp_selection_event(struct pp_selection *s, const struct pp_event *e)
{
	struct pp_pid_entry *entry;

	switch (e->kind) {
	case PP_EVENT_FORK:
		handle_fork(s, e);
		break;
	case PP_EVENT_COMM:
		/* an exec may have changed the user */
		entry = e->comm.exec ? pp_pids_find(&s->pids, e->pid) : NULL;
		if (entry)
			entry->time = 0;
		break;
	case PP_EVENT_EXIT:
		if (e->pid == e->tid)
			pp_pids_end(&s->pids, e->pid);
		break;
	case PP_EVENT_MMAP:
	case PP_EVENT_SAMPLE:
		break;
	}
}

size_t pp_selection_count(struct pp_selection *s)
{
	PP_CLEANUP(pp_freep) char *name = pp_xasprintf("%s/proc", s->root);
	DIR *proc = opendir(name);
	struct pp_err ignored;
	struct dirent *d;
	size_t n = 0;
	uint64_t pid;

	while (proc && (d = readdir(proc))) {
		char room[64];

		if (pp_parse_u64(d->d_name, 1, UINT32_MAX, &pid, &ignored) ||
		    pid == (uint64_t)getpid())
			continue;
		if (s->comm && !name_matches(s, read_comm(s, (uint32_t)pid, room)))
			continue;
		n += verdict_on(s, (uint32_t)pid, (uint64_t)pp_clock_mono()) == WANTED;
	}
	if (proc)
		closedir(proc);
	return n;
}
