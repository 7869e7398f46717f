/* SPDX-License-Identifier: Apache-2.0 */
/* symbol/names: which functions of a profile are renamed, and names that only look like C++. */
#include <config.h>

#include "unit.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "profile/builder.h"
#include "symbol/names.h"

struct names {
	const char *name, *system_name;
};

/* A profile with these functions, in this order. */
static void make_profile(struct pp_profile *p, const struct names *names, size_t n)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_builder b;

	pp_builder_init(&b);
	pp_builder_sample_type(&b, "cpu", "nanoseconds");
	for (size_t i = 0; i < n; i++) {
		uint32_t name = pp_builder_string(&b, pp_str_of(names[i].name));
		uint32_t system_name = pp_builder_string(&b, pp_str_of(names[i].system_name));

		pp_builder_function(&b, name, system_name, 0, (int64_t)i);
	}
	assert_int_equal(pp_builder_finish(&b, p, &err), 0);
	pp_builder_release(&b);
}

static void expect_name(const struct names *names, enum pp_demangle style, const char *want)
{
	struct pp_profile p;

	make_profile(&p, names, 1);
	pp_names_demangle(&p, style);
	struct pp_str got = pp_profile_str(&p, p.functions[0].name);
	if (!pp_str_eq(got, pp_str_of(want)))
		fail_msg("'%s' of '%s' in style %d: '%.*s', not '%s'", names->name,
			 names->system_name, style, (int)got.n, got.p, want);
	assert_true(pp_str_eq(pp_profile_str(&p, p.functions[0].system_name),
			      pp_str_of(names->system_name)));
	pp_profile_release(&p);
}

static void functions_are_chosen(void **state)
{
	(void)state;
	static const struct {
		struct names names;
		const char *simple, *templates;
	} cases[] = {
		{{"_Z1fIiEvi", "_Z1fIiEvi"}, "f", "f<int>"},   {{"", "_Z1fIiEvi"}, "f", "f<int>"},
		{{"named", "_Z1fIiEvi"}, "named", "f<int>"},   {{"f", "_Z1fIiEvi"}, "f", "f<int>"},
		{{"named", "plain"}, "named", "plain"},	       {{"", "plain"}, "plain", "plain"},
		{{"_Z1fIiEvi", ""}, "_Z1fIiEvi", "_Z1fIiEvi"}, {{"", ""}, "", ""},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		const struct names *n = &cases[i].names;

		expect_name(n, PP_DEMANGLE_NONE, n->name);
		expect_name(n, PP_DEMANGLE_SIMPLE, cases[i].simple);
		expect_name(n, PP_DEMANGLE_TEMPLATES, cases[i].templates);
	}
}

static void readable_names_are_shortened(void **state)
{
	(void)state;
	static const struct {
		const char *name, *simple, *templates;
	} cases[] = {
		{"std::f<int>(int)", "std::f", "std::f<int>"},
		{"f(int)", "f(int)", "f(int)"},
		{"a::f(g(x), y) const", "a::f const", "a::f const"},
		{"a::b<c<d>, e>::f", "a::b::f", "a::b<c<d>, e>::f"},
		{"a::f(x)) (y)", "a::f) (y)", "a::f) (y)"},
		{"a::f(x) (y", "a::f (y", "a::f (y"},
		{"a::f> <int>", "a::f> <int>", "a::f> <int>"},
		{"a::operator->(int)", "a::operator->", "a::operator->"},
		{"(anonymous namespace)::f", "::f", "::f"},
		{"::(x)", "::", "::"},
		{"x[1](y)", "x[1]", "x[1]"},
		{"Foo.<init>(int)", "Foo.<init>(int)", "Foo.<init>(int)"},
		{"foo.(*Bar[...]).Method", "foo.(*Bar[...]).Method", "foo.(*Bar[...]).Method"},
		{"main.Map[...]", "main.Map[...]", "main.Map[...]"},
		{"main.(*T).Run", "main.(*T).Run", "main.(*T).Run"},
		{"a:b(c):", "a:b(c):", "a:b(c):"},
		{"__Z3fooi", "foo", "foo"},
		{"___Z3fooi", "___Z3fooi", "___Z3fooi"},
		{"_", "_", "_"},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		const struct names n = {cases[i].name, cases[i].name};

		expect_name(&n, PP_DEMANGLE_SIMPLE, cases[i].simple);
		expect_name(&n, PP_DEMANGLE_TEMPLATES, cases[i].templates);
		expect_name(&n, PP_DEMANGLE_FULL,
			    strcmp(n.name, "__Z3fooi") == 0 ? "foo(int)" : n.name);
	}
}

/* What would lose all of it stays whole: it would be taken for a function without a name. */
static void no_name_is_lost(void **state)
{
	(void)state;
	static const char *const names[] = {
		"</script><img onerror=alert(1)>",
		"<lambda>",
		"(a::b)",
		"<a> <b>",
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(names); i++) {
		const struct names n = {names[i], names[i]};

		expect_name(&n, PP_DEMANGLE_SIMPLE, names[i]);
	}
}

/* Functions with one system name get one string. */
static void strings_are_added_once(void **state)
{
	(void)state;
	const struct names names[] = {
		{"_Z3foov", "_Z3foov"}, {"main", "main"}, {"_Z3foov", "_Z3foov"},
		{"_Z3barv", "_Z3barv"}, {"", "_Z3barv"},
	};
	struct pp_profile p;

	make_profile(&p, names, PP_ARRAY_LEN(names));
	uint32_t before = p.nstrings;
	pp_names_demangle(&p, PP_DEMANGLE_SIMPLE);
	assert_int_equal(p.nstrings, before + 2);
	assert_int_equal(p.functions[0].name, p.functions[2].name);
	assert_int_equal(p.functions[3].name, p.functions[4].name);
	assert_int_equal(p.functions[1].name, p.functions[1].system_name);
	pp_names_demangle(&p, PP_DEMANGLE_SIMPLE);
	assert_int_equal(p.nstrings, before + 2);
	pp_profile_release(&p);
}

/* Names stay when the profile has no memory left for others. */
static void memory_is_bounded(void **state)
{
	(void)state;
	const struct names names = {"_Z3foov", "_Z3foov"};
	struct pp_profile p;

	make_profile(&p, &names, 1);
	p.arena.budget = p.arena.used;
	while (p.nstrings < 100000) { /* use up what is left of the last block */
		struct pp_err err;

		if (pp_profile_add_string(&p, PP_STR_LIT("x"), &err) == PP_NONE) {
			assert_int_equal(err.kind, PP_ERR_LIMIT);
			break;
		}
	}
	assert_true(p.nstrings < 100000);
	pp_names_demangle(&p, PP_DEMANGLE_SIMPLE);
	assert_int_equal(p.functions[0].name, p.functions[0].system_name);
	pp_profile_release(&p);
}

/* Names that grow without end may cost a multiple of their length in all, not each. */
static void work_is_bounded(void **state)
{
	(void)state;
	enum { N = 2000 };
	struct names *names = pp_xcalloc(N, sizeof(*names));
	struct pp_buf *text = pp_xcalloc(N, sizeof(*text));
	struct pp_profile p;
	struct timespec start, end;

	for (size_t i = 0; i < N; i++) {
		struct pp_buf b = PP_BUF_INIT;

		/* f000..., A, A<int>, B, B<A<int>, A<int> > are S_, S0_, S1_, S2_, S3_ */
		pp_buf_fmt(&b, "_Z9f%08zuI1AIiE", i);
		for (const char *id = "13579BDFHJLNPRTVXZ"; *id; id++)
			pp_buf_fmt(&b, "1BIS%c_S%c_E", *id, *id);
		pp_buf_str(&b, "Evv");
		text[i] = b;
		names[i] = (struct names){b.p, b.p};
	}
	names[N - 1] = (struct names){"_Z3foov", "_Z3foov"};
	make_profile(&p, names, N);
	clock_gettime(CLOCK_MONOTONIC, &start);
	pp_names_demangle(&p, PP_DEMANGLE_FULL);
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_true(end.tv_sec - start.tv_sec < 20);
	assert_int_equal(p.functions[N - 1].name, p.functions[N - 1].system_name);
	pp_profile_release(&p);
	for (size_t i = 0; i < N; i++)
		pp_buf_release(&text[i]);
	free(text);
	free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_are_chosen),
		cmocka_unit_test(readable_names_are_shortened),
		cmocka_unit_test(no_name_is_lost),
		cmocka_unit_test(strings_are_added_once),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(work_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
