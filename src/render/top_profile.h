/* SPDX-License-Identifier: Apache-2.0 */
/* The `top` view as a profile of its own: a sample for each row, with the values cum and flat. */
#ifndef PP_RENDER_TOP_PROFILE_H
#define PP_RENDER_TOP_PROFILE_H

#include "analyze/nodes.h"
#include "analyze/rows.h"
#include "base/compiler.h"
#include "base/err.h"
#include "profile/profile.h"
#include "render/header.h"

/* Make *p, which the caller releases. What it holds is what `pprof -topproto` writes: values in
 * h->out_unit, which is chosen, cut to whole numbers. */
int pp_top_profile(struct pp_profile *p, const struct pp_rows *rows, const struct pp_nodes *nodes,
		   const struct pp_header *h, struct pp_err *err) PP_NODISCARD;

#endif
