/* SPDX-License-Identifier: Apache-2.0 */
/* What series a profile is of, from what it says: doc/ARCHIVE.md, 2. */
#ifndef PP_ARCHIVE_DESCRIBE_H
#define PP_ARCHIVE_DESCRIBE_H

#include "archive/labels.h"
#include "archive/series.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "profile/profile.h"

/* Append the encoded series of a profile: `given` labels, and automatic ones where these have none;
 * `host` is the value of one. -1 with PP_ERR_LIMIT if labels become too many. */
int pp_describe(const struct pp_profile *p, const struct pp_entry_labels *given, const char *host,
		struct pp_buf *out, struct pp_err *err) PP_NODISCARD;

#endif
