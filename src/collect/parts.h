/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A recording cut up by whose the samples are: a part for each container, for each process that is
 * in none, and one for what is nobody's, such as interrupts of idle processors. Or all in one.
 */
#ifndef PP_COLLECT_PARTS_H
#define PP_COLLECT_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "collect/recording.h"

/* Samples with the same stack and the same labels. */
struct pp_part_row {
	size_t stack; /* in pp_stacks: the first of them */
	uint64_t count, weight;
};

struct pp_part {
	bool is_container;
	uint32_t pid;	    /* the process; of several, the one with most samples; 0: nobody's */
	uint32_t place;	    /* of that process, in pp_containers.all */
	uint64_t pid_count; /* samples of that process */
	struct pp_part_row *rows;
	size_t nrows, cap;
	uint64_t samples, weight;
};

/* In the order in which they were first met. */
struct pp_parts {
	struct pp_part *part;
	size_t n, cap;
};

/* Cut it up, or have it all in one part if its owners are not `apart`. Every sample is in exactly
 * one part; a recording without samples has none. */
void pp_parts_make(struct pp_parts *p, const struct pp_recording *r);
void pp_parts_release(struct pp_parts *p);

#endif
