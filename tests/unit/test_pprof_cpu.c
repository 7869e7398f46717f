/* SPDX-License-Identifier: Apache-2.0 */
/* pprof/legacy_cpu.c: binary CPU profiles, in all kinds of words. */
#include <config.h>

#include "unit.h"

#include <endian.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/profile_dump.h"
#include "base/alloc.h"
#include "pprof/read.h"

struct kind {
	unsigned size;
	bool big_endian;
};

static const struct kind kinds[] = {{4, false}, {4, true}, {8, false}, {8, true}};

static void put(struct pp_buf *out, const struct kind *k, uint64_t word)
{
	uint64_t big = htobe64(word), little = htole64(word);
	const char *p = (const char *)(k->big_endian ? &big : &little);

	pp_buf_add(out, k->big_endian ? p + 8 - k->size : p, k->size);
}

/* Words of a file: a header, stacks, and the text behind them. */
static void make(struct pp_buf *out, const struct kind *k, const uint64_t *words, size_t n,
		 const char *text)
{
	pp_buf_clear(out);
	for (size_t i = 0; i < n; i++)
		put(out, k, words[i]);
	pp_buf_str(out, text);
}

static int read_copy(struct pp_profile *p, const struct pp_buf *bytes, struct pp_err *err)
{
	uint8_t *copy = pp_xcalloc(bytes->n, 1);

	memcpy(copy, bytes->p, bytes->n);
	int rc = pp_pprof_read_bytes(p, copy, bytes->n, NULL, err);
	free(copy);
	return rc;
}

static void check(const uint64_t *words, size_t n, const char *text, const char *want)
{
	for (size_t i = 0; i < PP_ARRAY_LEN(kinds); i++) {
		struct pp_buf bytes = PP_BUF_INIT, got = PP_BUF_INIT;
		struct pp_err err = PP_ERR_INIT;
		struct pp_profile p;

		make(&bytes, &kinds[i], words, n, text);
		if (read_copy(&p, &bytes, &err))
			fail_msg("kind %zu: %s", i, err.msg);
		dump_profile(&got, &p);
		if (strcmp(got.p, want) != 0)
			fail_msg("kind %zu: %s\nnot\n%s", i, got.p, want);
		pp_profile_release(&p);
		pp_buf_release(&bytes);
		pp_buf_release(&got);
	}
}

#define TYPES "samples/count cpu/nanoseconds per 10000000 cpu/nanoseconds\n"

/* Return addresses are behind the call; a leaf that was found twice counts once. */
static void native_profiles(void **state)
{
	(void)state;
	static const uint64_t words[] = {
		0, 3, 0,      10000,  0,      /* header */
		2, 2, 0x1010, 0x2011,	      /* leaf and caller */
		1, 3, 0x1020, 0x1020, 0x2011, /* the leaf twice */
		1, 0,			      /* no stack */
		0, 1, 0,		      /* end */
	};

	check(words, PP_ARRAY_LEN(words), "1000-3000 r-xp 00000000 fe:01 12 /bin/x\n",
	      TYPES "2,20000000: 1010@1 2010@1\n1,10000000: 1020@1 2010@1\n1,10000000:\n"
		    "1000-3000+0 /bin/x \n");
	/* without an end mark, and without a map */
	check(words, PP_ARRAY_LEN(words) - 5, "",
	      TYPES "2,20000000: 1010@1 2010@1\n1,10000000: 1020@1 2010@1\n"
		    "0-ffffffffffffffff+0  \n");
}

/* The frames of the signal handler are behind the leaf of all stacks, or of all but one in 32. */
static void handlers_are_stripped(void **state)
{
	(void)state;
	static const uint64_t header[] = {0, 3, 0, 10000, 0};
	struct pp_buf want = PP_BUF_INIT;
	uint64_t words[5 + 40 * 6];
	size_t n = PP_ARRAY_LEN(header);

	memcpy(words, header, sizeof(header));
	pp_buf_str(&want, TYPES);
	for (uint64_t i = 0; i < 40; i++) {
		uint64_t handler = i == 7 ? 0x5001 : 0x4001;
		const uint64_t stack[] = {1, 4, 0x1000 + 16 * i, handler, 0x4101, 0x2001};

		memcpy(words + n, stack, sizeof(stack));
		n += PP_ARRAY_LEN(stack);
		pp_buf_fmt(&want, "1,10000000: %llx@1 %s\n", 0x1000 + 16 * (unsigned long long)i,
			   i == 7 ? "5000@1 4100@1 2000@1" : "2000@1");
	}
	pp_buf_str(&want, "0-ffffffffffffffff+0  \n");
	check(words, n, "", want.p);
	pp_buf_release(&want);
}

static void java_profiles(void **state)
{
	(void)state;
	static const uint64_t words[] = {0, 3, 1, 10000, 0, 3, 2, 7, 8, 0, 1, 0};

	check(words, PP_ARRAY_LEN(words), " 0x7 a.B.f (B.java:5)\n 0x8 GC\n",
	      TYPES "3,30000000: 0=a.B.f(B.java:5) 0=GC(:0)\n");
}

static void damage_is_named(void **state)
{
	(void)state;
	static const struct {
		uint64_t words[8];
		size_t n;
		const char *message; /* with words of 8 bytes */
	} cases[] = {
		{{0, 3, 0, 0, 0}, 5, "sampling period of 0 at byte 24"},
		{{0, 3, 0, 1, 0, 7}, 6, "truncated stack at byte 40"},
		{{0, 3, 0, 1, 0, 7, 2, 1}, 8, "stack of 2 frames at byte 40 is longer than"},
		{{0, 3, 1, 1, 0, 7, UINT64_MAX, 1}, 8, "stack of 18446744073709551615 frames at"},
	};
	struct pp_buf bytes = PP_BUF_INIT;
	struct pp_profile p;

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_err err = PP_ERR_INIT;

		make(&bytes, &kinds[2], cases[i].words, cases[i].n, "");
		assert_int_equal(read_copy(&p, &bytes, &err), -1);
		if (!strstr(err.msg, cases[i].message) ||
		    strncmp(err.msg, "not a valid CPU profile: ", 25) != 0)
			fail_msg("%s", err.msg);
	}
	pp_buf_release(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(native_profiles),
		cmocka_unit_test(handlers_are_stripped),
		cmocka_unit_test(java_profiles),
		cmocka_unit_test(damage_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
