/* SPDX-License-Identifier: Apache-2.0 */
/* render/: the header, the unit of a report, rows as text, JSON and CSV; hostile names. */
#include <config.h>

#include "unit.h"

#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/units.h"
#include "profile/builder.h"
#include "render/markdown.h"
#include "render/top.h"

/* A profile with nothing but a header. */
static void make_profile(struct pp_profile *p, const char *unit, void (*fill)(struct pp_builder *))
{
	struct pp_builder b;
	struct pp_err err = PP_ERR_INIT;

	pp_builder_init(&b);
	pp_builder_sample_type(&b, "cpu", unit);
	if (fill)
		fill(&b);
	assert_int_equal(pp_builder_finish(&b, p, &err), 0);
	pp_builder_release(&b);
}

static void init_header(struct pp_header *h, const struct pp_profile *p)
{
	struct pp_view view = {.profile = p};

	pp_header_init(h, &view, 0);
}

static void expect_header(const struct pp_header *h, const char *want)
{
	struct pp_out o;

	pp_out_init_mem(&o);
	pp_header_text(h, &o);
	assert_string_equal(o.buf.p, want);
	pp_buf_release(&o.buf);
}

static void fill_everything(struct pp_builder *b)
{
	struct pp_mapping m = {.file = pp_builder_string(b, PP_STR_LIT("/usr/bin/app")),
			       .build_id = pp_builder_string(b, PP_STR_LIT("c0ffee"))};
	struct pp_mapping second = {.file = pp_builder_string(b, PP_STR_LIT("libc.so"))};

	(void)pp_builder_mapping(b, &m);
	(void)pp_builder_mapping(b, &second);
	pp_builder_comment(b, PP_STR_LIT("seen"));
	pp_builder_comment(b, PP_STR_LIT("#not seen"));
	b->head.doc_url = pp_builder_string(b, PP_STR_LIT("http://doc"));
	b->head.time_nanos = 1000000000;
	b->head.duration_nanos = 1500000000;
}

static void header_says_what_there_is(void **state)
{
	(void)state;
	struct pp_profile full, bare;
	struct pp_header h;

	make_profile(&full, "nanoseconds", fill_everything);
	make_profile(&bare, "nanoseconds", NULL);
	init_header(&h, &full);
	h.total = 750000000;
	h.out_unit = PP_STR_LIT("ms");
	expect_header(&h, "File: app\nBuild ID: c0ffee\nseen\nType: cpu\nDoc: http://doc\n"
			  "Time: 1970-01-01 00:00:01 UTC\n"
			  "Duration: 1.50s, Total samples = 750ms (50.00%)\n");
	init_header(&h, &bare);
	expect_header(&h, "Type: cpu\n");
	pp_profile_release(&full);
	pp_profile_release(&bare);
}

static void fill_extremes(struct pp_builder *b)
{
	b->head.duration_nanos = INT64_MAX;
}

/* A percentage of the duration only for times; a blank stays at the end otherwise, as in pprof. */
static void totals_of_other_units(void **state)
{
	(void)state;
	static const struct {
		const char *unit;
		int64_t total;
		const char *line;
	} cases[] = {
		{"count", 5, "Type: cpu\nDuration: 292471.21hrs, Total samples = 5 \n"},
		{"bytes", 2048, "Type: cpu\nDuration: 292471.21hrs, Total samples = 2048B \n"},
		{"widgets\x1b[2J", 5,
		 "Type: cpu\nDuration: 292471.21hrs, Total samples = 5widgets\\x1b[2J \n"},
		/* in nanoseconds, this does not fit into 64 bits */
		{"hours", INT64_MAX, NULL},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_profile p;
		struct pp_header h;
		struct pp_out o;

		make_profile(&p, cases[i].unit, fill_extremes);
		p.duration_nanos = 1052896356000000000; /* 292471.21 hours */
		init_header(&h, &p);
		h.total = cases[i].total;
		h.out_unit = h.unit;
		if (cases[i].line) {
			expect_header(&h, cases[i].line);
		} else {
			pp_out_init_mem(&o);
			pp_header_text(&h, &o);
			assert_non_null(strstr(o.buf.p, "(876.00%)"));
			pp_buf_release(&o.buf);
		}
		pp_profile_release(&p);
	}
}

/* Rows are given; the rest of a report is made around them. */
struct fixture {
	struct pp_profile profile;
	struct pp_nodes nodes;
	struct pp_rows table;
	struct pp_header header;
	struct pp_row rows[32];
};

static void open_fixture(struct fixture *f, const char *unit)
{
	*f = (struct fixture){0};
	make_profile(&f->profile, unit, NULL);
	pp_nodes_init(&f->nodes);
	f->table.all = f->rows;
	init_header(&f->header, &f->profile);
}

static void add_row(struct fixture *f, struct pp_str name, int64_t flat, int64_t cum)
{
	struct pp_node node = {.name = name};

	f->rows[f->table.n++] = (struct pp_row){.node = pp_nodes_add(&f->nodes, &node),
						.flat = flat,
						.cum = cum,
						.flat_value = flat,
						.cum_value = cum};
	f->table.candidates++;
	f->table.shown_flat += flat;
	f->table.total += flat < 0 ? -flat : flat;
}

static void close_fixture(struct fixture *f)
{
	pp_nodes_release(&f->nodes);
	pp_profile_release(&f->profile);
}

typedef void render_fn(const struct pp_rows *rows, const struct pp_nodes *nodes,
		       const struct pp_header *h, struct pp_out *o);

static char *render(struct fixture *f, render_fn *fn, const char *unit, size_t *n)
{
	struct pp_out o;

	f->header.total = f->table.total;
	f->header.out_unit = pp_str_of(unit);
	pp_header_choose_unit(&f->header, &f->table, false);
	pp_out_init_mem(&o);
	fn(&f->table, &f->nodes, &f->header, &o);
	*n = o.buf.n;
	return o.buf.p;
}

/* The unit in which no value drowns: that of the smallest, or of a hundred times it if the total
 * is of another. */
static void unit_of_a_report(void **state)
{
	(void)state;
	static const struct {
		const char *unit, *wanted;
		int64_t flat[3], total;
		const char *result;
	} cases[] = {
		{"nanoseconds", "minimum", {10000000, 2000000000}, 2010000000, "s"},
		{"nanoseconds", "minimum", {9000000, 2000000000}, 2009000000, "ms"},
		{"nanoseconds", "minimum", {10000000, 900000000}, 910000000, "ms"},
		{"nanoseconds", "minimum", {10000000, 990000000}, 1000000000, "ms"},
		{"nanoseconds", "minimum", {1, 2000000000}, 2000000001, "ns"},
		{"nanoseconds", "minimum", {-10000000, 2000000000}, 2010000000, "s"},
		{"nanoseconds", "minimum", {0}, 0, "s"},
		{"nanoseconds", "us", {10000000, 2000000000}, 2010000000, "us"},
		{"nanoseconds", "auto", {10000000, 2000000000}, 2010000000, "auto"},
		{"bytes", "minimum", {512, 1 << 20}, (1 << 20) + 512, "kB"},
		{"bytes", "minimum", {5, 1 << 20}, (1 << 20) + 5, "B"},
		{"count", "minimum", {1, 1000000}, 1000001, "count"},
		{"widgets", "minimum", {1, 1000000}, 1000001, "widgets"},
		{"nanoseconds", "minimum", {INT64_MIN, 1}, INT64_MAX, "ns"},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct pp_row rows[3] = {{.flat_value = cases[i].flat[0]},
					 {.flat_value = cases[i].flat[1]},
					 {.cum_value = cases[i].flat[2]}};
		struct pp_rows table = {.all = rows, .n = 3, .total = cases[i].total};
		struct pp_header h = {.unit = pp_str_of(cases[i].unit),
				      .out_unit = pp_str_of(cases[i].wanted)};

		pp_header_choose_unit(&h, &table, false);
		struct pp_str got = h.out_unit;

		if (!pp_str_eq(got, pp_str_of(cases[i].result)))
			fail_msg("case %zu: %.*s, not %s", i, (int)got.n, got.p, cases[i].result);
	}
}

static void text_is_laid_out(void **state)
{
	(void)state;
	struct fixture f;
	size_t n;

	open_fixture(&f, "nanoseconds");
	add_row(&f, PP_STR_LIT("first"), 1500000000, 2000000000);
	add_row(&f, PP_STR_LIT("second"), -500000000, 10000000);
	f.rows[0].inlined = PP_INLINE_ALL;
	f.rows[1].inlined = PP_INLINE_SOME;
	f.table.dropped = 2;
	f.table.dropped_cum = 10000000;
	f.table.candidates = 5;
	char *text = render(&f, pp_top_text, "ms", &n);
	assert_string_equal(
		text, "Type: cpu\n"
		      "Showing nodes accounting for 1000ms, 50.00% of 2000ms total\n"
		      "Dropped 2 nodes (cum <= 10ms)\n"
		      "Showing top 2 nodes out of 5\n"
		      "      flat  flat%   sum%        cum   cum%\n"
		      "    1500ms 75.00% 75.00%     2000ms   100%  first (inline)\n"
		      "    -500ms 25.00% 50.00%       10ms   0.5%  second (partial-inline)\n");
	free(text);
	close_fixture(&f);
}

/* Columns are counted in characters, not bytes. */
static void columns_hold_any_unit(void **state)
{
	(void)state;
	struct fixture f;
	size_t n;

	open_fixture(&f, "\xc2\xb5W");
	add_row(&f, PP_STR_LIT("f"), 5, 5);
	char *text = render(&f, pp_top_text, "minimum", &n);
	assert_non_null(
		strstr(text, "\n       5\xc2\xb5W   100%   100%        5\xc2\xb5W   100%  f\n"));
	free(text);
	close_fixture(&f);
}

static void nothing_is_shown_as_nothing(void **state)
{
	(void)state;
	struct fixture f;
	size_t n;

	open_fixture(&f, "nanoseconds");
	f.table.dropped = 3; /* of a total of 0: not mentioned */
	char *text = render(&f, pp_top_text, "minimum", &n);
	assert_string_equal(text, "Type: cpu\nShowing nodes accounting for 0, 0% of 0 total\n"
				  "      flat  flat%   sum%        cum   cum%\n");
	free(text);
	text = render(&f, pp_top_csv, "minimum", &n);
	assert_string_equal(text, "flat,flat%,cum,cum%,unit,inlined,name\n");
	free(text);
	text = render(&f, pp_top_json, "minimum", &n);
	assert_non_null(strstr(text, "\"rows\": []"));
	free(text);
	close_fixture(&f);
}

#define NAME(name)                     \
	{                              \
		name, sizeof(name) - 1 \
	}

static const struct {
	struct pp_str name;
	const char *text, *json, *csv;
} hostile[] = {
	{NAME("\x1b[31mred"), "\\x1b[31mred", "\"\\u001b[31mred\"", "\\x1b[31mred"},
	{NAME("a\0b"), "a\\x00b", "\"a\\u0000b\"", "a\\x00b"},
	{NAME("a\nb\rc"), "a\\x0ab\\x0dc", "\"a\\u000ab\\u000dc\"", "a\\x0ab\\x0dc"},
	{NAME("bad\xff\xc0\x80"), "bad\\xff\\xc0\\x80", "\"bad\\ufffd\\ufffd\\ufffd\"",
	 "bad\\xff\\xc0\\x80"},
	{NAME("\xe2\x80\xaertl"), "\\u{202e}rtl", "\"\\u202ertl\"", "\\u{202e}rtl"},
	{NAME("\xc2\x9b"), "\\u{009b}", "\"\\u009b\"", "\\u{009b}"},
	{NAME("say \"x\", y"), "say \"x\", y", "\"say \\\"x\\\", y\"", "\"say \"\"x\"\", y\""},
	{NAME("</script>"), "</script>", "\"\\u003c/script>\"", "</script>"},
	{NAME("back\\slash"), "back\\slash", "\"back\\\\slash\"", "back\\slash"},
	{NAME("\x7f%s%n"), "\\x7f%s%n", "\"\\u007f%s%n\"", "\\x7f%s%n"},
};

static void hostile_names_are_tamed(void **state)
{
	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(hostile); i++) {
		struct fixture f;
		struct pp_buf want = PP_BUF_INIT;
		size_t n;

		open_fixture(&f, "count");
		add_row(&f, hostile[i].name, 1, 1);
		char *text = render(&f, pp_top_text, "minimum", &n);
		pp_buf_fmt(&want, "  100%%  %s\n", hostile[i].text);
		if (!strstr(text, want.p))
			fail_msg("%s", text);
		assert_int_equal(strlen(text), n);
		free(text);

		pp_buf_clear(&want);
		pp_buf_fmt(&want, "\"name\": %s,", hostile[i].json);
		text = render(&f, pp_top_json, "minimum", &n);
		PP_CHECK_MSG(strstr(text, want.p), hostile[i].text);
		free(text);

		pp_buf_clear(&want);
		pp_buf_fmt(&want, ",count,,%s\n", hostile[i].csv);
		text = render(&f, pp_top_csv, "minimum", &n);
		PP_CHECK_MSG(strstr(text, want.p), hostile[i].text);
		free(text);
		pp_buf_release(&want);
		close_fixture(&f);
	}
}

static void long_names_are_whole(void **state)
{
	(void)state;
	static char name[60000];
	static render_fn *const forms[] = {pp_top_text, pp_top_json, pp_top_csv};

	memset(name, 'x', sizeof(name));
	for (size_t i = 0; i < PP_ARRAY_LEN(forms); i++) {
		struct fixture f;
		size_t n;

		open_fixture(&f, "count");
		add_row(&f, (struct pp_str){name, sizeof(name)}, 1, 1);
		char *text = render(&f, forms[i], "minimum", &n);
		const char *x = strstr(text, "xxx");
		assert_non_null(x);
		assert_int_equal(strspn(x, "x"), sizeof(name));
		free(text);
		close_fixture(&f);
	}
}

static void csv_has_raw_values(void **state)
{
	(void)state;
	struct fixture f;
	size_t n;

	open_fixture(&f, "a,b");
	add_row(&f, PP_STR_LIT("f"), 1, 3);
	add_row(&f, PP_STR_LIT("g"), -2, -6);
	f.rows[0].inlined = PP_INLINE_ALL;
	f.rows[1].inlined = PP_INLINE_SOME;
	char *text = render(&f, pp_top_csv, "minimum", &n);
	assert_string_equal(text, "flat,flat%,cum,cum%,unit,inlined,name\n"
				  "1,33.3333,3,100.0000,\"a,b\",all,f\n"
				  "-2,66.6667,-6,200.0000,\"a,b\",some,g\n");
	free(text);
	close_fixture(&f);
}

/* Scaling and labels: facts of pprof's measurement package. */
static void quantities_are_scaled(void **state)
{
	(void)state;
	static const struct {
		int64_t value;
		const char *from, *to, *label;
	} cases[] = {
		{0, "nanoseconds", "minimum", "0"},
		{1, "s", "ms", "1000ms"},
		{100, "kb", "b", "102400B"},
		{2000, "mB", "GB", "1.95GB"},
		{1, "hrs", "auto", "1hrs"},
		{90, "minutes", "auto", "90"},
		{1500, "us", "auto", "1.50ms"},
		{-1500, "us", "auto", "-1.50ms"},
		{1, "ns", "s", "0"},
		{999, "ns", "auto", "999ns"},
		{INT64_MIN, "count", "minimum", "-9223372036854775808"},
		{INT64_MIN, "ns", "ns", "-9223372036854775808ns"},
		{12345, "widgets", "widgets", "12345widgets"},
		{12345, "widgets", "minimum", "12345"},
		{5, "Bytes", "auto", "5B"},
		{1, "GB", "bytes", "1073741824B"},
		{5, "seconds", "bytes", "5s"},
		{7, "samples", "count", "7"},
		{2500, "GCU", "auto", "2.50k*GCU"},
		{1234567, "ns", "ms", "1.23ms"},
		{-4, "ns", "us", "0"},
	};
	char out[PP_QTY_MAX];

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		pp_units_label(out, cases[i].value, pp_str_of(cases[i].from),
			       pp_str_of(cases[i].to));
		if (strcmp(out, cases[i].label) != 0)
			fail_msg("%lld %s in %s: %s, not %s", (long long)cases[i].value,
				 cases[i].from, cases[i].to, out, cases[i].label);
	}
}

static void percentages_have_six_columns(void **state)
{
	(void)state;
	static const struct {
		int64_t part, total;
		const char *text;
	} cases[] = {
		{0, 0, "    0%"},	  {5, 0, "    0%"},	   {1, 1, "  100%"},
		{9995, 10000, "  100%"},  {9994, 10000, "99.94%"}, {-1, 2, "50.00%"},
		{1, 100, " 1.00%"},	  {1, 1000, "  0.1%"},	   {123, 1000000, "0.012%"},
		{3, 100000000, "3e-06%"}, {3, 1, "300.00%"},	   {INT64_MIN, INT64_MIN, "  100%"},
	};
	char out[PP_PERCENT_MAX];

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		pp_units_percent(out, cases[i].part, cases[i].total);
		assert_string_equal(out, cases[i].text);
	}
}

static void expect_markdown(void print(struct pp_out *, struct pp_str), struct pp_str text,
			    const char *want)
{
	struct pp_out o;

	pp_out_init_mem(&o);
	print(&o, text);
	pp_buf_char(&o.buf, '\0');
	assert_string_equal(o.buf.p, want);
	pp_buf_release(&o.buf);
}

static void markdown_stays_text(void **state)
{
	char name[2 * (PP_MARKDOWN_CODE_MAX + 1)];
	PP_CLEANUP(pp_buf_release) struct pp_buf cut = PP_BUF_INIT;

	(void)state;
	expect_markdown(pp_markdown_code, PP_STR_LIT("main.parse"), "`main.parse`");
	expect_markdown(pp_markdown_code, PP_STR_LIT("a|b\\|c"), "`a\\|b\\\\|c`");
	expect_markdown(pp_markdown_code, PP_STR_LIT("``x`"), "`''x'`");
	expect_markdown(pp_markdown_code, PP_STR_LIT("a\n| b\0\xff"), "`a\\x0a\\| b\\x00\\xff`");
	expect_markdown(pp_markdown_text, PP_STR_LIT("inuse_space (+3.1%/s)"),
			"inuse_space (+3.1%/s)");
	expect_markdown(pp_markdown_text, PP_STR_LIT("</sub><b>"), "`</sub><b>`");
	expect_markdown(pp_markdown_text, PP_STR_LIT("a\0"), "`a\\x00`");
	/* cut between characters */
	for (size_t i = 0; i < sizeof(name); i += 2)
		memcpy(name + i, "\xc3\xa4", 2);
	pp_buf_char(&cut, '`');
	pp_buf_add(&cut, name, sizeof(name) - 2);
	pp_buf_char(&cut, '`');
	expect_markdown(pp_markdown_code, (struct pp_str){name, sizeof(name) - 2}, cut.p);
	cut.n--;
	pp_buf_str(&cut, "…`");
	expect_markdown(pp_markdown_code, (struct pp_str){name, sizeof(name)}, cut.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markdown_stays_text),
		cmocka_unit_test(header_says_what_there_is),
		cmocka_unit_test(totals_of_other_units),
		cmocka_unit_test(unit_of_a_report),
		cmocka_unit_test(text_is_laid_out),
		cmocka_unit_test(columns_hold_any_unit),
		cmocka_unit_test(nothing_is_shown_as_nothing),
		cmocka_unit_test(hostile_names_are_tamed),
		cmocka_unit_test(long_names_are_whole),
		cmocka_unit_test(csv_has_raw_values),
		cmocka_unit_test(quantities_are_scaled),
		cmocka_unit_test(percentages_have_six_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
