/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the locations of one profile to nodes: names, inlined calls and pruning end here, and the
 * sample loops of the aggregates see only integers.
 */
#ifndef PP_ANALYZE_FRAMES_H
#define PP_ANALYZE_FRAMES_H

#include <stddef.h>
#include <stdint.h>

#include "analyze/nodes.h"
#include "base/compiler.h"
#include "profile/profile.h"
#include "profile/prune.h"

#define PP_FRAMES_MANY 0x80000000u

/* The nodes of a location, innermost first: nearly all have one or two. */
struct pp_frames_head {
	uint32_t first;	 /* or PP_FRAMES_MANY | position in `many` */
	uint32_t second; /* PP_NONE: there is none */
};

struct pp_frames {
	struct pp_profile *profile; /* borrowed */
	struct pp_prune prune;
	struct pp_frames_head *head; /* per location */
	uint32_t
		*many; /* runs of three and more: how many nodes, then the nodes, innermost first */
};

/* Name all locations of *profile (which stays the caller's; pruning may cut its lines) in `nodes`.
 */
void pp_frames_init(struct pp_frames *f, struct pp_profile *profile, struct pp_nodes *nodes);
void pp_frames_release(struct pp_frames *f);

/* The nodes of a location, innermost first; *n is how many, at least 1. */
static inline const uint32_t *pp_frames_of(const struct pp_frames *f, uint32_t location,
					   uint32_t *n)
{
	const struct pp_frames_head *head = &f->head[location];

	if (pp_likely(!(head->first & PP_FRAMES_MANY))) {
		*n = 1 + (head->second != PP_NONE);
		return &head->first; /* the second stands behind it */
	}
	const uint32_t *run = &f->many[head->first & ~PP_FRAMES_MANY];
	*n = run[0];
	return run + 1;
}

#endif
