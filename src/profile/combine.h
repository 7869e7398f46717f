/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a report makes of several profiles: the sample types that all of them have, in the order of
 * the first, converted to the finest unit that occurs, and merged. Source of the rules:
 * google/pprof's behaviour (profile.CompatibilizeSampleTypes, measurement.ScaleProfiles).
 */
#ifndef PP_PROFILE_COMBINE_H
#define PP_PROFILE_COMBINE_H

#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "profile/merge.h"
#include "profile/profile.h"

/* Combine n >= 1 profiles into *out. A single one is left as it is. -1 with PP_ERR_FORMAT if no
 * sample type is in all of them, or units cannot be converted; messages count profiles from 1. They
 * are taken over, even on failure, and empty afterwards. */
int pp_profile_combine(struct pp_profile *out, struct pp_profile *in, uint32_t n,
		       struct pp_err *err) PP_NODISCARD;

/* The same for n >= 2 profiles whose values are multiplied beforehand: `ratios` of an input are one
 * for each sample type that its profile has. */
int pp_combine_run(struct pp_profile *out, struct pp_merge_input *inputs, uint32_t n,
		   struct pp_err *err) PP_NODISCARD;

/* Give each of n profiles the sample types and units that a combination of them has, where they are
 * not the same already. -1 as above; each is still to be released. */
int pp_profile_align(struct pp_profile *profiles, uint32_t n, struct pp_err *err) PP_NODISCARD;

#endif
