/* SPDX-License-Identifier: Apache-2.0 */
/* An entry of the archive, and its record: doc/ARCHIVE.md, 2. */
#ifndef PP_ARCHIVE_ENTRY_H
#define PP_ARCHIVE_ENTRY_H

#include <stdint.h>

#include "archive/series.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "io/sha256.h"
#include "profile/profile.h"

#define PP_ID_DIGITS_MIN    4	       /* of an id, to stand for it */
#define PP_ENTRY_RECORD_MAX (2u << 20) /* bytes */

struct pp_id {
	uint8_t bytes[PP_SHA256_SIZE];
};

/* From all its digits; -1 if they are no id. */
int pp_id_parse(struct pp_str hex, struct pp_id *id);

struct pp_entry {
	struct pp_id id;
	struct pp_id received;		/* SHA-256 of the bytes as they came in */
	int64_t start, added;		/* ns since the epoch */
	int64_t duration;		/* ns */
	uint64_t samples;		/* how many */
	uint64_t profiles;		/* merged into it; 1 for one as it came in */
	uint64_t size;			/* of the canonical bytes */
	const struct pp_series *series; /* borrowed */
	int64_t *totals;		/* one for each type of the series; they wrap. Owned */
};

void pp_entry_release(struct pp_entry *e);

/* Fill in what the profile says and what it is found to hold; id, received, series and size are
 * the caller's to set. `now`: when it is added. */
void pp_entry_measure(struct pp_entry *e, const struct pp_profile *p, int64_t now);

/* The id of canonical bytes with these labels. */
struct pp_id pp_entry_id(const struct pp_entry_labels *labels, struct pp_str canonical);

/* Append the record. -1 with PP_ERR_LIMIT if it were too large to be read again. */
int pp_entry_encode(const struct pp_entry *e, struct pp_buf *out, struct pp_err *err) PP_NODISCARD;

/* From a record, which is hostile; the series is looked up in, or added to the pool. -1 with
 * PP_ERR_FORMAT; release in either case. */
int pp_entry_decode(struct pp_entry *e, struct pp_str record, struct pp_series_pool *pool,
		    struct pp_err *err) PP_NODISCARD;

#endif
