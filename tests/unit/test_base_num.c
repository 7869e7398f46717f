/* SPDX-License-Identifier: Apache-2.0 */
/* base/: numbers as people type them, quantities as people read them, names of files. */
#include <config.h>

#include "unit.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/num.h"
#include "base/path.h"
#include "base/units.h"

static void num_u64_accepts(void **state)
{
	static const struct {
		const char *text;
		uint64_t value;
	} good[] = {{"0", 0},
		    {"7", 7},
		    {"007", 7},
		    {"4294967296", 4294967296},
		    {"18446744073709551615", UINT64_MAX}};
	struct pp_err err = PP_ERR_INIT;

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(good); i++) {
		uint64_t v = 42;

		PP_CHECK_MSG(pp_parse_u64(good[i].text, 0, UINT64_MAX, &v, &err) == 0,
			     good[i].text);
		PP_CHECK_MSG(v == good[i].value, good[i].text);
	}
	assert_int_equal(err.kind, PP_ERR_NONE);
}

static void num_u64_refuses(void **state)
{
	static const char *const bad[] = {"",
					  " 1",
					  "1 ",
					  "+1",
					  "-1",
					  "0x10",
					  "1e3",
					  "1.0",
					  "one",
					  "1,0",
					  "18446744073709551616",
					  "99999999999999999999999"};

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(bad); i++) {
		struct pp_err err = PP_ERR_INIT;
		uint64_t v = 42;

		PP_CHECK_MSG(pp_parse_u64(bad[i], 0, UINT64_MAX, &v, &err) == -1, bad[i]);
		PP_CHECK_MSG(err.kind == PP_ERR_USAGE && v == 42, bad[i]);
		PP_CHECK_MSG(strstr(err.msg, bad[i]), bad[i]);
	}
}

static void num_u64_keeps_to_its_range(void **state)
{
	struct pp_err err = PP_ERR_INIT;
	uint64_t v = 0;

	(void)state;
	assert_int_equal(pp_parse_u64("10", 10, 20, &v, &err), 0);
	assert_int_equal(pp_parse_u64("20", 10, 20, &v, &err), 0);
	assert_int_equal(v, 20);
	assert_int_equal(pp_parse_u64("9", 10, 20, &v, &err), -1);
	assert_string_equal(err.msg, "'9' is not between 10 and 20");
	assert_int_equal(pp_parse_u64("21", 10, 20, &v, &err), -1);
	assert_int_equal(pp_parse_u64("21x", 10, 20, &v, &err), -1);
	assert_string_equal(err.msg, "'21x' is not a whole number");
	assert_int_equal(v, 20);
}

static void num_duration_accepts(void **state)
{
	static const struct {
		const char *text;
		int64_t ns;
	} good[] = {{"0", 0},
		    {"10", 10000000000},
		    {"10s", 10000000000},
		    {"1.5s", 1500000000},
		    {".5", 500000000},
		    {"250ms", 250000000},
		    {"3us", 3000},
		    {"7ns", 7},
		    {"2m", 120000000000},
		    {"2min", 120000000000},
		    {"1h30m", 5400000000000},
		    {"1d", 86400000000000},
		    {"1m0.25s", 60250000000}};
	struct pp_err err = PP_ERR_INIT;

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(good); i++) {
		int64_t ns = -1;

		PP_CHECK_MSG(pp_parse_duration(good[i].text, &ns, &err) == 0, good[i].text);
		PP_CHECK_MSG(ns == good[i].ns, good[i].text);
	}
}

static void num_duration_refuses(void **state)
{
	static const char *const bad[] = {"",
					  "s",
					  "-1s",
					  "1 s",
					  "1s ",
					  "1x",
					  "1s5",
					  "1..5",
					  "1.s",
					  ".",
					  "1h-3m",
					  "1e3",
					  "999999999999999999d",
					  "99999999999999999999"};

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(bad); i++) {
		struct pp_err err = PP_ERR_INIT;
		int64_t ns = 42;

		PP_CHECK_MSG(pp_parse_duration(bad[i], &ns, &err) == -1, bad[i]);
		PP_CHECK_MSG(err.kind == PP_ERR_USAGE && ns == 42, bad[i]);
	}
}

static void num_size(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} good[] = {
		{"0", 0},	  {"4096", 4096},    {"64k", 65536},	     {"64K", 65536},
		{"64KiB", 65536}, {"10M", 10485760}, {"1.5GiB", 1610612736}, {"2TB", 2199023255552},
		{"5B", 5}};
	static const char *const bad[] = {"",	 "k",  "-1",   "1kk",
					  "1 k", "1P", "10Mx", "99999999999T"};
	struct pp_err err = PP_ERR_INIT;
	uint64_t v;

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(good); i++) {
		PP_CHECK_MSG(pp_parse_size(good[i].text, &v, &err) == 0, good[i].text);
		PP_CHECK_MSG(v == good[i].bytes, good[i].text);
	}
	for (size_t i = 0; i < PP_ARRAY_LEN(bad); i++)
		PP_CHECK_MSG(pp_parse_size(bad[i], &v, &err) == -1, bad[i]);
}

static void num_fraction(void **state)
{
	static const char *const bad[] = {"", ".", "-0.1", "1e-3", "0.5x", "nan", "inf", "5%"};
	struct pp_err err = PP_ERR_INIT;
	double v = 0;

	(void)state;
	assert_int_equal(pp_parse_fraction("0.005", &v, &err), 0);
	assert_true(fabs(v - 0.005) < 1e-12);
	assert_int_equal(pp_parse_fraction("1", &v, &err), 0);
	assert_true(v == 1);
	for (size_t i = 0; i < PP_ARRAY_LEN(bad); i++)
		PP_CHECK_MSG(pp_parse_fraction(bad[i], &v, &err) == -1, bad[i]);
}

static void units_label(void **state)
{
	static const struct {
		int64_t value;
		const char *from, *to, *text;
	} cases[] = {{0, "bytes", "auto", "0"},
		     {1, "bytes", "auto", "1B"},
		     {1024, "bytes", "auto", "1kB"},
		     {1536, "bytes", "auto", "1.50kB"},
		     {-1536, "bytes", "auto", "-1.50kB"},
		     {1536, "bytes", "B", "1536B"},
		     {5 << 20, "kilobytes", "auto", "5GB"},
		     {10000000, "nanoseconds", "auto", "10ms"},
		     {1500000000, "nanoseconds", "minimum", "1.50s"},
		     {1500000000, "nanoseconds", "ms", "1500ms"},
		     {7200, "seconds", "auto", "2hrs"},
		     {3, "samples", "auto", "3"},
		     {3, "widgets", "widgets", "3widgets"},
		     {1500000, "microseconds", "bytes", "1.50s"},
		     {INT64_MAX, "bytes", "auto", "8192PB"},
		     {INT64_MIN, "count", "count", "-9223372036854775808"}};
	char out[PP_QTY_MAX];

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++)
		assert_string_equal(pp_units_label(out, cases[i].value, pp_str_of(cases[i].from),
						   pp_str_of(cases[i].to)),
				    cases[i].text);
}

static void units_label_cuts_long_units(void **state)
{
	char unit[400], out[PP_QTY_MAX];

	(void)state;
	memset(unit, 'u', sizeof(unit));
	pp_units_label(out, 12, (struct pp_str){unit, sizeof(unit)},
		       (struct pp_str){unit, sizeof(unit)});
	assert_int_equal(strlen(out), PP_QTY_MAX - 1);
	assert_memory_equal(out, "12uuu", 5);
}

static void units_percent(void **state)
{
	char out[PP_PERCENT_MAX];

	(void)state;
	assert_string_equal(pp_units_percent(out, 1, 1), "  100%");
	assert_string_equal(pp_units_percent(out, 9996, 10000), "  100%");
	assert_string_equal(pp_units_percent(out, 1, 8), "12.50%");
	assert_string_equal(pp_units_percent(out, -1, 8), "12.50%");
	assert_string_equal(pp_units_percent(out, 123, 1000000), "0.012%");
	assert_string_equal(pp_units_percent(out, 5, 0), "    0%");
	assert_string_equal(pp_units_percent(out, 0, 5), "    0%");
	pp_units_percent(out, INT64_MIN, 1);
	assert_true(strlen(out) < PP_PERCENT_MAX);
}

/* Facts of Go's time.Duration.String. */
static void durations_are_printed_as_go_does(void **state)
{
	(void)state;
	static const struct {
		int64_t ns;
		const char *text;
	} cases[] = {
		{0, "0s"},
		{7, "7ns"},
		{-999, "-999ns"},
		{1000, "1\xc2\xb5s"},
		{1500, "1.5\xc2\xb5s"},
		{999999, "999.999\xc2\xb5s"},
		{250000000, "250ms"},
		{250000001, "250.000001ms"},
		{1000000000, "1s"},
		{6156000000, "6.156s"},
		{-1000000001, "-1.000000001s"},
		{60000000000, "1m0s"},
		{600000000000, "10m0s"},
		{3723500000000, "1h2m3.5s"},
		{3600000000000, "1h0m0s"},
		{INT64_MAX, "2562047h47m16.854775807s"},
		{INT64_MIN, "-2562047h47m16.854775808s"},
	};
	char out[PP_DURATION_MAX];

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++)
		assert_string_equal(pp_clock_duration(out, cases[i].ns), cases[i].text);
}

static void times_are_printed_with_their_fraction(void **state)
{
	(void)state;
	static const struct {
		int64_t ns;
		const char *text;
	} cases[] = {
		{0, "1970-01-01 00:00:00 +0000 UTC"},
		{1700000000500000000, "2023-11-14 22:13:20.5 +0000 UTC"},
		{1, "1970-01-01 00:00:00.000000001 +0000 UTC"},
		{-1, "1969-12-31 23:59:59.999999999 +0000 UTC"},
		{INT64_MIN, "1677-09-21 00:12:43.145224192 +0000 UTC"},
	};
	char out[80];

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		pp_clock_format_full(out, sizeof(out), cases[i].ns);
		assert_string_equal(out, cases[i].text);
	}
}

static void num_real(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		double want;
	} good[] = {{"0", 0},  {"2.5", 2.5},	 {"-2.5", -2.5},  {"+3", 3},
		    {"-0", 0}, {"0.001", 0.001}, {"1000000", 1e6}};
	static const char *const bad[] = {"",	"-", "+",   "--1", "+-1", "1e3", "1x",	 " 1",
					  "1 ", ".", "nan", "inf", "0x1", "1,5", "1.2.3"};
	struct pp_err err = PP_ERR_INIT;
	double got;

	for (size_t i = 0; i < PP_ARRAY_LEN(good); i++) {
		assert_int_equal(pp_parse_real(good[i].text, &got, &err), 0);
		PP_CHECK_MSG(fabs(got - good[i].want) < 1e-12, good[i].text);
	}
	for (size_t i = 0; i < PP_ARRAY_LEN(bad); i++) {
		PP_CHECK_MSG(pp_parse_real(bad[i], &got, &err) == -1, bad[i]);
		assert_int_equal(err.kind, PP_ERR_USAGE);
	}
}

static void num_i64(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t want;
	} good[] = {{"0", 0},
		    {"-0", 0},
		    {"+7", 7},
		    {"007", 7},
		    {"9223372036854775807", INT64_MAX},
		    {"-9223372036854775808", INT64_MIN}};
	static const char *const bad[] = {"",
					  "-",
					  "+",
					  "--1",
					  "1 ",
					  " 1",
					  "1k",
					  "9223372036854775808",
					  "1-",
					  "0x",
					  "1.0",
					  "-9223372036854775809",
					  "+-1",
					  "a",
					  "99999999999999999999999999"};
	int64_t got;

	for (size_t i = 0; i < PP_ARRAY_LEN(good); i++) {
		assert_true(pp_parse_i64(pp_str_of(good[i].text), &got));
		PP_CHECK_MSG(got == good[i].want, good[i].text);
	}
	for (size_t i = 0; i < PP_ARRAY_LEN(bad); i++)
		PP_CHECK_MSG(!pp_parse_i64(pp_str_of(bad[i]), &got), bad[i]);
	/* not past the end of the text */
	assert_true(pp_parse_i64((struct pp_str){"1234", 2}, &got));
	assert_int_equal(got, 12);
}

/* What Go's filepath.Clean makes of them. */
static void paths_are_cleaned(void **state)
{
	(void)state;
	static const struct {
		const char *path, *want;
	} cases[] = {
		{"", "."},
		{".", "."},
		{"..", ".."},
		{"/", "/"},
		{"//", "/"},
		{"/..", "/"},
		{"/../../a", "/a"},
		{"a", "a"},
		{"a/", "a"},
		{"a//b///c", "a/b/c"},
		{"./a", "a"},
		{"a/./b/.", "a/b"},
		{"a/..", "."},
		{"a/../b", "b"},
		{"a/b/../../..", ".."},
		{"a/../../b", "../b"},
		{"../../a", "../../a"},
		{"../a/..", ".."},
		{"/a/b/../c", "/a/c"},
		{"/a/../..", "/"},
		{"a/...", "a/..."},
		{"a/..b", "a/..b"},
		{"abc/./../def", "def"},
		{"abc//./../def", "def"},
		{"abc/../../././../def", "../../def"},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_buf out = PP_BUF_INIT;

		/* behind what is there */
		pp_buf_str(&out, "x/");
		pp_path_clean(&out, pp_str_of(cases[i].path));
		pp_buf_str(&out, "");
		assert_true(pp_str_starts(pp_buf_view(&out), PP_STR_LIT("x/")));
		assert_string_equal(out.p + 2, cases[i].want);
		pp_buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(num_u64_accepts),
		cmocka_unit_test(num_u64_refuses),
		cmocka_unit_test(num_u64_keeps_to_its_range),
		cmocka_unit_test(num_duration_accepts),
		cmocka_unit_test(num_duration_refuses),
		cmocka_unit_test(num_size),
		cmocka_unit_test(num_fraction),
		cmocka_unit_test(num_real),
		cmocka_unit_test(num_i64),
		cmocka_unit_test(paths_are_cleaned),
		cmocka_unit_test(units_label),
		cmocka_unit_test(units_label_cuts_long_units),
		cmocka_unit_test(units_percent),
		cmocka_unit_test(durations_are_printed_as_go_does),
		cmocka_unit_test(times_are_printed_with_their_fraction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
