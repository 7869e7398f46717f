/* SPDX-License-Identifier: Apache-2.0 */
/* pprof/flame.h: what render/flame_block.h writes is read back, whatever it is; what is damaged is
 * refused. */
#include <config.h>

#include "unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "block_fixture.h"
#include "flame_random.h"
#include "pprof/decode.h"
#include "pprof/encode.h"
#include "pprof/read.h"

static const char page_begin[] = "<!doctype html>\n<title>x</title>\n"
				 "<script type=\"application/octet-stream\" id=\"pyroprof-data\">";
static const char svg_begin[] =
	"<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\"><metadata>"
	"<script type=\"application/octet-stream\" id=\"pyroprof-data\" data-title=\"a > b\">\n";

static const struct pp_flame_block_options all = {.labels = true, .times = true};

static void read_page(struct pp_profile *p, const char *begin, const struct pp_buf *data)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_buf file = PP_BUF_INIT;

	pp_buf_str(&file, begin);
	pp_buf_add(&file, data->p, data->n);
	pp_buf_str(&file, "</script>\n");
	int rc = pp_pprof_read_bytes(p, (const uint8_t *)file.p, file.n, NULL, &err);
	PP_CHECK_MSG(rc == 0, err.msg);
	pp_buf_release(&file);
}

static void expect_same_text(const struct pp_profile *a, uint32_t s, const struct pp_profile *b,
			     uint32_t t)
{
	assert_string_equal(pp_profile_str(a, s).p, pp_profile_str(b, t).p);
}

static void expect_same_header(const struct pp_profile *a, const struct pp_profile *b)
{
	assert_int_equal(a->nsample_types, b->nsample_types);
	for (uint32_t i = 0; i < a->nsample_types; i++) {
		expect_same_text(a, a->sample_types[i].type, b, b->sample_types[i].type);
		expect_same_text(a, a->sample_types[i].unit, b, b->sample_types[i].unit);
	}
	assert_true(a->time_nanos == b->time_nanos && a->duration_nanos == b->duration_nanos);
	assert_true(a->period == b->period && a->has_period_type == b->has_period_type);
	expect_same_text(a, a->period_type.type, b, b->period_type.type);
	expect_same_text(a, a->period_type.unit, b, b->period_type.unit);
	assert_int_equal(a->ncomments, b->ncomments);
	for (uint32_t i = 0; i < a->ncomments; i++)
		expect_same_text(a, a->comments[i], b, b->comments[i]);
	expect_same_text(a, a->mappings[0].file, b, b->mappings[0].file);
	expect_same_text(a, a->doc_url, b, b->doc_url);
}

static void expect_same_str(struct pp_str a, struct pp_str b)
{
	assert_true(pp_str_eq(a, b));
}

/* Trees of profiles without negative values are equal in everything. */
static void expect_same_flame(struct pp_flame *a, struct pp_flame *b)
{
	pp_flame_sort(a, PP_FLAME_BY_NAME, NULL);
	pp_flame_sort(b, PP_FLAME_BY_NAME, NULL);
	assert_int_equal(a->n, b->n);
	assert_int_equal(a->nfuncs, b->nfuncs);
	for (uint32_t i = 0; i < a->nfuncs; i++) {
		expect_same_str(a->funcs[i].name, b->funcs[i].name);
		expect_same_str(a->funcs[i].file, b->funcs[i].file);
		expect_same_str(a->funcs[i].object, b->funcs[i].object);
		assert_int_equal(a->funcs[i].line, b->funcs[i].line);
		PP_CHECK_MSG(a->funcs[i].kind == b->funcs[i].kind, a->funcs[i].name.p);
	}
	assert_memory_equal(a->parent, b->parent, a->n * sizeof(*a->parent));
	assert_memory_equal(a->func, b->func, a->n * sizeof(*a->func));
	assert_memory_equal(a->inlined, b->inlined, a->n * sizeof(*a->inlined));
	for (uint32_t c = 0; c < a->ncolumns; c++)
		assert_memory_equal(a->self[c], b->self[c], a->n * sizeof(**a->self));
}

/* In any order, with and without labels, in a page and in an SVG. */
static void random_flames_come_back(void **state)
{
	(void)state;
	uint64_t seed = 1;

	for (uint32_t i = 0; i < 60; i++) {
		struct shape s = {.types = 1 + i % 3,
				  .locations = 2 + i,
				  .samples = i * 3,
				  .labels = i % 2 == 0};
		struct pp_flame_block_options o = all;
		struct flame_fixture a, b;
		struct pp_profile p;

		o.labels = s.labels;
		o.measure.type = s.types - 1;
		o.order = i % 3;
		random_profile(&p, &seed, &s);
		flame_fixture_init(&a, &p);
		double *extents = pp_flame_extents(&a.flame, &o.measure);
		pp_flame_sort(&a.flame, o.order, extents);
		free(extents);
		struct pp_buf data = flame_text(&a, &o);
		read_page(&p, i % 2 ? page_begin : svg_begin, &data);
		flame_fixture_init(&b, &p);
		expect_same_header(&a.profile, &b.profile);
		expect_same_said(&a.profile, &b.profile, o.labels);
		expect_same_flame(&a.flame, &b.flame);
		pp_buf_release(&data);
		flame_fixture_release(&a);
		flame_fixture_release(&b);
	}
}

static void negative_values_come_back(void **state)
{
	(void)state;
	uint64_t seed = 7;

	for (uint32_t i = 0; i < 20; i++) {
		struct shape s = {.types = 2,
				  .locations = 6,
				  .samples = 100,
				  .labels = i % 2 == 0,
				  .negative = true};
		struct flame_fixture a;
		struct pp_profile p;

		random_profile(&p, &seed, &s);
		flame_fixture_init(&a, &p);
		struct pp_buf data = flame_text(&a, &all);
		read_page(&p, page_begin, &data);
		expect_same_said(&a.profile, &p, s.labels);
		pp_buf_release(&data);
		pp_profile_release(&p);
		flame_fixture_release(&a);
	}
}

/* The default type and the main binary are those of the page. */
static void what_is_shown_comes_back(void **state)
{
	(void)state;
	struct pp_flame_block_options o = {.measure = {.type = 0}};
	struct flame_fixture x;
	struct pp_profile p;
	struct pp_builder b;
	struct pp_err err = PP_ERR_INIT;
	uint32_t index = 9;

	begin_profile(&b);
	struct pp_mapping m = {.file = text(&b, "/usr/bin/app"), .build_id = text(&b, "c0ffee")};
	pp_builder_mapping(&b, &m);
	add_sample(&b, "f", 1, 2, NULL, 0);
	end_profile(&b, &x);
	struct pp_buf data = flame_text(&x, &o);
	read_page(&p, page_begin, &data);
	assert_int_equal(pp_profile_sample_index(&p, NULL, &index, &err), 0);
	assert_int_equal(index, 0);
	assert_int_equal(p.nmappings, 1);
	expect_same_str(pp_profile_str(&p, p.mappings[0].file), PP_STR_LIT("app"));
	expect_same_str(pp_profile_str(&p, p.mappings[0].build_id), PP_STR_LIT("c0ffee"));
	pp_buf_release(&data);
	pp_profile_release(&p);
	flame_fixture_release(&x);
}

/* What is pruned is a function of its own, totals are exact, and the table is the whole tree's. */
static void pruned_trees_keep_their_totals(void **state)
{
	(void)state;
	struct shape s = {.types = 1, .locations = 30, .samples = 200};
	struct pp_flame_block_options o = {.measure = {.type = 0}};
	uint64_t seed = 3;
	struct flame_fixture x;
	struct pp_profile p;
	int64_t sum = 0;
	bool smaller = false;
	size_t n;

	random_profile(&p, &seed, &s);
	flame_fixture_init(&x, &p);
	int64_t total = pp_flame_total(&x.flame, 0)[0];
	double *extents = pp_flame_extents(&x.flame, &o.measure);
	o.pruned_nodes =
		pp_flame_prune(&x.flame, extents, &(struct pp_flame_cut){.least = extents[0] / 20});
	o.pruned_below = 0.05;
	free(extents);
	assert_true(o.pruned_nodes > 0);
	uint8_t *bytes = bytes_of(&x, &o, &n);
	struct pp_str meta = section(bytes, n, "META", 0);
	assert_non_null(memmem(meta.p, meta.n, "\"below\": 0.05", 13));
	assert_non_null(section(bytes, n, "TABL", 0).p);
	free(bytes);

	struct pp_buf data = flame_text(&x, &o);
	read_page(&p, page_begin, &data);
	struct said *said = pp_xcalloc(1, sizeof(*said));
	say(said, &p, true);
	for (uint32_t i = 0; i < said->lines.count; i++)
		sum += said->sums[i];
	assert_int_equal(sum, total);
	for (uint32_t i = 0; i < p.nfunctions; i++)
		smaller |= strstr(pp_profile_str(&p, p.functions[i].name).p, " smaller)") != NULL;
	assert_true(smaller);
	pp_strtab_release(&said->lines);
	free(said);
	pp_buf_release(&data);
	pp_profile_release(&p);
	flame_fixture_release(&x);
}

/* Of a diff, the side after comes back, also where a node is only before. */
static void the_side_after_comes_back(void **state)
{
	(void)state;
	const struct pp_frames_options frames = {.objects = true};
	const struct pp_filter_options none = {.all_frames = true};
	const struct pp_flame_options flame = {0};
	struct shape s = {.types = 2, .locations = 9, .samples = 60, .labels = true};
	struct pp_flame_block_options o = all;
	uint64_t seed = 11;
	struct flame_fixture after;
	struct pp_profile before, p;
	struct pp_filter filter;
	struct pp_frames before_frames;
	struct pp_err err = PP_ERR_INIT;
	size_t n;

	random_profile(&p, &seed, &s);
	flame_fixture_init(&after, &p);
	random_profile(&before, &seed, &s);
	assert_int_equal(pp_filter_init(&filter, &before, &none, &err), 0);
	pp_frames_init(&before_frames, &before, &after.nodes, &frames);
	struct pp_view views[2] = {after.view, after.view};
	views[0].profile = &before;
	views[0].filter = &filter;
	views[0].frames = &before_frames;
	pp_flame_release(&after.flame);
	assert_int_equal(pp_flame_init(&after.flame, views, 2, &flame, &err), 0);

	o.measure = (struct pp_flame_measure){1, PP_FLAME_UNION, true};
	uint8_t *bytes = bytes_of(&after, &o, &n);
	struct pp_str meta = section(bytes, n, "META", 0);
	assert_non_null(memmem(meta.p, meta.n, "\"width\": \"union\"", 16));
	assert_non_null(memmem(meta.p, meta.n, "\"sides\": 2", 10));
	assert_non_null(section(bytes, n, "SELF", 3).p);
	free(bytes);
	struct pp_buf data = flame_text(&after, &o);
	read_page(&p, svg_begin, &data);
	expect_same_said(&after.profile, &p, true);
	pp_buf_release(&data);
	pp_profile_release(&p);
	flame_fixture_release(&after);
	pp_frames_release(&before_frames);
	pp_filter_release(&filter);
	pp_profile_release(&before);
}

/* Bytes that are not UTF-8 are replaced, so that scripts and C see the same texts. */
static void texts_become_utf8(void **state)
{
	(void)state;
	struct flame_fixture x;
	struct pp_profile p;
	struct pp_builder b;

	begin_profile(&b);
	add_sample(&b, "a\xff\xc3(", 1, 2, NULL, 0);
	end_profile(&b, &x);
	struct pp_buf data = flame_text(&x, &all);
	read_page(&p, page_begin, &data);
	assert_int_equal(p.nfunctions, 1);
	expect_same_str(pp_profile_str(&p, p.functions[0].name),
			PP_STR_LIT("a\xef\xbf\xbd\xef\xbf\xbd("));
	pp_buf_release(&data);
	pp_profile_release(&p);
	flame_fixture_release(&x);
}

/* Exactly so many bytes, so that a read behind them is seen. What is read must be valid. */
static int read_exactly(const uint8_t *bytes, size_t n, uint64_t limit, struct pp_err *err)
{
	uint8_t *copy = pp_xcalloc(n, 1);
	struct pp_buf written = PP_BUF_INIT;
	struct pp_profile p, again;

	*err = (struct pp_err)PP_ERR_INIT;
	if (n)
		memcpy(copy, bytes, n);
	int rc = pp_flame_read_block(&p, (struct pp_str){(char *)copy, n}, limit, err);
	if (rc == 0) {
		struct pp_err second = PP_ERR_INIT;

		pp_pprof_encode(&p, &written);
		PP_CHECK_MSG(pp_pprof_decode(&again, (uint8_t *)written.p, written.n, &second) == 0,
			     second.msg);
		pp_profile_release(&again);
		pp_profile_release(&p);
	} else {
		assert_true(err->msg[0] && !strchr(err->msg, '\n'));
		assert_true(err->kind == PP_ERR_FORMAT || err->kind == PP_ERR_LIMIT ||
			    err->kind == PP_ERR_UNSUPPORTED);
	}
	free(copy);
	return rc;
}

/* A block with everything in it. */
static uint8_t *some_block(size_t *n)
{
	struct shape s = {.types = 2, .locations = 12, .samples = 25, .labels = true};
	uint64_t seed = 42;
	struct flame_fixture x;
	struct pp_profile p;

	random_profile(&p, &seed, &s);
	flame_fixture_init(&x, &p);
	uint8_t *bytes = bytes_of(&x, &all, n);
	flame_fixture_release(&x);
	return bytes;
}

/* Only between sections that need not be there can an end go unnoticed. */
static void every_truncation_is_refused(void **state)
{
	(void)state;
	size_t n, accepted = 0;
	uint8_t *bytes = some_block(&n);
	struct pp_err err;

	assert_non_null(section(bytes, n, "LROW", 0).p);
	assert_int_equal(read_exactly(bytes, n, 1 << 20, &err), 0);
	for (size_t i = 0; i < n; i++)
		accepted += read_exactly(bytes, i, 1 << 20, &err) == 0;
	/* before LABL, before LROW, before TIME */
	assert_int_equal(accepted, 3);
	free(bytes);
}

static void flipped_bits_do_no_harm(void **state)
{
	(void)state;
	size_t n, refused = 0;
	uint8_t *bytes = some_block(&n);
	uint64_t seed = 17;
	struct pp_err err;

	for (int i = 0; i < 5000; i++) {
		size_t at = (size_t)(draw(&seed) % n);
		uint8_t bit = (uint8_t)(1u << below(&seed, 8));

		bytes[at] ^= bit;
		refused += read_exactly(bytes, n, 1 << 20, &err) != 0;
		bytes[at] ^= bit;
	}
	assert_true(refused > 500 && refused < 5000);
	free(bytes);
}

/* In the file, the checksum of the compressed bytes finds nearly all. */
static void flipped_bits_of_files_are_found(void **state)
{
	(void)state;
	struct flame_fixture x;
	struct pp_profile p;
	struct pp_builder b;
	struct pp_err err = PP_ERR_INIT;
	uint64_t seed = 23;

	begin_profile(&b);
	add_sample(&b, "f", 1, 2, NULL, 0);
	end_profile(&b, &x);
	struct pp_buf data = flame_text(&x, &all), file = PP_BUF_INIT;
	pp_buf_str(&file, page_begin);
	pp_buf_add(&file, data.p, data.n);
	pp_buf_str(&file, "</script>\n");
	for (int i = 0; i < 1000; i++) {
		/* behind the header, which no checksum covers */
		size_t at = 16 + (size_t)(draw(&seed) % (data.n - 16)) + sizeof(page_begin) - 1;
		char bit = (char)(1u << below(&seed, 8));

		file.p[at] ^= bit;
		/* blanks at its ends are none of the data */
		if (!memchr(" \t\r\n", file.p[at], 4))
			assert_int_equal(pp_pprof_read_bytes(&p, (const uint8_t *)file.p, file.n,
							     NULL, &err),
					 -1);
		file.p[at] ^= bit;
	}
	assert_int_equal(pp_pprof_read_bytes(&p, (const uint8_t *)file.p, file.n, NULL, &err), 0);
	pp_profile_release(&p);
	pp_buf_release(&file);
	pp_buf_release(&data);
	flame_fixture_release(&x);
}

static void files_without_data_are_explained(void **state)
{
	(void)state;
	static const struct {
		const char *file, *message;
	} cases[] = {
		{"<!doctype html><p>x", "not a pprof profile but an HTML or XML page: "
					"unknown wire type at byte 0"},
		{"<svg/>", "not a pprof profile but an HTML or XML page: "
			   "unknown wire type at byte 0"},
		{"%", "not a valid flame graph of pyroprof: the block of data is truncated"},
		{"%AAAA", "not a valid flame graph of pyroprof: the block of data is truncated"},
		{"%AAA</script>", "not a valid flame graph of pyroprof: damaged base64 at byte 3"},
		{"%AAAA</script>",
		 "not a valid flame graph of pyroprof: the block of data is not compressed"},
		{"%</script>",
		 "not a valid flame graph of pyroprof: the block of data is not compressed"},
		{"%AAAA</script>%AAAA</script>",
		 "not a valid flame graph of pyroprof: there are two blocks of data"},
		{"%H4sIAAAAAAAA</script>",
		 "not a valid flame graph of pyroprof: gzip stream is truncated at byte 9"},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_buf file = PP_BUF_INIT;
		struct pp_err err = PP_ERR_INIT;
		struct pp_profile p;

		for (const char *c = cases[i].file; *c; c++)
			*c == '%' ? pp_buf_str(&file, page_begin) : pp_buf_char(&file, *c);
		assert_int_equal(
			pp_pprof_read_bytes(&p, (const uint8_t *)file.p, file.n, NULL, &err), -1);
		assert_string_equal(err.msg, cases[i].message);
		/* others' graphs, and ours without data */
		assert_int_equal(strstr(err.hint, "--no-js") != NULL, cases[i].file[0] == '<');
		pp_buf_release(&file);
	}
}

/* One byte of a block changed. */
static void damage_is_explained(void **state)
{
	(void)state;
	static const struct {
		const char *section;
		int at;		  /* byte in the section, or in the text */
		const char *text; /* in META */
		char to;
		const char *message;
	} cases[] = {
		{"META", 11, "\"version\": 1", '2', "its data has version 2, and only 1 is known"},
		{"META", 9, "\"nodes\": 3", '2', "something is left at byte 2 of section SHAP"},
		{"META", 9, "\"nodes\": 3", '9', "section META: wrong number of nodes"},
		{"META", 9, "\"funcs\": 3", '2', "something is left at byte 14 of section FUNC"},
		{"META", 11, "\"default\": 0", '2', "section META: no such sample type"},
		{"META", 9, "\"sides\": 1", '2', "section META: wrong number of columns of values"},
		{"META", 0, "{", '[', "section META: damaged JSON at byte 0"},
		{"STRS", 0, NULL, 99, "truncated at byte 1 of section STRS"},
		{"STRS", 1, NULL, 1, "truncated at byte 4 of section STRS"},
		{"FUNC", 0, NULL, 99, "number out of range at byte 1 of section FUNC"},
		{"FUNC", 4, NULL, 5, "number out of range at byte 5 of section FUNC"},
		{"SHAP", 0, NULL, 2, "the root has a parent at byte 1 of section SHAP"},
		{"SHAP", 1, NULL, 2, "a second root at byte 2 of section SHAP"},
		{"FNID", 0, NULL, 1,
		 "function 0 is not that of the root at byte 1 of section FNID"},
		{"FNID", 2, NULL, 0,
		 "function 0 is not that of the root at byte 3 of section FNID"},
		{"FNID", 2, NULL, 3, "number out of range at byte 3 of section FNID"},
		{"SELF", 0, NULL, 2, "number out of range at byte 1 of section SELF"},
		{"SELF", 3, NULL, -1, "truncated or overlong number at byte 3 of section SELF"},
		{"LABL", 2, NULL, 1, "something is left at byte 4 of section LABL"},
		{"LROW", 3, NULL, 7, "the labels of node 1 do not add up to its value"},
		{"LROW", 2, NULL, 9, "number out of range at byte 3 of section LROW"},
	};
	struct pp_builder_label label;
	struct flame_fixture x;
	struct pp_builder b;
	struct pp_err err;
	size_t n;

	begin_profile(&b);
	label = (struct pp_builder_label){.key = text(&b, "k"), .str = text(&b, "v")};
	add_sample(&b, "f", 1, 3, &label, 1);
	add_sample(&b, "g", 2, 4, &label, 1);
	end_profile(&b, &x);
	uint8_t *bytes = bytes_of(&x, &all, &n);
	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_str s = section(bytes, n, cases[i].section, 0);
		const char *at = cases[i].text
					 ? memmem(s.p, s.n, cases[i].text, strlen(cases[i].text))
					 : s.p;

		PP_CHECK_MSG(at, cases[i].message);
		uint8_t *byte = bytes + ((const uint8_t *)at - bytes) + cases[i].at;
		uint8_t was = *byte;
		*byte = (uint8_t)cases[i].to;
		assert_int_equal(read_exactly(bytes, n, 1 << 20, &err), -1);
		assert_string_equal(err.msg, cases[i].message);
		*byte = was;
	}
	free(bytes);
	flame_fixture_release(&x);
}

/* A chain of nodes that each have a value: the stacks of its samples are the square of it. */
static void limits_are_kept(void **state)
{
	(void)state;
	const uint32_t depth = 3000;
	struct flame_fixture x;
	struct pp_builder b;
	struct pp_err err;
	uint32_t *stack = pp_xcalloc(depth, sizeof(*stack));
	int64_t values[2] = {1, 1};
	size_t n;

	begin_profile(&b);
	uint32_t s = text(&b, "f");
	struct pp_line line = {.function = pp_builder_function(&b, s, s, s, 0)};
	for (uint32_t i = 0; i < depth; i++)
		stack[i] = pp_builder_location(&b, PP_NONE, 0, &line, 1);
	for (uint32_t i = 1; i <= depth; i++)
		pp_builder_sample(&b, stack, i, values, NULL, 0);
	end_profile(&b, &x);
	uint8_t *bytes = bytes_of(&x, &all, &n);
	assert_true(n < 20000);
	assert_int_equal(read_exactly(bytes, n, 6 << 20, &err), 0);
	assert_int_equal(read_exactly(bytes, n, 4 << 20, &err), -1);
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	assert_string_equal(err.msg, "its samples need more than the limit of 4MB");

	/* what is inflated counts, too */
	struct pp_buf data = flame_text(&x, &all), file = PP_BUF_INIT;
	struct pp_read_options o = {.max_input = 4096};
	struct pp_profile p;
	pp_buf_str(&file, page_begin);
	pp_buf_add(&file, data.p, data.n);
	pp_buf_str(&file, "</script>");
	assert_true(file.n < 4096 && n > 4096);
	assert_int_equal(pp_pprof_read_bytes(&p, (const uint8_t *)file.p, file.n, &o, &err), -1);
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	pp_buf_release(&data);
	pp_buf_release(&file);
	free(bytes);
	free(stack);
	flame_fixture_release(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_flames_come_back),
		cmocka_unit_test(negative_values_come_back),
		cmocka_unit_test(what_is_shown_comes_back),
		cmocka_unit_test(pruned_trees_keep_their_totals),
		cmocka_unit_test(the_side_after_comes_back),
		cmocka_unit_test(texts_become_utf8),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(flipped_bits_do_no_harm),
		cmocka_unit_test(flipped_bits_of_files_are_found),
		cmocka_unit_test(files_without_data_are_explained),
		cmocka_unit_test(damage_is_explained),
		cmocka_unit_test(limits_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
