/* SPDX-License-Identifier: Apache-2.0 */
/* A profile less another: --base and --diff-base. Source of the rules: google/pprof's behaviour. */
#ifndef PP_PROFILE_BASE_H
#define PP_PROFILE_BASE_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/err.h"
#include "profile/profile.h"

struct pp_base_options {
	/* Keep the base's samples apart, by the label pprof::base=true (PP_BASE_LABEL), so that the
	 * report can tell what the differences are to be compared with. */
	bool diff;
	/* First scale each sample type of the source so that its sum is the base's. */
	bool normalize;
};

/* *out = source - base, both combined as by pp_profile_combine: what is equal in both cancels out,
 * unless it is a diff. -1 with PP_ERR_FORMAT as there, or if one cannot be normalized to the other.
 * Both are taken over, even on failure, and empty afterwards; *out may be one of them. */
int pp_profile_subtract(struct pp_profile *out, struct pp_profile *source, struct pp_profile *base,
			const struct pp_base_options *options, struct pp_err *err) PP_NODISCARD;

#endif
