/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The numbers that the rows of a segment's tables have in its file. They are chosen so that what
 * stands next to each other is alike: locations go by address; functions, and in turn strings, by
 * when these first need them; stacks from caller to callee; samples that occur about as often as
 * each other by stack, the frequent ones first.
 */
#ifndef PP_ARCHIVE_SEGMENT_NUMBER_H
#define PP_ARCHIVE_SEGMENT_NUMBER_H

#include <stdint.h>

#include "archive/segment_tables.h"
#include "base/buf.h"

/* The numbers of one table. */
struct pp_segment_order {
	uint32_t *to;	/* by old number; PP_NONE: none yet */
	uint32_t *from; /* by new number */
	uint32_t n;	/* that have one */
};

struct pp_segment_numbers {
	struct pp_segment_order strings, functions, locations, nodes, samples;
};

/* Strings and functions get theirs as they are referred to. */
void pp_segment_numbers_init(struct pp_segment_numbers *n, const struct pp_segment_tables *t);
void pp_segment_numbers_release(struct pp_segment_numbers *n);

/* Append a reference: 0 for a row that none has referred to yet, which gets the next number; else
 * how far its number is from that. */
void pp_segment_put_reference(struct pp_segment_order *o, uint32_t old, struct pp_buf *out);

/* The same for strings, of which 0 is the empty one. */
void pp_segment_put_string(struct pp_segment_order *o, uint32_t old, struct pp_buf *out);

/* Numbers for those of n rows that nothing has referred to. */
void pp_segment_number_rest(struct pp_segment_order *o, uint32_t n);

/* A location by its old number. */
struct pp_segment_location_view {
	struct pp_segment_location head;
	const char *lines; /* not aligned */
	uint32_t nlines;
};

struct pp_segment_location_view pp_segment_location_at(const struct pp_segment_tables *t,
						       uint32_t location);
struct pp_segment_line pp_segment_line_at(const struct pp_segment_location_view *l, uint32_t i);

#endif
