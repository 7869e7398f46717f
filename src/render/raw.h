/* SPDX-License-Identifier: Apache-2.0 */
/* A profile as it is in memory: for looking at what a writer wrote. */
#ifndef PP_RENDER_RAW_H
#define PP_RENDER_RAW_H

#include <stdbool.h>

#include "io/out.h"
#include "profile/filter.h"
#include "profile/profile.h"

struct pp_raw_options {
	bool noinlines; /* of a location's lines, show only the outermost */
	bool columns;	/* with noinlines: keep columns, which are 0 otherwise, as pprof has it */
};

/* Byte for byte what `pprof -raw` prints, but for characters that are unsafe on a terminal: all
 * tables, and the samples that the filter lets through. A profile without mappings is shown with
 * the empty one that pprof gives it. */
void pp_raw_text(const struct pp_profile *p, const struct pp_filter *filter,
		 const struct pp_raw_options *options, struct pp_out *o);

#endif
