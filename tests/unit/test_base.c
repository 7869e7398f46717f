/* SPDX-License-Identifier: Apache-2.0 */
/* base/: UTF-8, maps, arenas, buffers, errors, expressions, clocks. */
#include <config.h>

#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/regex.h"
#include "base/spans.h"
#include "base/str.h"
#include "base/utf8.h"

static void utf8_decodes(void **state)
{
	static const struct {
		const char *bytes;
		size_t n, len;
		uint32_t cp;
	} cases[] = {{"a", 1, 1, 'a'},
		     {"\0", 1, 1, 0},
		     {"\xc3\xa9", 2, 2, 0xe9},
		     {"\xe2\x82\xac", 3, 3, 0x20ac},
		     {"\xf0\x9f\x94\xa5", 4, 4, 0x1f525},
		     {"\xf4\x8f\xbf\xbf", 4, 4, 0x10ffff},
		     {"\xc3", 1, 0, 0},		    /* cut */
		     {"\xe2\x82", 2, 0, 0},	    /* cut */
		     {"\xc0\xaf", 2, 0, 0},	    /* overlong */
		     {"\xe0\x80\xaf", 3, 0, 0},	    /* overlong */
		     {"\xf0\x80\x80\xaf", 4, 0, 0}, /* overlong */
		     {"\xed\xa0\x80", 3, 0, 0},	    /* surrogate */
		     {"\xf4\x90\x80\x80", 4, 0, 0}, /* above U+10FFFF */
		     {"\x80", 1, 0, 0},
		     {"\xff", 1, 0, 0},
		     {"\xc3(", 2, 0, 0}};

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		/* exactly as long as the input, so that a sanitizer sees a read past it */
		char *exact = pp_xcalloc(cases[i].n, 1);
		uint32_t cp = 0;

		memcpy(exact, cases[i].bytes, cases[i].n);
		assert_int_equal(pp_utf8_decode((struct pp_str){exact, cases[i].n}, &cp),
				 cases[i].len);
		if (cases[i].len)
			assert_int_equal(cp, cases[i].cp);
		free(exact);
	}
}

static void utf8_knows_the_unsafe(void **state)
{
	static const uint32_t unsafe[] = {0,	  '\n',	  0x1b,	  0x7f,	  0x80,	  0x9b,	 0x61c,
					  0x200e, 0x200f, 0x2028, 0x202e, 0x2066, 0x2069};
	static const uint32_t fine[] = {' ', '~', 0xa0, 0xe9, 0x20ac, 0x2030, 0x1f525};

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(unsafe); i++)
		assert_true(pp_utf8_is_unsafe(unsafe[i]));
	for (size_t i = 0; i < PP_ARRAY_LEN(fine); i++)
		assert_false(pp_utf8_is_unsafe(fine[i]));
	assert_true(pp_utf8_is_safe(PP_STR_LIT("")));
	assert_true(pp_utf8_is_safe(PP_STR_LIT("a \xc3\xa9 \xf0\x9f\x94\xa5")));
	assert_false(pp_utf8_is_safe(PP_STR_LIT("a\x1b[1m")));
	assert_false(pp_utf8_is_safe(PP_STR_LIT("a\xe2\x80\xae")));
	assert_false(pp_utf8_is_safe(PP_STR_LIT("\xc3\xa9 \xc3")));
}

static void map_keeps_what_it_is_given(void **state)
{
	struct pp_map m = {0};
	uint64_t key = 1;

	(void)state;
	assert_int_equal(pp_map_find(&m, 5), PP_MAP_NONE);
	for (uint32_t i = 0; i < 20000; i++, key = pp_hash_u64(key + i))
		assert_int_equal(*pp_map_put(&m, key, i), i);
	assert_int_equal(m.count, 20000);
	key = 1;
	for (uint32_t i = 0; i < 20000; i++, key = pp_hash_u64(key + i)) {
		assert_int_equal(pp_map_find(&m, key), i);
		assert_int_equal(*pp_map_put(&m, key, 7), i);
	}
	assert_int_equal(m.count, 20000);
	assert_int_equal(pp_map_find(&m, 0), PP_MAP_NONE);
	*pp_map_put(&m, 0, 1) = 99;
	assert_int_equal(pp_map_find(&m, 0), 99);
	assert_int_equal(*pp_map_put(&m, UINT64_MAX, 3), 3);
	pp_map_release(&m);
	assert_int_equal(pp_map_find(&m, 0), PP_MAP_NONE);
}

static void strtab_interns(void **state)
{
	struct pp_strtab t;
	char text[32];

	(void)state;
	pp_strtab_init(&t);
	assert_int_equal(pp_strtab_add(&t, PP_STR_LIT("")), 0);
	assert_int_equal(pp_strtab_add(&t, (struct pp_str){NULL, 0}), 0);
	for (uint32_t i = 1; i <= 5000; i++) {
		int n = snprintf(text, sizeof(text), "name %u", i);

		assert_int_equal(pp_strtab_add(&t, (struct pp_str){text, (size_t)n}), i);
	}
	assert_int_equal(pp_strtab_add(&t, PP_STR_LIT("name 4711")), 4711);
	assert_string_equal(pp_strtab_get(&t, 4711).p, "name 4711");

	/* bytes, not text: NUL counts */
	uint32_t id = pp_strtab_add(&t, PP_STR_LIT("a\0b"));
	assert_int_not_equal(id, pp_strtab_add(&t, PP_STR_LIT("a\0c")));
	assert_int_not_equal(id, pp_strtab_add(&t, PP_STR_LIT("a")));
	assert_int_equal(pp_strtab_get(&t, id).n, 3);
	assert_int_equal(id, pp_strtab_add(&t, PP_STR_LIT("a\0b")));
	pp_strtab_release(&t);
}

static void arena_gives_zeroed_aligned_memory(void **state)
{
	struct pp_arena a;
	struct pp_err err = PP_ERR_INIT;

	(void)state;
	pp_arena_init(&a, 0);
	for (size_t n = 0; n < 400; n++) {
		unsigned char *p = pp_arena_array(&a, n, 37, &err);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n * 37; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xaa, n * 37);
	}
	assert_string_equal(pp_arena_strdup(&a, PP_STR_LIT("text"), &err), "text");
	assert_string_equal(pp_arena_strdup(&a, (struct pp_str){NULL, 0}, &err), "");
	pp_arena_release(&a);
	assert_int_equal(a.used, 0);
	assert_non_null(pp_arena_array(&a, 1, 1, &err));
	pp_arena_release(&a);
}

static void arena_keeps_its_budget(void **state)
{
	struct pp_arena a;
	struct pp_err err = PP_ERR_INIT;
	size_t got = 0;

	(void)state;
	pp_arena_init(&a, 1 << 20);
	while (pp_arena_array(&a, 1000, 10, &err))
		got += 10000;
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	assert_in_range(got, (1 << 20) / 2, 1 << 20);
	assert_true(a.used <= a.budget);

	err = (struct pp_err)PP_ERR_INIT;
	assert_null(pp_arena_array(&a, SIZE_MAX / 4, 8, &err));
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	err = (struct pp_err)PP_ERR_INIT;
	assert_null(pp_arena_array(&a, SIZE_MAX, 1, &err));
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	pp_arena_release(&a);
	assert_int_equal(a.budget, 1 << 20);
}

static void buf_grows_and_stays_terminated(void **state)
{
	struct pp_buf b = PP_BUF_INIT;

	(void)state;
	assert_int_equal(pp_buf_view(&b).n, 0);
	for (int i = 0; i < 3000; i++) {
		pp_buf_fmt(&b, "%d,", i);
		assert_int_equal(b.p[b.n], '\0');
	}
	assert_int_equal(b.n, 10 * 2 + 90 * 3 + 900 * 4 + 2000 * 5);
	assert_memory_equal(b.p, "0,1,2,", 6);
	pp_buf_clear(&b);
	assert_string_equal(b.p, "");
	pp_buf_str(&b, "ab");
	pp_buf_char(&b, '\0');
	pp_buf_add(&b, "c", 1);
	assert_true(pp_str_eq(pp_buf_view(&b), PP_STR_LIT("ab\0c")));
	pp_buf_fmt(&b, "%s", "");
	assert_int_equal(b.n, 4);
	pp_buf_release(&b);
	assert_null(b.p);
}

static void grow_refuses_nothing_small(void **state)
{
	size_t cap = 0;
	int *p = pp_grow(NULL, &cap, 1, sizeof(*p));

	(void)state;
	assert_true(cap >= 1);
	size_t had = cap;
	int *same = pp_grow(p, &cap, had, sizeof(*p));
	assert_ptr_equal(same, p);
	assert_int_equal(cap, had);
	p = pp_grow(same, &cap, had + 1, sizeof(*p));
	assert_true(cap > had);
	free(p);
}

static void err_builds_one_line(void **state)
{
	struct pp_err err = PP_ERR_INIT;

	(void)state;
	assert_int_equal(pp_err_set(&err, PP_ERR_FORMAT, "truncated at byte %d", 7), -1);
	assert_int_equal(pp_err_wrap(&err, "cannot read '%s'", "x"), -1);
	assert_string_equal(err.msg, "cannot read 'x': truncated at byte 7");
	assert_int_equal(err.kind, PP_ERR_FORMAT);
	pp_err_hint(&err, "try %s", "y");
	assert_string_equal(err.hint, "try y");

	pp_err_sys(&err, ENOENT, "cannot open '%s'", "z");
	assert_string_equal(err.msg, "cannot open 'z': No such file or directory");
	assert_string_equal(err.hint, "");
	assert_int_equal(err.kind, PP_ERR_NOT_FOUND);
	pp_err_sys(&err, EPERM, "x");
	assert_int_equal(err.kind, PP_ERR_PERMISSION);
	pp_err_sys(&err, EIO, "x");
	assert_int_equal(err.kind, PP_ERR_IO);
}

static void err_cuts_what_is_too_long(void **state)
{
	struct pp_err err = PP_ERR_INIT;
	char text[2000];

	(void)state;
	memset(text, 'n', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	pp_err_sys(&err, EIO, "%s", text);
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
	pp_err_wrap(&err, "%s", text);
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
	pp_err_hint(&err, "%s", text);
	assert_int_equal(strlen(err.hint), sizeof(err.hint) - 1);
}

static bool matches(const char *pattern, bool whole, const char *subject)
{
	struct pp_err err = PP_ERR_INIT;
	PP_CLEANUP(pp_regex_freep)
	struct pp_regex *re = pp_regex_new(pp_str_of(pattern), whole, &err);

	if (!re)
		fail_msg("%s", err.msg);
	return pp_regex_match(re, pp_str_of(subject));
}

static void regex_matches(void **state)
{
	(void)state;
	assert_true(matches("b+c", false, "abbcd"));
	assert_false(matches("b+c", false, "abd"));
	assert_false(matches("b+c", true, "abbcd"));
	assert_true(matches("a.*d", true, "abbcd"));
	assert_true(matches("a|ab", true, "ab"));
	assert_true(matches("(?i)MAIN", false, "main.main"));
	assert_true(matches("", false, ""));
	assert_true(matches("(a)(b)(c)", false, "xabc"));
}

/* An expression that costs its limit for one subject after another would do so for every function
 * of a file. */
static void regex_is_given_up(void **state)
{
	static const char costly[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	struct pp_err err = PP_ERR_INIT;
	PP_CLEANUP(pp_regex_freep)
	struct pp_regex *re = pp_regex_new(PP_STR_LIT("(a|aa|a?a)+b|c"), true, &err);

	(void)state;
	assert_non_null(re);
	assert_true(pp_regex_match(re, PP_STR_LIT("c")));
	for (int i = 0; i < 100; i++)
		assert_false(pp_regex_match(re, pp_str_of(costly)));
	assert_false(pp_regex_match(re, PP_STR_LIT("c")));
}

static void regex_is_bounded_and_explains(void **state)
{
	struct pp_err err = PP_ERR_INIT;
	char subject[64];

	(void)state;
	assert_null(pp_regex_new(PP_STR_LIT("a(b"), false, &err));
	assert_int_equal(err.kind, PP_ERR_USAGE);
	assert_non_null(strstr(err.msg, "'a(b' at offset 3"));

	/* exponential without a limit: a billion steps */
	memset(subject, 'a', sizeof(subject));
	subject[sizeof(subject) - 1] = '\0';
	assert_false(matches("(a+a+)+$x", false, subject));
	assert_false(matches("(a|aa)+b", true, subject));
}

static void str_views(void **state)
{
	(void)state;
	assert_true(pp_str_eq(PP_STR_LIT(""), (struct pp_str){NULL, 0}));
	assert_false(pp_str_eq(PP_STR_LIT("a"), PP_STR_LIT("ab")));
	assert_true(pp_str_cmp(PP_STR_LIT("a"), PP_STR_LIT("ab")) < 0);
	assert_true(pp_str_cmp(PP_STR_LIT("b"), PP_STR_LIT("ab")) > 0);
	assert_int_equal(pp_str_cmp(PP_STR_LIT(""), (struct pp_str){NULL, 0}), 0);
	assert_true(pp_str_starts(PP_STR_LIT("abc"), PP_STR_LIT("ab")));
	assert_false(pp_str_starts(PP_STR_LIT("a"), PP_STR_LIT("ab")));
	assert_true(pp_str_eq(pp_str_basename(PP_STR_LIT("/usr/lib/x.so")), PP_STR_LIT("x.so")));
	assert_true(pp_str_eq(pp_str_basename(PP_STR_LIT("x.so")), PP_STR_LIT("x.so")));
	assert_int_equal(pp_str_basename((struct pp_str){NULL, 0}).n, 0);
}

static void bytes_load_little_endian(void **state)
{
	static const unsigned char raw[] = {0xff, 1, 2, 3, 4, 5, 6, 7, 8};

	(void)state;
	assert_int_equal(pp_load_le16(raw + 1), 0x0201);
	assert_int_equal(pp_load_le32(raw + 1), 0x04030201);
	assert_int_equal(pp_load_le64(raw + 1), 0x0807060504030201);
}

static void clock_formats_instants(void **state)
{
	char out[64], small[4] = "???";

	(void)state;
	pp_clock_format(out, sizeof(out), 1700000000 * PP_NSEC_PER_SEC + 999999999);
	assert_string_equal(out, "2023-11-14 22:13:20 UTC");
	pp_clock_format(out, sizeof(out), -1);
	assert_string_equal(out, "1969-12-31 23:59:59 UTC");
	pp_clock_format(small, sizeof(small), 0);
	assert_string_equal(small, "");

	int64_t before = pp_clock_mono();
	assert_true(pp_clock_mono() >= before);
	assert_true(pp_clock_real() > 1700000000 * PP_NSEC_PER_SEC);
}

/* Against a plain array, with few keys, so that they collide, and with seeds of all kinds. */
static void map_remove_leaves_the_others(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 50; seed++) {
		struct pp_map m = {0};
		uint32_t want[64];
		uint64_t x = seed;

		memset(want, 0xff, sizeof(want));
		pp_map_remove(&m, 1);
		for (int i = 0; i < 2000; i++) {
			x = x * 6364136223846793005u + 1442695040888963407u;
			uint32_t key = (uint32_t)(x >> 33) % PP_ARRAY_LEN(want);

			if (x >> 63) {
				*pp_map_put(&m, key, 0) = want[key] = (uint32_t)i;
			} else {
				pp_map_remove(&m, key);
				want[key] = PP_MAP_NONE;
			}
			uint32_t other = (uint32_t)(x >> 40) % PP_ARRAY_LEN(want);
			assert_int_equal(pp_map_find(&m, other), want[other]);
		}
		size_t n = 0;
		for (size_t i = 0; i < PP_ARRAY_LEN(want); i++) {
			assert_int_equal(pp_map_find(&m, i), want[i]);
			n += want[i] != PP_MAP_NONE;
		}
		assert_int_equal(m.count, n);
		pp_map_release(&m);
	}
}

static void spans_cover_each_moment_once(void **state)
{
	struct pp_spans s = {.n = 0};

	(void)state;
	assert_true(pp_spans_covered(&s) == 0);
	pp_spans_add(&s, 20, 10);
	pp_spans_add(&s, 0, 10);
	assert_true(pp_spans_covered(&s) == 20);
	pp_spans_add(&s, 5, 10); /* half of it is there already */
	pp_spans_add(&s, 6, 2);	 /* all of it is */
	pp_spans_add(&s, 15, 5); /* from one to the next */
	pp_spans_add(&s, 40, 0);
	pp_spans_add(&s, 40, -5);
	assert_true(pp_spans_covered(&s) == 30);
	assert_true(pp_spans_covered(&s) == 30);
	pp_spans_add(&s, INT64_MIN, 1);
	assert_true(pp_spans_covered(&s) == 31);
	pp_spans_add(&s, INT64_MAX - 1, INT64_MAX);
	assert_true(pp_spans_covered(&s) == 32);
	pp_spans_add(&s, INT64_MIN, INT64_MAX);
	pp_spans_add(&s, -10, INT64_MAX);
	assert_true(pp_spans_covered(&s) == INT64_MAX);
	pp_spans_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_cover_each_moment_once),
		cmocka_unit_test(map_remove_leaves_the_others),
		cmocka_unit_test(utf8_decodes),
		cmocka_unit_test(utf8_knows_the_unsafe),
		cmocka_unit_test(map_keeps_what_it_is_given),
		cmocka_unit_test(strtab_interns),
		cmocka_unit_test(arena_gives_zeroed_aligned_memory),
		cmocka_unit_test(arena_keeps_its_budget),
		cmocka_unit_test(buf_grows_and_stays_terminated),
		cmocka_unit_test(grow_refuses_nothing_small),
		cmocka_unit_test(err_builds_one_line),
		cmocka_unit_test(err_cuts_what_is_too_long),
		cmocka_unit_test(regex_matches),
		cmocka_unit_test(regex_is_bounded_and_explains),
		cmocka_unit_test(regex_is_given_up),
		cmocka_unit_test(str_views),
		cmocka_unit_test(bytes_load_little_endian),
		cmocka_unit_test(clock_formats_instants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
