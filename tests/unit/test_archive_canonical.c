/* SPDX-License-Identifier: Apache-2.0 */
/* Canonical bytes: the same for whatever says the same, and nothing of it lost. */
#include <config.h>

#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "archive/canonical.h"
#include "oracle_content.h"
#include "pprof/read.h"
#include "random_profile.h"

#define ROUNDS 400

static void read_bytes(struct pp_profile *p, const void *bytes, size_t n)
{
	struct pp_err err = PP_ERR_INIT;

	if (pp_pprof_read_bytes(p, bytes, n, NULL, &err))
		fail_msg("%s", err.msg);
}

static struct pp_buf canonical_of(const void *bytes, size_t n)
{
	struct pp_buf out = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;

	read_bytes(&p, bytes, n);
	if (pp_canonical(&p, &out, &err))
		fail_msg("%s", err.msg);
	pp_profile_release(&p);
	return out;
}

static char *content_of(const void *bytes, size_t n)
{
	struct pp_profile p;

	read_bytes(&p, bytes, n);
	char *text = oracle_content(&p);
	pp_profile_release(&p);
	return text;
}

static void assert_same(const struct pp_buf *a, const struct pp_buf *b, const char *what,
			uint64_t seed)
{
	if (a->n != b->n || memcmp(a->p, b->p, a->n) != 0)
		fail_msg("seed %llu: %s", (unsigned long long)seed, what);
}

static void nothing_is_lost_and_it_is_a_fixed_point(void **state)
{
	(void)state;
	uint64_t seed = 7;

	for (int round = 0; round < ROUNDS; round++) {
		uint64_t first = seed;
		uint8_t *bytes;
		size_t n = make_profile(&seed, &bytes);
		struct pp_buf once = canonical_of(bytes, n), twice = canonical_of(once.p, once.n);
		char *before = content_of(bytes, n), *after = content_of(once.p, once.n);

		assert_same(&once, &twice, "canonical bytes of canonical bytes differ", first);
		if (strcmp(before, after) != 0)
			fail_msg("seed %llu: says\n%s\ninstead of\n%s", (unsigned long long)first,
				 after, before);
		free(before);
		free(after);
		free(bytes);
		pp_buf_release(&once);
		pp_buf_release(&twice);
	}
}

/* Fisher-Yates. */
static void shuffle(uint64_t *seed, void *base, size_t n, size_t size)
{
	unsigned char *p = base, t[64];

	assert_true(size <= sizeof(t));
	for (size_t i = n; i > 1; i--) {
		size_t j = below(seed, i);

		memcpy(t, p + (i - 1) * size, size);
		memmove(p + (i - 1) * size, p + j * size, size);
		memcpy(p + j * size, t, size);
	}
}

/* New numbers for ids: a function of the old ones without collisions. */
static uint64_t other_id(uint64_t id, uint64_t odd)
{
	return id ? id * odd : 0;
}

static void renumber(Pp__Proto__Profile *m, uint64_t odd)
{
	for (size_t i = 0; i < m->n_mapping; i++)
		m->mapping[i]->id = other_id(m->mapping[i]->id, odd);
	for (size_t i = 0; i < m->n_function; i++)
		m->function[i]->id = other_id(m->function[i]->id, odd);
	for (size_t i = 0; i < m->n_location; i++) {
		Pp__Proto__Location *l = m->location[i];

		l->id = other_id(l->id, odd);
		l->mapping_id = other_id(l->mapping_id, odd);
		for (size_t k = 0; k < l->n_line; k++)
			l->line[k]->function_id = other_id(l->line[k]->function_id, odd);
	}
	for (size_t i = 0; i < m->n_sample; i++) {
		for (size_t k = 0; k < m->sample[i]->n_location_id; k++)
			m->sample[i]->location_id[k] = other_id(m->sample[i]->location_id[k], odd);
	}
}

/* Strings in another order, the empty one staying; and everything that refers to them. */
static void reorder_strings(uint64_t *seed, Pp__Proto__Profile *m)
{
	size_t n = m->n_string_table;
	int64_t *to = pp_xcalloc(n, sizeof(*to)), *from = pp_xcalloc(n, sizeof(*from));
	ProtobufCBinaryData *old = pp_xcalloc(n, sizeof(*old));

	for (size_t i = 0; i < n; i++)
		from[i] = (int64_t)i;
	shuffle(seed, from + 1, n - 1, sizeof(*from));
	memcpy(old, m->string_table, n * sizeof(*old));
	for (size_t i = 0; i < n; i++) {
		m->string_table[i] = old[from[i]];
		to[from[i]] = (int64_t)i;
	}
	for (size_t i = 0; i < m->n_sample_type; i++) {
		m->sample_type[i]->type = to[m->sample_type[i]->type];
		m->sample_type[i]->unit = to[m->sample_type[i]->unit];
	}
	for (size_t i = 0; i < m->n_sample; i++) {
		for (size_t k = 0; k < m->sample[i]->n_label; k++) {
			Pp__Proto__Label *l = m->sample[i]->label[k];

			l->key = to[l->key];
			l->str = to[l->str];
			l->num_unit = to[l->num_unit];
		}
	}
	for (size_t i = 0; i < m->n_mapping; i++) {
		m->mapping[i]->filename = to[m->mapping[i]->filename];
		m->mapping[i]->build_id = to[m->mapping[i]->build_id];
	}
	for (size_t i = 0; i < m->n_function; i++) {
		Pp__Proto__Function *f = m->function[i];

		f->name = to[f->name];
		f->system_name = to[f->system_name];
		f->filename = to[f->filename];
	}
	if (m->period_type) {
		m->period_type->type = to[m->period_type->type];
		m->period_type->unit = to[m->period_type->unit];
	}
	for (size_t i = 0; i < m->n_comment; i++)
		m->comment[i] = to[m->comment[i]];
	m->drop_frames = to[m->drop_frames];
	m->keep_frames = to[m->keep_frames];
	m->default_sample_type = to[m->default_sample_type];
	m->doc_url = to[m->doc_url];
	free(to);
	free(from);
	free(old);
}

/* Two neighbours of different keys say the same the other way round. */
static void swap_labels(uint64_t *seed, Pp__Proto__Profile *m)
{
	for (size_t i = 0; i < m->n_sample; i++) {
		Pp__Proto__Sample *s = m->sample[i];

		for (size_t k = 0; k + 1 < s->n_label; k++) {
			Pp__Proto__Label *a = s->label[k], *b = s->label[k + 1];

			if (a->key == b->key || below(seed, 2))
				continue;
			s->label[k] = b;
			s->label[k + 1] = a;
		}
	}
}

/* The last function once more, and half of the locations with it. */
static void double_function(Pp__Proto__Profile *m)
{
	size_t n = m->n_function;
	Pp__Proto__Function *copy;

	if (n == 0)
		return;
	copy = pp_xcalloc(1, sizeof(*copy));
	*copy = *m->function[n - 1];
	copy->id ^= 1ULL << 63;
	m->function = pp_xrealloc(m->function, n + 1, sizeof(Pp__Proto__Function *));
	m->function[m->n_function++] = copy;
	for (size_t i = 0; i < m->n_location; i += 2) {
		for (size_t k = 0; k < m->location[i]->n_line; k++) {
			if (m->location[i]->line[k]->function_id == m->function[n - 1]->id)
				m->location[i]->line[k]->function_id = copy->id;
		}
	}
}

static size_t say_it_differently(uint64_t *seed, const uint8_t *bytes, size_t n, uint8_t **out)
{
	Pp__Proto__Profile *m = pp__proto__profile__unpack(NULL, n, bytes);

	assert_non_null(m);
	double_function(m);
	renumber(m, draw(seed) | 1);
	reorder_strings(seed, m);
	swap_labels(seed, m);
	shuffle(seed, m->sample, m->n_sample, sizeof(*m->sample));
	shuffle(seed, m->function, m->n_function, sizeof(*m->function));
	shuffle(seed, m->location, m->n_location, sizeof(*m->location));
	n = pp__proto__profile__get_packed_size(m);
	*out = pp_xcalloc(n, 1);
	pp__proto__profile__pack(m, *out);
	pp__proto__profile__free_unpacked(m, NULL);
	return n;
}

static void order_and_numbers_do_not_matter(void **state)
{
	(void)state;
	uint64_t seed = 11;

	for (int round = 0; round < ROUNDS; round++) {
		uint64_t first = seed;
		uint8_t *bytes, *other;
		size_t n = make_profile(&seed, &bytes);
		size_t m = say_it_differently(&seed, bytes, n, &other);
		struct pp_buf a = canonical_of(bytes, n), b = canonical_of(other, m);

		assert_same(&a, &b, "the same profile has other canonical bytes", first);
		free(bytes);
		free(other);
		pp_buf_release(&a);
		pp_buf_release(&b);
	}
}

/* One value, one address, one letter: other bytes. */
static void a_difference_shows(void **state)
{
	(void)state;
	uint64_t seed = 13;

	for (int round = 0; round < ROUNDS; round++) {
		uint8_t *bytes;
		size_t n = make_profile(&seed, &bytes);
		Pp__Proto__Profile *m = pp__proto__profile__unpack(NULL, n, bytes);
		struct pp_buf a = canonical_of(bytes, n);

		assert_non_null(m);
		switch (below(&seed, 4)) {
		case 0:
			m->time_nanos ^= 1;
			break;
		case 1:
			m->duration_nanos ^= 1LL << 40;
			break;
		case 2:
			m->sample_type[0]->unit = m->sample_type[0]->unit ? 0 : 1;
			break;
		default:
			if (m->n_sample)
				m->sample[0]->value[0] += 1;
			else
				m->period += 1;
		}
		size_t k = pp__proto__profile__get_packed_size(m);
		uint8_t *other = pp_xcalloc(k, 1);
		pp__proto__profile__pack(m, other);
		struct pp_buf b = canonical_of(other, k);
		assert_true(a.n != b.n || memcmp(a.p, b.p, a.n) != 0);
		pp__proto__profile__free_unpacked(m, NULL);
		free(bytes);
		free(other);
		pp_buf_release(&a);
		pp_buf_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_lost_and_it_is_a_fixed_point),
		cmocka_unit_test(order_and_numbers_do_not_matter),
		cmocka_unit_test(a_difference_shows),
	};

	return cmocka_run_group_tests_name("archive_canonical", tests, NULL, NULL);
}
