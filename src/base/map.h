/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Open-addressing hash tables from keys to uint32_t. Two kinds: 64-bit keys stored in the table,
 * and keys that live elsewhere and are compared by the caller (an index of records).
 */
#ifndef PP_BASE_MAP_H
#define PP_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

#define PP_MAP_NONE UINT32_MAX /* no such key; never a stored value */

struct pp_map {
	uint64_t *keys;
	uint32_t *values; /* PP_MAP_NONE: slot is free */
	size_t mask;	  /* slots - 1; 0 while empty */
	size_t count;
	uint64_t seed;
};

void pp_map_release(struct pp_map *m);

/* The value of `key`, or PP_MAP_NONE. */
uint32_t pp_map_find(const struct pp_map *m, uint64_t key);

/* The slot of `key`, created with value PP_MAP_NONE replaced by `fresh` if it was absent. The
 * pointer holds until the next insertion. */
uint32_t *pp_map_put(struct pp_map *m, uint64_t key, uint32_t fresh);

/* Forget `key`, if it is there. */
void pp_map_remove(struct pp_map *m, uint64_t key);

/* Interned byte strings: equal bytes get equal ids, 0 is the empty string. Copies what it is given.
 */
struct pp_strtab {
	struct pp_strtab_entry {
		uint64_t hash;
		size_t offset, n;
	} * entries;
	size_t count, cap;
	uint32_t *slots; /* entry index + 1; 0: free */
	size_t mask;
	char *bytes;
	size_t nbytes, bytes_cap;
	uint64_t seed;
};

void pp_strtab_init(struct pp_strtab *t);
void pp_strtab_release(struct pp_strtab *t);

/* The id of s, new if it was not there. */
uint32_t pp_strtab_add(struct pp_strtab *t, struct pp_str s);

/* The id of s, or PP_MAP_NONE. */
uint32_t pp_strtab_find(const struct pp_strtab *t, struct pp_str s);

/* The bytes of `id`, NUL-terminated, until the next addition. */
struct pp_str pp_strtab_get(const struct pp_strtab *t, uint32_t id);

#endif
