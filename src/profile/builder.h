/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making a profile out of what was collected or imported: everything is added by value and kept
 * once, samples are packed as they come. The result is a pp_profile like one that was read.
 */
#ifndef PP_PROFILE_BUILDER_H
#define PP_PROFILE_BUILDER_H

#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/map.h"
#include "profile/profile.h"

/* Fields that are a single number of the profile are set in `head` directly. */
struct pp_builder {
	struct pp_profile head;
	struct pp_strtab strings;
	struct pp_strtab function_keys, location_keys;
	struct pp_buf sample_types, mappings, functions, locations, lines, comments;
	struct pp_buf samples; /* packed */
};

/* One label of a sample: strings by their position. str 0: a number. */
struct pp_builder_label {
	uint32_t key, str, unit;
	int64_t num;
};

void pp_builder_init(struct pp_builder *b);
void pp_builder_release(struct pp_builder *b);

/* The position of a string. */
uint32_t pp_builder_string(struct pp_builder *b, struct pp_str s);

void pp_builder_sample_type(struct pp_builder *b, const char *type, const char *unit);
void pp_builder_comment(struct pp_builder *b, struct pp_str text);

/* Add a mapping (its id is set here); returns its position. The first is the main binary's. */
uint32_t pp_builder_mapping(struct pp_builder *b, const struct pp_mapping *m);

/* The function with these strings and start line; returns its position. */
uint32_t pp_builder_function(struct pp_builder *b, uint32_t name, uint32_t system_name,
			     uint32_t filename, int64_t start_line);

/* The location at an address of a mapping (PP_NONE: of none); without an address, the one with
 * these lines. If it is new, it gets the lines, innermost inlined function first. Returns its
 * position. */
uint32_t pp_builder_location(struct pp_builder *b, uint32_t mapping, uint64_t address,
			     const struct pp_line *lines, uint32_t nlines);

/* A location that was added, to be completed with what is only known later: mapping, address,
 * lines. Valid until the next one is added. */
struct pp_location *pp_builder_location_at(struct pp_builder *b, uint32_t location);

/* Replace the lines of a location. */
void pp_builder_set_lines(struct pp_builder *b, uint32_t location, const struct pp_line *lines,
			  uint32_t nlines);

/* As pp_builder_location, but a new one, whatever there is already. */
uint32_t pp_builder_new_location(struct pp_builder *b, uint32_t mapping, uint64_t address,
				 const struct pp_line *lines, uint32_t nlines);

/* Add a sample: locations leaf first, one value per sample type. */
void pp_builder_sample(struct pp_builder *b, const uint32_t *locations, uint32_t nlocations,
		       const int64_t *values, const struct pp_builder_label *labels,
		       uint32_t nlabels);

/* Turn everything into *p, which the caller releases. The builder is as after pp_builder_init, and
 * still to be released. */
int pp_builder_finish(struct pp_builder *b, struct pp_profile *p, struct pp_err *err) PP_NODISCARD;

#endif
