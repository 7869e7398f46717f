/* SPDX-License-Identifier: Apache-2.0 */
/* A profile as it was before a filter has cut its lines, or labels have become frames, so that both
 * can be done again in another way. */
#ifndef PP_PROFILE_UNCUT_H
#define PP_PROFILE_UNCUT_H

#include "profile/profile.h"

struct pp_uncut {
	struct pp_profile tables; /* where they are; borrowed */
	struct pp_location *locations;
	struct pp_line *lines;
};

void pp_uncut_save(struct pp_uncut *u, const struct pp_profile *p);

/* Into the same profile. What it has got since is there no more, and takes up room until the
 * profile is released. */
void pp_uncut_restore(const struct pp_uncut *u, struct pp_profile *p);

void pp_uncut_release(struct pp_uncut *u);

#endif
