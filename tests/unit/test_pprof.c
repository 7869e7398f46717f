/* SPDX-License-Identifier: Apache-2.0 */
/* pprof/: random and damaged profiles held to protobuf-c, verdicts with their messages, files. */
#include <config.h>

#include "unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/gzip.h"
#include "oracle_pprof.h"
#include "pprof/decode.h"
#include "pprof/encode.h"
#include "pprof/read.h"
#include "pprof/sniff.h"
#include "profile/builder.h"
#include "profile/samples.h"
#include "profile/wire.h"
#include "random_profile.h"

#define ROUNDS	  400
#define MUTATIONS 60

static void random_profiles_agree(void **state)
{
	(void)state;
	uint64_t seed = 4711;

	for (int round = 0; round < ROUNDS; round++) {
		uint8_t *bytes;
		uint64_t first = seed;
		size_t n = make_profile(&seed, &bytes);
		struct oracle_pprof r = oracle_pprof_check(bytes, n);

		if (r.wrong || !r.accepted || !r.compared)
			fail_msg("seed %llu: %s", (unsigned long long)first,
				 r.wrong ? r.wrong : "a valid profile is refused");
		free(bytes);
	}
}

/* Flip bits, cut, or put a piece somewhere else; the result has *n bytes. */
static void damage(uint64_t *seed, uint8_t *bytes, size_t *n)
{
	size_t at = below(seed, *n), from = below(seed, *n), len;

	switch (below(seed, 4)) {
	case 0:
		bytes[at] ^= (uint8_t)(1u << below(seed, 8));
		break;
	case 1:
		bytes[at] = (uint8_t)draw(seed);
		break;
	case 2:
		*n = at;
		break;
	default:
		len = below(seed, *n - (at > from ? at : from));
		memmove(bytes + at, bytes + from, len);
	}
}

static void damaged_profiles_agree(void **state)
{
	(void)state;
	uint64_t seed = 815;
	int refused = 0, accepted = 0;

	for (int round = 0; round < ROUNDS / 4; round++) {
		uint8_t *bytes;
		size_t n = make_profile(&seed, &bytes);
		uint8_t *copy = pp_xcalloc(n, 1);

		for (int i = 0; i < MUTATIONS; i++) {
			size_t m = n;

			memcpy(copy, bytes, n);
			for (size_t times = 1 + below(&seed, 3); times && m; times--)
				damage(&seed, copy, &m);
			struct oracle_pprof r = oracle_pprof_check(copy, m);
			if (r.wrong)
				fail_msg("round %d, mutation %d: %s", round, i, r.wrong);
			accepted += r.accepted;
			refused += !r.accepted;
		}
		free(copy);
		free(bytes);
	}
	/* the mutations are neither harmless nor hopeless */
	assert_true(accepted > 500);
	assert_true(refused > 500);
}

/* Cut anywhere, a profile is refused or is a profile with less in it. */
static void truncated_profiles_agree(void **state)
{
	(void)state;
	uint64_t seed = 99;
	uint8_t *bytes;
	size_t n = make_profile(&seed, &bytes);

	for (size_t cut = 0; cut < n; cut++) {
		struct oracle_pprof r = oracle_pprof_check(bytes, cut);

		if (r.wrong)
			fail_msg("cut at %zu: %s", cut, r.wrong);
	}
	free(bytes);
}

/* The head of a small valid profile: a type, a location, a function, strings "", a, b. */
#define HEAD                                                                     \
	"\x0a\x04\x08\x01\x10\x02\x22\x02\x08\x01\x2a\x02\x08\x01\x32\0\x32\x01" \
	"a\x32\x01"                                                              \
	"b"
#define BYTES(text) text, sizeof(text) - 1

static void verdicts_say_why(void **state)
{
	(void)state;
	static const struct {
		const char *what, *bytes;
		size_t n;
		const char *message; /* part of it; NULL: accepted */
	} cases[] = {
		{"the head alone", BYTES(HEAD), NULL},
		{"nothing", BYTES(""), "empty input"},
		{"no types", BYTES("\x32\0"), "no sample types"},
		{"no strings", BYTES("\x0a\0"), "no string table"},
		{"a first string", BYTES("\x0a\0\x32\x01x"), "first string is not empty at byte 4"},
		{"samples without types", BYTES("\x12\0\x32\0"), "samples but no sample types"},
		{"the same type twice", BYTES(HEAD "\x0a\x02\x08\x01"),
		 "two sample types are named 'a'"},
		{"mapping 0", BYTES(HEAD "\x1a\0"), "mapping with the reserved id 0"},
		{"location 0", BYTES(HEAD "\x22\0"), "location with the reserved id 0"},
		{"function 0", BYTES(HEAD "\x2a\0"), "function with the reserved id 0"},
		{"location 1 twice", BYTES(HEAD "\x22\x02\x08\x01"), "two locations with the id 1"},
		{"function 1 twice", BYTES(HEAD "\x2a\x02\x08\x01"), "two functions with the id 1"},
		{"a line of function 9", BYTES(HEAD "\x22\x06\x08\x02\x22\x02\x08\x09"),
		 "location 2 has a line of the unknown function 9"},
		{"a line of function 0", BYTES(HEAD "\x22\x04\x08\x02\x22\0"),
		 "unknown function 0"},
		{"an unknown mapping", BYTES(HEAD "\x22\x04\x08\x02\x10\x09"), NULL},
		{"location 9", BYTES(HEAD "\x12\x06\x0a\x01\x09\x12\x01\x01"),
		 "unknown location id 9"},
		{"location 1 in ten bytes",
		 BYTES(HEAD "\x12\x0f\x0a\x0a\x81\x80\x80\x80\x80\x80\x80\x80\x80\0\x12\x01\x01"),
		 NULL},
		{"in eleven, which is none",
		 BYTES(HEAD "\x12\x10\x0a\x0b\x81\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"
			    "\x12\x01\x01"),
		 "truncated or overlong location id"},
		{"a location id cut short", BYTES(HEAD "\x12\x07\x0a\x02\x01\x81\x12\x01\x01"),
		 "truncated or overlong location id"},
		{"location 0 behind a good one", BYTES(HEAD "\x12\x07\x0a\x02\x01\x00\x12\x01\x01"),
		 "location id 0"},
		{"two values for one type", BYTES(HEAD "\x12\x07\x0a\x01\x01\x12\x02\x01\x02"),
		 "2 values for 1 sample types"},
		{"a value cut short", BYTES(HEAD "\x12\x07\x0a\x01\x01\x12\x02\x01\x82"),
		 "truncated or overlong value"},
		{"time set twice", BYTES(HEAD "\x48\x01\x48\x01"), "the time is set twice"},
		{"time 0, then set", BYTES(HEAD "\x48\0\x48\x01"), NULL},
		{"a period type twice", BYTES(HEAD "\x5a\x02\x08\x01\x5a\x02\x10\x02"), NULL},
		{"comment 9", BYTES(HEAD "\x68\x09"), "comment: string 9 of 3"},
		{"packed comment 9", BYTES(HEAD "\x6a\x02\x01\x09"), "comment: string 9 of 3"},
		{"packed comment cut short", BYTES(HEAD "\x6a\x01\x81"), "truncated comment"},
		{"drop_frames -1", BYTES(HEAD "\x38\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
		 "drop_frames: string -1 of 3"},
		{"documentation 3", BYTES(HEAD "\x78\x03"), "doc_url: string 3 of 3"},
		{"a number for a message", BYTES(HEAD "\x18\x01"),
		 "field 3 of the profile has wire type 0"},
		{"a message for a number", BYTES(HEAD "\x4a\0"),
		 "field 9 of the profile has wire type 2"},
		{"a string claims 4 GiB", BYTES(HEAD "\x32\xff\xff\xff\xff\x0f"),
		 "field longer than its message at byte 22"},
		{"a group", BYTES(HEAD "\xa3\x01\xa4\x01"), "unknown wire type at byte 22"},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		uint8_t *copy = pp_xcalloc(cases[i].n, 1);
		struct pp_err err = PP_ERR_INIT;
		struct pp_profile p;

		memcpy(copy, cases[i].bytes, cases[i].n);
		int rc = pp_pprof_decode(&p, copy, cases[i].n, &err);
		PP_CHECK_MSG((rc == 0) == !cases[i].message, cases[i].what);
		if (cases[i].message && !strstr(err.msg, cases[i].message))
			fail_msg("case '%s': %s", cases[i].what, err.msg);
		pp_profile_release(&p);
	}
}

/* What protobuf merges, pprof replaces. */
static void the_last_period_type_counts(void **state)
{
	(void)state;
	static const char bytes[] = HEAD "\x5a\x04\x08\x01\x10\x01\x5a\x02\x10\x02";
	uint8_t *copy = pp_xcalloc(sizeof(bytes) - 1, 1);
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;

	memcpy(copy, bytes, sizeof(bytes) - 1);
	assert_int_equal(pp_pprof_decode(&p, copy, sizeof(bytes) - 1, &err), 0);
	assert_true(p.has_period_type);
	assert_int_equal(p.period_type.type, 0);
	assert_int_equal(p.period_type.unit, 2);
	pp_profile_release(&p);
}

/* Enough samples for every range and for several threads: all are walked, once, in order. */
static void ranges_cover_all_samples(void **state)
{
	(void)state;
	enum { SAMPLES = 400000 };
	struct pp_buf b = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;
	uint64_t want = 0;

	pp_buf_add(&b, HEAD, sizeof(HEAD) - 1);
	for (uint64_t i = 0; i < SAMPLES; i++) {
		struct pp_buf sample = PP_BUF_INIT, packed = PP_BUF_INIT;

		pp_wire_put_varint(&packed, (1ULL << 60) + i);
		pp_wire_put_bytes(&sample, 2, packed.p, packed.n);
		pp_wire_put_bytes(&b, 2, sample.p, sample.n);
		if (i % 1000 == 0)
			pp_wire_put_bytes(&b, 6, "between", 7);
		pp_buf_release(&sample);
		pp_buf_release(&packed);
	}
	assert_int_equal(pp_pprof_decode(&p, (uint8_t *)b.p, b.n, &err), 0);
	assert_int_equal(p.nsamples, SAMPLES);
	assert_true(p.nranges > 8);
	for (uint32_t range = 0; range < p.nranges; range++) {
		struct pp_sample_iter it;
		struct pp_sample s;

		pp_samples_begin(&it, &p, range);
		while (pp_samples_next(&it, &s))
			assert_true((uint64_t)s.values[0] == (1ULL << 60) + want++);
		pp_samples_release(&it);
	}
	assert_int_equal(want, SAMPLES);
	pp_profile_release(&p);
}

static void more_types_than_anybody_has_are_refused(void **state)
{
	(void)state;
	for (int n = 1000; n <= 1001; n++) {
		struct pp_buf b = PP_BUF_INIT;
		struct pp_err err = PP_ERR_INIT;
		struct pp_profile p;

		pp_wire_put_bytes(&b, 6, "", 0);
		for (int i = 0; i < n; i++) {
			char name[16];
			struct pp_buf type = PP_BUF_INIT;

			snprintf(name, sizeof(name), "%d", i);
			pp_wire_put_bytes(&b, 6, name, strlen(name));
			pp_wire_put_number(&type, 1, (uint64_t)i + 1);
			pp_wire_put_bytes(&b, 1, type.p, type.n);
			pp_buf_release(&type);
		}
		int rc = pp_pprof_decode(&p, (uint8_t *)b.p, b.n, &err);
		assert_int_equal(rc, n == 1000 ? 0 : -1);
		if (rc)
			assert_int_equal(err.kind, PP_ERR_LIMIT);
		pp_profile_release(&p);
	}
}

static void deeper_inlining_than_anybody_has_is_refused(void **state)
{
	struct pp_builder b;
	struct pp_profile p;
	struct pp_err err = PP_ERR_INIT;
	struct pp_buf bytes = PP_BUF_INIT;
	struct pp_line lines[1001] = {{0}};
	int64_t value = 1;

	(void)state;
	pp_builder_init(&b);
	pp_builder_sample_type(&b, "samples", "count");
	pp_builder_function(&b, pp_builder_string(&b, PP_STR_LIT("f")), 0, 0, 0);
	uint32_t location = pp_builder_location(&b, PP_NONE, 1, lines, PP_ARRAY_LEN(lines));
	pp_builder_sample(&b, &location, 1, &value, NULL, 0);
	assert_int_equal(pp_builder_finish(&b, &p, &err), 0);
	pp_pprof_encode(&p, &bytes);
	pp_profile_release(&p);
	pp_builder_release(&b);

	assert_int_equal(pp_pprof_read_bytes(&p, (const uint8_t *)bytes.p, bytes.n, NULL, &err),
			 -1);
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	assert_non_null(strstr(err.msg, "location 1 has 1001 lines, more than 1000"));
	pp_buf_release(&bytes);
}

static void builder_round_trip(void **state)
{
	(void)state;
	struct pp_builder b;
	struct pp_buf bytes = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p, empty;

	pp_builder_init(&b);
	pp_builder_sample_type(&b, "cpu", "nanoseconds");
	uint32_t f =
		pp_builder_function(&b, pp_builder_string(&b, PP_STR_LIT("nul\0inside")), 0, 0, -1);
	const struct pp_line line = {f, 1, -1};
	struct pp_mapping m = {.start = 1, .limit = UINT64_MAX, .has_lines = true};
	uint32_t loc = pp_builder_location(&b, pp_builder_mapping(&b, &m), UINT64_MAX, &line, 1);
	const int64_t value = -5;
	pp_builder_sample(&b, &loc, 1, &value, NULL, 0);
	pp_builder_comment(&b, PP_STR_LIT(""));
	b.head.time_nanos = INT64_MIN;
	assert_int_equal(pp_builder_finish(&b, &p, &err), 0);
	pp_pprof_encode(&p, &bytes);
	struct oracle_pprof r = oracle_pprof_check((uint8_t *)bytes.p, bytes.n);
	assert_null(r.wrong);
	assert_true(r.accepted && r.compared);
	pp_buf_release(&bytes);
	pp_profile_release(&p);

	/* nothing but a type is a profile, too */
	pp_builder_sample_type(&b, "cpu", "nanoseconds");
	assert_int_equal(pp_builder_finish(&b, &empty, &err), 0);
	assert_int_equal(empty.nsamples, 0);
	pp_pprof_encode(&empty, &bytes);
	assert_true(oracle_pprof_check((uint8_t *)bytes.p, bytes.n).accepted);
	pp_buf_release(&bytes);
	pp_profile_release(&empty);
	pp_builder_release(&b);
}

static void contents_are_recognized(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t n;
		const char *what;
	} cases[] = {
		{BYTES("PERFILE2........"), "a perf.data file"},
		{BYTES("\x7f"
		       "ELF\2\1\1"),
		 "an ELF program or library"},
		{BYTES("\x28\xb5\x2f\xfd\x04"), "a zstd stream"},
		{BYTES("\x78\x9c\x01"), "a zlib stream"},
		{BYTES("go 1.21 trace\0\0\0"), "a Go execution trace"},
		{BYTES("{\"a\": 1}"), "JSON"},
		{BYTES("\xff\xfe"
		       "a\0"),
		 "text in UTF-16"},
		{BYTES(" \r\n<!DOCTYPE HTML>"), "an HTML or XML page"},
		{BYTES("<?xml version"), "an HTML or XML page"},
		{BYTES("main;foo 12\n"), "text"},
		{BYTES("PERFILE"), "text"},
		{BYTES("\x0a\x04\x08\x01"), NULL},
		{BYTES(""), NULL},
		{BYTES("\n\n  \t"), NULL},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		char *exact = pp_xcalloc(cases[i].n, 1);

		memcpy(exact, cases[i].bytes, cases[i].n);
		const char *got = pp_pprof_sniff((uint8_t *)exact, cases[i].n);
		PP_CHECK_MSG(cases[i].what ? got && strcmp(got, cases[i].what) == 0 : !got,
			     cases[i].bytes);
		free(exact);
	}
}

static void files_are_explained(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t n;
		const char *message;
	} cases[] = {
		{BYTES("just text"), "not a pprof profile but text: "},
		{BYTES("\x0a\x04\x08\x01\x10"), "not a valid pprof profile: field longer"},
		{BYTES("\x1f\x8b\x08"), "gzip stream is truncated"},
		{BYTES(""), "not a valid pprof profile: empty input"},
	};
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;
	uint8_t *packed;
	size_t n;

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		assert_int_equal(pp_pprof_read_bytes(&p, (const uint8_t *)cases[i].bytes,
						     cases[i].n, NULL, &err),
				 -1);
		if (strncmp(err.msg, cases[i].message, strlen(cases[i].message)) != 0)
			fail_msg("%s", err.msg);
		pp_profile_release(&p);
	}
	pp_gzip_deflate((const uint8_t *)HEAD, sizeof(HEAD) - 1, &packed, &n);
	assert_int_equal(pp_pprof_read_bytes(&p, packed, n, NULL, &err), 0);
	assert_int_equal(p.nstrings, 3);
	pp_profile_release(&p);
	free(packed);
}

static void the_size_is_limited(void **state)
{
	(void)state;
	const struct pp_read_options enough = {.max_input = sizeof(HEAD) - 1};
	const struct pp_read_options little = {.max_input = sizeof(HEAD) - 2};
	const uint8_t *bytes = (const uint8_t *)HEAD;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;
	uint8_t *packed;
	size_t n;

	assert_int_equal(pp_pprof_read_bytes(&p, bytes, sizeof(HEAD) - 1, &enough, &err), 0);
	pp_profile_release(&p);
	assert_int_equal(pp_pprof_read_bytes(&p, bytes, sizeof(HEAD) - 1, &little, &err), -1);
	assert_int_equal(err.kind, PP_ERR_LIMIT);

	pp_gzip_deflate(bytes, sizeof(HEAD) - 1, &packed, &n);
	assert_int_equal(pp_pprof_read_bytes(&p, packed, n, &enough, &err), 0);
	pp_profile_release(&p);
	assert_int_equal(pp_pprof_read_bytes(&p, packed, n, &little, &err), -1);
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	free(packed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_profiles_agree),
		cmocka_unit_test(damaged_profiles_agree),
		cmocka_unit_test(truncated_profiles_agree),
		cmocka_unit_test(verdicts_say_why),
		cmocka_unit_test(the_last_period_type_counts),
		cmocka_unit_test(ranges_cover_all_samples),
		cmocka_unit_test(more_types_than_anybody_has_are_refused),
		cmocka_unit_test(deeper_inlining_than_anybody_has_is_refused),
		cmocka_unit_test(builder_round_trip),
		cmocka_unit_test(contents_are_recognized),
		cmocka_unit_test(files_are_explained),
		cmocka_unit_test(the_size_is_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
