/* SPDX-License-Identifier: Apache-2.0 */
/* Names to numbers: open addressing, at most half full, and a table of guesses. */
#include <config.h>

#include "pprof/folded_names.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/hash.h"

#define FIRST_SLOTS 1024
#define GUESSES	    (1u << 16) /* as many as a processor's cache has room for */

struct pp_folded_slot {
	uint32_t hash;
	uint32_t record; /* its place + 1; 0: free */
};

struct record {
	uint32_t name, n;
	char bytes[];
};

static const struct record *record_at(const struct pp_folded_names *t, uint32_t place)
{
	return (const struct record *)(const void *)(t->words + place);
}

static void grow(struct pp_folded_names *t)
{
	struct pp_folded_slot *old = t->slots;
	size_t n = old ? t->mask + 1 : 0, slots = n ? n * 2 : FIRST_SLOTS;

	t->slots = pp_xcalloc(slots, sizeof(*t->slots));
	t->mask = slots - 1;
	for (size_t i = 0; i < n; i++) {
		size_t to = old[i].hash & t->mask;

		if (!old[i].record)
			continue;
		while (t->slots[to].record)
			to = (to + 1) & t->mask;
		t->slots[to] = old[i];
	}
	free(old);
}

void pp_folded_names_init(struct pp_folded_names *t)
{
	*t = (struct pp_folded_names){.seed = pp_hash_seed()};
	t->guesses = pp_xcalloc(GUESSES, sizeof(*t->guesses));
	grow(t);
}

void pp_folded_names_release(struct pp_folded_names *t)
{
	free(t->words);
	free(t->places);
	free(t->slots);
	free(t->guesses);
	*t = (struct pp_folded_names){0};
}

struct pp_str pp_folded_names_get(const struct pp_folded_names *t, uint32_t name)
{
	const struct record *r = record_at(t, t->places[name]);

	return (struct pp_str){r->bytes, r->n};
}

/* Returns the place of its record. */
static uint32_t append(struct pp_folded_names *t, struct pp_str name)
{
	size_t words = (sizeof(struct record) + name.n + 7) / 8;
	uint32_t place = (uint32_t)t->nwords;
	struct record *r;

	t->words = pp_grow(t->words, &t->words_cap, t->nwords + words, sizeof(*t->words));
	t->nwords += words;
	r = (struct record *)(void *)(t->words + place);
	r->name = t->count;
	r->n = (uint32_t)name.n;
	memcpy(r->bytes, name.p, name.n);
	t->places = pp_grow(t->places, &t->places_cap, (size_t)t->count + 1, sizeof(*t->places));
	t->places[t->count++] = place;
	return place;
}

/* Whether two runs of n bytes are the same; most are short. */
static inline bool same(const char *a, const char *b, size_t n)
{
	uint64_t x, y;

	if (n < sizeof(x))
		return memcmp(a, b, n) == 0;
	for (size_t i = 0; i + sizeof(x) < n; i += sizeof(x)) {
		memcpy(&x, a + i, sizeof(x));
		memcpy(&y, b + i, sizeof(y));
		if (x != y)
			return false;
	}
	memcpy(&x, a + n - sizeof(x), sizeof(x));
	memcpy(&y, b + n - sizeof(y), sizeof(y));
	return x == y;
}

/* The place of a name's record. */
static uint32_t find(struct pp_folded_names *t, struct pp_str name)
{
	uint32_t hash = (uint32_t)pp_hash_bytes(t->seed, name.p, name.n);

	if ((size_t)t->count * 2 > t->mask)
		grow(t);
	for (size_t i = hash & t->mask;; i = (i + 1) & t->mask) {
		struct pp_folded_slot *slot = &t->slots[i];

		if (!slot->record) {
			uint32_t place = append(t, name);

			*slot = (struct pp_folded_slot){hash, place + 1};
			return place;
		}
		if (slot->hash != hash)
			continue;
		const struct record *r = record_at(t, slot->record - 1);
		if (r->n == name.n && same(r->bytes, name.p, name.n))
			return slot->record - 1;
	}
}

/* Whether a text begins with this name and the end of a frame. */
static inline bool begins_with(struct pp_str text, const struct record *r)
{
	return r->n <= text.n && (r->n == text.n || text.p[r->n] == ';') &&
	       same(text.p, r->bytes, r->n);
}

uint32_t pp_folded_names_take(struct pp_folded_names *t, struct pp_str text, uint32_t path,
			      size_t *n)
{
	uint32_t *guess = &t->guesses[path % GUESSES], place;
	const char *end;

	if (*guess) {
		const struct record *r = record_at(t, *guess - 1);

		if (begins_with(text, r)) {
			*n = r->n;
			return r->name;
		}
	}
	end = memchr(text.p, ';', text.n);
	*n = end ? (size_t)(end - text.p) : text.n;
	if (*n == 0)
		return PP_FOLDED_NONE;
	place = find(t, (struct pp_str){text.p, *n});
	*guess = place + 1;
	return record_at(t, place)->name;
}
