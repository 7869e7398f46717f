/* SPDX-License-Identifier: Apache-2.0 */
/* What is left of a damaged segment. */
#ifndef PP_ARCHIVE_SEGMENT_RESCUE_H
#define PP_ARCHIVE_SEGMENT_RESCUE_H

#include <stdint.h>

#include "archive/archive.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

/* Keep as loose objects those entries of a segment whose ids, computed anew, are what its head
 * says; without a head that is well, none. *n: how many. -1 only if they cannot be written. */
int pp_segment_rescue(const struct pp_archive *a, struct pp_str file, uint64_t *n,
		      struct pp_err *err) PP_NODISCARD;

#endif
