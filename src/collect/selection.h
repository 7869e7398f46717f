/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which processes are wanted, where that is said by their properties instead of their ids: name,
 * user, cgroup. A verdict on user and cgroup is kept for each process and made anew when it runs
 * another program, and once in a while, as processes can change both. The name is compared with
 * each sample.
 */
#ifndef PP_COLLECT_SELECTION_H
#define PP_COLLECT_SELECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/map.h"
#include "base/regex.h"
#include "collect/cgroup.h"
#include "collect/event.h"
#include "collect/pids.h"
#include "collect/procs.h"

struct pp_selection {
	/* what is wanted, set by the caller; all that are set must hold */
	struct pp_regex *comm; /* some part of the process's name; NULL: any. Borrowed */
	bool by_uid;
	uint32_t uid;			/* the effective one */
	const struct pp_cgroup *cgroup; /* NULL: any. Borrowed */
	const char *root;		/* where /proc is: "" but for tests */

	uint64_t unknown; /* samples of processes that ended before anybody could look */
	struct pp_pids pids;
	struct pp_strtab names; /* of processes */
	uint8_t *matches;	/* by name: whether comm matches */
	size_t nmatches, cap;
};

void pp_selection_init(struct pp_selection *s);
void pp_selection_release(struct pp_selection *s);

/* Whether anything is asked for. */
bool pp_selection_is_set(const struct pp_selection *s);

/* How many of the processes that run now are wanted, without the caller itself. */
size_t pp_selection_count(struct pp_selection *s);

/* Whether a SAMPLE event is of a wanted process. */
bool pp_selection_wants(struct pp_selection *s, struct pp_procs *procs, const struct pp_event *e);

/* Take note of an event of another kind. */
void pp_selection_event(struct pp_selection *s, const struct pp_event *e);

#endif
