/* SPDX-License-Identifier: Apache-2.0 */
/* For the tests of collect/: an empty pp_procs per test, and events that fill it. */
#ifndef PP_TESTS_COLLECT_FIXTURE_H
#define PP_TESTS_COLLECT_FIXTURE_H

#include <stdlib.h>

#include "collect/procs.h"

#define PID 4100000000u /* no kernel gives this */

static inline int setup(void **state)
{
	struct pp_procs *p = malloc(sizeof(*p));

	assert_non_null(p);
	pp_procs_init(p, NULL);
	*state = p;
	return 0;
}

static inline int teardown(void **state)
{
	pp_procs_release(*state);
	free(*state);
	return 0;
}

/* A new program: nothing is mapped. */
static void run_program(struct pp_procs *p, uint32_t pid, const char *name)
{
	struct pp_event e = {.kind = PP_EVENT_COMM, .pid = pid, .tid = pid};

	e.comm = (struct pp_event_comm){pp_str_of(name), true};
	pp_procs_event(p, &e);
}

static void map(struct pp_procs *p, uint32_t pid, uint64_t start, uint64_t length, const char *path,
		uint64_t inode)
{
	struct pp_event e = {.kind = PP_EVENT_MMAP, .pid = pid, .tid = pid};

	e.mmap = (struct pp_event_mmap){start, length, 0x1000, 0, 0, inode, pp_str_of(path)};
	pp_procs_event(p, &e);
}

#endif
