/* SPDX-License-Identifier: Apache-2.0 */
/* When to pull again. Times are nanoseconds of one clock. */
#ifndef PP_COLLECT_PACE_H
#define PP_COLLECT_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

#define PP_PACE_RETRY_MAX (300 * PP_NSEC_PER_SEC)

/* After a pull that was to begin at `last`: `every` later, or, if that is over, when as many such
 * steps are over. A server that measures all the time is asked again at once then, so that little
 * is missed. */
int64_t pp_pace_next(int64_t last, int64_t every, int64_t now, bool measures);

/* How long to leave a server alone that has failed so many times in a row, 1 at least: twice as
 * long each time, from `every` up to five minutes (or `every`, if that is longer), and up to a
 * quarter less, which `random` decides: what failed together is not to come back together. */
int64_t pp_pace_retry(int64_t every, unsigned failures, uint32_t random);

#endif
