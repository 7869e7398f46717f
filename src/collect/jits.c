/* SPDX-License-Identifier: Apache-2.0 */
/* Processes with code of their own making. */
#include <config.h>

#include "collect/jits.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "symbol/jitdump.h"

static void clear(struct pp_jits_entry *e)
{
	if (e->seen)
		pp_jit_process_release(&e->process);
	pp_jit_free(e->jit);
	free(e->dump);
	free(e->refused);
	*e = (struct pp_jits_entry){.pid = e->pid};
}

void pp_jits_release(struct pp_jits *j)
{
	for (size_t i = 0; i < j->n; i++)
		clear(&j->entries[i]);
	free(j->entries);
	pp_map_release(&j->by_pid);
	*j = (struct pp_jits){.n = 0};
}

static struct pp_jits_entry *find(struct pp_jits *j, uint32_t pid)
{
	uint32_t at = pp_map_find(&j->by_pid, pid);

	return at == PP_MAP_NONE ? NULL : &j->entries[at];
}

static struct pp_jits_entry *get(struct pp_jits *j, uint32_t pid)
{
	struct pp_jits_entry *e = find(j, pid);

	if (e)
		return e;
	*pp_map_put(&j->by_pid, pid, 0) = (uint32_t)j->n;
	j->entries = pp_grow(j->entries, &j->cap, j->n + 1, sizeof(*j->entries));
	e = &j->entries[j->n++];
	*e = (struct pp_jits_entry){.pid = pid};
	return e;
}

void pp_jits_note(struct pp_jits *j, uint32_t pid)
{
	struct pp_jits_entry *e = get(j, pid);
	struct pp_err ignored;

	if (!e->seen)
		e->seen = pp_jit_process(&e->process, pid, &ignored) == 0;
}

void pp_jits_mapped(struct pp_jits *j, uint32_t pid, struct pp_str path)
{
	if (!pp_jitdump_is_name(path))
		return;
	struct pp_jits_entry *e = get(j, pid);
	free(e->dump);
	e->dump = pp_xasprintf("%.*s", (int)path.n, path.p);
	pp_jits_note(j, pid);
}

void pp_jits_exec(struct pp_jits *j, uint32_t pid)
{
	struct pp_jits_entry *e = find(j, pid);

	if (e)
		clear(e);
}

/* Not to be allowed to ask is an answer, too. */
static bool is_there(uint32_t pid)
{
	return kill((pid_t)pid, 0) == 0 || errno == EPERM;
}

void pp_jits_compact(struct pp_jits *j)
{
	size_t n = 0;

	for (size_t i = 0; i < j->n; i++) {
		struct pp_jits_entry *e = &j->entries[i];

		if (e->seen && is_there(e->pid)) {
			*pp_map_put(&j->by_pid, e->pid, 0) = (uint32_t)n;
			j->entries[n++] = *e;
			continue;
		}
		pp_map_remove(&j->by_pid, e->pid);
		clear(e);
	}
	j->n = n;
}

struct pp_jit *pp_jits_get(struct pp_jits *j, uint32_t pid)
{
	struct pp_jits_entry *e = find(j, pid);
	struct pp_err err = PP_ERR_INIT;

	if (!e || !e->seen)
		return NULL;
	if (!e->read)
		e->jit = pp_jit_open(&e->process, e->dump ? pp_str_of(e->dump) : PP_STR_LIT(""),
				     &err);
	if (!e->read && !e->jit && err.kind != PP_ERR_NOT_FOUND)
		e->refused = pp_xstrdup(err.msg);
	e->read = true;
	return e->jit;
}

const char *pp_jits_refused(const struct pp_jits *j)
{
	for (size_t i = 0; i < j->n; i++) {
		if (j->entries[i].refused)
			return j->entries[i].refused;
	}
	return NULL;
}
