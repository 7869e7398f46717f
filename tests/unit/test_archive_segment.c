/* SPDX-License-Identifier: Apache-2.0 */
/* Segments: what goes in comes out byte for byte, sums are those of a merge, damage is seen. */
#include <config.h>

#include "unit.h"

#include <stdio.h>

#include "archive/segment_sum.h"
#include "few_stacks.h"
#include "oracle_merge.h"
#include "pprof/read.h"
#include "profile/merge.h"
#include "random_profile.h"
#include "segment_fixture.h"

#define ROUNDS 60

static void assert_entry(const struct pp_entry *a, const struct pp_entry *b)
{
	assert_memory_equal(&a->id, &b->id, sizeof(a->id));
	assert_memory_equal(&a->received, &b->received, sizeof(a->received));
	assert_true(a->start == b->start && a->added == b->added && a->duration == b->duration);
	assert_true(a->samples == b->samples && a->profiles == b->profiles && a->size == b->size);
	assert_true(pp_entry_labels_equal(&a->series->labels, &b->series->labels));
	assert_int_equal(a->series->ntypes, b->series->ntypes);
	assert_memory_equal(a->totals, b->totals, a->series->ntypes * sizeof(*a->totals));
}

/* Everything in the file is what was put in. */
static void check(const struct fixture *f, const struct pp_buf *file)
{
	struct pp_series_pool pool;
	struct pp_err err = PP_ERR_INIT;
	struct pp_segment s;

	pp_series_pool_init(&pool);
	if (pp_segment_read(&s, pp_buf_view(file), true, &pool, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(s.head.n, f->n);
	for (uint32_t i = 0; i < f->n; i++) {
		struct pp_buf canonical = PP_BUF_INIT;

		assert_entry(&s.head.entries[i], &f->entry[i]);
		if (pp_segment_check(&s, i, &err) || pp_segment_canonical(&s, i, &canonical, &err))
			fail_msg("%s", err.msg);
		assert_int_equal(canonical.n, f->canonical[i].n);
		assert_memory_equal(canonical.p, f->canonical[i].p, canonical.n);
		pp_buf_release(&canonical);
	}
	pp_segment_release(&s);
	pp_series_pool_release(&pool);
}

static void odd_profiles_come_out_as_they_went_in(void **state)
{
	(void)state;
	uint64_t seed = 11;

	for (int round = 0; round < ROUNDS; round++) {
		PP_CLEANUP(pp_buf_release) struct pp_buf file = PP_BUF_INIT;
		struct fixture f;
		struct pp_err err;

		fixture_init(&f);
		for (size_t n = below(&seed, 12); n; n--) {
			struct pp_profile p;
			uint8_t *bytes;
			size_t size = make_profile(&seed, &bytes);

			if (pp_pprof_read_bytes(&p, bytes, size, NULL, &err))
				fail_msg("%s", err.msg);
			fixture_add(&f, &p, n % 2 ? "service=a" : NULL);
			pp_profile_release(&p);
			free(bytes);
		}
		fixture_finish(&f, &file);
		check(&f, &file);
		fixture_release(&f);
	}
}

static void assert_same_sum(const struct pp_profile *a, const struct pp_profile *b)
{
	struct oracle_samples x, y;

	oracle_samples_init(&x, 2);
	oracle_samples_init(&y, 2);
	oracle_samples_add(&x, a, 1, false);
	oracle_samples_add(&y, b, 1, false);
	assert_true(oracle_samples_equal(&x, &y));
	oracle_samples_release(&x);
	oracle_samples_release(&y);
	assert_int_equal(a->time_nanos, b->time_nanos);
	assert_int_equal(a->duration_nanos, b->duration_nanos);
	assert_int_equal(a->period, b->period);
}

static void check_sum(const struct fixture *f, const struct pp_buf *file)
{
	struct pp_profile originals[ENTRIES_MAX], merged, sum, again;
	struct pp_segment_sum adding;
	uint32_t which[ENTRIES_MAX];
	struct pp_series_pool pool;
	struct pp_err err = PP_ERR_INIT;
	struct pp_segment s;

	for (uint32_t i = 0; i < f->n; i++) {
		fixture_decode(&originals[i], &f->canonical[i]);
		which[i] = i;
	}
	pp_series_pool_init(&pool);
	pp_segment_sum_init(&adding);
	if (pp_profile_merge(&merged, originals, f->n, &err) ||
	    pp_segment_read_tables(&s, pp_buf_view(file), &pool, &err))
		fail_msg("%s", err.msg);
	/* as if they came from several segments */
	for (uint32_t i = 0, n; i < f->n; i += n) {
		n = f->n - i < 3 ? f->n - i : 3;
		if (pp_segment_sum_add(&adding, &s, which + i, n, &err))
			fail_msg("%s", err.msg);
	}
	if (pp_segment_sum_finish(&adding, &sum, &err) || pp_profile_merge(&again, &sum, 1, &err))
		fail_msg("%s", err.msg);
	pp_segment_sum_release(&adding);
	assert_same_sum(&merged, &again);
	pp_profile_release(&merged);
	pp_profile_release(&again);
	pp_segment_release(&s);
	pp_series_pool_release(&pool);
}

static void sums_are_those_of_a_merge(void **state)
{
	(void)state;
	uint64_t seed = 23;

	for (int round = 0; round < ROUNDS; round++) {
		PP_CLEANUP(pp_buf_release) struct pp_buf file = PP_BUF_INIT;
		struct pp_profile p;
		struct fixture f;

		fixture_init(&f);
		for (size_t n = 1 + below(&seed, 10); n; n--) {
			make_few(&p, &seed, round % 2, n == 2);
			assert_true(fixture_add(&f, &p, NULL));
			pp_profile_release(&p);
		}
		fixture_finish(&f, &file);
		check(&f, &file);
		check_sum(&f, &file);
		fixture_release(&f);
	}
}

/* Some profiles, one of them without samples, and their file. */
static void make_file(struct fixture *f, struct pp_buf *file)
{
	uint64_t seed = 5;
	struct pp_profile p;

	fixture_init(f);
	for (int i = 0; i < 4; i++) {
		make_few(&p, &seed, true, i == 2);
		assert_true(fixture_add(f, &p, NULL));
		pp_profile_release(&p);
	}
	fixture_finish(f, file);
}

static int read_only(struct pp_str bytes, bool whole)
{
	struct pp_series_pool pool;
	struct pp_err err = PP_ERR_INIT;
	struct pp_segment s;

	pp_series_pool_init(&pool);
	int rc = pp_segment_read(&s, bytes, whole, &pool, &err);
	if (rc)
		assert_int_equal(err.kind, PP_ERR_FORMAT);
	pp_segment_release(&s);
	pp_series_pool_release(&pool);
	return rc;
}

static void every_flipped_byte_is_seen(void **state)
{
	(void)state;
	PP_CLEANUP(pp_buf_release) struct pp_buf file = PP_BUF_INIT;
	struct fixture f;

	make_file(&f, &file);
	for (size_t at = 0; at < file.n; at++) {
		file.p[at] = (char)(file.p[at] ^ (1 << at % 8));
		PP_CHECK_MSG(read_only(pp_buf_view(&file), true) == -1, "nobody sees it");
		/* each block has its own checksum, so that only the last one is needed for those
		 * who read but a part */
		PP_CHECK_MSG((read_only(pp_buf_view(&file), false) == -1) ==
				     (at < file.n - PP_SHA256_SIZE),
			     "a block");
		file.p[at] = (char)(file.p[at] ^ (1 << at % 8));
	}
	assert_int_equal(read_only(pp_buf_view(&file), true), 0);
	fixture_release(&f);
}

static void a_part_of_a_file_is_refused(void **state)
{
	(void)state;
	PP_CLEANUP(pp_buf_release) struct pp_buf file = PP_BUF_INIT;
	struct fixture f;

	make_file(&f, &file);
	for (size_t n = 0; n < file.n; n++) {
		char *exact = pp_xcalloc(n + 1, 1); /* so that reading beyond it is noticed */

		memcpy(exact, file.p, n);
		assert_int_equal(read_only((struct pp_str){exact, n}, false), -1);
		free(exact);
	}
	fixture_release(&f);
}

/* The head is all that a list needs. */
static void a_head_can_be_read_alone(void **state)
{
	(void)state;
	PP_CLEANUP(pp_buf_release) struct pp_buf file = PP_BUF_INIT;
	struct pp_segment_head head;
	struct pp_series_pool pool;
	struct pp_err err;
	struct fixture f;
	uint64_t size = 0;

	make_file(&f, &file);
	for (size_t n = 8; n<file.n; n = size> n ? (size_t)size : file.n) {
		assert_int_equal(pp_segment_head_size(file.p, n, &size, &err), 0);
		if (size > n)
			continue;
		break;
	}
	assert_true(size < file.n);
	pp_series_pool_init(&pool);
	assert_int_equal(
		pp_segment_head_read(&head, (struct pp_str){file.p, (size_t)size}, &pool, &err), 0);
	assert_int_equal(head.n, f.n);
	assert_entry(&head.entries[3], &f.entry[3]);
	pp_segment_head_release(&head);
	assert_int_equal(
		pp_segment_head_read(&head, (struct pp_str){file.p, (size_t)size - 1}, &pool, &err),
		-1);
	pp_segment_head_release(&head);
	pp_series_pool_release(&pool);
	fixture_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(odd_profiles_come_out_as_they_went_in),
		cmocka_unit_test(sums_are_those_of_a_merge),
		cmocka_unit_test(every_flipped_byte_is_seen),
		cmocka_unit_test(a_part_of_a_file_is_refused),
		cmocka_unit_test(a_head_can_be_read_alone),
	};

	return cmocka_run_group_tests_name("archive segments", tests, NULL, NULL);
}
