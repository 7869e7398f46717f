/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names in folded stacks, numbered as they are met. Most of such a file are names that were met
 * before, so looking one up decides how fast it is read. What that touches lies close together: a
 * name's bytes are copied behind its number. And what followed the same frames the last time is
 * tried first, since comparing a name is less work than finding its end and a hash of it.
 */
#ifndef PP_PPROF_FOLDED_NAMES_H
#define PP_PPROF_FOLDED_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

#define PP_FOLDED_NONE UINT32_MAX

struct pp_folded_names {
	uint64_t *words; /* records of all names */
	size_t nwords, words_cap;
	uint32_t *places; /* of each name's record */
	size_t places_cap;
	uint32_t count;
	struct pp_folded_slot *slots;
	size_t mask;
	uint32_t *guesses;
	uint64_t seed;
};

void pp_folded_names_init(struct pp_folded_names *t);
void pp_folded_names_release(struct pp_folded_names *t);

/* The number of the name of the frame at the front of a text, which its ';' or the end of the text
 * ends; *n is how many bytes stand there. PP_FOLDED_NONE if it has no name. `path` is any number
 * that tells the frames in front of it. */
uint32_t pp_folded_names_take(struct pp_folded_names *t, struct pp_str text, uint32_t path,
			      size_t *n);

/* A name's bytes, until the next one is taken. */
struct pp_str pp_folded_names_get(const struct pp_folded_names *t, uint32_t name);

#endif
