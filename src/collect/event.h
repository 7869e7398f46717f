/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happened in the observed processes, in one form for all collectors: samples, and what
 * changes the meaning of addresses (mappings, exec, fork). A batch holds the events of one drain in
 * order of time.
 */
#ifndef PP_COLLECT_EVENT_H
#define PP_COLLECT_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "unwind/frame.h"

enum pp_event_kind { PP_EVENT_SAMPLE, PP_EVENT_MMAP, PP_EVENT_COMM, PP_EVENT_FORK, PP_EVENT_EXIT };

/* A file (or pseudo file) mapped executable. */
struct pp_event_mmap {
	uint64_t start, length, offset;
	uint32_t dev_major, dev_minor;
	uint64_t inode;
	struct pp_str path;
};

struct pp_event_comm {
	struct pp_str name;
	bool exec; /* a new program: all mappings are gone */
};

struct pp_event_fork {
	uint32_t parent_pid, parent_tid;
};

/* Set in a user frame of a sample whose address is that of an instruction which was running: the
 * innermost, and one that a signal interrupted. The others are where a call will return to. */
#define PP_FRAME_EXACT (1ULL << 63)

struct pp_event_sample {
	const uint64_t *frames; /* kernel frames, then user frames, innermost first */
	uint32_t nkernel, nuser;
	struct pp_str thread, process; /* names, or "" where the collector has none */
	enum pp_unwind_end end;	       /* where the user frames end; PP_UNWIND_MORE: not known */
	uint64_t weight;	       /* what the event has counted since the one before */

	/* Instead of user frames, if `copied`: registers, and the stack from the word that sp is in
	 * on, as far as it could be had. */
	bool copied;
	struct pp_unwind_regs regs;
	struct pp_str stack;
};

struct pp_event {
	enum pp_event_kind kind;
	uint32_t pid, tid;
	uint64_t time; /* CLOCK_MONOTONIC, ns */
	size_t order;  /* in which it was added; set by pp_batch_add */
	union {
		struct pp_event_mmap mmap;
		struct pp_event_comm comm;
		struct pp_event_fork fork;
		struct pp_event_sample sample;
	};
};

/* Spans inside events point into `bytes` as offsets until pp_batch_sort turns them into pointers.
 */
struct pp_batch {
	struct pp_event *events;
	size_t n, cap;
	struct pp_buf bytes;
	uint64_t lost; /* samples that the kernel could not deliver */
};

#define PP_BATCH_INIT          \
	{                      \
		.events = NULL \
	}

void pp_batch_release(struct pp_batch *b);
void pp_batch_clear(struct pp_batch *b);

/* Add an event; what its spans and frames point to is copied. */
void pp_batch_add(struct pp_batch *b, const struct pp_event *e);

/* Order by time (stable) and make the spans valid. Nothing may be added until the batch is cleared.
 */
void pp_batch_sort(struct pp_batch *b);

#endif
