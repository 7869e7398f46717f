/* SPDX-License-Identifier: Apache-2.0 */
/* Hash tables with linear probing, at most half full. */
#include <config.h>

#include "base/map.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"

#define FIRST_SLOTS 64

void pp_map_release(struct pp_map *m)
{
	free(m->keys);
	free(m->values);
	*m = (struct pp_map){0};
}

static size_t map_slot(const struct pp_map *m, uint64_t key)
{
	size_t i = pp_hash_slot(pp_hash_u64(key ^ m->seed), m->mask);

	while (m->values[i] != PP_MAP_NONE && m->keys[i] != key)
		i = (i + 1) & m->mask;
	return i;
}

uint32_t pp_map_find(const struct pp_map *m, uint64_t key)
{
	return m->mask ? m->values[map_slot(m, key)] : PP_MAP_NONE;
}

static void map_grow(struct pp_map *m)
{
	struct pp_map old = *m;
	size_t slots = old.mask ? (old.mask + 1) * 2 : FIRST_SLOTS;

	m->seed = pp_hash_seed();
	m->mask = slots - 1;
	m->keys = pp_xcalloc(slots, sizeof(*m->keys));
	m->values = pp_xcalloc(slots, sizeof(*m->values));
	memset(m->values, 0xff, slots * sizeof(*m->values));
	for (size_t i = 0; old.mask && i <= old.mask; i++) {
		if (old.values[i] == PP_MAP_NONE)
			continue;
		size_t to = map_slot(m, old.keys[i]);
		m->keys[to] = old.keys[i];
		m->values[to] = old.values[i];
	}
	free(old.keys);
	free(old.values);
}

uint32_t *pp_map_put(struct pp_map *m, uint64_t key, uint32_t fresh)
{
	if (m->count * 2 >= m->mask)
		map_grow(m);

	size_t i = map_slot(m, key);
	if (m->values[i] == PP_MAP_NONE) {
		m->keys[i] = key;
		m->values[i] = fresh;
		m->count++;
	}
	return &m->values[i];
}

/* Whether an entry that belongs at slot `home` may be found at `at`, with `hole` free: the hole
 * must not lie on the way. Slots form a circle. */
static bool reaches_over(size_t home, size_t hole, size_t at)
{
	return hole <= at ? home > hole && home <= at : home > hole || home <= at;
}

/* What stands behind the one removed, and would have stood there, moves up (Knuth, 6.4, R). */
void pp_map_remove(struct pp_map *m, uint64_t key)
{
	if (!m->mask)
		return;

	size_t hole = map_slot(m, key), i = hole;
	if (m->values[hole] == PP_MAP_NONE)
		return;
	m->count--;
	for (;;) {
		i = (i + 1) & m->mask;
		if (m->values[i] == PP_MAP_NONE)
			break;
		if (reaches_over(pp_hash_slot(pp_hash_u64(m->keys[i] ^ m->seed), m->mask), hole, i))
			continue;
		m->keys[hole] = m->keys[i];
		m->values[hole] = m->values[i];
		hole = i;
	}
	m->values[hole] = PP_MAP_NONE;
}

void pp_strtab_init(struct pp_strtab *t)
{
	*t = (struct pp_strtab){.seed = pp_hash_seed()};
	pp_strtab_add(t, (struct pp_str){"", 0});
}

void pp_strtab_release(struct pp_strtab *t)
{
	free(t->entries);
	free(t->slots);
	free(t->bytes);
	*t = (struct pp_strtab){0};
}

struct pp_str pp_strtab_get(const struct pp_strtab *t, uint32_t id)
{
	const struct pp_strtab_entry *e = &t->entries[id];

	return (struct pp_str){t->bytes + e->offset, e->n};
}

static size_t strtab_slot(const struct pp_strtab *t, uint64_t hash, struct pp_str s)
{
	size_t i = pp_hash_slot(hash, t->mask);

	for (; t->slots[i]; i = (i + 1) & t->mask) {
		uint32_t id = t->slots[i] - 1;

		if (t->entries[id].hash == hash && pp_str_eq(pp_strtab_get(t, id), s))
			break;
	}
	return i;
}

static void strtab_grow(struct pp_strtab *t)
{
	size_t slots = t->mask ? (t->mask + 1) * 2 : FIRST_SLOTS;

	free(t->slots);
	t->slots = pp_xcalloc(slots, sizeof(*t->slots));
	t->mask = slots - 1;
	for (uint32_t id = 0; id < t->count; id++) {
		size_t i = pp_hash_slot(t->entries[id].hash, t->mask);

		while (t->slots[i])
			i = (i + 1) & t->mask;
		t->slots[i] = id + 1;
	}
}

uint32_t pp_strtab_find(const struct pp_strtab *t, struct pp_str s)
{
	if (!t->mask)
		return PP_MAP_NONE;

	uint32_t slot = t->slots[strtab_slot(t, pp_hash_bytes(t->seed, s.p, s.n), s)];
	return slot ? slot - 1 : PP_MAP_NONE;
}

uint32_t pp_strtab_add(struct pp_strtab *t, struct pp_str s)
{
	uint64_t hash = pp_hash_bytes(t->seed, s.p, s.n);

	if (t->count * 2 >= t->mask)
		strtab_grow(t);
	size_t i = strtab_slot(t, hash, s);
	if (t->slots[i])
		return t->slots[i] - 1;

	uint32_t id = (uint32_t)t->count;
	t->bytes = pp_grow(t->bytes, &t->bytes_cap, t->nbytes + s.n + 1, 1);
	t->entries = pp_grow(t->entries, &t->cap, t->count + 1, sizeof(*t->entries));
	t->entries[id] = (struct pp_strtab_entry){.hash = hash, .offset = t->nbytes, .n = s.n};
	if (s.n)
		memcpy(t->bytes + t->nbytes, s.p, s.n);
	t->bytes[t->nbytes + s.n] = '\0';
	t->nbytes += s.n + 1;
	t->count++;
	t->slots[i] = id + 1;
	return id;
}
