/* SPDX-License-Identifier: Apache-2.0 */
/* Entries by process id. */
#include <config.h>

#include "collect/pids.h"

#include <stdlib.h>

#include "base/alloc.h"

#define GONE	  (PP_MAP_NONE - 1)
#define MAX_STALE 1024 /* keys of the forgotten that the map may have beyond those in use */

void pp_pids_release(struct pp_pids *p)
{
	free(p->entries);
	pp_map_release(&p->by_pid);
	*p = (struct pp_pids){0};
}

struct pp_pid_entry *pp_pids_find(const struct pp_pids *p, uint32_t pid)
{
	uint32_t at = pp_map_find(&p->by_pid, pid);

	return at < GONE ? &p->entries[at] : NULL;
}

struct pp_pid_entry *pp_pids_put(struct pp_pids *p, uint32_t pid)
{
	struct pp_pid_entry *entry = pp_pids_find(p, pid);

	if (!entry) {
		p->entries = pp_grow(p->entries, &p->cap, p->n + 1, sizeof(*p->entries));
		*pp_map_put(&p->by_pid, pid, 0) = (uint32_t)p->n;
		entry = &p->entries[p->n++];
	} else if (!entry->ended) {
		return entry;
	}
	*entry = (struct pp_pid_entry){.pid = pid};
	return entry;
}

void pp_pids_end(struct pp_pids *p, uint32_t pid)
{
	struct pp_pid_entry *entry = pp_pids_find(p, pid);

	if (entry && !entry->ended)
		entry->ended = 1;
}

/* Fill the hole with the last one. */
static void forget(struct pp_pids *p, size_t at)
{
	*pp_map_put(&p->by_pid, p->entries[at].pid, 0) = GONE;
	p->entries[at] = p->entries[--p->n];
	if (at < p->n)
		*pp_map_put(&p->by_pid, p->entries[at].pid, 0) = (uint32_t)at;
}

void pp_pids_sweep(struct pp_pids *p)
{
	for (size_t i = p->n; i > 0; i--) {
		struct pp_pid_entry *entry = &p->entries[i - 1];

		if (entry->ended && entry->ended++ > 1)
			forget(p, i - 1);
	}
	if (p->by_pid.count <= 2 * p->n + MAX_STALE)
		return;
	/* maps only grow: start over with what is left */
	pp_map_release(&p->by_pid);
	for (size_t i = 0; i < p->n; i++)
		*pp_map_put(&p->by_pid, p->entries[i].pid, 0) = (uint32_t)i;
}
