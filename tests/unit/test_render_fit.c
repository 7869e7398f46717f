/* SPDX-License-Identifier: Apache-2.0 */
/* render/fit: the names of tests/web/fit.tsv, and what holds for any name. */
#include <config.h>

#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "base/cells.h"
#include "base/compiler.h"
#include "base/scan.h"
#include "lines_fixture.h"
#include "render/fit.h"

static void expect_fit(struct pp_str name, size_t cells, struct pp_str want)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf out = PP_BUF_INIT;

	pp_buf_str(&out, "kept");
	pp_fit_name(name, cells, &out);
	if (!pp_str_eq(want, (struct pp_str){out.p + 4, out.n - 4}))
		fail_msg("'%.*s' in %zu is '%s', not '%.*s'", (int)name.n, name.p, cells, out.p + 4,
			 (int)want.n, want.p);
}

static void names(void **state)
{
	(void)state;
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	struct pp_str rest, line, name = {NULL, 0};
	size_t checked = 0;

	lines_read(&text, "tests/web/fit.tsv");
	rest = pp_buf_view(&text);
	while (pp_scan_line(&rest, &line)) {
		uint64_t cells = 0;

		if (line.n == 0 || line.p[0] == '#')
			continue;
		if (!pp_scan_char(&line, '\t')) {
			name = line;
			expect_fit(name, pp_fit_cells(name) + 1, name);
			continue;
		}
		assert_true(pp_scan_number(&line, 10, &cells));
		assert_true(pp_scan_char(&line, '\t'));
		expect_fit(name, (size_t)cells, line);
		checked++;
	}
	assert_true(checked > 300);
}

static void small_rooms(void **state)
{
	(void)state;
	expect_fit(PP_STR_LIT("main"), 0, PP_STR_LIT(""));
	expect_fit(PP_STR_LIT("main"), 1, PP_STR_LIT(""));
	expect_fit(PP_STR_LIT("main"), 2, PP_STR_LIT("ma"));
	expect_fit(PP_STR_LIT(""), 10, PP_STR_LIT(""));
	expect_fit(PP_STR_LIT("m"), 2, PP_STR_LIT("m"));
	/* a wide character that is cut in half is none */
	expect_fit(PP_STR_LIT("\xe6\x97\xa5\xe6\x9c\xac"), 3, PP_STR_LIT("\xe6\x97\xa5"));
}

static void unsafe_names(void **state)
{
	(void)state;
	expect_fit(PP_STR_LIT("a\nb"), 6, PP_STR_LIT("a\\x0ab"));
	expect_fit(PP_STR_LIT("a\0b"), 20, PP_STR_LIT("a\\x00b"));
	expect_fit(PP_STR_LIT("\xff"), 20, PP_STR_LIT("\\xff"));
	expect_fit(PP_STR_LIT("x\xe2\x80\xae"), 20, PP_STR_LIT("x\\u{202e}"));
	expect_fit(PP_STR_LIT("\x1b[2Jns::run"), 4, PP_STR_LIT("run"));
}

static void decorations(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{"f", "f"},
		{"a::f::h0123456789abcdef", "a::f"},
		{"a::f::h0123456789abcdeg", "a::f::h0123456789abcdeg"},
		{"f.llvm.123", "f"},
		{"f.llvm.", "f.llvm."},
		{"f.part.0.isra.1.cold", "f"},
		{"f.cold.7", "f"},
		{"ns::a.b.cold", "ns::a.b"},
		{"com.acme.Store.cold", "com.acme.Store.cold"},
		{"f [clone .constprop.0] [clone .cold]", "f"},
		{"f(int) (.cold)", "f(int)"},
		{"f(int) (x)", "f(int) (x)"},
		{"f [nf_tables]", "f"},
		{"a[]", "a[]"},
		{"operator new []", "operator new []"},
		{"f_[k]", "f"},
		{"f_[x]", "f_[x]"},
		{"f@plt", "f"},
		{"f@@GLIBC_2.2.5", "f"},
		{"f@GLIBCXX_3.4", "f"},
		{"user@host.name", "user@host.name"},
		{"f+0x1f", "f"},
		{"a+0xg", "a+0xg"},
		{"[unknown]", "[unknown]"},
		{".cold", ".cold"},
		{"", ""},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_str got = pp_fit_undecorated(pp_str_of(cases[i][0]));

		PP_CHECK_MSG(pp_str_eq(got, pp_str_of(cases[i][1])), cases[i][0]);
	}
}

static void cells(void **state)
{
	(void)state;
	static const struct {
		uint32_t cp;
		unsigned cells;
	} cases[] = {
		{'a', 1},    {0xad, 1},	  {0x2ff, 1},  {0x300, 0},   {0x301, 0},   {0x370, 1},
		{0x5d0, 1},  {0x915, 1},  {0x94d, 0},  {0x1100, 2},  {0x115f, 2},  {0x1160, 0},
		{0x200b, 0}, {0x200d, 0}, {0x2026, 1}, {0x20d0, 0},  {0x231a, 2},  {0x3000, 2},
		{0x3042, 2}, {0x4e00, 2}, {0x9fff, 2}, {0xac00, 2},  {0xd7a3, 2},  {0xfe0f, 0},
		{0xff21, 2}, {0xff71, 1}, {0xfffd, 1}, {0x1f600, 2}, {0x20000, 2}, {0x10ffff, 1},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		if (pp_cells_of(cases[i].cp) != cases[i].cells)
			fail_msg("U+%04X takes %u", (unsigned)cases[i].cp,
				 pp_cells_of(cases[i].cp));
	}
	assert_int_equal(pp_cells(PP_STR_LIT("e\xcc\x81\xe6\x97\xa5\xff")), 4);
}

/* Names that have everything in them, in all rooms: never too long, never nothing, and no time. */
static void hostile_names(void **state)
{
	(void)state;
	static const char *const bits[] = {
		"operator<", "<", ">",	"(*", ")", "[",		"]",
		"{",	     "}", "::", ".",  "/", " as ",	"::h0",
		"$A",	     " ", ":",	"f",  "-", "e\xcc\x81", "\xe6\x97\xa5",
		"'",
	};
	uint32_t random = 1;

	for (size_t round = 0; round < 3000; round++) {
		PP_CLEANUP(pp_buf_release) struct pp_buf name = PP_BUF_INIT;

		for (size_t i = 0; i < 1 + round % 23; i++) {
			random = random * 1664525 + 1013904223;
			pp_buf_str(&name, bits[(random >> 16) % PP_ARRAY_LEN(bits)]);
		}
		for (size_t most = 2; most < 40; most++) {
			PP_CLEANUP(pp_buf_release) struct pp_buf out = PP_BUF_INIT;

			pp_fit_name(pp_buf_view(&name), most, &out);
			if (out.n == 0 || pp_fit_cells(pp_buf_view(&out)) > most)
				fail_msg("'%s' in %zu: '%s'", name.p, most, out.p ? out.p : "");
		}
	}
}

static void deep_and_long_names(void **state)
{
	(void)state;
	static const char *const bits[] = {"<",	 "(",  "f<", "a::", "a.", "<a>::<b as c>",
					   "$A", "[a]"};

	for (size_t i = 0; i < PP_ARRAY_LEN(bits); i++) {
		PP_CLEANUP(pp_buf_release) struct pp_buf name = PP_BUF_INIT, out = PP_BUF_INIT;

		while (name.n < 20000)
			pp_buf_str(&name, bits[i]);
		pp_buf_str(&name, "last");
		pp_fit_name(pp_buf_view(&name), 12, &out);
		assert_true(pp_fit_cells(pp_buf_view(&out)) <= 12);
		assert_true(out.n >= 4 && memcmp(out.p + out.n - 4, "last", 4) == 0);
	}
}

/* Names of megabytes, of which nothing may be looked at again and again: seconds, not hours. */
static void endless_names(void **state)
{
	(void)state;
	static const char *const bits[] = {":a", ".cold", "::h0123456789abcdef", ".part.0", "f["};

	for (size_t i = 0; i < PP_ARRAY_LEN(bits); i++) {
		PP_CLEANUP(pp_buf_release) struct pp_buf name = PP_BUF_INIT, out = PP_BUF_INIT;

		while (name.n < 1000000)
			pp_buf_str(&name, "AAAAAAAA");
		pp_buf_str(&name, "::f");
		while (name.n < 2000000)
			pp_buf_str(&name, bits[i]);
		pp_fit_name(pp_buf_view(&name), 12, &out);
		assert_in_range(pp_fit_cells(pp_buf_view(&out)), 1, 12);
	}
}

/* No more is taken off than any compiler adds. */
static void decorations_are_limited(void **state)
{
	(void)state;
	PP_CLEANUP(pp_buf_release) struct pp_buf name = PP_BUF_INIT;
	const size_t n = sizeof(".part.0") - 1;

	pp_buf_char(&name, 'f');
	for (int i = 0; i < 40; i++)
		pp_buf_str(&name, ".part.0");
	assert_int_equal(pp_fit_undecorated(pp_buf_view(&name)).n, 1 + 8 * n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(small_rooms),
		cmocka_unit_test(unsafe_names),
		cmocka_unit_test(decorations),
		cmocka_unit_test(cells),
		cmocka_unit_test(hostile_names),
		cmocka_unit_test(deep_and_long_names),
		cmocka_unit_test(endless_names),
		cmocka_unit_test(decorations_are_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
