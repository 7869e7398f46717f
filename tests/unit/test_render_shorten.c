/* SPDX-License-Identifier: Apache-2.0 */
/* render/shorten: the test cases of google/pprof (TestShortenFunctionName), and their neighbours.
 */
#include <config.h>

#include "unit.h"

#include <string.h>

#include "base/compiler.h"
#include "render/shorten.h"

struct shorten_case {
	const char *name, *want;
};

static void expect_all(const struct shorten_case *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		PP_CLEANUP(pp_buf_release) struct pp_buf out = PP_BUF_INIT;

		pp_buf_str(&out, "kept ");
		pp_shorten_name(pp_str_of(cases[i].name), &out);
		if (strncmp(out.p, "kept ", 5) != 0 || strcmp(out.p + 5, cases[i].want) != 0)
			fail_msg("'%s' is '%s', not '%s'", cases[i].name, out.p + 5, cases[i].want);
	}
}

static void upstream_cases(void **state)
{
	(void)state;
	static const struct shorten_case cases[] = {
		{"root", "root"},
		{"syscall.Syscall", "syscall.Syscall"},
		{"net/http.(*conn).serve", "http.(*conn).serve"},
		{"github.com/blahBlah/foo.Foo", "foo.Foo"},
		{"github.com/BlahBlah/foo.Foo", "foo.Foo"},
		{"github.com/BlahBlah/foo.Foo[...]", "foo.Foo[...]"},
		{"github.com/blah-blah/foo_bar.(*FooBar).Foo", "foo_bar.(*FooBar).Foo"},
		{"encoding/json.(*structEncoder).(encoding/json.encode)-fm",
		 "json.(*structEncoder).(encoding/json.encode)-fm"},
		{"github.com/blah/blah/vendor/gopkg.in/redis.v3.(*baseClient).(github.com/blah/"
		 "blah/vendor/gopkg.in/redis.v3.process)-fm",
		 "redis.v3.(*baseClient).(github.com/blah/blah/vendor/gopkg.in/"
		 "redis.v3.process)-fm"},
		{"github.com/foo/bar/v4.(*Foo).Bar", "bar.(*Foo).Bar"},
		{"github.com/foo/bar/v4/baz.Foo.Bar", "baz.Foo.Bar"},
		{"github.com/foo/bar/v123.(*Foo).Bar", "bar.(*Foo).Bar"},
		{"github.com/foobar/v0.(*Foo).Bar", "v0.(*Foo).Bar"},
		{"github.com/foobar/v1.(*Foo).Bar", "v1.(*Foo).Bar"},
		{"example.org/v2xyz.Foo", "v2xyz.Foo"},
		{"github.com/foo/bar/v4/v4.(*Foo).Bar", "v4.(*Foo).Bar"},
		{"github.com/foo/bar/v4/foo/bar/v4.(*Foo).Bar", "v4.(*Foo).Bar"},
		{"java.util.concurrent.ThreadPoolExecutor$Worker.run",
		 "ThreadPoolExecutor$Worker.run"},
		{"java.bar.foo.FooBar.run(java.lang.Runnable)", "FooBar.run"},
		{"(anonymous namespace)::Bar::Foo", "Bar::Foo"},
		{"(anonymous namespace)::foo", "foo"},
		{"cpp::namespace::Class::method()::$_100::operator()", "Class::method"},
		{"foo_bar::Foo::bar", "Foo::bar"},
		{"cpp::namespace::Class::method<float, long, int>()",
		 "Class::method<float, long, int>"},
		{"foo", "foo"},
		{"foo/xyz", "foo/xyz"},
		{"com.google.perftools.gwp.benchmark.FloatBench.lambda$run$0",
		 "FloatBench.lambda$run$0"},
		{"java.bar.foo.FooBar.run$0", "FooBar.run$0"},
	};

	expect_all(cases, PP_ARRAY_LEN(cases));
}

static void their_neighbours(void **state)
{
	(void)state;
	static const struct shorten_case cases[] = {
		{"", ""},
		{"(anonymous namespace)::(anonymous namespace)::f", "(anonymous namespace)::f"},
		{"a/v2", "a/v2"},
		{"a/v2.f", "a.f"},
		{"a/v20/b.F", "b.F"},
		{"a/v02/b.F", "b.F"},
		{"x/v2/v3.F", "v3.F"},
		{"x/v1/v12.F", "v1.F"},
		{"a b/v9/c", "a b/c"},
		{"a/v2.f\n", "v2.f"},
		{"a/b.c\nd", "b.c"},
		{"a//b.c", "/b.c"},
		{"a/.b", "a/.b"},
		{"a/b/.c", "b/.c"},
		{"a/b.", "a/b."},
		{"/a/b.c", "/a/b.c"},
		{"a.b/c.d/e", "c.d/e"},
		{"a/b c.d", "b c.d"},
		{"java.Foo.<init>(int)", "Foo.<init>"},
		{"java.Foo.<init>x", "java.Foo.<init>x"},
		{"Foo.bar", "Foo.bar"},
		{"Foo.Bar", "Foo.Bar"},
		{"com.Foo.bar$baz$1()", "Foo.bar$baz$1"},
		{"com.Foo.bar x", "com.Foo.bar x"},
		{"com.Foo.", "com.Foo."},
		{"com.", "com."},
		{"a::B", "a::B"},
		{"a::B::", "a::B::"},
		{"a::B::~B", "B::~B"},
		{"a::B::~", "a::B::~"},
		{"A::B::C::d", "C::d"},
		{"A::b", "A::b"},
		{"a::__B::f<int> (x) > y", "__B::f<int> (x) >"},
		{"a::B::f<int\n>", "B::f"},
		{"a::_b::c", "a::_b::c"},
		{"a::B::9", "a::B::9"},
		{"9a::B::c", "9a::B::c"},
		{"a::B::operator<", "B::operator"},
		{"a::B::c::d", "B::c"},
	};

	expect_all(cases, PP_ARRAY_LEN(cases));
}

/* The name may hold anything, and need not end with a NUL. */
static void bytes_are_taken_as_they_are(void **state)
{
	(void)state;
	PP_CLEANUP(pp_buf_release) struct pp_buf out = PP_BUF_INIT;
	static const char bytes[] = {'a', '/', 'b', '.', '\0', (char)0xff, '(', 'x'};

	pp_shorten_name((struct pp_str){bytes, sizeof(bytes)}, &out);
	assert_int_equal(out.n, 6);
	assert_memory_equal(out.p, bytes + 2, 6);
	pp_buf_clear(&out);
	pp_shorten_name((struct pp_str){NULL, 0}, &out);
	assert_int_equal(out.n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(upstream_cases),
		cmocka_unit_test(their_neighbours),
		cmocka_unit_test(bytes_are_taken_as_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
