/* SPDX-License-Identifier: Apache-2.0 */
/* Entries as people, and programs, see them. */
#ifndef PP_CMD_ARCHIVE_TEXT_H
#define PP_CMD_ARCHIVE_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "archive/list.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "io/json.h"

/* "2026-11-20 14:00:05", in local time. */
void pp_archive_time(char *out, size_t size, int64_t ns);

/* The same for many that are near each other: what their minute looks like is kept. Begins as {0}.
 */
struct pp_archive_minute {
	int64_t minute, second; /* since the epoch, in it */
	char text[64];
};

const char *pp_archive_minute_time(struct pp_archive_minute *m, int64_t ns);

/* "process_cpu:cpu" of a profile_type: what it is, unless the kind says it already. Owned by the
 * caller. */
char *pp_archive_short_type(const char *type) PP_NODISCARD;

/* Labels without those that have columns of their own or say nothing to people. */
void pp_archive_short_labels(const struct pp_entry_labels *labels, struct pp_buf *out);

/* Of those, the ones that not all [n] of `among` have alike; all, if that would be none. */
void pp_archive_telling_labels(const struct pp_entry_labels *labels,
			       const struct pp_entry_labels *const *among, size_t n,
			       struct pp_buf *out);

/* Labels as an object, and an entry as one. */
void pp_archive_labels_json(struct pp_json *j, const struct pp_entry_labels *labels);
void pp_archive_entry_json(struct pp_json *j, const struct pp_item *item);

#endif
