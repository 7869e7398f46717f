/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entries of segments, added up as profile/merge.h has it, though in another order. Stacks stay the
 * trees that they are in segments: what is the same in many of them is met once per segment, not
 * once per profile, and no stack is walked before the end.
 */
#ifndef PP_ARCHIVE_SEGMENT_SUM_H
#define PP_ARCHIVE_SEGMENT_SUM_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/segment_read.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/map.h"
#include "profile/builder.h"
#include "profile/profile.h"

struct pp_segment_sum {
	struct pp_builder b; /* has all tables of the result but samples */
	/* rows as plain bytes, the position of each being its id - 1; of sets, the id */
	struct pp_strtab mappings, locations, sets;
	struct pp_map node_of;	 /* parent << 32 | location */
	struct pp_map sample_of; /* node << 32 | set */
	struct pp_map comments;
	struct pp_buf nodes;   /* struct pp_segment_sum_node; 0 is the empty stack */
	struct pp_buf samples; /* node and set, uint32_t */
	struct pp_buf sums;    /* int64_t, ntypes for each sample */
	uint64_t depths;       /* of all samples */
	uint32_t ntypes;
	bool begun;
};

void pp_segment_sum_init(struct pp_segment_sum *s);
void pp_segment_sum_release(struct pp_segment_sum *s);

/* Add n >= 1 entries of a segment whose tables have been read, with the same sample types as all
 * before. -1 with PP_ERR_FORMAT if they have another number of these, or what is behind the tables
 * is damaged: nothing has been added then. */
int pp_segment_sum_add(struct pp_segment_sum *s, struct pp_segment *segment, const uint32_t *which,
		       uint32_t n, struct pp_err *err) PP_NODISCARD;

/* What was added as one profile; the sum is of no further use. */
int pp_segment_sum_finish(struct pp_segment_sum *s, struct pp_profile *out,
			  struct pp_err *err) PP_NODISCARD;

#endif
