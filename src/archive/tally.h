/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What profiles add up to, by sample type: altogether, and by function, of which each place in a
 * stack counts. It is the same before and after a merge, whatever that does to samples.
 */
#ifndef PP_ARCHIVE_TALLY_H
#define PP_ARCHIVE_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "profile/profile.h"

struct pp_tally {
	uint32_t ntypes;
	struct pp_strtab names; /* of functions */
	struct pp_buf sums;	/* int64_t, ntypes for each name; they wrap. Name 0: altogether */
};

void pp_tally_init(struct pp_tally *t, uint32_t ntypes);
void pp_tally_release(struct pp_tally *t);

/* Add a profile with so many types; of those for which `counts` is false nothing. */
void pp_tally_add(struct pp_tally *t, const struct pp_profile *p, const bool *counts);

bool pp_tally_equal(const struct pp_tally *a, const struct pp_tally *b);

#endif
