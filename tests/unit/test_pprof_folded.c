/* SPDX-License-Identifier: Apache-2.0 */
/* pprof/folded.h: what lines say, whatever wrote them; what is refused, and what is left to others;
 * that neither threads nor what the line before was like change anything. */
#include <config.h>

#include "unit.h"

#include <stdlib.h>
#include <string.h>

#include "../lib/profile_dump.h"
#include "base/alloc.h"
#include "base/parallel.h"
#include "io/gzip.h"
#include "pprof/folded.h"
#include "pprof/legacy.h"
#include "pprof/read.h"
#include "profile/samples.h"

static int read_text(struct pp_profile *p, struct pp_str text, struct pp_err *err)
{
	/* exactly these bytes: what reads further is found out */
	PP_CLEANUP(pp_freep) char *copy = pp_xcalloc(text.n, 1);

	if (text.n)
		memcpy(copy, text.p, text.n);
	*err = (struct pp_err)PP_ERR_INIT;
	return pp_pprof_read_bytes(p, (const uint8_t *)copy, text.n, NULL, err);
}

/* Samples as "main;f 12" again, a line each. */
static void say(struct pp_buf *out, const struct pp_profile *p)
{
	struct pp_sample_iter it;
	struct pp_sample s;

	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s)) {
			for (uint32_t i = s.nlocations; i-- > 0;) {
				const struct pp_location *l = &p->locations[s.locations[i]];
				uint32_t function = p->lines[l->first_line].function;
				struct pp_str name = pp_profile_str(p, p->functions[function].name);

				pp_buf_add(out, name.p, name.n);
				pp_buf_str(out, i ? ";" : "");
			}
			for (uint32_t i = 0; i < p->nsample_types; i++)
				pp_buf_fmt(out, " %lld", (long long)s.values[i]);
			pp_buf_str(out, "\n");
		}
		pp_samples_release(&it);
	}
}

static void expect_of(struct pp_str text, const char *type, const char *unit, const char *samples)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf said = PP_BUF_INIT;
	struct pp_profile p;
	struct pp_err err;

	if (read_text(&p, text, &err))
		fail_msg("'%.*s': %s", (int)text.n, text.p, err.msg);
	say(&said, &p);
	pp_buf_str(&said, "");
	assert_string_equal(said.p ? said.p : "", samples);
	assert_string_equal(pp_profile_str(&p, p.sample_types[p.nsample_types - 1].type).p, type);
	for (uint32_t i = 0; i < p.nsample_types; i++)
		assert_string_equal(pp_profile_str(&p, p.sample_types[i].unit).p, unit);
	pp_profile_release(&p);
}

static void expect(const char *text, const char *samples)
{
	expect_of(pp_str_of(text), "samples", "count", samples);
}

static void expect_same(const char *text)
{
	expect(text, text);
}

static void refused(const char *text, const char *message)
{
	struct pp_profile p;
	struct pp_err err;

	if (read_text(&p, pp_str_of(text), &err) == 0)
		fail_msg("'%s' is taken", text);
	assert_string_equal(err.msg, message);
	assert_int_equal(err.kind, PP_ERR_FORMAT);
}

/* A text that is no folded stacks gets the answer that it would get without them. */
static void other(const char *text)
{
	PP_CLEANUP(pp_freep) char *copy = pp_xstrdup(text);
	struct pp_profile p;
	struct pp_err err = PP_ERR_INIT;

	pp_profile_init(&p, 0);
	if (pp_folded_read(&p, pp_str_of(copy), &err) != PP_LEGACY_OTHER)
		fail_msg("'%s' is taken for folded stacks: %s", text, err.msg);
	assert_int_equal(err.kind, PP_ERR_NONE);
}

static void as_written(void **state)
{
	(void)state;
	expect_same("main;f 1\n");
	expect_same("main;f 1\nmain 2\nmain;f;g 3\nmain;f 4\n");
	/* stackcollapse-perf.pl --all, --pid and --addrs */
	expect_same("java-123/124;[unknown];start_thread;Foo:::bar_[j];baz_[i];sys_read_[k] 12\n"
		    "perl-7;[libc.so.6 <7f00a1>];main 1\n");
	/* bcc with a delimiter, bpftrace, async-profiler with threads and simple names */
	expect_same(
		"swapper/0;-;do_idle;acpi_idle_do_entry 30\n"
		"[main tid=77];java/lang/Thread.run_[0];Main.a_[1];std::vector<int>::f(int) 9\n");
	/* py-spy, rbspy, go */
	expect_same("process 5:\"python x.py\";<module> (x.py:3);fib (x.py:9) 70\n"
		    "<main> - a.rb:3;block in <main> - a.rb:4 2\n"
		    "main.(*T).f;net/http.(*conn).serve.func1.1 5\n");
	expect_same("a;Thread 1 7\nb;Thread 2 8\nc;d 9\n");
}

static void blanks_and_ends(void **state)
{
	(void)state;
	expect("a;b 1\r\na;c 2\r\n", "a;b 1\na;c 2\n");
	expect("a;b 1", "a;b 1\n");
	expect("\n \t\n  a ; b b;c   1 \t\n\r\n", "a ; b b;c 1\n");
	expect_same("a; ;b 1\n");
	expect("\xef\xbb\xbf"
	       "a;b\t1\n",
	       "a;b 1\n");
	expect(";a;;b; 1\n;; 2\na;b;c 3\n;a;;b;c; 4\n", "a;b 1\n 2\na;b;c 3\na;b;c 4\n");
	expect("a;b 1\n 2\n3\n", "a;b 1\n 2\n 3\n");
}

static void comments(void **state)
{
	(void)state;
	struct pp_profile p;
	struct pp_err err;

	expect("# austin: 3.7.0\n#\na;b 1\n# c;d 2\n#[x];y 3\n#!z;y 4\n",
	       "a;b 1\n#[x];y 3\n#!z;y 4\n");
	assert_int_equal(read_text(&p, PP_STR_LIT("#  mode: wall \n\na;b 1\n# x 2\n"), &err), 0);
	assert_int_equal(p.ncomments, 2);
	assert_string_equal(pp_profile_str(&p, p.comments[0]).p, "mode: wall");
	assert_string_equal(pp_profile_str(&p, p.comments[1]).p, "x 2");
	pp_profile_release(&p);
}

static void fractions(void **state)
{
	(void)state;
	expect("a;b 12.\na;c 3.000\n", "a;b 12\na;c 3\n");
	expect_of(PP_STR_LIT("a;b 1\na;c 0.5\na;d -1.25\n"), "samples", "microcount",
		  "a;b 1000000\na;c 500000\na;d -1250000\n");
	expect_of(PP_STR_LIT("a;c 0.0000014999\na;d 0.0000015\n"), "samples", "microcount",
		  "a;c 1\na;d 2\n");
	expect_of(PP_STR_LIT("a;b 5000000000000\na;c 5000000000000.0125\n"), "samples",
		  "millicount", "a;b 5000000000000000\na;c 5000000000000013\n");
	expect_of(PP_STR_LIT("a;b 0.5\na;c 5000000000000000000.49\n"), "samples", "count",
		  "a;b 1\na;c 5000000000000000000\n");
}

static void two_columns(void **state)
{
	(void)state;
	expect_of(PP_STR_LIT("a;b 1 20\na;c 0 3\n"), "after", "count", "a;b 1 20\na;c 0 3\n");
	expect_of(PP_STR_LIT("a;b 1 2.5\na;c 0 3\n"), "after", "microcount",
		  "a;b 1000000 2500000\na;c 0 3000000\n");
	/* not all lines have two: names end in numbers */
	expect("a;b 1 20\na;c 3\n", "a;b 1 20\na;c 3\n");
	expect("a;c 3\na;b 1 20\n", "a;c 3\na;b 1 20\n");
}

static void large_numbers(void **state)
{
	(void)state;
	expect_same("a;b -9223372036854775806\n");
	refused("a;b 1\na;c 9223372036854775808\n",
		"not valid folded stacks: line 2: the count does not fit 64 bits in "
		"\"a;c 9223372036854775808\"");
	refused("a;b 9223372036854775800\na;c -100\n",
		"not valid folded stacks: the sum of all counts does not fit 64 bits");
}

static void wrong_lines(void **state)
{
	(void)state;
	refused("a;b 1\n\n# x\na;c\n", "not valid folded stacks: line 4: no count at the end of "
				       "\"a;c\"");
	refused("a;b\na;b 1\na;c 1\n",
		"not valid folded stacks: line 1: no count at the end of \"a;b\"");
	refused("a;b 1\na;c 1e3\n", "not valid folded stacks: line 2: no count at the end of "
				    "\"a;c 1e3\"");
	refused("a;b 1\na;c 0x12\r\n", "not valid folded stacks: line 2: no count at the end of "
				       "\"a;c 0x12\"");
	refused("a;b 1\na;c .5\n", "not valid folded stacks: line 2: no count at the end of "
				   "\"a;c .5\"");
	refused("\xef\xbb\xbf\xef\xbb\xbf# a; 1\nb\n",
		"not valid folded stacks: line 2: no count at the end of \"b\"");
	refused(";; 2\n", "not valid folded stacks: no stack has a frame");
	refused("; 1 2\n", "not valid folded stacks: no stack has a frame");
	refused("a;b 1\na;b12\n", "not valid folded stacks: line 2: no count at the end of "
				  "\"a;b12\"");
}

/* At the beginning they say that the file is no text at all. */
static void zero_bytes(void **state)
{
	(void)state;
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	struct pp_profile p;
	struct pp_err err;

	for (int i = 0; i < 100; i++)
		pp_buf_str(&text, "a;b 1\n");
	pp_buf_add(&text, "a;\0c 2\n", 7);
	assert_int_equal(read_text(&p, pp_buf_view(&text), &err), -1);
	assert_non_null(strstr(err.msg, "not valid folded stacks: line 101: a zero byte in \"a;"));
	assert_false(pp_folded_is(PP_STR_LIT("a;\0c 2\na;b 1\na;b 1\n")));
	expect("a;\xff\xfe;b 1\n", "a;\xff\xfe;b 1\n");
}

static void something_else(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"",
		"\n\n",
		"# only a comment\n",
		"Read this first.\n",
		"int main(void)\n{\n\tint a = 1;\n\treturn 0;\n}\n",
		"name;count\nmain;12\nf;3\n",
		"5\n6\n7\n",
		"a;b\n",
		"There are 3\nof them; not 4\nno;really\nnot\n",
		"<html>\n",
		"{\"a;b\": 1}\n",
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(texts); i++)
		other(texts[i]);
	refused("{\"a;b\": 1}\n", "not a pprof profile but JSON: unknown wire type at byte 0");
	assert_false(pp_folded_is(PP_STR_LIT("\x0a\x04 a;b 1\na;b 1\n")));
}

/* Older formats come first: some of their lines are stacks. */
static void others_first(void **state)
{
	(void)state;
	struct pp_profile p;
	struct pp_err err;

	assert_int_equal(read_text(&p, PP_STR_LIT("goroutine profile: total 0\n"), &err), 0);
	assert_string_equal(pp_profile_str(&p, p.sample_types[0].type).p, "goroutine");
	pp_profile_release(&p);
	assert_int_equal(read_text(&p,
				   PP_STR_LIT("listening on port 8080\n\ngoroutine 1 [running]:\n"
					      "main.main()\n\t/a.go:3 +0x1\n"),
				   &err),
			 0);
	assert_string_equal(pp_profile_str(&p, p.sample_types[0].type).p, "goroutine");
	pp_profile_release(&p);
}

static void compressed(void **state)
{
	(void)state;
	struct pp_str text = PP_STR_LIT("a;b 1\na;c 2\n");
	uint8_t *packed;
	size_t n;

	pp_gzip_deflate((const uint8_t *)text.p, text.n, &packed, &n);
	expect_of((struct pp_str){(const char *)packed, n}, "samples", "count", text.p);
	free(packed);
}

static void limited(void **state)
{
	(void)state;
	const struct pp_read_options o = {.max_input = 8};
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;

	assert_int_equal(pp_pprof_read_bytes(&p, (const uint8_t *)"a;b 1\na;c 2\n", 12, &o, &err),
			 -1);
	assert_int_equal(err.kind, PP_ERR_LIMIT);
}

#define DEPTH 100000

static void deep_and_long(void **state)
{
	(void)state;
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT, said = PP_BUF_INIT;
	struct pp_profile p;
	struct pp_err err;

	for (int i = 0; i < DEPTH; i++)
		pp_buf_fmt(&text, "f%d;", i % 1000);
	pp_buf_str(&text, "leaf 7\nf0;");
	for (int i = 0; i < DEPTH; i++)
		pp_buf_str(&text, "0123456789");
	pp_buf_str(&text, " 1\n");
	assert_int_equal(read_text(&p, pp_buf_view(&text), &err), 0);
	assert_int_equal(p.max_depth, DEPTH + 1);
	say(&said, &p);
	assert_int_equal(said.n, text.n);
	assert_memory_equal(said.p, text.p, text.n);
	pp_profile_release(&p);
}

static uint64_t draw(uint64_t *seed, uint64_t n)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (*seed >> 33) % n;
}

/* Lines that begin like the one before more often than not; more than a thread's worth of them. */
static void make_text(struct pp_buf *text, size_t bytes)
{
	uint64_t seed = 42, depth = 0, frames[40];

	while (text->n < bytes) {
		depth = draw(&seed, depth + 1);
		for (uint64_t n = 1 + draw(&seed, 6); n && depth < PP_ARRAY_LEN(frames); n--)
			frames[depth++] = draw(&seed, 1 + draw(&seed, 3000));
		for (uint64_t i = 0; i < depth; i++)
			pp_buf_fmt(text, "%sf%.*llu", i ? ";" : "", (int)(frames[i] % 30),
				   (unsigned long long)frames[i]);
		pp_buf_fmt(text, " %llu\n", (unsigned long long)draw(&seed, 100000));
	}
}

static void dump(struct pp_buf *out, struct pp_str text)
{
	struct pp_profile p;
	struct pp_err err;

	PP_CHECK_MSG(read_text(&p, text, &err) == 0, err.msg);
	dump_profile(out, &p);
	pp_profile_release(&p);
}

/* The only test that may run on one processor from now on. */
static void threads_change_nothing(void **state)
{
	(void)state;
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT, said = PP_BUF_INIT;
	PP_CLEANUP(pp_buf_release) struct pp_buf many = PP_BUF_INIT, one = PP_BUF_INIT;
	struct pp_profile p;
	struct pp_err err, err_again;

	make_text(&text, 17u << 20);
	assert_int_equal(read_text(&p, pp_buf_view(&text), &err), 0);
	say(&said, &p);
	pp_profile_release(&p);
	assert_int_equal(said.n, text.n);
	assert_memory_equal(said.p, text.p, text.n);

	dump(&many, pp_buf_view(&text));
	pp_buf_str(&text, "a;b\n");
	assert_int_equal(read_text(&p, pp_buf_view(&text), &err), -1);
	pp_parallel_limit(1);
	assert_int_equal(read_text(&p, pp_buf_view(&text), &err_again), -1);
	assert_string_equal(err.msg, err_again.msg);
	text.n -= 4;
	dump(&one, pp_buf_view(&text));
	assert_int_equal(many.n, one.n);
	assert_memory_equal(many.p, one.p, one.n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_written),	  cmocka_unit_test(blanks_and_ends),
		cmocka_unit_test(comments),	  cmocka_unit_test(fractions),
		cmocka_unit_test(two_columns),	  cmocka_unit_test(large_numbers),
		cmocka_unit_test(wrong_lines),	  cmocka_unit_test(zero_bytes),
		cmocka_unit_test(something_else), cmocka_unit_test(others_first),
		cmocka_unit_test(compressed),	  cmocka_unit_test(limited),
		cmocka_unit_test(deep_and_long),  cmocka_unit_test(threads_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
