/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What labels a profile's samples carry: their keys, with the unit that numbers under each key have
 * in reports, and all pairs of key and text.
 */
#ifndef PP_PROFILE_LABELS_H
#define PP_PROFILE_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/str.h"
#include "profile/profile.h"

struct pp_label_key {
	struct pp_str name;
	bool used; /* false only for the first entry, the empty name, where no label has it */
	struct pp_str unit; /* of numbers: the first unit met; else the key's own name, or bytes for
			       "alignment" and "request" (as pprof has it) */
	bool has_unit;	    /* some number said its unit */
	bool mixed;	    /* and another said another one */
	struct pp_str other; /* the first other unit */
};

struct pp_label_pair {
	uint32_t key, str; /* strings */
};

struct pp_labels {
	struct pp_strtab names; /* of keys, by position */
	struct pp_map key_of;	/* string -> position in keys */
	struct pp_label_key *keys;
	uint32_t nkeys;
	size_t keys_cap;
	struct pp_map pair_of; /* key << 32 | str -> position in pairs */
	struct pp_label_pair *pairs;
	uint32_t npairs;
	size_t pairs_cap;
};

/* Look at all labels of all samples once. Borrows the profile's strings. */
void pp_labels_init(struct pp_labels *l, const struct pp_profile *p);
void pp_labels_release(struct pp_labels *l);

/* The position of a key string in keys; PP_MAP_NONE if no sample has it. */
uint32_t pp_labels_key(const struct pp_labels *l, uint32_t string);

/* The position of a text label in pairs; it must be one that occurs. */
uint32_t pp_labels_pair(const struct pp_labels *l, uint32_t key, uint32_t str);

#endif
