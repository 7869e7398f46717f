/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The labels of samples as sets, each kept once, so that samples can be compared by a number. Two
 * samples have the same set if pprof takes their labels for the same (google/pprof, profile.Merge):
 * strings before numbers, sorted by key, the values of one key in the order they came in.
 */
#ifndef PP_PROFILE_LABEL_SETS_H
#define PP_PROFILE_LABEL_SETS_H

#include <stdint.h>

#include "base/buf.h"
#include "base/map.h"

/* Compared as bytes: no padding, and `place` is 0 in a set. Strings are ids of a table that the
 * caller has. str 0: a number. */
struct pp_set_label {
	int64_t num;
	uint32_t key, str, unit;
	uint32_t place; /* for sorting */
};

struct pp_label_sets {
	struct pp_strtab sets;
};

void pp_label_sets_init(struct pp_label_sets *t);
void pp_label_sets_release(struct pp_label_sets *t);

/* The set of these n labels, which are put in order; 0 for none. `strings` resolves their ids. */
uint32_t pp_label_sets_add(struct pp_label_sets *t, struct pp_set_label *labels, size_t n,
			   const struct pp_strtab *strings);

/* How many labels a set has, and the i-th of them. */
size_t pp_label_sets_count(const struct pp_label_sets *t, uint32_t set);
struct pp_set_label pp_label_sets_get(const struct pp_label_sets *t, uint32_t set, size_t i);

#endif
