/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of symbol/demangle: what C++ and Rust names look like, and what hostile ones do. */
#include <config.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "symbol/demangle.h"

static const struct {
	const char *mangled, *readable; /* NULL: not mangled */
} name_cases[] = {
	{"_Z3foov", "foo"},
	{"_Z1fILi0EEvv", "f"},
	{"_ZN3Foo3barEv", "Foo::bar"},
	{"_ZNK3Foo3barEPKc", "Foo::bar"},
	{"_ZN3FooC1Ev", "Foo::Foo"},
	{"_ZN3FooC2ERKS_", "Foo::Foo"},
	{"_ZN3FooD0Ev", "Foo::~Foo"},
	{"_ZN12_GLOBAL__N_13fooEv", "(anonymous namespace)::foo"},
	{"_ZNSt6vectorIiSaIiEE9push_backERKi", "std::vector::push_back"},
	{"_ZNSt8functionIFviEE4callEi", "std::function::call"},
	{"_ZNSt3mapISsiSt4lessISsESaISt4pairIKSsiEEEixERS3_", "std::map::operator[]"},
	{"_ZSt4sortIPiEvT_S1_", "std::sort"},
	{"_Z3fooIXgtLi1ELi2EEEvv", "foo"},
	{"_Z3fooIXltLi1ELi2EEEvv", "foo"},
	{"_Z3fooIXrsLi1ELi2EEEvv", "foo"},
	{"_Z3fooIXgeLi1ELi2EEEvv", "foo"},
	{"_ZlsRSoRK3Foo", "operator<<"},
	{"_ZrsRSiR3Foo", "operator>>"},
	{"_ZltI3FooEbRKT_S3_", "operator<"},
	{"_ZlsI3FooEbRKT_S3_", "operator<<"},
	{"_ZgtI3FooEbRKT_S3_", "operator>"},
	{"_ZStssIiE15strong_orderingRKT_S1_", "std::operator<=>"},
	{"_ZN3FooptEv", "Foo::operator->"},
	{"_ZN3FoopmEv", "Foo::operator->*"},
	{"_ZN3FooclEi", "Foo::operator()"},
	{"_ZN3FooclIL4Enum1EEEvv", "Foo::operator()"},
	{"_ZN3FooixEm", "Foo::operator[]"},
	{"_ZN3FoonwEm", "Foo::operator new"},
	{"_ZN3FoocvSt6vectorIiSaIiEEEv", "Foo::operator std::vector"},
	{"_ZN3FoocvPFviEEv", "Foo::operator void (*)(int)"},
	{"_Z3barIXadL_ZN3FoolsEiEEEvv", "bar"},
	{"_ZZ3foovENKUlvE_clEv", "foo()::{lambda()#1}::operator()"},
	{"_ZZ3fooIiEvT_ENKUlvE_clEv", "foo()::{lambda()#1}::operator()"},
	{"_ZZN3Foo3barEiENKUliE0_clEi", "Foo::bar()::{lambda(int)#2}::operator()"},
	{"_ZZNK3Foo3barEvENKUlSt6vectorIiSaIiEEE_clES3_",
	 "Foo::bar() const::{lambda(std::vector)#1}::operator()"},
	{"_ZZ4mainENKUlT_E_clIiEEDaS_", "main::{lambda(auto:1)#1}::operator()"},
	{"_ZZN12_GLOBAL__N_13barIiEEvT_ENK3$_0clEv",
	 "(anonymous namespace)::bar()::$_0::operator()"},
	{"_ZZ4mainE1x", "main::x"},
	{"_ZGVZ3fooiE1x", "guard variable for foo()::x"},
	{"_ZTV3FooIiE", "vtable for Foo"},
	{"_ZThn16_N3Foo3barEv", "non-virtual thunk to Foo::bar()"},
	{"_Z3fooB5cxx11v", "foo[abi:cxx11]"},
	{"_ZN3foo3barEv.part.0", "foo::bar"},
	{"_ZN3foo3barEv.isra.0.cold", "foo::bar"},
	{"_ZN4core3fmt5write17h0123456789abcdefE", "core::fmt::write"},
	{"_ZN4core3fmt5write17h0123456789abcdefE.llvm.1234", "core::fmt::write"},
	{"_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$"
	 "3bar17h930b740aa94f1d3aE",
	 "<Test + 'static as foo::Bar<Test>>::bar"},
	{"_ZN4test4main28_$u7b$$u7b$closure$u7d$$u7d$17h0123456789abcdefE",
	 "test::main::{{closure}}"},
	{"_RNvCs1234_7mycrate3foo", "mycrate::foo"},
	{"_RNvCs1234_7mycrate3foo.llvm.99", "mycrate::foo"},
	{"_RNvMs_NtCs1234_7mycrate3fooINtB4_3BarpE3new", "<mycrate::foo::Bar<>>::new"},
	{"_RINvNtC3std3mem8align_ofdE", "std::mem::align_of::<>"},
	{"_RNCNvCs1234_7mycrate4main0B3_", "mycrate::main::{closure#0}"},
	{"_Z1fooBarBaz", "f"}, /* what follows the name is not read */
	{"___Z3foov_block_invoke", "invocation function for block in foo"},
	{"___Z3foov_block_invoke_12.cold", "invocation function for block in foo"},
	{"___Z3foov_block_invoke_12x", NULL},
	{"___Z3foov", NULL},
	{"___Z_block_invoke", NULL},
	{"", NULL},
	{"_", NULL},
	{"_Z", NULL},
	{"_R", NULL},
	{"main", NULL},
	{"runtime.mallocgc", NULL},
	{"main.(*T).Run", NULL},
	{"_Zfoo", NULL},
	{"_ZN3foo", NULL},
	{"_Roman", NULL},
	{"__libc_start_main", NULL},
	{"operator<", NULL},
	{"i", NULL},
};

static void test_names(void **state)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf out = PP_BUF_INIT;

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(name_cases); i++) {
		struct pp_str mangled = pp_str_of(name_cases[i].mangled);

		pp_buf_clear(&out);
		pp_buf_str(&out, "kept ");
		bool ok = pp_demangle(mangled, PP_DEMANGLE_SIMPLE, &out);
		const char *readable = ok ? out.p + 5 : "(not mangled)";

		assert_memory_equal(out.p, "kept ", 5);
		assert_true(ok || out.n == 5);
		if (strcmp(readable,
			   name_cases[i].readable ? name_cases[i].readable : "(not mangled)") != 0)
			fail_msg("%s became '%s'", mangled.p, readable);
	}
}

/* Names in all styles; NULL: not mangled. */
static const struct {
	const char *mangled, *simple, *templates, *full;
} style_cases[] = {
	{"_Z1fILi0EEvv", "f", "f<0>", "void f<0>()"},
	{"_Z1fIJ1AIJEEEEvv", "f", "f<A<> >", "void f<A<> >()"},
	{"_Z1fI1AIiJEEEvv", "f", "f<A<int> >", "void f<A<int> >()"},
	{"_Z1fIJEiEvv", "f", "f<int>", "void f<int>()"},
	{"_Z1fIiJEiEvv", "f", "f<int, int>", "void f<int, int>()"},
	{"_ZltI3FooEbRKT_S3_", "operator<", "operator< <Foo>",
	 "bool operator< <Foo>(Foo const&, Foo const&)"},
	{"_Z3fooIXltLi1ELi2EEEvv", "foo", "foo<(1)<(2)>", "void foo<(1)<(2)>()"},
	{"_Z3barIXadL_Z3foocEEEvv", "bar", "bar<&foo>", "void bar<&foo>()"},
	{"_Z3barIXadL_Z3fooIcEvT_EEEvv", "bar", "bar<&(foo<char>)>", "void bar<&(foo<char>)>()"},
	{"_Z3barIXadL_ZNK1A1fEvEEEvv", "bar", "bar<&(A::f() const)>",
	 "void bar<&(A::f() const)>()"},
	{"_Z1fIiEN1AIXntsr3std7is_sameIT_iEEE4typeEv", "f", "f<int>",
	 "A<!std::is_same<int, int> >::type f<int>()"},
	{"_ZZN3Foo3barEiENKUliE0_clEi", "Foo::bar()::{lambda(int)#2}::operator()",
	 "Foo::bar()::{lambda(int)#2}::operator()",
	 "Foo::bar(int)::{lambda(int)#2}::operator()(int) const"},
	{"_ZZNKR3Foo3barEiE1x", "Foo::bar() const &::x", "Foo::bar() const &::x",
	 "Foo::bar(int) const &::x"},
	{"_Z1fIZ1gvEUlvE_EvT_", "f", "f<g()::{lambda()#1}>",
	 "void f<g()::{lambda()#1}>(g()::{lambda()#1})"},
	{"_ZN12_GLOBAL__N_11fE1A.part.0.cold", "(anonymous namespace)::f",
	 "(anonymous namespace)::f", "(anonymous namespace)::f(A)"},
	{"_Z1fooBarBaz", "f", "f", NULL}, /* no parameters in the full style */
	{"_RINvNtC3std3mem8align_ofdE", "std::mem::align_of::<>", "std::mem::align_of::<f64>",
	 "std::mem::align_of::<f64>"},
	{"_RINvC1a1bDNtC1c1dp4ItemhEL_E", "a::b::<>", "a::b::<dyn c::d<Item = u8>>",
	 "a::b::<dyn c::d<Item = u8>>"},
	{"_RNvMC1aDINtC1c1dhEp4ItemINtC1e1ftEEL_1g", "<dyn c::d<, Item = e::f<>>>::g",
	 "<dyn c::d<u8, Item = e::f<u16>>>::g", "<dyn c::d<u8, Item = e::f<u16>>>::g"},
	{"_RNvMC1aDNtC1c1dp4ItemhEL_1g", "<dyn c::d<Item = u8>>::g", "<dyn c::d<Item = u8>>::g",
	 "<dyn c::d<Item = u8>>::g"},
	{"_RNvXC1aFG_RL0_hEINtC1b1cyENtC1d1e1f", "<for<'a> fn(&'a u8) -> b::c<> as d::e>::f",
	 "<for<'a> fn(&'a u8) -> b::c<u64> as d::e>::f",
	 "<for<'a> fn(&'a u8) -> b::c<u64> as d::e>::f"},
	{"_RINvC1a1bKc3c_Kj7_E", "a::b::<>", "a::b::<'<', 7>", "a::b::<'<', 7>"},
};

static void expect_style(const char *mangled, enum pp_demangle style, const char *want)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf out = PP_BUF_INIT;
	bool ok = pp_demangle(pp_str_of(mangled), style, &out);

	if (ok != (want != NULL) || (ok && strcmp(out.p, want) != 0))
		fail_msg("%s in style %d: '%s'", mangled, style, ok ? out.p : "(not mangled)");
}

static void test_styles(void **state)
{
	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(style_cases); i++) {
		const char *mangled = style_cases[i].mangled;

		expect_style(mangled, PP_DEMANGLE_NONE, NULL);
		expect_style(mangled, PP_DEMANGLE_SIMPLE, style_cases[i].simple);
		expect_style(mangled, PP_DEMANGLE_TEMPLATES, style_cases[i].templates);
		expect_style(mangled, PP_DEMANGLE_FULL, style_cases[i].full);
	}
}

static void test_style_names(void **state)
{
	enum pp_demangle style = PP_DEMANGLE_NONE;

	(void)state;
	assert_true(pp_demangle_parse("simple", &style) && style == PP_DEMANGLE_SIMPLE);
	assert_true(pp_demangle_parse("none", &style) && style == PP_DEMANGLE_NONE);
	assert_true(pp_demangle_parse("default", &style) && style == PP_DEMANGLE_SIMPLE);
	assert_true(pp_demangle_parse("templates", &style) && style == PP_DEMANGLE_TEMPLATES);
	assert_true(pp_demangle_parse("full", &style) && style == PP_DEMANGLE_FULL);
	assert_false(pp_demangle_parse("", &style));
	assert_false(pp_demangle_parse("Full", &style));
	assert_int_equal(style, PP_DEMANGLE_FULL);
}

/* A template whose argument doubles with every level: S<id>_ is what was built last. */
static void add_doubling_name(struct pp_buf *b, unsigned levels)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	pp_buf_str(b, "_Z1fI1AIiEEvv"); /* substitutions: f, A, A<int> */
	b->n -= 3;
	for (unsigned i = 0; i < levels; i++) {
		unsigned id = 1 + 2 * i;
		char seq[3] = {digits[id % 36]};

		if (id >= 36)
			seq[0] = digits[id / 36], seq[1] = digits[id % 36];
		pp_buf_fmt(b, "1BIS%s_S%s_E", seq, seq);
	}
	pp_buf_str(b, "Evv");
}

/* What is written is taken from the budget, also when it came to nothing. */
static void test_budget(void **state)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf name = PP_BUF_INIT, out = PP_BUF_INIT;
	size_t budget = 100;

	(void)state;
	assert_true(pp_demangle_within(PP_STR_LIT("_Z3foov"), PP_DEMANGLE_FULL, &budget, &out));
	assert_int_equal(budget, 100 - strlen("foo()"));
	add_doubling_name(&name, 60);
	pp_buf_clear(&out);
	assert_false(pp_demangle_within(pp_buf_view(&name), PP_DEMANGLE_FULL, &budget, &out));
	assert_int_equal(budget, 0);
	assert_false(pp_demangle_within(PP_STR_LIT("_Z3foov"), PP_DEMANGLE_FULL, &budget, &out));
	assert_int_equal(out.n, 0);
}

static void test_name_bombs(void **state)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf name = PP_BUF_INIT, out = PP_BUF_INIT;

	(void)state;
	add_doubling_name(&name, 8);
	assert_true(pp_demangle(pp_buf_view(&name), PP_DEMANGLE_SIMPLE, &out));
	assert_string_equal(out.p, "f");
	pp_buf_clear(&name);
	pp_buf_clear(&out);
	add_doubling_name(&name, 60);
	assert_true(name.n < 1000); /* not refused for its length */
	assert_false(pp_demangle(pp_buf_view(&name), PP_DEMANGLE_SIMPLE, &out));

	pp_buf_clear(&name);
	pp_buf_str(&name, "_Z1f"); /* nested deeper than any stack */
	while (name.n < 60000)
		pp_buf_char(&name, 'P');
	pp_buf_char(&name, 'i');
	assert_false(pp_demangle(pp_buf_view(&name), PP_DEMANGLE_SIMPLE, &out));
	while (name.n <= 65536)
		pp_buf_char(&name, 'i');
	assert_false(pp_demangle(pp_buf_view(&name), PP_DEMANGLE_SIMPLE, &out));
	assert_false(pp_demangle((struct pp_str){"_Z3foo\0v", 8}, PP_DEMANGLE_SIMPLE, &out));
	assert_int_equal(out.n, 0);
}

/* Names over which libiberty would be silent for longer than anybody waits. */
static void test_silent_bombs(void **state)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf name = PP_BUF_INIT, out = PP_BUF_INIT;

	(void)state;
	/* void f<int>(C<A<int>, B<A<int>, A<int>>, ...>...): a pattern without a pack */
	pp_buf_str(&name, "_Z1fIiEvDp1CI1AIiE");
	for (const char *id = "2468ACEGIKMOQSUWY"; *id; id++)
		pp_buf_fmt(&name, "1BIS%c_S%c_E", *id, *id);
	for (const char *id = "02468ACEGIKMOQSUWY"; *id; id++)
		pp_buf_fmt(&name, "1BIS1%c_S1%c_E", *id, *id);
	pp_buf_char(&name, 'E');
	assert_false(pp_demangle(pp_buf_view(&name), PP_DEMANGLE_FULL, &out));
	assert_int_equal(out.n, 0);
	assert_true(pp_demangle(pp_buf_view(&name), PP_DEMANGLE_TEMPLATES, &out));
	assert_string_equal(out.p, "f<int>");

	/* S::operator T_<T_<T_<...>>>() */
	pp_buf_clear(&name);
	pp_buf_clear(&out);
	pp_buf_str(&name, "_ZN1Scv");
	for (int i = 0; i < 60; i++)
		pp_buf_str(&name, "T_I");
	pp_buf_char(&name, 'i');
	for (int i = 0; i < 60; i++)
		pp_buf_char(&name, 'E');
	pp_buf_str(&name, "IiEEv");
	assert_false(pp_demangle(pp_buf_view(&name), PP_DEMANGLE_SIMPLE, &out));
	assert_int_equal(out.n, 0);
}

/* Every prefix and every changed byte of every name: no crash, no endless loop. */
static void test_damaged_names(void **state)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf out = PP_BUF_INIT;
	size_t ok = 0, bad = 0;

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(name_cases); i++) {
		PP_CLEANUP(pp_freep) char *name = pp_xstrdup(name_cases[i].mangled);
		size_t n = strlen(name);

		for (size_t at = 0; at < n; at++) {
			static const char changes[] = "E_SIN9<(";
			char was = name[at];

			pp_buf_clear(&out);
			pp_demangle((struct pp_str){name, at}, PP_DEMANGLE_FULL, &out);
			for (const char *c = changes; *c; c++) {
				name[at] = *c;
				pp_buf_clear(&out);
				if (pp_demangle((struct pp_str){name, n}, PP_DEMANGLE_SIMPLE, &out))
					ok++;
				else
					bad++;
			}
			name[at] = was;
		}
	}
	assert_true(ok > 100);
	assert_true(bad > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),	      cmocka_unit_test(test_styles),
		cmocka_unit_test(test_style_names),   cmocka_unit_test(test_budget),
		cmocka_unit_test(test_name_bombs),    cmocka_unit_test(test_silent_bombs),
		cmocka_unit_test(test_damaged_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
