/* SPDX-License-Identifier: Apache-2.0 */
/* A segment on its way into a file: between segment_write.c and segment_rows.c. */
#ifndef PP_ARCHIVE_SEGMENT_EMIT_H
#define PP_ARCHIVE_SEGMENT_EMIT_H

#include "archive/segment.h"
#include "archive/segment_number.h"
#include "archive/segment_write.h"
#include "base/buf.h"

struct pp_segment_emit {
	const struct pp_segment_writer *w;
	const struct pp_segment_tables *t;
	struct pp_segment_numbers n;
	struct pp_buf *file;
	struct pp_buf raw, mappings, headers, sets, functions, locations;
};

static inline const struct pp_entry *pp_emit_entry(const struct pp_segment_writer *w, uint32_t i)
{
	return ((const struct pp_entry *const *)(const void *)w->entries.p)[i];
}

static inline const struct pp_segment_profile *pp_emit_profile(const struct pp_segment_writer *w,
							       uint32_t i)
{
	return (const struct pp_segment_profile *)(const void *)w->profiles.p + i;
}

static inline void pp_emit_block(struct pp_segment_emit *e, enum pp_segment_kind kind,
				 struct pp_buf *raw)
{
	pp_segment_put(e->file, kind, raw);
	pp_buf_clear(raw);
}

/* Append PROFILES, ROWS and VALUES. */
void pp_emit_rows(struct pp_segment_emit *e);

#endif
