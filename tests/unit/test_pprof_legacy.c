/* SPDX-License-Identifier: Apache-2.0 */
/* pprof/legacy*: small files of every text format and what they say; what is wrong with others. */
#include <config.h>

#include "unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/profile_dump.h"
#include "base/alloc.h"
#include "base/regex.h"
#include "io/gzip.h"
#include "pprof/read.h"

struct good {
	const char *text, *want;
};

/* Read a copy of exactly that size, so that a read past the end is seen. */
static int read_text(struct pp_profile *p, const char *text, struct pp_err *err)
{
	size_t n = strlen(text);
	uint8_t *copy = pp_xcalloc(n, 1);

	memcpy(copy, text, n);
	int rc = pp_pprof_read_bytes(p, copy, n, NULL, err);
	free(copy);
	return rc;
}

static void check_good(const struct good *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct pp_buf got = PP_BUF_INIT;
		struct pp_err err = PP_ERR_INIT;
		struct pp_profile p;

		if (read_text(&p, cases[i].text, &err))
			fail_msg("%s\n%s", cases[i].text, err.msg);
		dump_profile(&got, &p);
		if (strcmp(got.p, cases[i].want) != 0)
			fail_msg("of\n%s\ncame\n%s\nnot\n%s", cases[i].text, got.p, cases[i].want);
		pp_profile_release(&p);
		pp_buf_release(&got);
	}
}

#define EVERYTHING "0-ffffffffffffffff+0  \n"

static void heap_profiles(void **state)
{
	(void)state;
	static const struct good cases[] = {
		/* mean distance 1: nothing to estimate */
		{"heap profile: 2: 30 [ 2: 30] @ heapz_v2/1\n"
		 "  1: 10 [1: 10] @ 0x11 0x21\n"
		 "# a comment\n\n"
		 "junk -1: -20 [ 1: 20 ] @ 0x11 # 0x99\n",
		 "objects/count space/bytes per 1 space/bytes\n"
		 "1,10: 10@1 20@1 bytes=10\n"
		 "-1,-20: 10@1 bytes=20\n" EVERYTHING},
		/* what was ever allocated comes first, as far as it says something */
		{"heap profile: 1: 2 [3: 4] @ heap/0\n1: 2 [3: 9] @ 0x1\n0: 0 [0: 0] @ 0x2\n",
		 "alloc_objects/count alloc_space/bytes inuse_objects/count inuse_space/bytes "
		 "per 0 space/bytes\n"
		 "3,9,1,2: 0 bytes=2\n"
		 "0,0,0,0: 1@1 bytes=0\n" EVERYTHING},
		/* Go says 1024 and means 512: 1 / (1 - exp(-512 / 512)) = 1.58... */
		{"heap profile: 1: 512 [0: 0] @ heap/1024\n10: 5120 [0: 0] @ 0x5\n",
		 "objects/count space/bytes per 512 space/bytes\n"
		 "15,8099: 4@1 bytes=512\n" EVERYTHING},
		{"heap profile: 1: 8 [1: 8] @ heapprofile\n2: 9 [2: 9] @ 0x5\n",
		 "objects/count space/bytes per 1 space/bytes\n2,9: 4@1 bytes=4\n" EVERYTHING},
		{"heap profile: 1: 8 [1: 8] @ growthz\n1: 8 [1: 8] @\n",
		 "objects/count space/bytes per 1 space/bytes\n1,8: bytes=8\n"},
		{"heap profile: 1: 8 [1: 8] @ fragmentationz", "objects/count space/bytes per 1 "
							       "space/bytes\n"},
		/* more than 64 bits can hold */
		{"heap profile: 1: 8 [1: 8] @ heap_v2/9223372036854775807\n"
		 "9223372036854775807: 1 [1: 1] @ 0x1\n",
		 "objects/count space/bytes per 9223372036854775807 space/bytes\n"
		 "-9223372036854775808,-9223372036854775808: 0 bytes=0\n"},
	};

	check_good(cases, PP_ARRAY_LEN(cases));
}

static void count_profiles(void **state)
{
	(void)state;
	static const struct good cases[] = {
		{"# comment\n\ngoroutine profile: total 3\n2 @ 0x11 0x21\n"
		 "#\t0x10\tmain.f+0x1\t/src/f.go:7\n010 @ 0x21\n",
		 "goroutine/count per 1 goroutine/count\n2: 10@1 20@1\n8: 20@1\n" EVERYTHING},
		/* pprof cannot read this one: names are taken, inlined ones together */
		{"threadcreate profile: total 7\n5 @\n#\t0x0\n\n2 @ 0x11 0x21\n"
		 "#\t0x10\tmain.f+0x1\t\t/src/f.go:7\n"
		 "#\t0x10\tmain.(*T).g+0x1\t/src/f.go:9\n"
		 "#\t0x20\tmain.main+0x20\tC:/src/main.go:5\n",
		 "threadcreate/count per 1 threadcreate/count\n5:\n"
		 "2: 10@1=main.f(/src/f.go:7)<main.(*T).g(/src/f.go:9)"
		 " 20@1=main.main(C:/src/main.go:5)\n" EVERYTHING},
		{"x profile: total 1\r\n1 @ 0x401\r\n--- x\r\n1 @ 0x2\r\nMAPPED_LIBRARIES:\r\n"
		 "400-500 r-xp 0 0:0 0 /bin/x\r\n",
		 "x/count per 1 x/count\n1: 400@1\n400-500+0 /bin/x \n"},
	};

	check_good(cases, PP_ARRAY_LEN(cases));
}

static void thread_profiles(void **state)
{
	(void)state;
	static const struct good cases[] = {
		{"--- threadz 1 ---\n\n"
		 "--- Thread 7f79 (name: main/14748) stack: ---\n"
		 "  PC: 0x11: f(int)\n  0x21: main\n"
		 "--- Thread 7f80 (name: b/2) stack: ---\n  [same as previous thread]\n  0x77\n"
		 "--- Thread 7f81 (name: c/3) stack: ---\n  0x31\n  0x31\n  0x21\n"
		 "--- Memory map: ---\n",
		 "thread/count per 1 thread/count\n2: 11@1 20@1\n1: 31@1 20@1\n" EVERYTHING},
		{"--- Thread 1 (name: a/1) stack: ---\n 0x5\n---- no stack trace for 3 threads\n",
		 "thread/count per 1 thread/count\n1: 5@1\n" EVERYTHING},
	};

	check_good(cases, PP_ARRAY_LEN(cases));
}

static void contention_profiles(void **state)
{
	(void)state;
	static const struct good cases[] = {
		{"--- contentionz 1 ---\ncycles/second = 2000000000\nsampling period = 100\n"
		 "ms since reset = 7\ndiscarded samples = 0\n   30   2 @ 0x11 0x21\n",
		 "contentions/count delay/nanoseconds per 100 contentions/count in 7000000\n"
		 "200,1500: 10@1 20@1\n" EVERYTHING},
		{"--- mutex:\ncycles/second=0x10\nsampling period=0\n15 @ 0x11\n",
		 "contentions/count delay/nanoseconds per 0 contentions/count\n"
		 "5,1: 10@1\n" EVERYTHING},
		{"--- contention:\n1 1 @ 0x11\n--- Memory map: ---\n10-20: /bin/x (@10) beef\n",
		 "contentions/count delay/nanoseconds per 1 contentions/count\n"
		 "1,1: 10@1\n10-20+10 /bin/x beef\n"},
	};

	check_good(cases, PP_ARRAY_LEN(cases));
}

static void java_profiles(void **state)
{
	(void)state;
	static const struct good cases[] = {
		{"--- heapz 1 ---\nformat = java\nresolution = bytes\n"
		 "  1048576  2 @ 0x3 0x4 0x5 0x6 0x7\n\n"
		 " 0x3 a.B.run (B.java:103)\n 0x00004 a.B.run (B.java:-1)\n"
		 " 0x5 sys_read (/lib/libc.so.6)\n 0x6 generated stub/JIT\n 0x9 unused\n",
		 "inuse_objects/count inuse_space/bytes per 0 /\n"
		 "3,1658822: 0=a.B.run(B.java:103) 0=a.B.run(B.java:0) 0=sys_read(libc.so.6:0) "
		 "0=STUB(:0) 0@1 bytes=524288\n" EVERYTHING},
		{"--- contentionz 1 ---\nformat = java\nresolution = microseconds\n"
		 "sampling period = 10\nms since reset = 3\n 5 2 @ 0x3\n 0x3 GC",
		 "contentions/count delay/microseconds per 10 contentions/count in 3000000\n"
		 "20,50: 0=GC(:0)\n"},
	};

	check_good(cases, PP_ARRAY_LEN(cases));
}

#define ONE_SAMPLE(address) "--- contention:\n1 1 @ " address "\n--- Memory map: ---\n"
#define ONE_LINE(address, mapping) \
	"contentions/count delay/nanoseconds per 1 contentions/count\n1,1: " address "\n" mapping

static void memory_maps(void **state)
{
	(void)state;
	static const struct good cases[] = {
		/* executable only; the pieces of a mapping put together; the program first */
		{ONE_SAMPLE("0x5001") "1000-2000 r-xp 00000000 fe:01 12   /lib/libc.so.6\n"
				      "2000-3000 r--p 00001000 fe:01 12   /lib/libc.so.6\n"
				      "5000-6000 r-xp 00000000 fe:01 12   /bin/main\n"
				      "6000-7000 r-xp 00001000 fe:01 12   /bin/main\n"
				      "8000-9000 r-xp 00000000 00:00 0    [vdso]\n",
		 ONE_LINE("5000@1", "5000-7000+0 /bin/main \n1000-2000+0 /lib/libc.so.6 \n"
				    "8000-9000+0 [vdso] \n")},
		/* a prefix of the logger, attributes */
		{ONE_SAMPLE("0x41") "build=/opt/app\n"
				    "I0102 15:04:05 1 maps.cc:12] 40-80 $build/server\n",
		 ONE_LINE("40@1", "40-80+0 /opt/app/server \n")},
		/* a program that was moved, and one on huge pages */
		{ONE_SAMPLE("0x400011") "500000-600000 r-xp 00100000 fe:01 12 /bin/main\n",
		 ONE_LINE("400010@1", "400000-600000+0 /bin/main \n")},
		{ONE_SAMPLE("0x500011") "400000-500000 r-xp 00000000 fe:01 12 /anon_hugepage\n"
					"500000-600000 r-xp 00000000 fe:01 12 /bin/main\n",
		 ONE_LINE("500010@1", "500000-600000+0 /bin/main \n")},
		/* the first part of a mapping is missing */
		{ONE_SAMPLE("0x9001") "1000-2000: /bin/main\na000-b000: /lib/x.so (@2000)\n",
		 ONE_LINE("9000@2", "1000-2000+0 /bin/main \n8000-b000+0 /lib/x.so \n")},
		/* overlapping: the first in the list */
		{ONE_SAMPLE("0x1501") "1000-2000: /bin/a\n1400-1800: /bin/b\n",
		 ONE_LINE("1500@1", "1000-2000+0 /bin/a \n1400-1800+0 /bin/b \n")},
		/* what else the expressions of pprof take for a mapping */
		{ONE_SAMPLE("0x11") "face=x\n0x4000x50 y\n1-2 prog\n3-4 xprog\n",
		 ONE_LINE("10@4", "400-50+0 y \nfac-e+0  \n3-4+0  \n0-ffffffffffffffff+0  \n")},
	};

	check_good(cases, PP_ARRAY_LEN(cases));
}

static void goroutine_dumps(void **state)
{
	(void)state;
	static const struct good cases[] = {
		{"panic: oh no\n\ngoroutine 1 [running]:\n"
		 "main.(*T).f(0xc000012345, {0x1, 0x2})\n\t/src/a b.go:7 +0x1f\n"
		 "main.main()\n\t/src/a b.go:9 fp=0xc0 sp=0x1 pc=0x2\nexit status 2\n",
		 "goroutine/count per 1 goroutine/count\n"
		 "1: 0=main.(*T).f(/src/a b.go:7) 0=main.main(/src/a b.go:9) state=running\n"},
		/* equal ones are counted; the last is as good as complete */
		{"goroutine 5 [chan receive, 5 minutes]:\nf()\n\tf.go:1\n"
		 "created by main.g in goroutine 1\n\tf.go:2 +0x1\n\n"
		 "goroutine 6 gp=0xc000 m=nil [chan receive (scan), 5 minutes]:\nf(...)\n\tf.go:1\n"
		 "created by main.g in goroutine 7\n\tf.go:2 +0x1\n\n"
		 "goroutine 7 [select, locked to thread]:\n"
		 "\tgoroutine running on other thread; stack unavailable\n\n"
		 "goroutine 8 [IO wait]:\nf()\n\tf.go:1\n...additional frames elided...\n"
		 "created by main.g\n\tf.go:2\nmain.cut",
		 "goroutine/count per 1 goroutine/count\n"
		 "2: 0=f(f.go:1) 0=main.g(f.go:2) state=chan receive wait=5minutes\n"
		 "1: state=select thread=locked to thread\n"
		 "1: 0=f(f.go:1) 0=[frames elided](:0) 0=main.g(f.go:2) state=IO wait\n"},
		{"goroutine 1 [running, synctest bubble 3] {pattern: \"GET \\\"/\\\"\", k: v}:\n",
		 "goroutine/count per 1 goroutine/count\n"
		 "1: state=running synctest bubble=3 pattern=GET \"/\" k=v\n"},
		{"goroutine 1 [a]:\r\nnon-Go function\r\n\tpc=0x1\r\n"
		 "[originating from goroutine 9]:\r\ng()\r\n\tC:/x.go:3 +0x2\r\n",
		 "goroutine/count per 1 goroutine/count\n"
		 "1: 0=non-Go function(:0) 0=g(C:/x.go:3) state=a\n"},
	};

	check_good(cases, PP_ARRAY_LEN(cases));
}

static void errors_name_format_and_line(void **state)
{
	(void)state;
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"heap profile: 1: 2 [3: 4] @ heapz_v2/1\n\n1: 2 [3: 4] 0x1\n",
		 "not a valid heap profile: line 3: malformed sample \"1: 2 [3: 4] 0x1\""},
		{"heap profile: 1: 2 [3: 4] @ heapz_v2/1\n0: 2 [3: 4] @\n",
		 "not a valid heap profile: line 2: impossible count or size in "},
		{"heap profile: 1: 2 [3: 4] @ heapz_v2/1\n99999999999999999999: 2 [3: 4] @\n",
		 "not a valid heap profile: line 2: impossible count or size in "},
		{"heap profile: 1: 2 [3: 4] @ heapz_v2/1\n1: 2 [3: 4] @ 0x12345678123456781\n",
		 "not a valid heap profile: line 2: address out of range in "},
		{"heap profile: 1: 2 [3: 4] @ heap_v3/1\n",
		 "not a valid heap profile: line 1: unknown kind of heap profile in "},
		{"heap profile: 1: 2 [3: 4] @ heap/99999999999999999999\n",
		 "not a valid heap profile: line 1: sampling rate out of range in "},
		{"heap profile: 1: 2\n", "not a valid heap profile: line 1: malformed header "},
		{"goroutine profile: total 5\n1 @ 0x1 y\n",
		 "not a valid Go count profile: line 2: malformed sample \"1 @ 0x1 y\""},
		{"goroutine profile: total 5\n09 @ 0x1\n",
		 "not a valid Go count profile: line 2: malformed sample "},
		{"goroutine profile: total 5\n1 @ 0x11111111111111111\n",
		 "not a valid Go count profile: line 2: address out of range in "},
		{"goroutine profile: total many\n",
		 "not a valid Go count profile: line 1: malformed header "},
		{"--- threadz 1 ---\n--- Thread 1 (name: a/1) stack: ---\n0x1\n",
		 "not a valid thread profile: line 3: ends without a memory map"},
		{"--- threadz 1 ---\n--- Thread x (name: a/1) stack: ---\n0x1\n",
		 "not a valid thread profile: line 2: not the beginning of a thread: "},
		{"--- mutex:\ncycles/second=fast\n",
		 "not a valid contention profile: line 2: not a number: "},
		{"--- mutex:\ncolour=red\n",
		 "not a valid contention profile: line 2: unknown attribute "},
		{"--- mutex:\n1 2 0x3\n",
		 "not a valid contention profile: line 2: malformed sample "},
		{"--- contentionz 1 ---\nresolution = s\nformat = c\n",
		 "not a valid Java profile: line 3: unknown format in "},
		{"--- heapz 1 ---\nformat = java\n1 1 @ 0x1\n",
		 "not a valid Java profile: line 3: no resolution ahead of "},
		{"--- heapz 1 ---\nresolution = b\n1 0 @ 0x1\n",
		 "not a valid Java profile: line 3: no objects in "},
		{"--- heapz 1 ---\nresolution = b\n 0x11111111111111111 x\n",
		 "not a valid Java profile: line 3: number out of range in "},
		{"--- heapz 1 ---\nformat = java\n",
		 "not a valid Java profile: no line \"resolution = UNIT\""},
		{"log\ngoroutine 1 [running\n",
		 "not a valid dump of goroutines: line 2: malformed goroutine "},
		{"goroutine 1 [running] {a:}:\n",
		 "not a valid dump of goroutines: line 1: malformed goroutine "},
		{"goroutine of mine\n",
		 "not a valid dump of goroutines: line 1: malformed header "},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_err err = PP_ERR_INIT;
		struct pp_profile p;

		if (read_text(&p, cases[i].text, &err) == 0)
			fail_msg("accepted: %s", cases[i].text);
		if (strncmp(err.msg, cases[i].message, strlen(cases[i].message)) != 0)
			fail_msg("%s: %s", cases[i].text, err.msg);
		assert_int_equal(err.kind, PP_ERR_FORMAT);
		pp_profile_release(&p);
	}
}

static void drop_frames_follow_the_format(void **state)
{
	(void)state;
	static const struct {
		const char *text, *drops, *keeps;
	} cases[] = {
		{"heap profile: 1: 2 [3: 4] @ heap/1\n", "tc_newarray_nothrow", "runtime.call32"},
		{"--- mutex:\n", "base::Mutex::UnlockSlow", NULL},
		{"goroutine profile: total 1\n", "ProfileData::prof_handler", NULL},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_err err = PP_ERR_INIT, ignored;
		struct pp_profile p;

		assert_int_equal(read_text(&p, cases[i].text, &err), 0);
		struct pp_regex *drop =
			pp_regex_new(pp_profile_str(&p, p.drop_frames), true, &ignored);
		assert_non_null(drop);
		PP_CHECK_MSG(pp_regex_match(drop, pp_str_of(cases[i].drops)), cases[i].drops);
		PP_CHECK_MSG(!pp_regex_match(drop, PP_STR_LIT("main.malloc")), cases[i].drops);
		pp_regex_free(drop);
		if (cases[i].keeps) {
			struct pp_regex *keep =
				pp_regex_new(pp_profile_str(&p, p.keep_frames), true, &ignored);
			assert_non_null(keep);
			PP_CHECK_MSG(pp_regex_match(keep, pp_str_of(cases[i].keeps)),
				     cases[i].keeps);
			pp_regex_free(keep);
		} else {
			assert_int_equal(p.keep_frames, 0);
		}
		pp_profile_release(&p);
	}
}

static void text_may_be_compressed(void **state)
{
	(void)state;
	static const char text[] = "goroutine profile: total 1\n1 @ 0x11\n";
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;
	uint8_t *packed;
	size_t n;

	pp_gzip_deflate((const uint8_t *)text, sizeof(text) - 1, &packed, &n);
	assert_int_equal(pp_pprof_read_bytes(&p, packed, n, NULL, &err), 0);
	assert_int_equal(p.nsamples, 1);
	pp_profile_release(&p);
	free(packed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(heap_profiles),
		cmocka_unit_test(count_profiles),
		cmocka_unit_test(thread_profiles),
		cmocka_unit_test(contention_profiles),
		cmocka_unit_test(java_profiles),
		cmocka_unit_test(memory_maps),
		cmocka_unit_test(goroutine_dumps),
		cmocka_unit_test(errors_name_format_and_line),
		cmocka_unit_test(drop_frames_follow_the_format),
		cmocka_unit_test(text_may_be_compressed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
