/* SPDX-License-Identifier: Apache-2.0 */
/* Random valid profiles, packed by protobuf-c. */
#ifndef PP_TESTS_RANDOM_PROFILE_H
#define PP_TESTS_RANDOM_PROFILE_H

#include "unit.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "profile.pb-c.h"

/* xorshift64* (Marsaglia, Vigna): the same profiles on every machine. */
static uint64_t draw(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * 0x2545f4914f6cdd1dULL;
}

static size_t below(uint64_t *seed, size_t n)
{
	return n ? (size_t)(draw(seed) % n) : 0;
}

/* Mostly small, now and then any 64 bits. */
static int64_t any_value(uint64_t *seed)
{
	uint64_t v = draw(seed);

	return (int64_t)(v >> below(seed, 64));
}

/* What a random message is made of, freed together. */
struct pool {
	void *blocks[4096];
	size_t n;
};

static void *take(struct pool *pool, size_t n, size_t size)
{
	assert_true(pool->n < PP_ARRAY_LEN(pool->blocks));
	return pool->blocks[pool->n++] = pp_xcalloc(n, size);
}

static void release(struct pool *pool)
{
	while (pool->n)
		free(pool->blocks[--pool->n]);
}

static int64_t any_string(uint64_t *seed, const Pp__Proto__Profile *m)
{
	return (int64_t)below(seed, m->n_string_table);
}

static void make_strings(struct pool *pool, uint64_t *seed, Pp__Proto__Profile *m)
{
	m->n_string_table = 3 + below(seed, 30);
	m->string_table = take(pool, m->n_string_table, sizeof(*m->string_table));
	for (size_t i = 1; i < m->n_string_table; i++) {
		ProtobufCBinaryData *s = &m->string_table[i];

		/* the first bytes tell them apart: sample types need different names */
		s->len = 2 + below(seed, 9);
		s->data = take(pool, s->len, 1);
		for (size_t j = 0; j < s->len; j++)
			s->data[j] = (uint8_t)draw(seed);
		s->data[0] = (uint8_t)i;
	}
}

static void make_types(struct pool *pool, uint64_t *seed, Pp__Proto__Profile *m)
{
	m->n_sample_type = 1 + below(seed, m->n_string_table < 5 ? 2 : 4);
	m->sample_type = take(pool, m->n_sample_type, sizeof(*m->sample_type));
	for (size_t i = 0; i < m->n_sample_type; i++) {
		m->sample_type[i] = take(pool, 1, sizeof(**m->sample_type));
		pp__proto__value_type__init(m->sample_type[i]);
		m->sample_type[i]->type = (int64_t)i;
		m->sample_type[i]->unit = any_string(seed, m);
	}
	if (below(seed, 2)) {
		m->period_type = take(pool, 1, sizeof(*m->period_type));
		pp__proto__value_type__init(m->period_type);
		m->period_type->type = any_string(seed, m);
		m->period_type->unit = any_string(seed, m);
	}
}

/* Distinct ids in one of the ways writers number: from 1, with gaps, downwards, anyhow. */
static uint64_t make_id(int style, size_t i)
{
	switch (style) {
	case 0:
		return i + 1;
	case 1:
		return 3 * i + 2;
	case 2:
		return 1000 - i;
	default:
		return (i + 1) * 0x9e3779b97f4a7c15ULL;
	}
}

static void make_mappings(struct pool *pool, uint64_t *seed, Pp__Proto__Profile *m)
{
	int style = (int)below(seed, 4);

	m->n_mapping = below(seed, 4);
	m->mapping = take(pool, m->n_mapping, sizeof(*m->mapping));
	for (size_t i = 0; i < m->n_mapping; i++) {
		Pp__Proto__Mapping *x = m->mapping[i] = take(pool, 1, sizeof(*x));

		pp__proto__mapping__init(x);
		x->id = make_id(style, i);
		x->memory_start = draw(seed);
		x->memory_limit = draw(seed);
		x->file_offset = (uint64_t)any_value(seed);
		x->filename = any_string(seed, m);
		x->build_id = any_string(seed, m);
		x->has_functions = below(seed, 2) != 0;
		x->has_filenames = below(seed, 2) != 0;
		x->has_line_numbers = below(seed, 2) != 0;
		x->has_inline_frames = below(seed, 2) != 0;
	}
}

static void make_functions(struct pool *pool, uint64_t *seed, Pp__Proto__Profile *m)
{
	int style = (int)below(seed, 4);

	m->n_function = below(seed, 12);
	m->function = take(pool, m->n_function, sizeof(*m->function));
	for (size_t i = 0; i < m->n_function; i++) {
		Pp__Proto__Function *x = m->function[i] = take(pool, 1, sizeof(*x));

		pp__proto__function__init(x);
		x->id = make_id(style, i);
		x->name = any_string(seed, m);
		x->system_name = any_string(seed, m);
		x->filename = any_string(seed, m);
		x->start_line = any_value(seed);
	}
}

static void make_lines(struct pool *pool, uint64_t *seed, const Pp__Proto__Profile *m,
		       Pp__Proto__Location *to)
{
	to->n_line = m->n_function ? below(seed, 4) : 0;
	to->line = take(pool, to->n_line, sizeof(*to->line));
	for (size_t i = 0; i < to->n_line; i++) {
		Pp__Proto__Line *x = to->line[i] = take(pool, 1, sizeof(*x));

		pp__proto__line__init(x);
		x->function_id = m->function[below(seed, m->n_function)]->id;
		x->line = any_value(seed);
		x->column = any_value(seed);
	}
}

static void make_locations(struct pool *pool, uint64_t *seed, Pp__Proto__Profile *m)
{
	int style = (int)below(seed, 4);

	m->n_location = below(seed, 15);
	m->location = take(pool, m->n_location, sizeof(*m->location));
	for (size_t i = 0; i < m->n_location; i++) {
		Pp__Proto__Location *x = m->location[i] = take(pool, 1, sizeof(*x));

		pp__proto__location__init(x);
		x->id = make_id(style, i);
		/* now and then of a mapping that is not there */
		x->mapping_id = m->n_mapping && below(seed, 8)
					? m->mapping[below(seed, m->n_mapping)]->id
					: below(seed, 2) * 77;
		x->address = draw(seed);
		x->is_folded = below(seed, 2) != 0;
		make_lines(pool, seed, m, x);
	}
}

static void make_labels(struct pool *pool, uint64_t *seed, const Pp__Proto__Profile *m,
			Pp__Proto__Sample *to)
{
	to->n_label = below(seed, 4);
	to->label = take(pool, to->n_label, sizeof(*to->label));
	for (size_t i = 0; i < to->n_label; i++) {
		Pp__Proto__Label *x = to->label[i] = take(pool, 1, sizeof(*x));

		pp__proto__label__init(x);
		x->key = any_string(seed, m);
		x->str = below(seed, 2) ? any_string(seed, m) : 0;
		x->num = below(seed, 2) ? any_value(seed) : 0;
		x->num_unit = below(seed, 2) ? any_string(seed, m) : 0;
	}
}

static void make_samples(struct pool *pool, uint64_t *seed, Pp__Proto__Profile *m)
{
	m->n_sample = below(seed, 20);
	m->sample = take(pool, m->n_sample, sizeof(*m->sample));
	for (size_t i = 0; i < m->n_sample; i++) {
		Pp__Proto__Sample *x = m->sample[i] = take(pool, 1, sizeof(*x));

		pp__proto__sample__init(x);
		x->n_location_id = m->n_location ? below(seed, 9) : 0;
		x->location_id = take(pool, x->n_location_id, sizeof(*x->location_id));
		for (size_t j = 0; j < x->n_location_id; j++)
			x->location_id[j] = m->location[below(seed, m->n_location)]->id;
		x->n_value = m->n_sample_type;
		x->value = take(pool, x->n_value, sizeof(*x->value));
		for (size_t j = 0; j < x->n_value; j++)
			x->value[j] = any_value(seed);
		make_labels(pool, seed, m, x);
	}
}

/* A random valid profile, packed by protobuf-c. */
static inline size_t make_profile(uint64_t *seed, uint8_t **bytes)
{
	struct pool pool = {.n = 0};
	Pp__Proto__Profile m = PP__PROTO__PROFILE__INIT;

	make_strings(&pool, seed, &m);
	make_types(&pool, seed, &m);
	make_mappings(&pool, seed, &m);
	make_functions(&pool, seed, &m);
	make_locations(&pool, seed, &m);
	make_samples(&pool, seed, &m);
	m.n_comment = below(seed, 3);
	m.comment = take(&pool, m.n_comment, sizeof(*m.comment));
	for (size_t i = 0; i < m.n_comment; i++)
		m.comment[i] = any_string(seed, &m);
	m.drop_frames = any_string(seed, &m);
	m.keep_frames = any_string(seed, &m);
	m.time_nanos = any_value(seed);
	m.duration_nanos = any_value(seed);
	m.period = any_value(seed);
	m.default_sample_type = any_string(seed, &m);
	m.doc_url = any_string(seed, &m);

	size_t n = pp__proto__profile__get_packed_size(&m);
	*bytes = pp_xcalloc(n, 1);
	pp__proto__profile__pack(&m, *bytes);
	release(&pool);
	return n;
}

#endif
