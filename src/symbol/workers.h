/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work on hostile input in processes of their own, several at a time: one that crashes, hangs or
 * takes too much loses its own result and nothing else.
 */
#ifndef PP_SYMBOL_WORKERS_H
#define PP_SYMBOL_WORKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define PP_WORKERS_MAX 32
#define PP_WORKERS_FDS 4

struct pp_workers {
	unsigned limit;	     /* processes at a time, up to PP_WORKERS_MAX; 0: one per processor */
	int64_t timeout_ns;  /* of one piece of work */
	uint64_t memory;     /* of one, in bytes */
	uint64_t max_answer; /* in bytes */
	void *arg;

	/* Runs here before a piece is started: a good time to open files. */
	void (*begin)(void *arg, size_t piece);
	/* The descriptors that a piece of work needs; how many there are. *opens, which is false,
	 * lets it open files for reading. */
	size_t (*keep)(void *arg, size_t piece, int fds[PP_WORKERS_FDS], bool *opens);
	/* Do it. Runs in a process of its own without privileges (symbol/sandbox.h), which has all
	 * memory as it is here; what is put into `out` is all that comes back. */
	void (*work)(void *arg, size_t piece, struct pp_buf *out);
	/* Runs here when a piece has ended, in any order: NULL if nothing came of it. */
	void (*done)(void *arg, size_t piece, const struct pp_buf *answer);
	/* If not NULL, asked several times a second: whether nothing is to come of what is left. */
	bool (*stopped)(void *arg);
};

/* Do pieces 0..n - 1, and wait for all of them. */
void pp_workers_run(const struct pp_workers *w, size_t n);

#endif
