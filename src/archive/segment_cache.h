/* SPDX-License-Identifier: Apache-2.0 */
/* Segments that are open, of one list: a few, since whoever reads entries reads neighbours. */
#ifndef PP_ARCHIVE_SEGMENT_CACHE_H
#define PP_ARCHIVE_SEGMENT_CACHE_H

#include <stdint.h>

#include "archive/archive.h"
#include "archive/segment_read.h"
#include "base/compiler.h"
#include "base/err.h"

struct pp_segment_cache;

struct pp_segment_cache *pp_segment_cache_new(void) PP_NODISCARD;
void pp_segment_cache_free(struct pp_segment_cache *c);

/* The segment with this name ("2026-11-20/12-....seg"), read if it is not there; `file` is its
 * number, by which it is found. To be given back. Several threads may ask at the same time, at most
 * PP_PARALLEL_MAX. NULL with PP_ERR_NOT_FOUND if it has gone. */
const struct pp_segment *pp_segment_cache_get(struct pp_segment_cache *c,
					      const struct pp_archive *a, uint32_t file,
					      const char *name, struct pp_err *err) PP_NODISCARD;
void pp_segment_cache_put(struct pp_segment_cache *c, const struct pp_segment *s);

/* Read a segment; series are looked up in, or added to the pool. Release in either case. */
int pp_segment_open(struct pp_segment *s, const struct pp_archive *a, const char *name,
		    struct pp_series_pool *pool, struct pp_err *err) PP_NODISCARD;

/* The same but for rows and values, which stay in the bytes of the file. */
int pp_segment_open_tables(struct pp_segment *s, const struct pp_archive *a, const char *name,
			   struct pp_series_pool *pool, struct pp_buf *file,
			   struct pp_err *err) PP_NODISCARD;

#endif
