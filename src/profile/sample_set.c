/* SPDX-License-Identifier: Apache-2.0 */
/* A hash table of places in a run of records, at most three quarters full. */
#include <config.h>

#include "profile/sample_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/magnitude.h"

/* A slot has the high bits of the hash, so that most strangers are told apart without a look at
 * their records, and the record's place in units of 8 bytes, plus 1. */
#define PLACE_BITS  40
#define PLACE_MASK  ((1ULL << PLACE_BITS) - 1)
#define FIRST_SLOTS 64
#define ALIGN	    8u

void pp_sample_set_init(struct pp_sample_set *s, uint32_t nvalues, uint64_t expected)
{
	size_t slots = FIRST_SLOTS;

	while (slots / 4 * 3 < expected)
		slots *= 2;
	*s = (struct pp_sample_set){.nvalues = nvalues, .mask = slots - 1, .seed = pp_hash_seed()};
	s->slots = pp_xcalloc(slots, sizeof(*s->slots));
}

void pp_sample_set_seal(struct pp_sample_set *s)
{
	free(s->slots);
	s->slots = NULL;
}

void pp_sample_set_release(struct pp_sample_set *s)
{
	pp_sample_set_seal(s);
	free(s->records);
	*s = (struct pp_sample_set){0};
}

static size_t record_size(const struct pp_sample_set *s, size_t nstack)
{
	size_t n = sizeof(struct pp_sample_record) + s->nvalues * sizeof(int64_t) + nstack;

	return (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
}

static struct pp_sample_record *record_at(const struct pp_sample_set *s, size_t at)
{
	return (struct pp_sample_record *)(void *)(s->records + at);
}

struct pp_sample_record *pp_sample_set_next(const struct pp_sample_set *s, size_t *at)
{
	if (*at >= s->nrecords)
		return NULL;
	struct pp_sample_record *r = record_at(s, *at);
	*at += record_size(s, r->nstack);
	return r;
}

static uint64_t hash_of(const struct pp_sample_set *s, const uint8_t *stack, size_t n,
			uint32_t labels)
{
	uint64_t h = pp_hash_bytes(s->seed, stack, n);

	return labels ? pp_hash_u64(h ^ pp_hash_u64(labels ^ s->seed)) : h;
}

static uint64_t slot_for(uint64_t hash, size_t at)
{
	return (hash & ~PLACE_MASK) | (at / ALIGN + 1);
}

static void grow(struct pp_sample_set *s)
{
	struct pp_sample_record *r;
	size_t at = 0, place = 0;

	s->mask = s->mask * 2 + 1;
	free(s->slots);
	s->slots = pp_xcalloc(s->mask + 1, sizeof(*s->slots));
	for (; (r = pp_sample_set_next(s, &at)); place = at) {
		uint64_t hash = hash_of(s, pp_sample_record_stack(s, r), r->nstack, r->labels);
		size_t i = hash & s->mask;

		while (s->slots[i])
			i = (i + 1) & s->mask;
		s->slots[i] = slot_for(hash, place);
	}
}

static bool is_same(const struct pp_sample_set *s, uint64_t slot, const uint8_t *stack,
		    size_t nstack, uint32_t labels)
{
	const struct pp_sample_record *r = record_at(s, ((slot & PLACE_MASK) - 1) * ALIGN);

	return r->labels == labels && r->nstack == nstack &&
	       memcmp(pp_sample_record_stack(s, r), stack, nstack) == 0;
}

static void append(struct pp_sample_set *s, const uint8_t *stack, size_t nstack, uint32_t labels,
		   const int64_t *values)
{
	size_t size = record_size(s, nstack);

	s->records = pp_grow(s->records, &s->cap, s->nrecords + size, 1);
	struct pp_sample_record *r = record_at(s, s->nrecords);
	memset((uint8_t *)r + size - ALIGN, 0, ALIGN);
	*r = (struct pp_sample_record){.labels = labels, .nstack = (uint32_t)nstack};
	memcpy(r->values, values, s->nvalues * sizeof(*values));
	if (nstack)
		memcpy(&r->values[s->nvalues], stack, nstack);
	s->nrecords += size;
	s->count++;
}

int pp_sample_set_add(struct pp_sample_set *s, const uint8_t *stack, size_t nstack, uint32_t labels,
		      const int64_t *values, struct pp_err *err)
{
	uint64_t hash = hash_of(s, stack, nstack, labels);
	size_t i = hash & s->mask;

	for (; s->slots[i]; i = (i + 1) & s->mask) {
		uint64_t slot = s->slots[i];

		if ((slot & ~PLACE_MASK) != (hash & ~PLACE_MASK) ||
		    !is_same(s, slot, stack, nstack, labels))
			continue;
		struct pp_sample_record *r = record_at(s, ((slot & PLACE_MASK) - 1) * ALIGN);
		for (uint32_t v = 0; v < s->nvalues; v++)
			r->values[v] = pp_wrap_add(r->values[v], values[v]);
		return 0;
	}

	if (nstack > UINT32_MAX || s->nrecords / ALIGN >= PLACE_MASK - 1)
		return pp_err_set(err, PP_ERR_LIMIT, "the samples are too large to be merged");
	s->slots[i] = slot_for(hash, s->nrecords);
	append(s, stack, nstack, labels, values);
	if (s->count > (s->mask + 1) / 4 * 3)
		grow(s);
	return 0;
}
