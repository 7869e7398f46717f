/* SPDX-License-Identifier: Apache-2.0 */
/* profile/merge.h, rule by rule. */
#include <config.h>

#include "merge_fixture.h"

static void equal_samples_are_added_up(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b, *want;
	} cases[] = {
		{"ab=1 b=2", "cb=4 ab=8", "ab=9 b=2 cb=4"},
		{"ab=1 ba=2", "", "ab=1 ba=2"},
		{"ab=1 ab=2 ab=3", "b=0", "ab=6"},
		{"a=9223372036854775807", "a=1", "a=-9223372036854775808"},
		{"a=5 b=1 c=2", "a=-5 c=1", "b=1 c=3"},
		{"a=0 b=1", "c=0", "b=1"},
		/* back again after a sum of zero: at its old place */
		{"a=1 b=1 a=-1", "a=3", "a=3 b=1"},
		{"a=-9223372036854775808", "a=-9223372036854775808", ""},
		{"a=1", "a=-1", ""},
		{"", "", ""},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_profile in[2], out;

		make(&in[0], cases[i].a);
		make(&in[1], cases[i].b);
		merge_ok(&out, in, 2);
		assert_samples(&out, cases[i].want);
		pp_profile_release(&out);
	}
}

/* A stack of two and one of none are not one of three and so on: lengths are part of the key. */
static void values_and_empty_stacks(void **state)
{
	(void)state;
	static const char *const types[] = {"n/count", "size/bytes"};
	struct pp_profile p;
	struct pp_builder b;

	begin(&b, types, 2);
	sample(&b, "", (int64_t[]){1, 0});
	sample(&b, "ab", (int64_t[]){0, 0});
	sample(&b, "ab", (int64_t[]){1, -1});
	sample(&b, "", (int64_t[]){0, 7});
	sample(&b, "ab", (int64_t[]){-1, 1});
	end(&b, &p);
	merge_ok(&p, &p, 1);
	assert_samples(&p, "=1,7");
	pp_profile_release(&p);
}

/* One sample at `offset` bytes behind the start of a mapping. */
static void mapped(struct pp_profile *p, uint64_t start, uint64_t size, const char *file,
		   const char *build_id, uint64_t offset)
{
	struct pp_builder b;

	begin_cpu(&b);
	uint32_t m = map(&b, start, start + size, file, build_id);
	uint32_t l = place(&b, m, start + offset, "f", 1, 0);
	pp_builder_sample(&b, &l, 1, (int64_t[]){1}, NULL, 0);
	end(&b, p);
}

static void addresses_are_moved_to_the_first_mapping(void **state)
{
	(void)state;
	static const struct {
		const char *what;
		uint64_t start, size;
		const char *file, *build_id;
		uint64_t offset;
		uint32_t mappings, samples;
	} cases[] = {
		{"the same", 0x10000, 0x2000, "/x", "id", 0x10, 1, 1},
		{"elsewhere", 0x7f0000000000, 0x2000, "/x", "id", 0x10, 1, 1},
		{"below", 0, 0x2000, "/x", "id", 0x10, 1, 1},
		{"another address", 0x20000, 0x2000, "/x", "id", 0x11, 1, 2},
		{"another file, same build", 0x20000, 0x2000, "/y", "id", 0x10, 1, 1},
		{"the same number of pages", 0x20000, 0x1001, "/x", "id", 0x10, 1, 1},
		{"a page less", 0x20000, 0x1000, "/x", "id", 0x10, 2, 2},
		{"another build", 0x20000, 0x2000, "/x", "other", 0x10, 2, 2},
		{"the build as file", 0x20000, 0x2000, "id", "", 0x10, 1, 1},
		{"no name", 0x20000, 0x2000, "", "", 0x10, 2, 2},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_profile in[2], out;

		mapped(&in[0], 0x10000, 0x2000, "/x", "id", 0x10);
		mapped(&in[1], cases[i].start, cases[i].size, cases[i].file, cases[i].build_id,
		       cases[i].offset);
		merge_ok(&out, in, 2);
		PP_CHECK_MSG(out.nmappings == cases[i].mappings, cases[i].what);
		PP_CHECK_MSG(out.nsamples == cases[i].samples, cases[i].what);
		PP_CHECK_MSG(out.mappings[0].start == 0x10000, cases[i].what);
		PP_CHECK_MSG(out.locations[0].address == 0x10010, cases[i].what);
		if (cases[i].samples == 2 && cases[i].mappings == 1)
			assert_true(out.locations[1].address == 0x10011);
		pp_profile_release(&out);
	}
}

static void file_offset_tells_mappings_apart(void **state)
{
	(void)state;
	struct pp_profile in[2], out;

	mapped(&in[0], 0x10000, 0x2000, "/x", "id", 0x10);
	mapped(&in[1], 0x10000, 0x2000, "/x", "id", 0x10);
	in[1].mappings[0].offset = 0x1000;
	merge_ok(&out, in, 2);
	assert_int_equal(out.nmappings, 2);
	assert_int_equal(out.nsamples, 2);
	pp_profile_release(&out);
}

static void the_first_mapping_stays(void **state)
{
	(void)state;
	struct pp_profile in[2], out;
	struct pp_builder b;

	begin_cpu(&b);
	map(&b, 0x1000, 0x2000, "/main", "");
	map(&b, 0x8000, 0x9000, "/unused", "");
	uint32_t lib = map(&b, 0x5000, 0x6000, "/lib", "");
	uint32_t l = place(&b, lib, 0x5001, "f", 0, 0);
	pp_builder_sample(&b, &l, 1, (int64_t[]){1}, NULL, 0);
	end(&b, &in[0]);
	mapped(&in[1], 0, 0x1000, "/other", "", 1);
	merge_ok(&out, in, 2);
	assert_int_equal(out.nmappings, 3);
	assert_string(&out, out.mappings[0].file, "/main");
	assert_string(&out, out.mappings[1].file, "/lib");
	assert_string(&out, out.mappings[2].file, "/other");
	assert_null(oracle_merged_wrong(&out));
	pp_profile_release(&out);
}

/* pprof gives profiles without mappings one without a name. That shows only beside others. */
static void profiles_without_mappings_among_others(void **state)
{
	(void)state;
	struct pp_profile in[3], out;

	make(&in[0], "a=1");
	make(&in[1], "a=1");
	merge_ok(&out, in, 2);
	assert_int_equal(out.nmappings, 0);
	pp_profile_release(&out);

	make(&in[0], "a=1");
	mapped(&in[1], 0, 0x1000, "/x", "", 1);
	make(&in[2], "a=1");
	merge_ok(&out, in, 3);
	assert_int_equal(out.nmappings, 2);
	assert_string(&out, out.mappings[0].file, "");
	assert_int_equal(out.locations[0].mapping, 0);
	assert_samples(&out, "a=2 f=1");
	pp_profile_release(&out);
}

enum difference { SAME, LINE, COLUMN, FIRST_COLUMN, FOLDED, START_LINE, SYSTEM_NAME, DIFFERENCES };

static void two_lines(struct pp_profile *p, int difference)
{
	struct pp_builder b;

	begin_cpu(&b);
	uint32_t name = intern(&b, "f"), system_name = intern(&b, "_f"), file = intern(&b, "f.c");
	struct pp_line lines[2];
	memset(lines, 0xa5, sizeof(lines)); /* padding means nothing */
	for (int i = 0; i < 2; i++) {
		lines[i].function = pp_builder_function(&b, name, system_name, file, 7);
		lines[i].line = 10;
		lines[i].column = 20;
	}
	lines[1].line += difference == LINE;
	lines[1].column += difference == COLUMN;
	lines[0].column += difference == FIRST_COLUMN;
	if (difference == START_LINE)
		lines[0].function = pp_builder_function(&b, name, system_name, file, 8);
	if (difference == SYSTEM_NAME)
		lines[0].function = pp_builder_function(&b, name, name, file, 7);
	uint32_t l = pp_builder_location(&b, PP_NONE, 1, lines, 2);
	pp_builder_sample(&b, &l, 1, (int64_t[]){1}, NULL, 0);
	end(&b, p);
	p->locations[0].folded = difference == FOLDED;
}

static void locations_differ_in_any_of_their_parts(void **state)
{
	(void)state;
	for (int difference = SAME; difference < DIFFERENCES; difference++) {
		struct pp_profile in[2], out;

		two_lines(&in[0], SAME);
		two_lines(&in[1], difference);
		merge_ok(&out, in, 2);
		assert_int_equal(out.nlocations, difference == SAME ? 1 : 2);
		assert_int_equal(out.nsamples, out.nlocations);
		assert_int_equal(out.locations[out.nlocations - 1].folded, difference == FOLDED);
		pp_profile_release(&out);
	}
}

static void labels_tell_samples_apart(void **state)
{
	(void)state;
	static const struct {
		const char *a[5], *b[5], *want;
	} cases[] = {
		{{"k:v"}, {"k:v"}, "a{k:v}=2"},
		{{"k:v"}, {NULL}, "a{k:v}=1 a=1"},
		{{"k:v"}, {"k:w"}, "a{k:v}=1 a{k:w}=1"},
		{{"k:v", "j:u"}, {"j:u", "k:v"}, "a{j:u}{k:v}=2"},
		{{"k:v", "k:u"}, {"k:u", "k:v"}, "a{k:v}{k:u}=1 a{k:u}{k:v}=1"},
		{{"k:7bytes"}, {"k:7bytes"}, "a{k:7bytes}=2"},
		{{"k:7bytes"}, {"k:7"}, "a{k:7bytes}=1 a{k:7}=1"},
		{{"k:7"}, {"k:8"}, "a{k:7}=1 a{k:8}=1"},
		{{"a:7", "z:v"}, {"z:v", "a:7"}, "a{z:v}{a:7}=2"},
		{{"k:0"}, {NULL}, "a=2"},
		{{"k:0bytes"}, {NULL}, "a{k:0bytes}=1 a=1"},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_profile in[2], out;

		labelled(&in[0], cases[i].a);
		labelled(&in[1], cases[i].b);
		merge_ok(&out, in, 2);
		assert_samples(&out, cases[i].want);
		pp_profile_release(&out);
	}
}

static void headers_are_joined(void **state)
{
	(void)state;
	static const struct header headers[3] = {
		{5, 10, 100, {"one", "two", "one"}, "", "", "d1", ""},
		{0, 20, 300, {"two", "three"}, "cpu", "doc2", "d2", "k2"},
		{7, 30, 200, {NULL}, "other", "doc3", "d3", "k3"},
	};
	struct pp_profile in[3], out;

	for (size_t i = 0; i < 3; i++)
		with_header(&in[i], &headers[i]);
	merge_ok(&out, in, 3);
	assert_int_equal(out.time_nanos, 7); /* the one without a time starts afresh */
	assert_int_equal(out.duration_nanos, 60);
	assert_int_equal(out.period, 300);
	assert_string(&out, out.period_type.type, "cpu");
	assert_string(&out, out.period_type.unit, "ns");
	assert_true(out.has_period_type);
	assert_int_equal(out.ncomments, 3);
	assert_string(&out, out.comments[0], "one");
	assert_string(&out, out.comments[1], "two");
	assert_string(&out, out.comments[2], "three");
	assert_string(&out, out.default_sample_type, "cpu");
	assert_string(&out, out.doc_url, "doc2");
	assert_string(&out, out.drop_frames, "d1");
	assert_string(&out, out.keep_frames, "");
	assert_string(&out, out.sample_types[0].type, "cpu");
	pp_profile_release(&out);

	with_header(&in[0], &headers[2]);
	with_header(&in[1], &headers[0]);
	merge_ok(&out, in, 2);
	assert_int_equal(out.time_nanos, 5);
	pp_profile_release(&out);
}

static void merging_needs_equal_types(void **state)
{
	(void)state;
	static const char *const names[][2] = {
		{"cpu/ns", "n/count"}, {"cpu/ms", "n/count"}, {"n/count", "cpu/ns"}};
	static const int64_t values[] = {1, 2};
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile in[2], out;

	for (size_t i = 1; i < PP_ARRAY_LEN(names); i++) {
		types(&in[0], names[0], 2, values);
		types(&in[1], names[i], 2, values);
		assert_int_equal(pp_profile_merge(&out, in, 2, &err), -1);
		assert_string_equal(err.msg, "the profiles have different sample types");
		assert_null(out.bytes);
		assert_null(in[0].bytes);
		assert_null(in[1].bytes);
	}
	types(&in[0], names[0], 2, values);
	types(&in[1], names[0], 1, values);
	assert_int_equal(pp_profile_merge(&out, in, 2, &err), -1);
	assert_string_equal(err.msg, "the profiles have different sample types");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_samples_are_added_up),
		cmocka_unit_test(values_and_empty_stacks),
		cmocka_unit_test(addresses_are_moved_to_the_first_mapping),
		cmocka_unit_test(file_offset_tells_mappings_apart),
		cmocka_unit_test(the_first_mapping_stays),
		cmocka_unit_test(profiles_without_mappings_among_others),
		cmocka_unit_test(locations_differ_in_any_of_their_parts),
		cmocka_unit_test(labels_tell_samples_apart),
		cmocka_unit_test(headers_are_joined),
		cmocka_unit_test(merging_needs_equal_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
