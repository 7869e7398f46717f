/* SPDX-License-Identifier: Apache-2.0 */
/*
 * drop_frames and keep_frames: regular expressions in a profile by which its writer hides frames
 * such as those of an allocator. Source of the rules: google/pprof's behaviour
 * (profile.RemoveUninteresting).
 */
#ifndef PP_PROFILE_PRUNE_H
#define PP_PROFILE_PRUNE_H

#include <stdint.h>

#include "base/compiler.h"
#include "profile/profile.h"
#include "profile/samples.h"

enum pp_prune_verdict {
	PP_PRUNE_NO,
	PP_PRUNE_ALL,	  /* this frame and all it calls */
	PP_PRUNE_BENEATH, /* part of its inlined frames (already cut), and all it calls */
};

struct pp_prune {
	uint8_t *verdict; /* per location; NULL: nothing is ever pruned */
};

/* Apply the profile's own expressions: cut the lines of its locations and set up the verdicts. An
 * expression that does not compile is ignored, as pprof does. Release with pp_prune_release. */
void pp_prune_init(struct pp_prune *prune, struct pp_profile *p);
void pp_prune_release(struct pp_prune *prune);

/* Cut the sample's stack from the leaf side where it has to be. */
void pp_prune_sample(const struct pp_prune *prune, struct pp_sample *s);

#endif
