/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the profiles of a segment have in common, while it is being made: each string, function,
 * mapping, location, set of labels and header once, stacks as a tree, and samples (a stack with a
 * set of labels) by number. Numbers are those of the first occurrence; segment_write.c gives
 * others.
 */
#ifndef PP_ARCHIVE_SEGMENT_TABLES_H
#define PP_ARCHIVE_SEGMENT_TABLES_H

#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "profile/profile.h"

/* Compared as bytes: no padding. Strings, functions, mappings are numbers. */
struct pp_segment_function {
	int64_t start_line;
	uint32_t name, system_name, filename, zero;
};

struct pp_segment_mapping {
	uint64_t start, limit, offset;
	uint32_t file, build_id;
	uint32_t flags;
	uint32_t occurrence; /* among equal ones of its profile, so that each is told apart */
};

struct pp_segment_line {
	int64_t line, column;
	uint32_t function, zero;
};

/* Its lines stand behind it. */
struct pp_segment_location {
	uint64_t address;
	uint32_t mapping; /* PP_NONE: none */
	uint32_t folded;
};

struct pp_segment_label {
	int64_t num;
	uint32_t key, str, unit, zero;
};

struct pp_segment_header {
	int64_t period;
	uint32_t has_period_type, period_type, period_unit;
	uint32_t drop_frames, keep_frames, default_type, doc_url;
	uint32_t ntypes, ncomments, nmappings;
	uint32_t number[]; /* type and unit of each type; comments; mappings */
};

struct pp_segment_node {
	uint32_t parent, location; /* node 0 is the empty stack */
};

struct pp_segment_sample {
	uint32_t node, set;
	uint32_t count; /* how often it occurs */
};

struct pp_segment_tables {
	struct pp_strtab strings;
	/* rows as above, the number of each being its id - 1; of sets, which may be empty, the id
	 */
	struct pp_strtab functions, mappings, locations, sets, headers;
	struct pp_map node_of;	 /* parent << 32 | location */
	struct pp_map sample_of; /* node << 32 | set */
	struct pp_buf nodes, samples;
	uint64_t depths; /* of all samples */
};

/* What is kept of a profile. */
struct pp_segment_profile {
	uint32_t header;
	uint32_t nextra_locations, nextra_functions; /* that no sample, no location leads to */
	size_t nrows;
};

void pp_segment_tables_init(struct pp_segment_tables *t);
void pp_segment_tables_release(struct pp_segment_tables *t);

/* About how many bytes they take when they are written. */
uint64_t pp_segment_tables_size(const struct pp_segment_tables *t);

/* Enter a profile: its rows' samples (uint32_t) and values (int64_t, those of a row together), its
 * extra locations and functions (uint32_t) are appended. */
void pp_segment_tables_add(struct pp_segment_tables *t, const struct pp_profile *p,
			   struct pp_segment_profile *out, struct pp_buf *rows,
			   struct pp_buf *values, struct pp_buf *extra);

static inline const struct pp_segment_node *pp_segment_nodes(const struct pp_segment_tables *t)
{
	return (const struct pp_segment_node *)(const void *)t->nodes.p;
}

static inline struct pp_segment_sample *pp_segment_samples(const struct pp_segment_tables *t)
{
	return (struct pp_segment_sample *)(void *)t->samples.p;
}

#endif
