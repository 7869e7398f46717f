/* SPDX-License-Identifier: Apache-2.0 */
/* A merge under way: what profile/merge.c collects and profile/merge_finish.c writes. */
#ifndef PP_PROFILE_MERGE_STATE_H
#define PP_PROFILE_MERGE_STATE_H

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "profile/label_sets.h"
#include "profile/merge_tables.h"
#include "profile/profile.h"
#include "profile/sample_set.h"

struct pp_merge_state {
	struct pp_profile head; /* only its header is used; strings are ids of tables.strings */
	struct pp_buf types;	/* struct pp_value_type */
	struct pp_buf comments; /* uint32_t */
	struct pp_merge_tables tables;
	struct pp_label_sets labels;
	struct pp_sample_set samples;
	uint32_t max_depth; /* of all samples that were added */
};

/* Make the profile *out, which is empty, of all that was collected. What is no longer needed is
 * given back on the way; the state is still to be released. */
int pp_merge_finish(struct pp_merge_state *s, struct pp_profile *out,
		    struct pp_err *err) PP_NODISCARD;

#endif
