/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a profile as they were before a filter has cut them, so that it can be filtered
 * again. */
#ifndef PP_PROFILE_UNCUT_H
#define PP_PROFILE_UNCUT_H

#include "profile/profile.h"

struct pp_uncut {
	struct pp_location *locations;
	struct pp_line *lines;
};

void pp_uncut_save(struct pp_uncut *u, const struct pp_profile *p);

/* Into the same profile, which must not have got locations since. */
void pp_uncut_restore(const struct pp_uncut *u, struct pp_profile *p);

void pp_uncut_release(struct pp_uncut *u);

#endif
