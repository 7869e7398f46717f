/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the eBPF program knows: the executable memory of processes, and unwind tables, in maps that
 * are shared memory (collect/bpf/event.h has their layout). Filled as processes change.
 */
#ifndef PP_COLLECT_UNWIND_MAPS_H
#define PP_COLLECT_UNWIND_MAPS_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "collect/procs.h"

struct pp_bpf_limits;
struct pp_bpf_region;

struct pp_unwind_maps_fds {
	int procs, targets, regions, shards, limits;
};

/* Room in the array of regions: free runs by size, 2^i elements. */
struct pp_run_list {
	uint32_t *runs;
	size_t n, cap;
};

#define PP_RUN_SIZES 13 /* up to 4096 regions of a process */

/* A run that the program may still be looking at. */
struct pp_run {
	uint32_t at, size;
	uint64_t tick; /* when it was given up */
};

struct pp_unwind_maps {
	struct pp_unwind_maps_fds fds; /* the caller's */
	struct pp_bpf_region *regions;
	struct pp_bpf_limits *limits;
	uint32_t next_region;
	struct pp_run_list free[PP_RUN_SIZES];
	struct pp_run *waiting; /* oldest first, from `waiting_from` on */
	size_t nwaiting, waiting_cap, waiting_from;
	uint64_t tick;
	uint64_t copies;
	uint32_t number; /* the last that mappings of a process were given */

	uint64_t **shards;
	uint32_t nshards, max_shards;
	uint32_t next_cell;
	uint32_t refused; /* modules whose table did not fit */
	uint64_t cleared; /* when all tables were given up, to make room; 0: never */
	bool full;	  /* a table has found no room since then */
	bool clearing;	  /* they may still be looked at */
};

/* Map what is behind the descriptors. Tables take at most `max_bytes`; between two calls of sync,
 * at most `copies` stacks are sent as they are. */
int pp_unwind_maps_open(struct pp_unwind_maps *m, struct pp_unwind_maps_fds fds, uint64_t max_bytes,
			uint64_t copies, struct pp_err *err) PP_NODISCARD;
void pp_unwind_maps_close(struct pp_unwind_maps *m);

/* Tell the program of every sampled process that has changed, and let it forget those that have
 * ended. To be called after each drain: what a call gives up is used again some calls later, when
 * no program that has begun before can be running. */
void pp_unwind_maps_sync(struct pp_unwind_maps *m, struct pp_procs *p);

/* The bytes of shared memory that tables take. */
uint64_t pp_unwind_maps_bytes(const struct pp_unwind_maps *m);

#endif
