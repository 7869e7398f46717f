/* SPDX-License-Identifier: Apache-2.0 */
/* From a finished recording to a profile: addresses get names, stacks become samples. */
#ifndef PP_COLLECT_NAMING_H
#define PP_COLLECT_NAMING_H

#include "base/compiler.h"
#include "base/err.h"
#include "collect/recording.h"
#include "profile/profile.h"

/* Build the profile: sample types samples/count and cpu/nanoseconds; a mapping per image that was
 * hit, the main binary first, with its build id; kernel frames in "[kernel.kallsyms]"; labels
 * thread and tid, and under -a pid and comm. The caller releases *p. */
int pp_naming_profile(struct pp_recording *r, struct pp_profile *p,
		      struct pp_err *err) PP_NODISCARD;

#endif
