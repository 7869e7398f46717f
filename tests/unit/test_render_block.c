/* SPDX-License-Identifier: Apache-2.0 */
/* render/flame_block.h: what is in which section. */
#include <config.h>

#include "unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "block_fixture.h"
#include "flame_random.h"
#include "profile/builder.h"

static const struct pp_flame_block_options all = {.labels = true, .times = true};

/* cpu is samples times a period; the extremes must not be taken for a multiple. */
static void multiples_are_short(void **state)
{
	(void)state;
	static const struct {
		int64_t a[2], b[2];
		bool multiple;
	} cases[] = {
		{{1, 10000000}, {7, 70000000}, true},
		{{1, 10000000}, {7, 70000001}, false},
		{{1, 0}, {7, 0}, true},
		{{0, 1}, {7, 0}, false},
		{{-1, INT64_MIN}, {1, 3}, false},
		{{2, INT64_MIN}, {1, INT64_MIN / 2}, true},
		{{4, INT64_MIN / 2}, {8, INT64_MIN / 2}, false},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct flame_fixture x;
		struct pp_profile again;
		struct pp_err err = PP_ERR_INIT;
		struct pp_builder b;
		size_t n;

		begin_profile(&b);
		add_sample(&b, "f", cases[i].a[0], cases[i].a[1], NULL, 0);
		add_sample(&b, "g", cases[i].b[0], cases[i].b[1], NULL, 0);
		end_profile(&b, &x);
		uint8_t *bytes = bytes_of(&x, &all, &n);
		struct pp_str self = section(bytes, n, "SELF", 1);
		assert_int_equal(self.p[0], cases[i].multiple);
		assert_null(section(bytes, n, "SELF", 2).p);
		assert_int_equal(pp_flame_read_block(&again, (struct pp_str){(char *)bytes, n},
						     1 << 20, &err),
				 0);
		expect_same_said(&x.profile, &again, true);
		pp_profile_release(&again);
		free(bytes);
		flame_fixture_release(&x);
	}
}

static void meta_says_what_there_is(void **state)
{
	(void)state;
	static const char *const filters[] = {"--focus=<x>", NULL};
	static const char *const want[] = {
		"\"version\": 1",
		"\"title\": \"T \\u003c\"",
		"\"nodes\": 2",
		"\"funcs\": 2",
		"\"default\": 1",
		"\"sides\": 1",
		"\"order\": \"name\"",
		"\"file\": \"app\"",
		"\"build_id\": \"c0ffee\"",
		"\"time\": \"1700000000123456789\"",
		"\"duration\": \"9007199254740993\"",
		"\"period\": \"-5\"",
		"\"--focus=\\u003cx>\"",
		"\"count_type\": 0",
		"\"source\": false",
		"\"palette\": {",
	};
	struct pp_flame_block_options o = {.title = "T <",
					   .order = PP_FLAME_BY_NAME,
					   .measure = {.type = 1},
					   .filters = filters};
	struct flame_fixture x;
	struct pp_builder b;
	size_t n;

	begin_profile(&b);
	struct pp_mapping m = {.file = text(&b, "/usr/bin/app"), .build_id = text(&b, "c0ffee")};
	pp_builder_mapping(&b, &m);
	fill_header(&b);
	add_sample(&b, "f", 1, 2, NULL, 0);
	end_profile(&b, &x);
	uint8_t *bytes = bytes_of(&x, &o, &n);
	struct pp_str meta = section(bytes, n, "META", 0);
	for (size_t i = 0; i < PP_ARRAY_LEN(want); i++)
		PP_CHECK_MSG(memmem(meta.p, meta.n, want[i], strlen(want[i])), want[i]);
	assert_null(memmem(meta.p, meta.n, "\"diff\"", 6));
	assert_null(memmem(meta.p, meta.n, "\"pruned\"", 8));
	free(bytes);
	flame_fixture_release(&x);
}

/* Moments in a random order become a list by time; more than fit are added up. */
static void times_are_in_order(void **state)
{
	(void)state;
	static const uint32_t counts[] = {1, 1000, 300000};

	for (size_t i = 0; i < PP_ARRAY_LEN(counts); i++) {
		struct pp_flame_block_options o = {.times = true, .measure = {.type = 1}};
		uint64_t seed = 5;
		int64_t least = INT64_MAX, sum = 0, node = 0, at;
		struct flame_fixture x;
		struct pp_builder b;
		size_t n;

		begin_profile(&b);
		for (uint32_t k = 0; k < counts[i]; k++) {
			struct pp_builder_label l = {.key = text(&b, "timestamp"),
						     .num = INT64_MIN +
							    (int64_t)(draw(&seed) >> 3)};

			least = l.num < least ? l.num : least;
			add_sample(&b, k % 2 ? "f" : "g", 0, 1, &l, 1);
		}
		end_profile(&b, &x);
		uint8_t *bytes = bytes_of(&x, &o, &n);
		struct pp_str time = section(bytes, n, "TIME", 0);
		uint64_t moments = number(&time);
		assert_true(moments == counts[i] || (counts[i] > 200000 && moments <= 200000));
		assert_true(moments > counts[i] / 4);
		assert_int_equal(signed_number(&time), least);
		for (uint64_t k = 0; k < moments; k++) {
			at = (int64_t)number(&time);
			assert_true(at >= 0 && (k || at == 0));
			node += signed_number(&time);
			assert_true(node == 1 || node == 2);
			assert_int_equal(number(&time), 0);
			sum += signed_number(&time);
		}
		assert_int_equal(time.n, 0);
		assert_int_equal(sum, counts[i]);
		assert_null(section(bytes, n, "LABL", 0).p);
		free(bytes);
		flame_fixture_release(&x);
	}
}

/* A label with as many values as there are samples helps nobody. */
static void too_many_labels_are_left_out(void **state)
{
	(void)state;
	struct flame_fixture x;
	struct pp_builder b;
	size_t n;

	begin_profile(&b);
	for (int64_t i = 0; i <= 1000000; i++) {
		struct pp_builder_label l = {.key = text(&b, "id"), .num = i + 1};

		add_sample(&b, "f", 1, 1, &l, 1);
	}
	end_profile(&b, &x);
	uint8_t *bytes = bytes_of(&x, &all, &n);
	assert_null(section(bytes, n, "LABL", 0).p);
	assert_null(section(bytes, n, "LROW", 0).p);
	free(bytes);
	flame_fixture_release(&x);
}

static const struct pp_text *read_source(void *context, const struct pp_lines_routine *r,
					 struct pp_err *err)
{
	if (!pp_str_eq(r->source, PP_STR_LIT("f.c"))) {
		pp_err_set(err, PP_ERR_NOT_FOUND, "no such file");
		return NULL;
	}
	return context;
}

static void source_goes_in(void **state)
{
	(void)state;
	static const char file[] = "int f;\nint\xff g;\n";
	struct pp_lines_row rows[] = {{2, 5, 6}, {-1, 0, 1}, {7, 9, 9}};
	struct pp_lines_routine routines[] = {
		{PP_STR_LIT("f"), PP_STR_LIT("f.c"), PP_STR_LIT("f.c"), 1, 9, 5, 6, rows, 2},
		{PP_STR_LIT("nobody"), PP_STR_LIT("f.c"), PP_STR_LIT("f.c"), 1, 9, 5, 6, rows + 2,
		 1},
	};
	struct pp_lines lines = {.routines = routines, .n = 2};
	struct pp_text source;
	struct pp_list_sources sources = {read_source, &source};
	struct pp_flame_block_options o = {.source = true, .lines = &lines, .sources = &sources};
	struct flame_fixture x;
	struct pp_builder b;
	size_t n;

	pp_text_init(&source, file, sizeof(file) - 1);
	begin_profile(&b);
	add_sample(&b, "f", 1, 2, NULL, 0);
	end_profile(&b, &x);
	uint8_t *bytes = bytes_of(&x, &o, &n);
	struct pp_str srct = section(bytes, n, "SRCT", 0), line = section(bytes, n, "LINE", 0);
	static const char want_srct[] = "\1\3f.c\x11int f;\nint\xef\xbf\xbd g;\n";
	static const char want_line[] = "\2\1\2\x0a\x0c\1\0\0\2";
	assert_int_equal(srct.n, sizeof(want_srct) - 1);
	assert_memory_equal(srct.p, want_srct, srct.n);
	assert_int_equal(line.n, sizeof(want_line) - 1);
	assert_memory_equal(line.p, want_line, line.n);
	free(bytes);
	flame_fixture_release(&x);
	pp_text_release(&source);
}

static void the_same_twice(void **state)
{
	(void)state;
	struct shape s = {.types = 2, .locations = 20, .samples = 300, .labels = true};
	struct pp_buf data[2];

	for (int i = 0; i < 2; i++) {
		uint64_t seed = 99;
		struct flame_fixture x;
		struct pp_profile p;

		random_profile(&p, &seed, &s);
		flame_fixture_init(&x, &p);
		data[i] = flame_text(&x, &all);
		flame_fixture_release(&x);
	}
	assert_int_equal(data[0].n, data[1].n);
	assert_memory_equal(data[0].p, data[1].p, data[0].n);
	pp_buf_release(&data[0]);
	pp_buf_release(&data[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(multiples_are_short),
		cmocka_unit_test(meta_says_what_there_is),
		cmocka_unit_test(times_are_in_order),
		cmocka_unit_test(too_many_labels_are_left_out),
		cmocka_unit_test(source_goes_in),
		cmocka_unit_test(the_same_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
