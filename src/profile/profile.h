/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One profile in memory: tables as arrays of plain records that refer to each other by position,
 * and the samples still packed as in the file (profile/samples.h walks them). Whoever holds a
 * pp_profile may rely on it: every reference is in range, every sample has one value per sample
 * type and known locations.
 */
#ifndef PP_PROFILE_PROFILE_H
#define PP_PROFILE_PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "profile/ids.h"

#define PP_SAMPLE_TYPES_MAX \
	1000 /* real profiles have at most a dozen; comparing their names is quadratic */
#define PP_SAMPLE_SPLITS 16 /* ranges of samples that threads can share out */

struct pp_value_type {
	uint32_t type, unit; /* strings */
};

struct pp_mapping {
	uint64_t id;
	uint64_t start, limit, offset; /* addresses [start, limit); file offset of start */
	uint32_t file, build_id;       /* strings */
	bool has_functions, has_filenames, has_lines, has_inlines;
};

struct pp_function {
	uint64_t id;
	uint32_t name, system_name, filename; /* strings */
	int64_t start_line;
};

struct pp_line {
	uint32_t function; /* position in functions */
	int64_t line, column;
};

struct pp_location {
	uint64_t id;
	uint64_t address;
	uint32_t mapping;    /* position in mappings, or PP_NONE */
	uint32_t first_line; /* in lines; innermost inlined function first */
	uint32_t nlines;
	bool folded;
};

/* A run of top-level fields of which those with tag PP_SAMPLE_TAG are samples. */
struct pp_sample_range {
	const uint8_t *begin, *end;
};

struct pp_profile {
	struct pp_arena arena; /* owns every array here */
	uint8_t *
		bytes; /* the inflated file, owned with free(); strings and samples point into it */
	size_t nbytes;

	struct pp_str *strings; /* [0] is empty */
	uint32_t nstrings;
	uint32_t strings_cap; /* room in strings; less than nstrings: full */
	struct pp_value_type *sample_types;
	uint32_t nsample_types;
	struct pp_mapping *mappings;
	uint32_t nmappings;
	struct pp_function *functions;
	uint32_t nfunctions;
	uint32_t nlabel_functions; /* the last ones, made by profile/tag_frames.h */
	struct pp_location *locations;
	uint32_t nlocations;
	struct pp_line *lines;
	uint32_t nlines;
	struct pp_ids location_ids; /* ids in samples -> locations */

	struct pp_sample_range ranges[PP_SAMPLE_SPLITS]; /* together all samples, in file order */
	uint32_t nranges;
	uint64_t nsamples;
	uint32_t max_depth; /* most locations in one sample */

	uint32_t drop_frames, keep_frames; /* strings; regular expressions on function names */
	int64_t time_nanos, duration_nanos;
	bool has_period_type;
	struct pp_value_type period_type;
	int64_t period;
	uint32_t *comments; /* strings */
	uint32_t ncomments;
	uint32_t default_sample_type; /* string; the type of a sample type */
	uint32_t doc_url;	      /* string */

	bool zero_labels; /* labels that are the number 0 without a unit count: it is no file's
			   * default, but was read from text */
};

/* An empty profile whose arena refuses to grow beyond `budget` bytes (0: no limit). */
void pp_profile_init(struct pp_profile *p, size_t budget);
void pp_profile_release(struct pp_profile *p);

static inline struct pp_str pp_profile_str(const struct pp_profile *p, uint32_t string)
{
	return p->strings[string];
}

/* Append a copy of s to the strings, whose array may move. Its position, or PP_NONE with
 * PP_ERR_LIMIT if the arena's budget does not allow it. Equal strings are not looked for. */
uint32_t pp_profile_add_string(struct pp_profile *p, struct pp_str s,
			       struct pp_err *err) PP_NODISCARD;

/* Whether the sample types can be told apart by name, and are not too many: whoever makes a profile
 * of bytes from outside asks. -1 with PP_ERR_FORMAT or PP_ERR_LIMIT. */
int pp_profile_check_types(const struct pp_profile *p, struct pp_err *err) PP_NODISCARD;

/* The sample type that reports show: `name` is its type, its type without the prefix "inuse_" (a
 * habit from heap profiles), or its position in decimal. NULL: the file's default_sample_type if
 * that names one, else the last. -1 with PP_ERR_NOT_FOUND, listing what there is. */
int pp_profile_sample_index(const struct pp_profile *p, const char *name, uint32_t *index,
			    struct pp_err *err) PP_NODISCARD;

#endif
