/* SPDX-License-Identifier: Apache-2.0 */
/* The entries that those of a merged segment stand for: of each id the first 8 bytes, as a number
 * whose order is theirs. */
#ifndef PP_ARCHIVE_SEGMENT_SOURCES_H
#define PP_ARCHIVE_SEGMENT_SOURCES_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "archive/entry.h"
#include "archive/fields.h"
#include "base/buf.h"

static inline uint64_t pp_source_of(const struct pp_id *id)
{
	uint64_t v;

	memcpy(&v, id->bytes, sizeof(v));
	return be64toh(v);
}

static inline void pp_sources_add(struct pp_buf *sources, uint64_t source)
{
	pp_buf_add(sources, &source, sizeof(source));
}

/* Append them to a SUMMARY, in order and each once; nothing if there are none. */
void pp_sources_put(struct pp_buf *sources, struct pp_buf *out);

/* Read them from the end of a SUMMARY; *sources is owned by the caller. False if they are not as
 * they would have been put. */
bool pp_sources_read(struct pp_fields *f, uint64_t **sources, uint32_t *n);

#endif
