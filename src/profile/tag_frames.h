/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of labels as frames: --tagroot puts them above the outermost caller, --tagleaf below the
 * innermost callee, one frame per key in the order given, outermost first. The frame's function is
 * named after the values, joined by commas, and its file after the key; where a sample lacks the
 * label, the name is empty. Rules: google/pprof, addLabelNodes.
 */
#ifndef PP_PROFILE_TAG_FRAMES_H
#define PP_PROFILE_TAG_FRAMES_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/err.h"
#include "profile/profile.h"

struct pp_tag_frames_options {
	const char *root, *leaf; /* keys, separated by commas; NULL or "": none */
	const char *unit;	 /* of numbers in names; see base/units.h */
	bool all_frames;	 /* do not apply the profile's drop_frames */
};

/* Whether these options, NULL or texts, ask for any frames. */
static inline bool pp_tag_frames_any(const char *root, const char *leaf)
{
	return (root && *root) || (leaf && *leaf);
}

struct pp_tag_frames_found {
	bool root, leaf; /* some sample has one of the labels */
};

/* Rewrite *p, drop_frames applied, so that its samples have these frames: filters can see them like
 * any other. */
int pp_tag_frames_add(struct pp_profile *p, const struct pp_tag_frames_options *o,
		      struct pp_tag_frames_found *found, struct pp_err *err) PP_NODISCARD;

#endif
