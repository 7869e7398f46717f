/* SPDX-License-Identifier: Apache-2.0 */
/* What a profile holds, in numbers: for looking at it before looking into it. Nothing is filtered
 * or dropped. */
#ifndef PP_ANALYZE_SUMMARY_H
#define PP_ANALYZE_SUMMARY_H

#include <stdint.h>

#include "profile/profile.h"

/* Of the locations in one mapping. */
struct pp_summary_mapping {
	uint32_t locations;
	/* and of these: with a function's name, a file, a line, inlined calls */
	uint32_t functions, files, lines, inlined;
};

struct pp_summary {
	int64_t *totals;  /* per sample type: the sum of absolute values; wraps */
	uint64_t frames;  /* of all stacks, inlined ones included */
	uint64_t deepest; /* most frames in one stack */
	uint64_t empty;	  /* samples without a stack */
	struct pp_summary_mapping *mappings; /* as in the profile; one more for no mapping */
};

void pp_summary_init(struct pp_summary *s, const struct pp_profile *p);
void pp_summary_release(struct pp_summary *s);

#endif
