/* SPDX-License-Identifier: Apache-2.0 */
/* Segments as files of an archive. */
#ifndef PP_ARCHIVE_SEGMENT_STORE_H
#define PP_ARCHIVE_SEGMENT_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/archive.h"
#include "archive/list.h"
#include "archive/place.h"
#include "archive/segment_read.h"
#include "archive/series.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"

/* Whether the bytes of a file, whose entries start in an hour, are a segment, all of it as it
 * should be; with `ids`, they are computed anew. *n: its entries. -1 with PP_ERR_FORMAT. */
int pp_segment_check_file(struct pp_str file, int64_t hour, bool ids, uint64_t *n,
			  struct pp_err *err) PP_NODISCARD;

/* The names of the segments in a day's directory that others there say they replace, and of these:
 * as many. */
int pp_segments_replaced(const struct pp_archive *a, const char *dir, struct pp_names *old,
			 struct pp_names *by, struct pp_err *err) PP_NODISCARD;

/* The head of a segment ("2026-11-20/12-HEX.seg"). Series are looked up in, or added to the pool.
 * -1 with PP_ERR_FORMAT or PP_ERR_NOT_FOUND; release in either case. */
int pp_segment_read_head(const struct pp_archive *a, const char *name, struct pp_series_pool *pool,
			 struct pp_segment_head *h, struct pp_err *err) PP_NODISCARD;

/* Add what the merged entries of a segment stand for. */
int pp_segment_add_sources(const struct pp_archive *a, const char *name, struct pp_buf *sources,
			   struct pp_err *err) PP_NODISCARD;

/* The file that an item of this storage is in: its number in list->files, its name there
 * ("2026-11-20/12-HEX.seg"), and its size in bytes. */
uint32_t pp_segment_number_of(const struct pp_item *item);
const char *pp_segment_of(const struct pp_list *list, const struct pp_item *item);
int pp_segment_size_of(const struct pp_archive *a, const struct pp_list *list,
		       const struct pp_item *item, uint64_t *size, struct pp_err *err) PP_NODISCARD;

#endif
