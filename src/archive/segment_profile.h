/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles out of a segment. */
#ifndef PP_ARCHIVE_SEGMENT_PROFILE_H
#define PP_ARCHIVE_SEGMENT_PROFILE_H

#include <stdint.h>

#include "archive/segment_read.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "profile/profile.h"

/* The profile of entry i, with its samples in no particular order. */
int pp_segment_profile(struct pp_profile *out, const struct pp_segment *s, uint32_t i,
		       struct pp_err *err) PP_NODISCARD;

/* Append its canonical bytes: those that it was added with. */
int pp_segment_canonical(const struct pp_segment *s, uint32_t i, struct pp_buf *out,
			 struct pp_err *err) PP_NODISCARD;

/* Whether entry i is what its id says: -1 with PP_ERR_FORMAT if not. */
int pp_segment_check(const struct pp_segment *s, uint32_t i, struct pp_err *err) PP_NODISCARD;

#endif
