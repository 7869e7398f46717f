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
#include "collect/jits.h"
#include "collect/modules.h"
#include "collect/roots.h"
#include "unwind/walk.h"

struct pp_image {
	uint64_t start, limit, offset; /* where it was first seen; file offset of start */
	uint32_t path;		       /* in pp_procs.strings */
	uint32_t dev_major, dev_minor;
	uint64_t inode; /* 0: not a file */
	uint32_t pid;	/* who mapped it first: the only one, if it is no file */
	bool deleted;
	bool used;	 /* some sample was in it: named in the profile */
	bool opened;	 /* no need to try again */
	uint8_t tries;	 /* to open it */
	int fd;		 /* open for reading once it was, or -1 */
	uint32_t root;	 /* in pp_procs.roots, of its path; PP_ROOT_OURS while it is not open */
	uint32_t module; /* in pp_procs.modules once it was opened, or PP_MODULE_NONE */
	uint64_t vaddr;	 /* of `start` in the module's file */
};

struct pp_region {
	uint64_t start, limit;
	uint64_t origin; /* where the image begins; start may have moved up when others mapped over
			    it */
	uint32_t image;
};

struct pp_proc {
	uint32_t pid;
	uint32_t comm;		/* in strings */
	bool scanned;		/* its mappings are known */
	bool sampled;		/* its stacks are of interest */
	bool changed;		/* its mappings, or how to unwind them, since somebody took note */
	uint8_t exited;		/* a thread of it has ended, so it may have: counts calls */
	uint32_t root;		/* in pp_procs.roots */
	uint32_t copy_budget;	/* how many it may send at a time */
	uint32_t useful_copies; /* of those since then, how many told more than was known */
	uint32_t copied_stacks; /* of its samples, since somebody took note */
	struct pp_region *regions; /* by address, disjoint */
	size_t nregions, cap;
	size_t many; /* regions, from which on they are looked through again */

	/* What the eBPF program knows of it: regions [known_at, known_at + known_n) of its array.
	 */
	bool known;
	uint32_t known_at, known_n;
};

struct pp_procs {
	struct pp_proc *procs;
	size_t nprocs, procs_cap;
	struct pp_map by_pid;
	struct pp_image *images;
	size_t nimages, images_cap;
	struct pp_map threads; /* tid -> name, in strings */
	struct pp_modules modules;
	struct pp_roots roots;
	struct pp_jits jits;
	struct pp_strtab strings;
	struct pp_strtab image_keys; /* what tells images apart; image n is key n + 1 */
};

/* Unwind tables are kept in `cache`, which may be NULL, and stays the caller's. */
void pp_procs_init(struct pp_procs *p, struct pp_unwind_cache *cache);
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

/* The code at `address` of a process, and how it is unwound; makes the unwind table of its file if
 * there is none yet. A process not seen before is scanned. */
struct pp_unwind_code pp_procs_code(struct pp_procs *p, uint32_t pid, uint64_t address);

/* Make the unwind tables of all that a process maps, until the time (CLOCK_MONOTONIC, ns) is up;
 * what is left is made when it is needed. Whether all are made. */
bool pp_procs_prepare(struct pp_procs *p, uint32_t pid, int64_t deadline);

/* A sample of the process was walked in user space; `useful`: that told more than was known. From
 * now on, its stacks are of interest. */
void pp_procs_note_copy(struct pp_procs *p, uint32_t pid, bool useful);

/* Forget the processes that have ended some calls ago, since samples may come late; `forget` (NULL:
 * nobody) is told of each before. */
void pp_procs_forget(struct pp_procs *p, void (*forget)(void *context, struct pp_proc *proc),
		     void *context);

/* Take note of processes that have ended without an EXIT event: where much happens, the kernel
 * loses some. */
void pp_procs_find_ended(struct pp_procs *p);

/* The names of a thread and of its process, as far as they are known, as strings. */
uint32_t pp_procs_thread_name(struct pp_procs *p, uint32_t pid, uint32_t tid);
uint32_t pp_procs_comm(struct pp_procs *p, uint32_t pid);

#endif
