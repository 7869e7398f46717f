/* SPDX-License-Identifier: Apache-2.0 */
/* Making a segment. */
#ifndef PP_ARCHIVE_SEGMENT_WRITE_H
#define PP_ARCHIVE_SEGMENT_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/entry.h"
#include "archive/place.h"
#include "archive/segment_tables.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "profile/profile.h"

struct pp_segment_writer {
	struct pp_segment_tables tables;
	struct pp_buf entries;		   /* const struct pp_entry * */
	struct pp_buf profiles;		   /* struct pp_segment_profile, one for each entry */
	struct pp_buf times;		   /* int64_t: time_nanos */
	struct pp_buf rows, values, extra; /* as pp_segment_tables_add makes them */
	struct pp_buf sources;		   /* archive/segment_sources.h */
	uint32_t n;
};

void pp_segment_writer_init(struct pp_segment_writer *w);
void pp_segment_writer_release(struct pp_segment_writer *w);

/* Add an entry, which is borrowed, and its profile. -1 with PP_ERR_FORMAT if the profile has other
 * counts than the entry says. */
int pp_segment_writer_add(struct pp_segment_writer *w, const struct pp_entry *e,
			  const struct pp_profile *p, struct pp_err *err) PP_NODISCARD;

/* Whether it has become so large that nothing more should be added. */
bool pp_segment_writer_is_full(const struct pp_segment_writer *w);

/* Append the bytes of the file; `replaced`: names of the files that it is to replace. */
void pp_segment_writer_finish(struct pp_segment_writer *w, const struct pp_names *replaced,
			      struct pp_buf *file);

#endif
