/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Samples folded while they arrive: equal stacks of one thread become one entry with a count.
 * Memory grows with what is different, not with time.
 */
#ifndef PP_COLLECT_STACKS_H
#define PP_COLLECT_STACKS_H

#include <stdint.h>

#include "base/map.h"
#include "collect/event.h"
#include "collect/owner.h"
#include "collect/procs.h"

#define PP_IMAGE_KERNEL	 0xfffffffeu
#define PP_IMAGE_UNKNOWN 0xffffffffu

/* A place in code. */
struct pp_frame {
	uint32_t image; /* in pp_procs.images, or one of the above */
	uint64_t address;
};

struct pp_stacks {
	struct pp_frame *frames;
	size_t nframes, frames_cap;
	struct pp_strtab frame_keys; /* frame n is key n + 1 */
	struct pp_strtab entries;    /* a pp_stack_owner, then positions of frames, leaf first; n is
					key n + 1 */
	uint64_t *counts;	     /* per entry */
	uint64_t *weights;	     /* per entry: the sum over its samples */
	size_t counts_cap, weights_cap, nentries;
	const struct pp_owners *owners; /* what tells samples apart; borrowed, NULL: all */
	struct pp_buf key;		/* scratch */
	uint64_t nsamples, weight;
	uint64_t nwalked;	       /* user frames of all samples */
	uint64_t ends[PP_UNWIND_ENDS]; /* samples by where their user stacks end */
	uint64_t *frame_ends;	       /* per frame: incomplete stacks that end at it */
	size_t frame_ends_cap;
	uint64_t copied; /* samples whose stacks were sent as they were */
};

void pp_stacks_init(struct pp_stacks *s);
void pp_stacks_release(struct pp_stacks *s);

/* Empty again; `owners` stays. */
void pp_stacks_reset(struct pp_stacks *s);

/* Fold one SAMPLE event in, with the mappings as they are now. */
void pp_stacks_add(struct pp_stacks *s, struct pp_procs *procs, const struct pp_event *e);

/* Keys are packed: what is in them has no alignment. */
typedef uint32_t pp_packed_u32 __attribute__((aligned(1)));

/* Entry i: its owner, frames (borrowed) and count. */
struct pp_stack {
	struct pp_stack_owner owner;
	const pp_packed_u32 *frames; /* positions in pp_stacks.frames, leaf first */
	uint32_t n;
	uint64_t count, weight;
};
struct pp_stack pp_stacks_get(const struct pp_stacks *s, size_t i);

#endif
