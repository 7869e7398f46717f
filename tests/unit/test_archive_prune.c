/* SPDX-License-Identifier: Apache-2.0 */
/* What pruning decides by: policies, windows, what merged entries stand for, and tallies. */
#include <config.h>

#include "unit.h"

#include <stdlib.h>

#include "archive/policy.h"
#include "archive/prune_window.h"
#include "archive/segment_sources.h"
#include "archive/tally.h"
#include "base/clock.h"
#include "profile/builder.h"

#define SEC  PP_NSEC_PER_SEC
#define HOUR (3600 * SEC)
#define DAY  (24 * HOUR)

static void policies_say_what_becomes_of_an_age(void **state)
{
	struct pp_policy p;
	struct pp_err err;

	(void)state;
	assert_int_equal(pp_policy_parse(&p, "full=1d,5m=7d,1h=90d", &err), 0);
	assert_int_equal(p.n, 3);
	assert_true(p.step[0].window == 0 && p.step[0].age == DAY);
	assert_true(p.step[1].window == 300 * SEC && p.step[2].window == HOUR);
	assert_int_equal(pp_policy_find(&p, -1), 0); /* not over */
	assert_int_equal(pp_policy_find(&p, DAY - 1), 0);
	assert_int_equal(pp_policy_find(&p, DAY), 1);
	assert_int_equal(pp_policy_find(&p, 7 * DAY), 2);
	assert_int_equal(pp_policy_find(&p, 90 * DAY - 1), 2);
	assert_int_equal(pp_policy_find(&p, 90 * DAY), 3);
	assert_int_equal(pp_policy_parse(&p, "full=0s", &err), 0);
	assert_int_equal(pp_policy_find(&p, -1), 0);
	assert_int_equal(pp_policy_find(&p, 0), 1);
	assert_int_equal(pp_policy_parse(&p, PP_POLICY_DEFAULT, &err), 0);
}

static void policies_that_are_wrong_are_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		",",
		"full",
		"full=",
		"=7d",
		"full=7d,",
		"5m=7d",
		"full=7d,full=8d",
		"full=7d,45m=8d",
		"full=7d,2h=8d",
		"full=7d,500ms=8d",
		"full=7d,0s=8d",
		"full=7d,5m=6d",
		"full=7d,10m=8d,15m=9d",
		"full=1d,1s=2d,2s=3d,4s=4d,12s=5d,60s=6d,5m=7d,10m=8d,1h=9d",
	};
	struct pp_policy p;

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(wrong); i++) {
		struct pp_err err = PP_ERR_INIT;

		if (pp_policy_parse(&p, wrong[i], &err) == 0)
			fail_msg("'%s' was taken", wrong[i]);
		assert_int_equal(err.kind, PP_ERR_USAGE);
	}
}

static void windows_are_aligned(void **state)
{
	(void)state;
	assert_true(pp_window_begin(7 * SEC, 5 * SEC) == 5 * SEC);
	assert_true(pp_window_begin(5 * SEC, 5 * SEC) == 5 * SEC);
	assert_true(pp_window_begin(-1, 5 * SEC) == -5 * SEC);
	assert_true(pp_window_begin(-5 * SEC, 5 * SEC) == -5 * SEC);
}

static bool read_sources(const struct pp_buf *bytes, uint64_t **sources, uint32_t *n)
{
	struct pp_fields f;

	*sources = NULL;
	*n = 0;
	pp_fields_init(&f, pp_buf_view(bytes));
	bool good = pp_sources_read(&f, sources, n) && f.p == f.end;
	if (!good)
		free(*sources);
	return good;
}

static void sources_are_in_order_and_each_once(void **state)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf sources = PP_BUF_INIT;
	PP_CLEANUP(pp_buf_release) struct pp_buf bytes = PP_BUF_INIT;
	const struct pp_id id = {{1, 2, 3, 4, 5, 6, 7, 8, 9}};
	uint64_t *again;
	uint32_t n;

	(void)state;
	pp_sources_put(&sources, &bytes);
	assert_int_equal(bytes.n, 0);
	assert_true(read_sources(&bytes, &again, &n) && n == 0);
	assert_true(pp_source_of(&id) == 0x0102030405060708);
	pp_sources_add(&sources, UINT64_MAX);
	pp_sources_add(&sources, pp_source_of(&id));
	pp_sources_add(&sources, UINT64_MAX);
	pp_sources_put(&sources, &bytes);
	assert_int_equal(bytes.n, 1 + 2 * 8);
	assert_memory_equal(bytes.p + 1, id.bytes, 8);
	assert_true(read_sources(&bytes, &again, &n));
	assert_true(n == 2 && again[0] == pp_source_of(&id) && again[1] == UINT64_MAX);
	free(again);
	bytes.n--; /* cut off */
	assert_false(read_sources(&bytes, &again, &n));
	bytes.n++;
	bytes.p[1] = bytes.p[2] = (char)0xff; /* still in order */
	assert_true(read_sources(&bytes, &again, &n));
	free(again);
	for (int i = 1; i <= 8; i++)
		bytes.p[i] = (char)0xff; /* twice the same */
	assert_false(read_sources(&bytes, &again, &n));
}

static void make(struct pp_profile *p, int64_t own, int64_t other)
{
	struct pp_builder b;
	struct pp_err err;

	pp_builder_init(&b);
	pp_builder_sample_type(&b, "samples", "count");
	for (int i = 0; i < 2; i++) {
		uint32_t name = pp_builder_string(&b, i ? PP_STR_LIT("b") : PP_STR_LIT("a"));
		const struct pp_line line = {.function = pp_builder_function(&b, name, name, 0, 1)};
		uint32_t location = pp_builder_location(&b, PP_NONE, 0, &line, 1);

		pp_builder_sample(&b, &location, 1, i ? &other : &own, NULL, 0);
	}
	if (pp_builder_finish(&b, p, &err))
		fail_msg("%s", err.msg);
	pp_builder_release(&b);
}

/* Tally profiles with these values of two functions. */
static struct pp_tally tally(const int64_t (*values)[2], size_t n, bool counts)
{
	struct pp_tally t;

	pp_tally_init(&t, 1);
	for (size_t i = 0; i < n; i++) {
		struct pp_profile p;

		make(&p, values[i][0], values[i][1]);
		pp_tally_add(&t, &p, &counts);
		pp_profile_release(&p);
	}
	return t;
}

static void tallies_tell_functions_apart(void **state)
{
	static const int64_t parts[][2] = {{1, 2}, {3, 0}}, sum[][2] = {{4, 2}},
			     moved[][2] = {{3, 3}};
	struct pp_tally a = tally(parts, 2, true), b = tally(sum, 1, true),
			c = tally(moved, 1, true), nothing = tally(sum, 1, false),
			none = tally(sum, 0, true);

	(void)state;
	assert_true(pp_tally_equal(&a, &b));
	assert_false(pp_tally_equal(&a, &c));
	assert_false(pp_tally_equal(&a, &nothing));
	assert_true(pp_tally_equal(&nothing, &none) && pp_tally_equal(&none, &nothing));
	pp_tally_release(&a);
	pp_tally_release(&b);
	pp_tally_release(&c);
	pp_tally_release(&nothing);
	pp_tally_release(&none);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(policies_say_what_becomes_of_an_age),
		cmocka_unit_test(policies_that_are_wrong_are_refused),
		cmocka_unit_test(windows_are_aligned),
		cmocka_unit_test(sources_are_in_order_and_each_once),
		cmocka_unit_test(tallies_tell_functions_apart),
	};

	return cmocka_run_group_tests_name("archive pruning", tests, NULL, NULL);
}
