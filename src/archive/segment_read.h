/* SPDX-License-Identifier: Apache-2.0 */
/* Taking a segment apart. Everything in it is hostile; once it is read, all references hold. */
#ifndef PP_ARCHIVE_SEGMENT_READ_H
#define PP_ARCHIVE_SEGMENT_READ_H

#include <stdint.h>

#include "archive/entry.h"
#include "archive/place.h"
#include "archive/series.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "profile/builder.h"
#include "profile/profile.h"

/* What SUMMARY, ENTRIES and IDS say. */
struct pp_segment_head {
	struct pp_names replaced;
	struct pp_entry *entries; /* whose totals are in `totals` */
	int64_t *totals;
	uint32_t n;
	uint64_t *sources; /* archive/segment_sources.h; in order */
	uint32_t nsources;
};

void pp_segment_head_release(struct pp_segment_head *h);

/* How many bytes of a file the head takes, of which the first n are at hand; more than n if these
 * are too few to tell. -1 with PP_ERR_FORMAT if it is no segment. */
int pp_segment_head_size(const char *bytes, size_t n, uint64_t *size,
			 struct pp_err *err) PP_NODISCARD;

/* From the first bytes of a file. Series are looked up in, or added to the pool. Release in either
 * case. */
int pp_segment_head_read(struct pp_segment_head *h, struct pp_str bytes,
			 struct pp_series_pool *pool, struct pp_err *err) PP_NODISCARD;

/* The same in two steps, the first of which several threads can take at the same time: blocks are
 * checked and unpacked, then taken apart. Release both in either case. */
struct pp_segment_head_blocks {
	struct pp_buf summary, entries, ids;
};

int pp_segment_head_unpack(struct pp_segment_head_blocks *b, struct pp_str bytes,
			   struct pp_err *err) PP_NODISCARD;
int pp_segment_head_parse(struct pp_segment_head *h, const struct pp_segment_head_blocks *b,
			  struct pp_series_pool *pool, struct pp_err *err) PP_NODISCARD;
void pp_segment_head_blocks_release(struct pp_segment_head_blocks *b);

struct pp_segment_heading {
	int64_t period;
	bool has_period_type;
	uint32_t period_type, period_unit, drop_frames, keep_frames, default_type, doc_url;
	uint32_t ntypes, ncomments, nmappings;
	size_t numbers; /* in `numbers`: type and unit of each type, comments, mappings */
};

struct pp_segment_entry {
	uint32_t header;
	int64_t time;
	size_t extra; /* in `numbers`: locations, then functions */
	uint32_t nextra_locations, nextra_functions;
	size_t row, value, ratio; /* the first of each */
};

struct pp_segment {
	struct pp_segment_head head;
	struct pp_arena arena; /* owns what follows */
	struct pp_buf texts;
	struct pp_str *strings; /* [0] is empty */
	struct pp_mapping *mappings;
	struct pp_function *functions;
	struct pp_location *locations;
	struct pp_line *lines;
	struct pp_segment_heading *headers;
	struct pp_buf numbers;		 /* uint32_t */
	struct pp_builder_label *labels; /* of all sets */
	uint32_t *set_ends;		 /* in labels, by set; [0] is 0: the empty one */
	uint32_t *node_parents, *node_locations, *node_depths; /* node 0 is the empty stack */
	uint32_t *sample_nodes, *sample_sets;
	struct pp_segment_entry *entries; /* one more than there are: ends */
	uint32_t *rows;			  /* samples */
	int64_t *values;		  /* those of a row together */
	struct pp_buf ratios;		  /* int64_t: of each entry, of each type but the first */
	struct pp_str packed;		  /* what of the file is behind the tables; borrowed */
	uint64_t budget;		  /* for unpacking it */
	uint32_t nstrings, nmappings, nfunctions, nlocations, nlines, nheaders, nlabels, nsets,
		nnodes, nsamples;
};

/* From the bytes of a file, whose blocks' checksums are compared. With `whole`, that of the file as
 * well. Release in either case. */
int pp_segment_read(struct pp_segment *s, struct pp_str file, bool whole,
		    struct pp_series_pool *pool, struct pp_err *err) PP_NODISCARD;
void pp_segment_release(struct pp_segment *s);

/* The same in two steps: all but rows and values, from a file that has to stay; then these. */
int pp_segment_read_tables(struct pp_segment *s, struct pp_str file, struct pp_series_pool *pool,
			   struct pp_err *err) PP_NODISCARD;
int pp_segment_read_rows(struct pp_segment *s, struct pp_err *err) PP_NODISCARD;

/* The latter for those who only want sums: of the wanted entries (by position), which have the same
 * number of types, values are added to `sums` (by sample, those of one together), and their samples
 * marked. */
int pp_segment_add_rows(struct pp_segment *s, const bool *wanted, int64_t *sums, bool *seen,
			struct pp_err *err) PP_NODISCARD;

static inline const uint32_t *pp_segment_numbers(const struct pp_segment *s, size_t at)
{
	return (const uint32_t *)(const void *)s->numbers.p + at;
}

#endif
