/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The observed processes: which file is mapped where, as far as code goes. Addresses of samples are
 * turned into (image, address) at once, while the mappings are those of the sample's time. An image
 * is one executable segment of one file; wherever processes map it, its addresses are given as
 * where it was first seen.
 */
#ifndef PP_COLLECT_PROCS_H
#define PP_COLLECT_PROCS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/map.h"
#include "collect/event.h"

struct pp_image {
	uint64_t start, limit, offset; /* where it was first seen; file offset of start */
	uint32_t path;		       /* in pp_procs.strings */
	uint32_t dev_major, dev_minor;
	uint64_t inode; /* 0: not a file */
	bool deleted;
	bool used; /* some sample was in it */
	int fd;	   /* open for reading once it is used, or -1 */
};

struct pp_region {
	uint64_t start, limit;
	uint64_t origin; /* where the image begins; start may have moved up when others mapped over
			    it */
	uint32_t image;
};

struct pp_proc {
	uint32_t pid;
	uint32_t comm;		   /* in strings */
	bool scanned;		   /* its mappings are known */
	struct pp_region *regions; /* by address, disjoint */
	size_t nregions, cap;
};

struct pp_procs {
	struct pp_proc *procs;
	size_t nprocs, procs_cap;
	struct pp_map by_pid;
	struct pp_image *images;
	size_t nimages, images_cap;
	struct pp_map threads; /* tid -> name, in strings */
	struct pp_strtab strings;
	struct pp_strtab image_keys; /* what tells images apart; image n is key n + 1 */
};

void pp_procs_init(struct pp_procs *p);
void pp_procs_release(struct pp_procs *p);

/* Read what is mapped in a running process, and the names of its threads, from /proc. Quietly does
 * nothing if it is gone. */
void pp_procs_scan(struct pp_procs *p, uint32_t pid);

/* Make a process known without looking at it: one that is about to become another program. */
void pp_procs_add(struct pp_procs *p, uint32_t pid);

/* The image of the program that a process runs, opened; -1 while its mappings are not known. */
int64_t pp_procs_main_image(struct pp_procs *p, uint32_t pid);

/* Take note of an MMAP, COMM, FORK or EXIT event. */
void pp_procs_event(struct pp_procs *p, const struct pp_event *e);

/* The image that `address` of a process lies in, with the address moved to where the image was
 * first seen; -1 if nothing executable is there. A process not seen before is scanned. Opens the
 * image's file the first time. */
int64_t pp_procs_find(struct pp_procs *p, uint32_t pid, uint64_t *address);

/* The names of a thread and of its process, as far as they are known, as strings. */
uint32_t pp_procs_thread_name(struct pp_procs *p, uint32_t pid, uint32_t tid);
uint32_t pp_procs_comm(struct pp_procs *p, uint32_t pid);

#endif
