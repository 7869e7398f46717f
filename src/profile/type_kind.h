/* SPDX-License-Identifier: Apache-2.0 */
/* What the values of a sample type are about, by its name. */
#ifndef PP_PROFILE_TYPE_KIND_H
#define PP_PROFILE_TYPE_KIND_H

#include <stdbool.h>

#include "base/str.h"

enum pp_type_kind {
	PP_KIND_OTHER,
	PP_KIND_EVENTS,	 /* what happened while it was recorded: cpu, samples */
	PP_KIND_STATE,	 /* what is at a time: inuse_space, goroutine */
	PP_KIND_COUNTER, /* what has happened since the start of the program, unless it was recorded
			  * for a time: alloc_space, contentions */
};

enum pp_type_kind pp_type_kind(struct pp_str type);

static inline bool pp_type_is_state(struct pp_str type)
{
	return pp_type_kind(type) == PP_KIND_STATE;
}

/* Of a profile without a duration. */
static inline bool pp_type_is_cumulative(struct pp_str type)
{
	return pp_type_kind(type) == PP_KIND_COUNTER;
}

#endif
