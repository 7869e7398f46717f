/* SPDX-License-Identifier: Apache-2.0 */
/* analyze/: what functions cost whose names match, and such costs over time. */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "analyze/share.h"
#include "analyze/trend.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "profile/type_kind.h"
#include "stacks_fixture.h"

#define SEC  PP_NSEC_PER_SEC
#define HOUR (3600 * SEC)

static void check_shares(struct pp_shares *s, const struct stack *stacks,
			 const struct pp_share *want, int64_t want_total)
{
	const struct pp_frames_options options = {.granularity = PP_BY_FUNCTION};
	struct pp_share got[PP_SHARES_MAX];
	struct pp_total total;
	struct fixture f;

	fixture_init(&f, stacks, "ms", &options);
	pp_shares_of(s, &f.view, got, &total);
	for (uint32_t i = 0; i < s->n; i++) {
		assert_int_equal(got[i].own, want[i].own);
		assert_int_equal(got[i].cum, want[i].cum);
	}
	assert_int_equal(pp_total_value(&total), want_total);
	fixture_release(&f);
}

static void stacks_count_once(void **state)
{
	static const char *const patterns[] = {"^parse", "^parse$", "main", "nobody"};
	static const struct stack first[] = {
		{"parse parse main", 3, NULL}, {"lex parse parse_all main", 5, NULL},
		{"inner+parse main", 7, NULL}, {"parse+outer main", 11, NULL},
		{"idle", 100, NULL},	       {NULL, 0, NULL},
	};
	static const struct pp_share want_first[] = {{14, 26}, {14, 26}, {0, 26}, {0, 0}};
	static const struct stack second[] = {{"idle parse_all", 1, NULL},
					      {"parse", -4, NULL},
					      {"zero main", 0, NULL},
					      {NULL, 0, NULL}};
	static const struct pp_share want_second[] = {{-4, -3}, {-4, -4}, {0, 0}, {0, 0}};
	struct pp_shares s;
	struct pp_err err = PP_ERR_INIT;

	(void)state;
	assert_int_equal(pp_shares_init(&s, patterns, PP_ARRAY_LEN(patterns), &err), 0);
	/* of one table of names, whatever the order */
	for (int i = 0; i < 2; i++) {
		check_shares(&s, first, want_first, 126);
		check_shares(&s, second, want_second, 5);
	}
	assert_int_equal(s.matched, 7);
	assert_false(pp_shares_gave_up(&s));
	pp_shares_release(&s);
}

static void expressions_are_checked(void **state)
{
	const char *many[PP_SHARES_MAX + 1], *bad[] = {"a", "("};
	struct pp_err err = PP_ERR_INIT;
	struct pp_shares s;

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(many); i++)
		many[i] = "x";
	assert_int_equal(pp_shares_init(&s, many, PP_SHARES_MAX, &err), 0);
	pp_shares_release(&s);
	assert_int_equal(pp_shares_init(&s, many, PP_SHARES_MAX + 1, &err), -1);
	assert_int_equal(err.kind, PP_ERR_USAGE);
	pp_shares_release(&s);
	assert_int_equal(pp_shares_init(&s, bad, 2, &err), -1);
	assert_int_equal(err.kind, PP_ERR_USAGE);
	pp_shares_release(&s);
}

static void the_last_of_64_expressions_counts(void **state)
{
	static const struct stack stacks[] = {{"leaf main", 2, NULL}, {NULL, 0, NULL}};
	struct pp_share want[PP_SHARES_MAX] = {{0, 0}};
	const char *patterns[PP_SHARES_MAX];
	struct pp_err err = PP_ERR_INIT;
	struct pp_shares s;

	(void)state;
	for (size_t i = 0; i < PP_SHARES_MAX; i++)
		patterns[i] = "nobody";
	patterns[0] = "main";
	want[0] = (struct pp_share){0, 2};
	patterns[PP_SHARES_MAX - 1] = "leaf";
	want[PP_SHARES_MAX - 1] = (struct pp_share){2, 2};
	assert_int_equal(pp_shares_init(&s, patterns, PP_SHARES_MAX, &err), 0);
	check_shares(&s, stacks, want, 2);
	pp_shares_release(&s);
}

static void steps_begin_at_multiples(void **state)
{
	(void)state;
	assert_int_equal(pp_trend_floor(0, HOUR), 0);
	assert_int_equal(pp_trend_floor(HOUR - 1, HOUR), 0);
	assert_int_equal(pp_trend_floor(HOUR, HOUR), HOUR);
	assert_int_equal(pp_trend_floor(-1, HOUR), -HOUR);
	assert_int_equal(pp_trend_floor(-HOUR, HOUR), -HOUR);
	assert_int_equal(pp_trend_floor(INT64_MIN, HOUR), INT64_MIN);
	assert_int_equal(pp_trend_floor(INT64_MAX, 1), INT64_MAX);
}

static void steps_are_chosen(void **state)
{
	(void)state;
	assert_int_equal(pp_trend_choose(0, 0, 0), SEC);
	assert_int_equal(pp_trend_choose(0, 60 * SEC - 1, 0), SEC);
	assert_int_equal(pp_trend_choose(0, 60 * SEC, 0), 2 * SEC);
	assert_int_equal(pp_trend_choose(0, 60 * SEC, 10 * SEC), 10 * SEC);
	assert_int_equal(pp_trend_choose(0, 60 * SEC, 11 * SEC), 15 * SEC);
	assert_int_equal(pp_trend_choose(0, 24 * HOUR - 1, 0), HOUR / 2);
	/* not aligned: one more */
	assert_int_equal(pp_trend_choose(1, 60 * HOUR, 0), 2 * HOUR);
	assert_int_equal(pp_trend_choose(1, 60 * HOUR - 1, 0), HOUR);
	assert_int_equal(pp_trend_choose(0, 365 * 24 * HOUR, 0), 7 * 24 * HOUR);
	for (int i = 0; i < 2; i++) {
		int64_t step = pp_trend_choose(i ? INT64_MIN : 0, INT64_MAX, 0);

		assert_true(step > 28 * 24 * HOUR);
	}
}

static void sums_go_to_their_steps(void **state)
{
	const struct pp_trend_cell one = {1, 10 * SEC, 30, 100}, two = {1, 5 * SEC, -10, 100};
	struct pp_err err = PP_ERR_INIT;
	struct pp_trend t;

	(void)state;
	assert_int_equal(pp_trend_init(&t, HOUR + 7, 4 * HOUR, HOUR, &err), 0);
	assert_int_equal(t.first, HOUR);
	assert_int_equal(t.nsteps, 4);
	assert_int_equal(pp_trend_add(&t, PP_STR_LIT("1.10"), HOUR + 7, &one, &err), 0);
	assert_int_equal(pp_trend_add(&t, PP_STR_LIT("1.10"), 2 * HOUR - 1, &two, &err), 0);
	assert_int_equal(pp_trend_add(&t, PP_STR_LIT("1.10"), 4 * HOUR, &two, &err), 0);
	assert_int_equal(pp_trend_add(&t, PP_STR_LIT("1.9"), 2 * HOUR, &one, &err), 0);
	assert_int_equal(pp_trend_add(&t, PP_STR_LIT(""), 2 * HOUR, &one, &err), 0);
	pp_trend_sort(&t);
	assert_int_equal(t.ngroups, 3);
	assert_int_equal(pp_trend_name(&t, &t.groups[0]).n, 0);
	assert_string_equal(pp_trend_name(&t, &t.groups[1]).p, "1.9");
	assert_string_equal(pp_trend_name(&t, &t.groups[2]).p, "1.10");

	const struct pp_trend_group *g = &t.groups[2];
	const struct pp_trend_cell want[] = {{2, 15 * SEC, 20, 200}, {0}, {0}, two};
	for (uint32_t i = 0; i < t.nsteps; i++)
		assert_memory_equal(&g->steps[i], &want[i], sizeof(want[i]));
	assert_int_equal(g->all.value, 10);
	assert_int_equal(g->all.total, 300);

	struct pp_trend_range r = pp_trend_range(&t, g);
	assert_true(r.first == 0.1 && r.last == -0.1 && r.min == -0.1 && r.max == 0.1);
	assert_true(fabs(r.change + 0.2) < 1e-12);
	pp_trend_release(&t);
}

static void what_is_not_known_is_no_number(void **state)
{
	const struct pp_trend_cell nothing = {0}, idle = {3, 0, 0, 0}, some = {3, 2 * SEC, 12, 24};
	struct pp_err err = PP_ERR_INIT;
	struct pp_trend t;

	(void)state;
	assert_true(isnan(pp_trend_share(&nothing)) && isnan(pp_trend_share(&idle)));
	assert_true(isnan(pp_trend_value(&nothing, false)) && pp_trend_value(&idle, false) == 0);
	assert_true(isnan(pp_trend_rate(&idle, false)) && pp_trend_rate(&some, false) == 6);
	/* states are not added up */
	assert_true(pp_trend_value(&some, false) == 12 && pp_trend_value(&some, true) == 4);
	assert_true(isnan(pp_trend_rate(&some, true)) && pp_trend_share(&some) == 0.5);
	/* a merged entry weighs as much as what it was merged from */
	struct pp_trend_cell merged = {1, 2 * SEC, 12, 24};
	pp_trend_repeat(&merged, 3, false);
	assert_true(merged.profiles == 3 && merged.value == 12 && merged.total == 24);
	pp_trend_repeat(&merged, 3, true);
	assert_true(merged.profiles == 3 && merged.value == 36 && merged.total == 72);
	assert_true(pp_trend_value(&merged, true) == 12);
	assert_true(pp_type_is_state(PP_STR_LIT("inuse_space")));
	assert_true(pp_type_is_state(PP_STR_LIT("goroutine")));
	assert_false(pp_type_is_state(PP_STR_LIT("alloc_space")));
	assert_false(pp_type_is_state(PP_STR_LIT("inuse")));
	assert_true(pp_type_is_cumulative(PP_STR_LIT("alloc_space")));
	assert_true(pp_type_is_cumulative(PP_STR_LIT("delay")));
	assert_false(pp_type_is_cumulative(PP_STR_LIT("inuse_space")));
	assert_false(pp_type_is_cumulative(PP_STR_LIT("cpu")));
	assert_int_equal(pp_trend_init(&t, 0, 0, SEC, &err), 0);
	assert_int_equal(pp_trend_add(&t, PP_STR_LIT("a"), 0, &idle, &err), 0);
	struct pp_trend_range r = pp_trend_range(&t, &t.groups[0]);
	assert_true(isnan(r.first) && isnan(r.last) && isnan(r.min) && isnan(r.change));
	pp_trend_release(&t);
}

static void there_are_bounds(void **state)
{
	const struct pp_trend_cell cell = {.profiles = 1, .duration = INT64_MAX};
	struct pp_err err = PP_ERR_INIT;
	struct pp_trend t;
	char name[16];
	int n = 0;

	(void)state;
	assert_int_equal(pp_trend_init(&t, 0, PP_TREND_STEPS_MAX * SEC, SEC, &err), -1);
	assert_int_equal(err.kind, PP_ERR_USAGE);
	pp_trend_release(&t);
	assert_int_equal(pp_trend_init(&t, INT64_MIN, INT64_MAX, SEC, &err), -1);
	pp_trend_release(&t);
	assert_int_equal(pp_trend_init(&t, 0, PP_TREND_STEPS_MAX * SEC - 1, SEC, &err), 0);
	assert_int_equal(t.nsteps, PP_TREND_STEPS_MAX);
	do
		snprintf(name, sizeof(name), "%d", n);
	while (pp_trend_add(&t, pp_str_of(name), 0, &cell, &err) == 0 && ++n);
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	assert_int_equal(n, PP_TREND_CELLS_MAX / PP_TREND_STEPS_MAX);
	/* those that are there take more; durations saturate */
	assert_int_equal(pp_trend_add(&t, PP_STR_LIT("0"), 1, &cell, &err), 0);
	assert_int_equal(t.groups[0].all.duration, INT64_MAX);
	pp_trend_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stacks_count_once),
		cmocka_unit_test(expressions_are_checked),
		cmocka_unit_test(the_last_of_64_expressions_counts),
		cmocka_unit_test(steps_begin_at_multiples),
		cmocka_unit_test(steps_are_chosen),
		cmocka_unit_test(sums_go_to_their_steps),
		cmocka_unit_test(what_is_not_known_is_no_number),
		cmocka_unit_test(there_are_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
