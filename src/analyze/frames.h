/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the locations of one profile to nodes, at the wanted granularity: names and inlined calls
 * end here, and the sample loops of the aggregates see only integers.
 */
#ifndef PP_ANALYZE_FRAMES_H
#define PP_ANALYZE_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/nodes.h"
#include "base/compiler.h"
#include "profile/profile.h"

#define PP_FRAMES_MANY 0x80000000u

enum pp_granularity {
	PP_BY_FUNCTION,
	PP_BY_FILEFUNCTION,
	PP_BY_FILE,
	PP_BY_LINE,
	PP_BY_ADDRESS,
};

struct pp_frames_options {
	enum pp_granularity granularity;
	bool noinlines;	  /* of a location's lines, only the outermost counts */
	bool columns;	  /* keep columns of lines */
	bool whole_files; /* keep /proc/self/cwd/, for who looks for the files */
	bool objects;	  /* functions of different objects, or start lines, are different nodes */
	bool builds; /* profiles are of several builds: objects are the same if their files have
			the same name, in whatever folder, and do not tell files apart */
};

struct pp_frames {
	const struct pp_profile *profile; /* borrowed */
	/* Per location its node, or PP_FRAMES_MANY | the position in `many` of a run: how many
	 * nodes, then the nodes, innermost first. Four bytes, because loops over samples read them
	 * in no order, and all have to fit into the processor's cache. */
	uint32_t *head;
	uint32_t *many;
};

/* Name all locations of *profile in `nodes`. Filters must have cut its lines before. */
void pp_frames_init(struct pp_frames *f, const struct pp_profile *profile, struct pp_nodes *nodes,
		    const struct pp_frames_options *o);
void pp_frames_release(struct pp_frames *f);

/* The nodes of a location, innermost first; *n is how many, at least 1. */
static inline const uint32_t *pp_frames_of(const struct pp_frames *f, uint32_t location,
					   uint32_t *n)
{
	const uint32_t *head = &f->head[location];

	if (pp_likely(!(*head & PP_FRAMES_MANY))) {
		*n = 1;
		return head;
	}
	const uint32_t *run = &f->many[*head & ~PP_FRAMES_MANY];
	*n = run[0];
	return run + 1;
}

#endif
