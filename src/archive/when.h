/* SPDX-License-Identifier: Apache-2.0 */
/* Instants and ranges of time as people write them: doc/ARCHIVE.md, 6. */
#ifndef PP_ARCHIVE_WHEN_H
#define PP_ARCHIVE_WHEN_H

#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

/* [from, until), nanoseconds since the epoch; INT64_MIN and INT64_MAX where it is open. */
struct pp_range {
	int64_t from, until;
};

/* An instant: RFC 3339, "2026-11-20", "2026-11-20 14:00[:05[.5]]" and "14:00[:05]" in local time
 * (the latter of the day of `now`), "now", "today", "yesterday", "@SECONDS", each perhaps with +
 * or - and a duration. -1 with PP_ERR_USAGE. */
int pp_when_parse(struct pp_str text, int64_t now, int64_t *ns, struct pp_err *err) PP_NODISCARD;

/* A range: "FROM..UNTIL", one of which may be missing. -1 with PP_ERR_USAGE, also if it ends
 * before it begins. */
int pp_range_parse(struct pp_str text, int64_t now, struct pp_range *range,
		   struct pp_err *err) PP_NODISCARD;

#endif
