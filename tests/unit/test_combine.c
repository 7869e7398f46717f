/* SPDX-License-Identifier: Apache-2.0 */
/* profile/combine.h, base.h and scale.h, rule by rule. */
#include <config.h>

#include "merge_fixture.h"

#include "profile/base.h"
#include "profile/combine.h"
#include "profile/scale.h"

static void assert_types(const struct pp_profile *p, const char *want)
{
	struct pp_buf got = PP_BUF_INIT;

	for (uint32_t i = 0; i < p->nsample_types; i++) {
		struct pp_str t = pp_profile_str(p, p->sample_types[i].type);
		struct pp_str u = pp_profile_str(p, p->sample_types[i].unit);

		pp_buf_fmt(&got, "%s%.*s/%.*s", i ? " " : "", (int)t.n, t.p, (int)u.n, u.p);
	}
	assert_string_equal(got.p, want);
	pp_buf_release(&got);
}

static void combining_takes_common_types_and_finest_units(void **state)
{
	(void)state;
	static const struct {
		const char *a[4], *b[4], *types, *samples;
	} cases[] = {
		{{"x/count", "y/count"}, {"x/count", "y/count"}, "x/count y/count", "a=2,4"},
		{{"x/count", "y/count"}, {"y/count", "x/count"}, "x/count y/count", "a=3,3"},
		{{"x/count", "y/count"}, {"y/count"}, "y/count", "a=3"},
		{{"y/count"}, {"x/count", "y/count"}, "y/count", "a=3"},
		{{"t/ms"}, {"t/ns"}, "t/ns", "a=1000001"},
		{{"t/nanoseconds"}, {"t/ns"}, "t/nanoseconds", "a=2"},
		{{"t/ns"}, {"t/seconds"}, "t/ns", "a=1000000001"},
		{{"s/kB"}, {"s/bytes"}, "s/bytes", "a=1025"},
		{{"s/widgets"}, {"s/widgets"}, "s/widgets", "a=2"},
		{{"x/count", "t/ms"}, {"t/us", "z/count"}, "t/us", "a=2001"},
	};
	static const int64_t values[] = {1, 2, 3};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_err err = PP_ERR_INIT;
		struct pp_profile in[2], out;
		size_t na = 0, nb = 0;

		for (; cases[i].a[na]; na++)
			;
		for (; cases[i].b[nb]; nb++)
			;
		types(&in[0], cases[i].a, na, values);
		types(&in[1], cases[i].b, nb, values);
		if (pp_profile_combine(&out, in, 2, &err))
			fail_msg("%s", err.msg);
		assert_types(&out, cases[i].types);
		assert_samples(&out, cases[i].samples);
		pp_profile_release(&out);
	}
}

static void combining_refuses(void **state)
{
	(void)state;
	static const struct {
		const char *a[4], *b[4], *message;
	} cases[] = {
		{{"x/count", "y/count"},
		 {"z/count", "w/ns"},
		 "no sample type is in all profiles: the first has x, y, number 2 has z, w"},
		{{"t/ns"},
		 {"t/bytes"},
		 "the profiles have 't' in different units: 'ns' and 'bytes'"},
		{{"t/ns"},
		 {"t/count"},
		 "the profiles have 't' in different units: 'ns' and 'count'"},
	};
	static const int64_t values[] = {1, 2, 3};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_err err = PP_ERR_INIT;
		struct pp_profile in[2], out;

		types(&in[0], cases[i].a, cases[i].a[1] ? 2 : 1, values);
		types(&in[1], cases[i].b, cases[i].b[1] ? 2 : 1, values);
		assert_int_equal(pp_profile_combine(&out, in, 2, &err), -1);
		assert_string_equal(err.msg, cases[i].message);
		assert_int_equal(err.kind, PP_ERR_FORMAT);
		assert_null(in[0].bytes);
		assert_null(in[1].bytes);
	}
}

static void combining_converts_periods(void **state)
{
	(void)state;
	static const struct header header = {0, 0, 3, {NULL}, "gone", "", "", ""};
	static const char *const names[] = {"z/count", "cpu/ns"};
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile in[2], out;
	struct pp_builder b;

	with_header(&in[0], &header);
	begin(&b, names, 2);
	b.head.has_period_type = true;
	b.head.period = 2;
	b.head.period_type = (struct pp_value_type){intern(&b, "cpu"), intern(&b, "us")};
	b.head.default_sample_type = intern(&b, "z");
	end(&b, &in[1]);
	struct pp_profile swapped[2] = {in[1], in[0]};
	assert_int_equal(pp_profile_combine(&out, swapped, 2, &err), 0);
	assert_int_equal(out.period, 2000);
	assert_string(&out, out.period_type.unit, "ns");
	/* z is not among the common types */
	assert_string(&out, out.default_sample_type, "cpu");
	pp_profile_release(&out);

	with_header(&in[0], &header);
	make(&in[1], "a=1"); /* has no type of period */
	assert_int_equal(pp_profile_combine(&out, in, 2, &err), -1);
	assert_string_equal(err.msg, "the profiles have periods of different types: 'cpu' and ''");
}

static void a_single_profile_is_left_alone(void **state)
{
	(void)state;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p, out;

	make(&p, "a=0 b=1 b=1");
	const uint8_t *bytes = p.bytes;
	assert_int_equal(pp_profile_combine(&out, &p, 1, &err), 0);
	assert_ptr_equal(out.bytes, bytes);
	assert_null(p.bytes);
	assert_int_equal(out.nsamples, 3);
	pp_profile_release(&out);
}

static void subtract(const char *source, const char *base, bool diff, bool normalize,
		     const char *want)
{
	struct pp_base_options options = {.diff = diff, .normalize = normalize};
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile a, b;

	make(&a, source);
	make(&b, base);
	if (pp_profile_subtract(&a, &a, &b, &options, &err))
		fail_msg("%s", err.msg);
	assert_samples(&a, want);
	assert_null(b.bytes);
	pp_profile_release(&a);
}

static void bases_are_subtracted(void **state)
{
	(void)state;
	subtract("a=5 b=2", "a=3 c=4", false, false, "a=2 b=2 c=-4");
	subtract("a=5 b=2", "b=2 a=5", false, false, "");
	subtract("a=5", "", false, false, "a=5");
	/* exact beyond what a double holds */
	subtract("a=9223372036854775807", "a=9223372036854775806", false, false, "a=1");
	subtract("a=-9223372036854775808", "a=-9223372036854775808", false, false, "");
	subtract("a=5 b=2", "a=5 c=4", true, false,
		 "a=5 b=2 a{pprof::base:true}=-5 c{pprof::base:true}=-4");
	/* 10 to 5: halves are rounded away from zero */
	subtract("a=7 b=3 c=0", "a=5", false, true, "a=-1 b=2");
	subtract("a=7 b=3", "a=5", true, true, "a=4 b=2 a{pprof::base:true}=-5");
	subtract("a=1 b=-1", "a=5", false, true, "a=-5");
	subtract("a=1", "a=1 b=-1", false, true, "a=-1 b=1");
}

static void base_labels_replace_those_of_the_file(void **state)
{
	(void)state;
	static const char *const mine[] = {"pprof::base:no", "k:v", "pprof::base:3", NULL};
	static const char *const none[] = {NULL};
	struct pp_base_options options = {.diff = true};
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile a, b, out;

	labelled(&a, none);
	labelled(&b, mine);
	assert_int_equal(pp_profile_subtract(&out, &a, &b, &options, &err), 0);
	assert_samples(&out, "a=1 a{k:v}{pprof::base:true}{pprof::base:3}=-1");
	pp_profile_release(&out);
}

static void normalizing_needs_equal_types(void **state)
{
	(void)state;
	static const char *const ms[] = {"cpu/ms"};
	struct pp_base_options options = {.normalize = true};
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile a, b, out;

	make(&a, "a=1");
	types(&b, ms, 1, (int64_t[]){1});
	assert_int_equal(pp_profile_subtract(&out, &a, &b, &options, &err), -1);
	assert_string_equal(err.msg, "cannot normalize to the base: "
				     "the profiles have different sample types");
	assert_null(a.bytes);
	assert_null(b.bytes);
}

static void values_are_scaled(void **state)
{
	(void)state;
	static const struct {
		int64_t v;
		double ratio;
		int64_t nearest, to_zero;
	} cases[] = {
		{7, 0.5, 4, 3},
		{-7, 0.5, -4, -3},
		{5, 0.5, 3, 2},
		{1, 0.4, 0, 0},
		{INT64_MAX, 1, INT64_MAX, INT64_MAX},
		{INT64_MAX, -1, -INT64_MAX, -INT64_MAX},
		{INT64_MIN, -1, INT64_MIN, INT64_MIN},
		{INT64_MAX, 2, INT64_MIN, INT64_MIN},
		{INT64_MIN, 2, INT64_MIN, INT64_MIN},
		{1LL << 62, -2, INT64_MIN, INT64_MIN},
		{3, 1e300, INT64_MIN, INT64_MIN},
		{0, 1e300, 0, 0},
		{9, 0, 0, 0},
	};
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		assert_true(pp_scale_value(cases[i].v, cases[i].ratio, PP_ROUND_NEAREST) ==
			    cases[i].nearest);
		assert_true(pp_scale_value(cases[i].v, cases[i].ratio, PP_ROUND_TO_ZERO) ==
			    cases[i].to_zero);
	}
	make(&p, "a=5 b=1 c=-1 d=3");
	assert_int_equal(pp_profile_scale(&p, (double[]){0.5}, PP_ROUND_TO_ZERO, &err), 0);
	assert_samples(&p, "a=2 d=1");
	pp_profile_release(&p);
}

/* A sample stays if any of its values is left, scaled or not. */
static void a_value_that_is_not_scaled_keeps_its_sample(void **state)
{
	(void)state;
	static const char *const names[] = {"n/count", "t/ns"};
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;

	types(&p, names, 2, (int64_t[]){3, 1});
	assert_int_equal(pp_profile_scale(&p, (double[]){1, 0.1}, PP_ROUND_NEAREST, &err), 0);
	assert_samples(&p, "a=3,0");
	pp_profile_release(&p);
}

static void sides_get_common_types_and_stay_apart(void **state)
{
	(void)state;
	static const struct {
		const char *a[4], *b[4], *types, *first, *second;
	} cases[] = {
		{{"x/count", "y/count"},
		 {"x/count", "y/count"},
		 "x/count y/count",
		 "a=1,2",
		 "a=1,2"},
		{{"x/count", "y/count"},
		 {"y/count", "x/count"},
		 "x/count y/count",
		 "a=1,2",
		 "a=2,1"},
		{{"x/count", "y/count"}, {"y/count"}, "y/count", "a=2", "a=1"},
		{{"y/count"}, {"x/count", "y/count"}, "y/count", "a=1", "a=2"},
		{{"t/ms"}, {"t/ns"}, "t/ns", "a=1000000", "a=1"},
		{{"x/count", "t/ms"}, {"t/us", "z/count"}, "t/us", "a=2000", "a=1"},
	};
	static const int64_t values[] = {1, 2, 3};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_err err = PP_ERR_INIT;
		struct pp_profile sides[2];

		types(&sides[0], cases[i].a, cases[i].a[1] ? 2 : 1, values);
		types(&sides[1], cases[i].b, cases[i].b[1] ? 2 : 1, values);
		if (pp_profile_align(sides, 2, &err))
			fail_msg("%s", err.msg);
		assert_types(&sides[0], cases[i].types);
		assert_types(&sides[1], cases[i].types);
		assert_samples(&sides[0], cases[i].first);
		assert_samples(&sides[1], cases[i].second);
		pp_profile_release(&sides[0]);
		pp_profile_release(&sides[1]);
	}
}

static void sides_keep_their_periods_and_defaults(void **state)
{
	(void)state;
	static const struct header header = {0, 0, 3, {NULL}, "gone", "", "", ""};
	static const char *const names[] = {"z/count", "cpu/us"};
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile sides[2];
	struct pp_builder b;

	with_header(&sides[0], &header);
	begin(&b, names, 2);
	b.head.has_period_type = true;
	b.head.period = 2;
	b.head.period_type = (struct pp_value_type){intern(&b, "wall"), intern(&b, "us")};
	b.head.default_sample_type = intern(&b, "z");
	sample(&b, "a", (int64_t[]){4, 5});
	end(&b, &sides[1]);
	if (pp_profile_align(sides, 2, &err))
		fail_msg("%s", err.msg);
	assert_types(&sides[1], "cpu/ns");
	assert_samples(&sides[1], "a=5000");
	assert_int_equal(sides[1].period, 2);
	assert_string(&sides[1], sides[1].period_type.type, "wall");
	assert_string(&sides[1], sides[1].period_type.unit, "us");
	assert_string(&sides[1], sides[1].default_sample_type, "cpu");
	assert_int_equal(sides[0].period, 3);
	pp_profile_release(&sides[0]);
	pp_profile_release(&sides[1]);
}

static void sides_without_common_types_are_refused(void **state)
{
	(void)state;
	static const char *const a[] = {"x/count", "y/count"}, *const b[] = {"z/count"};
	static const int64_t values[] = {1, 2};
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile sides[2];

	types(&sides[0], a, 2, values);
	types(&sides[1], b, 1, values);
	assert_int_equal(pp_profile_align(sides, 2, &err), -1);
	assert_string_equal(err.msg, "no sample type is in all profiles: the first has x, y, "
				     "number 2 has z");
	assert_samples(&sides[0], "a=1,2");
	pp_profile_release(&sides[0]);
	pp_profile_release(&sides[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(combining_takes_common_types_and_finest_units),
		cmocka_unit_test(combining_refuses),
		cmocka_unit_test(combining_converts_periods),
		cmocka_unit_test(a_single_profile_is_left_alone),
		cmocka_unit_test(bases_are_subtracted),
		cmocka_unit_test(base_labels_replace_those_of_the_file),
		cmocka_unit_test(normalizing_needs_equal_types),
		cmocka_unit_test(values_are_scaled),
		cmocka_unit_test(a_value_that_is_not_scaled_keeps_its_sample),
		cmocka_unit_test(sides_get_common_types_and_stay_apart),
		cmocka_unit_test(sides_keep_their_periods_and_defaults),
		cmocka_unit_test(sides_without_common_types_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
