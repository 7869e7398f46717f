/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table of places in a run of records, at most three quarters full. Nearly all time goes
 * into waiting for memory, so slots and records are asked for some samples ahead.
 */
#include <config.h>

#include "profile/sample_set.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/magnitude.h"

/* A slot has the high bits of the hash, so that most strangers are told apart without a look at
 * their records, and the record's place in units of 8 bytes, plus 1. */
#define PLACE_BITS  40
#define PLACE_MASK  ((1ULL << PLACE_BITS) - 1)
#define FIRST_SLOTS 64
#define ALIGN	    8u

#define AHEAD_SLOT   16 /* samples */
#define AHEAD_RECORD 8

void pp_sample_set_init(struct pp_sample_set *s, uint32_t nvalues, uint64_t expected)
{
	size_t slots = FIRST_SLOTS;

	while (slots / 4 * 3 < expected)
		slots *= 2;
	*s = (struct pp_sample_set){.nvalues = nvalues, .mask = slots - 1};
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

static struct pp_sample_record *record_at(const uint8_t *run, size_t at)
{
	return (struct pp_sample_record *)(uintptr_t)(run + at);
}

static size_t size_of(const struct pp_sample_set *s, const struct pp_sample_record *r)
{
	return pp_sample_record_size(s->nvalues, r->nstack);
}

struct pp_sample_record *pp_sample_set_next(const struct pp_sample_set *s, size_t *at)
{
	if (*at >= s->nrecords)
		return NULL;
	struct pp_sample_record *r = record_at(s->records, *at);
	*at += size_of(s, r);
	return r;
}

static uint64_t slot_for(uint64_t hash, size_t at)
{
	return (hash & ~PLACE_MASK) | (at / ALIGN + 1);
}

static struct pp_sample_record *record_of(const struct pp_sample_set *s, uint64_t slot)
{
	return record_at(s->records, (size_t)((slot & PLACE_MASK) - 1) * ALIGN);
}

static void grow(struct pp_sample_set *s)
{
	const struct pp_sample_record *r;
	size_t at = 0, place = 0;

	s->mask = s->mask * 2 + 1;
	free(s->slots);
	s->slots = pp_xcalloc(s->mask + 1, sizeof(*s->slots));
	for (; (r = pp_sample_set_next(s, &at)); place = at) {
		size_t i = pp_hash_slot(r->hash, s->mask);

		while (s->slots[i])
			i = (i + 1) & s->mask;
		s->slots[i] = slot_for(r->hash, place);
	}
}

static bool may_be(uint64_t slot, const struct pp_sample_record *r)
{
	return (slot & ~PLACE_MASK) == (r->hash & ~PLACE_MASK);
}

static bool is_same(const struct pp_sample_set *s, const struct pp_sample_record *a,
		    const struct pp_sample_record *b)
{
	return a->hash == b->hash && a->labels == b->labels && a->nstack == b->nstack &&
	       memcmp(&a->values[s->nvalues], &b->values[s->nvalues], a->nstack) == 0;
}

static int add(struct pp_sample_set *s, const struct pp_sample_record *r, struct pp_err *err)
{
	size_t i = pp_hash_slot(r->hash, s->mask), size = size_of(s, r);

	for (; s->slots[i]; i = (i + 1) & s->mask) {
		struct pp_sample_record *old = record_of(s, s->slots[i]);

		if (!may_be(s->slots[i], r) || !is_same(s, old, r))
			continue;
		for (uint32_t v = 0; v < s->nvalues; v++)
			old->values[v] = pp_wrap_add(old->values[v], r->values[v]);
		return 0;
	}

	uint64_t place = s->nrecords / ALIGN;
	if (place >= PLACE_MASK - 1)
		return pp_err_set(err, PP_ERR_LIMIT, "the samples are too many to be merged");
	s->slots[i] = slot_for(r->hash, s->nrecords);
	s->records = pp_grow(s->records, &s->cap, s->nrecords + size, 1);
	memcpy(s->records + s->nrecords, r, size);
	s->nrecords += size;
	s->count++;
	if (s->count > (s->mask + 1) / 4 * 3)
		grow(s);
	return 0;
}

/* The record at *at of a run, which is stepped over; NULL at its end. */
static const struct pp_sample_record *step(const struct pp_sample_set *s, const struct pp_buf *run,
					   size_t *at)
{
	if (*at >= run->n)
		return NULL;
	const struct pp_sample_record *r = record_at((const uint8_t *)run->p, *at);
	*at += size_of(s, r);
	return r;
}

static void ask_for_slot(const struct pp_sample_set *s, const struct pp_sample_record *r)
{
	if (r)
		__builtin_prefetch(&s->slots[r->hash & s->mask]);
}

static void ask_for_record(const struct pp_sample_set *s, const struct pp_sample_record *r)
{
	uint64_t slot = r ? s->slots[r->hash & s->mask] : 0;

	if (slot && may_be(slot, r))
		__builtin_prefetch(record_of(s, slot));
}

int pp_sample_set_add(struct pp_sample_set *s, const struct pp_buf *records, struct pp_err *err)
{
	const struct pp_sample_record *r;
	size_t at = 0, record_at = 0, slot_at = 0;

	for (int i = 0; i < AHEAD_SLOT; i++) {
		ask_for_slot(s, step(s, records, &slot_at));
		if (i >= AHEAD_SLOT - AHEAD_RECORD)
			ask_for_record(s, step(s, records, &record_at));
	}
	while ((r = step(s, records, &at))) {
		ask_for_slot(s, step(s, records, &slot_at));
		ask_for_record(s, step(s, records, &record_at));
		if (add(s, r, err))
			return -1;
	}
	return 0;
}
