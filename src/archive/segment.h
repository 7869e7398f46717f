/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Segments, the entries of an hour and a group in one file with shared tables: doc/ARCHIVE.md, 4.
 * Here is what writer and reader agree on; segment_write.h makes one, segment_read.h takes it
 * apart, segment_profile.h makes profiles of it.
 */
#ifndef PP_ARCHIVE_SEGMENT_H
#define PP_ARCHIVE_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

#define PP_SEGMENT_MAGIC      "PPSEG1\n" /* with the NUL */
#define PP_SEGMENT_MAGIC_SIZE 8
#define PP_SEGMENT_BLOCK_HEAD 16 /* bytes in front of a block's */

/* Limits of a reader, which writers stay well below: what a hostile file can make us allocate. */
#define PP_SEGMENT_FILE_MAX   (64u << 20)
#define PP_SEGMENT_RAW_MAX    (64u << 20) /* of all blocks together, unpacked */
#define PP_SEGMENT_VALUES_MAX (24u << 20)
#define PP_SEGMENT_DEPTHS_MAX (64u << 20) /* locations in all stacks of one profile */
#define PP_SEGMENT_SIZE_MAX   (16u << 20) /* canonical bytes of an entry; larger ones stay loose */

/* Blocks in their order; of the last as many as there are sample types. */
enum pp_segment_kind {
	PP_SEGMENT_SUMMARY = 1,
	PP_SEGMENT_ENTRIES,
	PP_SEGMENT_IDS,
	PP_SEGMENT_STRINGS,
	PP_SEGMENT_MAPPINGS,
	PP_SEGMENT_HEADERS,
	PP_SEGMENT_LABELSETS,
	PP_SEGMENT_FUNCTIONS,
	PP_SEGMENT_LOCATIONS,
	PP_SEGMENT_STACKS,
	PP_SEGMENT_SAMPLES,
	PP_SEGMENT_PROFILES,
	PP_SEGMENT_ROWS,
	PP_SEGMENT_VALUES,
};

/* How a column of values is kept. */
enum pp_segment_values {
	PP_SEGMENT_PLAIN,
	PP_SEGMENT_CHANGES, /* each as the difference to the value that the sample had last */
};

/* A block's head, checked as far as it can be without its bytes. */
struct pp_segment_block {
	uint32_t raw, stored; /* bytes, unpacked and in the file */
	uint32_t crc;
	bool packed;
};

/* Append a block. */
void pp_segment_put(struct pp_buf *file, enum pp_segment_kind kind, const struct pp_buf *raw);

/* The head of the block at `bytes`, of which there are PP_SEGMENT_BLOCK_HEAD at least. -1 with
 * PP_ERR_FORMAT if it is not of this kind. */
int pp_segment_block(struct pp_segment_block *b, const char *bytes, enum pp_segment_kind kind,
		     struct pp_err *err) PP_NODISCARD;

/* Take a block from the front of *rest, and append its bytes, unpacked, to `raw`. *budget, which is
 * what it may have at most, is less by so many. -1 with PP_ERR_FORMAT. */
int pp_segment_take(struct pp_str *rest, enum pp_segment_kind kind, uint64_t *budget,
		    struct pp_buf *raw, struct pp_err *err) PP_NODISCARD;

#endif
