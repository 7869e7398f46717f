/* SPDX-License-Identifier: Apache-2.0 */
/* The samples of the profiles in a merge, one after the other, in the terms of the result. */
#ifndef PP_PROFILE_MERGE_WALK_H
#define PP_PROFILE_MERGE_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "profile/label_sets.h"
#include "profile/merge.h"
#include "profile/merge_tables.h"
#include "profile/samples.h"

struct pp_merge_walk {
	const struct pp_merge *merge;
	struct pp_merge_tables *tables; /* filled on the way */
	struct pp_label_sets *labels;	/* likewise */
	uint32_t nvalues;		/* of a sample of the result */
	uint64_t seed;
	uint32_t max_depth; /* of the samples so far */
	bool stand_in;	    /* see merge_tables.h; for profiles without mappings */

	uint32_t input, range; /* where we are */
	bool in_input, in_range;
	struct pp_merge_source source;
	struct pp_sample_iter iter;
	int64_t *values;	       /* of the current sample */
	struct pp_buf own_labels;      /* its labels, struct pp_set_label */
	struct pp_strtab own_sets;     /* sets of labels in terms of the profile's strings */
	struct pp_buf sets;	       /* uint32_t by id in own_sets: the set it is in `labels` */
	uint32_t base_key, base_value; /* strings */
};

void pp_merge_walk_init(struct pp_merge_walk *w, const struct pp_merge *merge,
			struct pp_merge_tables *tables, struct pp_label_sets *labels,
			uint32_t nvalues);
void pp_merge_walk_release(struct pp_merge_walk *w);

/* Append records (profile/sample_set.h) of the next samples that are not zero, a megabyte or so of
 * them; nothing at the end. Profiles that have been walked to their end are released. */
void pp_merge_walk_fill(struct pp_merge_walk *w, struct pp_buf *records);

#endif
