/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of several profiles as one: equal mappings, functions and locations become one row,
 * numbered in the order in which samples first lead to them. What counts as equal is google/pprof's
 * rule (profile.Merge):
 *
 *   mapping   the size in pages, the file offset, and the build id or else the file
 *   function  names, file and start line
 *   location  the address relative to its mapping, the mapping, the lines (function, line, column),
 *             and whether it is folded
 *
 * Addresses are moved to where the mapping was first seen.
 */
#ifndef PP_PROFILE_MERGE_TABLES_H
#define PP_PROFILE_MERGE_TABLES_H

#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"
#include "profile/profile.h"

/* Rows are the records of profile/profile.h, without ids; their strings are ids of `strings`. */
struct pp_merge_tables {
	struct pp_strtab strings;
	struct pp_strtab mapping_keys, function_keys, location_keys; /* position + 1 of the rows */
	struct pp_buf mappings, functions, locations, lines;
	struct pp_buf key; /* scratch */
};

/* Where the rows of one profile have gone. */
struct pp_merge_source {
	const struct pp_profile *profile;
	uint32_t *strings, *functions, *locations; /* PP_NONE: not asked for yet */
	struct pp_merge_moved {
		uint32_t to;
		uint64_t delta; /* what to add to addresses */
	} * mappings;
	/* All locations are of one nameless mapping: pprof adds that to profiles without mappings,
	 * which shows when they meet others. */
	bool stand_in;
};

void pp_merge_tables_init(struct pp_merge_tables *t);
void pp_merge_tables_release(struct pp_merge_tables *t);

/* Begin with a profile, which must outlive the source. `stand_in`: see above. */
void pp_merge_source_init(struct pp_merge_source *s, const struct pp_profile *p, bool stand_in);
void pp_merge_source_release(struct pp_merge_source *s);

/* The id of one of the profile's strings. */
uint32_t pp_merge_string(struct pp_merge_tables *t, struct pp_merge_source *s, uint32_t string);

/* If there is no mapping yet, take the profile's first: it is that of the main program. */
void pp_merge_first_mapping(struct pp_merge_tables *t, struct pp_merge_source *s);

/* The position of one of the profile's locations, and from now on in s->locations. */
uint32_t pp_merge_new_location(struct pp_merge_tables *t, struct pp_merge_source *s,
			       uint32_t location);

static inline const struct pp_mapping *pp_merge_mappings(const struct pp_merge_tables *t)
{
	return (const struct pp_mapping *)(const void *)t->mappings.p;
}

static inline const struct pp_function *pp_merge_functions(const struct pp_merge_tables *t)
{
	return (const struct pp_function *)(const void *)t->functions.p;
}

static inline const struct pp_location *pp_merge_locations(const struct pp_merge_tables *t)
{
	return (const struct pp_location *)(const void *)t->locations.p;
}

static inline const struct pp_line *pp_merge_lines(const struct pp_merge_tables *t)
{
	return (const struct pp_line *)(const void *)t->lines.p;
}

/* How many rows there are. */
static inline uint32_t pp_merge_nmappings(const struct pp_merge_tables *t)
{
	return (uint32_t)(t->mappings.n / sizeof(struct pp_mapping));
}

static inline uint32_t pp_merge_nfunctions(const struct pp_merge_tables *t)
{
	return (uint32_t)(t->functions.n / sizeof(struct pp_function));
}

static inline uint32_t pp_merge_nlocations(const struct pp_merge_tables *t)
{
	return (uint32_t)(t->locations.n / sizeof(struct pp_location));
}

#endif
