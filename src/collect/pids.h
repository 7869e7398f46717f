/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Something known of each process, forgotten when the process is: whatever comes and goes, this
 * grows only with what is there at one time.
 */
#ifndef PP_COLLECT_PIDS_H
#define PP_COLLECT_PIDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"

struct pp_pid_entry {
	uint32_t pid;
	uint32_t value; /* the user's */
	uint64_t time;	/* the user's */
	uint32_t ended; /* sweeps since its end, counted from 1; 0: it runs */
};

struct pp_pids {
	struct pp_pid_entry *entries;
	size_t n, cap;
	struct pp_map by_pid; /* positions; those of the forgotten are GONE */
};

void pp_pids_release(struct pp_pids *p);

/* The entry of a process, or NULL. Holds until the next put or sweep. */
struct pp_pid_entry *pp_pids_find(const struct pp_pids *p, uint32_t pid);

/* The same, made anew with zeroes if it was not there or its process had ended: ids are given
 * again. */
struct pp_pid_entry *pp_pids_put(struct pp_pids *p, uint32_t pid);

/* The process has ended. What is known of it can be found until the second sweep, as its last
 * samples may come late. */
void pp_pids_end(struct pp_pids *p, uint32_t pid);

/* To be called now and then: forget those that have ended. */
void pp_pids_sweep(struct pp_pids *p);

#endif
