/* SPDX-License-Identifier: Apache-2.0 */
/* All samples of a profile, shared out to threads where that pays. */
#ifndef PP_PROFILE_WALK_H
#define PP_PROFILE_WALK_H

#include "profile/samples.h"

/* How many workers a walk over the profile uses: at most PP_PARALLEL_MAX. */
unsigned pp_walk_workers(const struct pp_profile *p);

typedef void pp_walk_fn(void *context, unsigned worker, struct pp_sample *s);

/* Call visit for every sample, by any of `workers` threads, in no particular order. The sample may
 * be cut in place. With one worker, samples come in file order. */
void pp_walk(const struct pp_profile *p, unsigned workers, pp_walk_fn *visit, void *context);

#endif
