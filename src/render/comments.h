/* SPDX-License-Identifier: Apache-2.0 */
/* The comments in a profile, all of them, in its order. */
#ifndef PP_RENDER_COMMENTS_H
#define PP_RENDER_COMMENTS_H

#include "io/out.h"
#include "profile/profile.h"

/* A line for each. */
void pp_comments_text(const struct pp_profile *p, struct pp_out *o);

/* One object with the array `comments`. */
void pp_comments_json(const struct pp_profile *p, struct pp_out *o);

/* A header line, then a record for each. */
void pp_comments_csv(const struct pp_profile *p, struct pp_out *o);

#endif
