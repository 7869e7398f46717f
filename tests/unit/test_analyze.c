/* SPDX-License-Identifier: Apache-2.0 */
/* analyze/: nodes, frames, flat and cum, the choice of rows, inline marks. */
#include <config.h>

#include "unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/edges.h"
#include "analyze/rows.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "pprof/decode.h"
#include "pprof/encode.h"
#include "profile/builder.h"

/* One sample: frames leaf first, separated by blanks; "a+b": a is inlined into b. */
struct stack {
	const char *frames;
	int64_t value;
};

static uint32_t function_of(struct pp_builder *b, const char *name, size_t n)
{
	uint32_t string = pp_builder_string(b, (struct pp_str){name, n});

	return pp_builder_function(b, string, 0, 0, 0);
}

/* One frame of text as a location; equal texts give the same one. */
static uint32_t location_of(struct pp_builder *b, const char *text, size_t n)
{
	struct pp_line lines[8] = {0};
	uint32_t nlines = 0;
	uint64_t address = pp_builder_string(b, (struct pp_str){text, n});

	for (const char *p = text, *end = text + n; p < end; nlines++) {
		const char *plus = memchr(p, '+', (size_t)(end - p));
		const char *stop = plus ? plus : end;

		lines[nlines].function = function_of(b, p, (size_t)(stop - p));
		p = plus ? plus + 1 : end;
	}
	return pp_builder_location(b, PP_NONE, address, lines, nlines);
}

static void add_stack(struct pp_builder *b, const struct stack *s)
{
	uint32_t ids[16], n = 0;

	for (const char *p = s->frames; *p; n++) {
		size_t len = strcspn(p, " ");

		ids[n] = location_of(b, p, len);
		p += len + (p[len] == ' ');
	}
	pp_builder_sample(b, ids, n, &s->value, NULL, 0);
}

/* A report over one profile. */
struct report {
	struct pp_profile profile;
	struct pp_filter filter;
	struct pp_frames frames;
	struct pp_nodes nodes;
	struct pp_view view;
	struct pp_flat flat;
	struct pp_rows rows;
};

static void build(struct report *r, const struct stack *s)
{
	struct pp_builder b;
	struct pp_err err = PP_ERR_INIT;

	pp_builder_init(&b);
	pp_builder_sample_type(&b, "n", "count");
	for (; s->frames; s++)
		add_stack(&b, s);
	assert_int_equal(pp_builder_finish(&b, &r->profile, &err), 0);
	pp_builder_release(&b);
}

/* Stacks up to one with NULL frames. */
static void make(struct report *r, const struct stack *s, const struct pp_rows_options *o)
{
	static const struct pp_filter_options everything;
	static const struct pp_frames_options by_function;
	struct pp_err err = PP_ERR_INIT;

	*r = (struct report){0};
	build(r, s);
	assert_int_equal(pp_filter_init(&r->filter, &r->profile, &everything, &err), 0);
	pp_nodes_init(&r->nodes);
	pp_frames_init(&r->frames, &r->profile, &r->nodes, &by_function);
	r->view = (struct pp_view){.profile = &r->profile,
				   .filter = &r->filter,
				   .frames = &r->frames,
				   .nodes = &r->nodes};
	pp_flat_init(&r->flat, &r->view);
	pp_rows_init(&r->rows, &r->flat, NULL, &r->nodes, o);
	pp_edges_mark_inlined(&r->rows, &r->view, &r->flat);
}

static void release(struct report *r)
{
	pp_rows_release(&r->rows);
	pp_flat_release(&r->flat);
	pp_frames_release(&r->frames);
	pp_nodes_release(&r->nodes);
	pp_filter_release(&r->filter);
	pp_profile_release(&r->profile);
}

/* "name flat cum" per row, with * for inlined, ~ for sometimes. */
static void rows_text(const struct report *r, struct pp_buf *out)
{
	static const char *const marks[] = {
		[PP_INLINE_NO] = "", [PP_INLINE_SOME] = "~", [PP_INLINE_ALL] = "*"};

	for (uint32_t i = 0; i < r->rows.n; i++) {
		const struct pp_row *row = &r->rows.all[i];
		struct pp_str name = pp_nodes_name(&r->nodes, row->node);

		pp_buf_fmt(out, "%s%.*s%s %lld %lld", i ? ", " : "", (int)name.n, name.p,
			   marks[row->inlined], (long long)row->flat, (long long)row->cum);
	}
	pp_buf_str(out, "");
}

static void expect(const struct stack *s, const struct pp_rows_options *o, const char *rows,
		   int64_t total)
{
	struct pp_buf got = PP_BUF_INIT;
	struct report r;

	make(&r, s, o);
	rows_text(&r, &got);
	assert_string_equal(got.p ? got.p : "", rows);
	assert_true(r.rows.total == total);
	pp_buf_release(&got);
	release(&r);
}

static const struct pp_rows_options by_flat = {.cum = false}, by_cum = {.cum = true};

static void flat_and_cum_are_counted(void **state)
{
	(void)state;
	static const struct {
		struct stack stacks[6];
		const char *flat, *cum;
		int64_t total;
	} cases[] = {
		{{{"leaf mid main", 3}, {"mid main", 2}},
		 "leaf 3 3, mid 2 5, main 0 5",
		 "main 0 5, mid 2 5, leaf 3 3",
		 5},
		/* recursion counts once in cum, directly or through others */
		{{{"f f f main", 4}, {"f g f main", 1}},
		 "f 5 5, g 0 1, main 0 5",
		 "f 5 5, main 0 5, g 0 1",
		 5},
		/* a function twice in one location */
		{{{"f+f main", 4}}, "f 4 4, main 0 4", "f 4 4, main 0 4", 4},
		/* no stack: part of the total and of nothing else */
		{{{"", 7}, {"f", 1}}, "f 1 1", "f 1 1", 8},
		/* signs: rows by magnitude, the total of magnitudes */
		{{{"a m", -5}, {"b m", 3}, {"c m", 0}},
		 "a -5 -5, b 3 3, m 0 -2",
		 "a -5 -5, b 3 3, m 0 -2",
		 8},
		/* what cancels out is not shown */
		{{{"a m", -5}, {"a m", 5}}, "", "", 10},
		/* ties by name, whatever the order of the samples */
		{{{"z m", 1}, {"y m", 1}, {"x m", 1}},
		 "x 1 1, y 1 1, z 1 1, m 0 3",
		 "m 0 3, x 1 1, y 1 1, z 1 1",
		 3},
		{{{"", 0}}, "", "", 0},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		expect(cases[i].stacks, &by_flat, cases[i].flat, cases[i].total);
		expect(cases[i].stacks, &by_cum, cases[i].cum, cases[i].total);
	}
}

static void extreme_values_wrap_and_say_so(void **state)
{
	(void)state;
	static const struct stack twice[] = {{"f m", INT64_MAX}, {"g m", INT64_MAX}, {NULL, 0}};
	static const struct stack least[] = {{"f m", INT64_MIN}, {NULL, 0}};
	struct report r;

	make(&r, twice, &by_flat);
	assert_true(r.flat.total.overflow);
	assert_int_equal(r.rows.total, -2);
	release(&r);
	make(&r, least, &by_flat);
	assert_false(r.flat.total.overflow);
	assert_true(r.rows.total == INT64_MIN);
	assert_int_equal(r.rows.n, 2);
	/* it has no magnitude and sorts below 0, as with pprof */
	assert_true(r.rows.all[1].flat == INT64_MIN);
	release(&r);
}

/* Cases by hand from the rule: a call is inlined when the callee is not its location's last line.
 */
static void inlined_calls_are_marked(void **state)
{
	(void)state;
	static const struct {
		const char *what;
		struct stack stacks[4];
		const char *rows;
	} cases[] = {
		{"always", {{"in+out main", 3}, {"in+out", 1}}, "in* 4 4, main 0 3, out 0 4"},
		{"in some samples",
		 {{"in+out main", 3}, {"in main", 1}},
		 "in~ 4 4, main 0 4, out 0 3"},
		{"never", {{"in out main", 3}}, "in 3 3, main 0 3, out 0 3"},
		{"a chain", {{"a+b+c main", 1}}, "a* 1 1, b* 0 1, c 0 1, main 0 1"},
		{"nobody calls it but itself", {{"f+f", 1}}, "f 1 1"},
		{"the same call in both ways within a sample",
		 {{"in+out x in out main", 1}},
		 "in 1 1, main 0 1, out 0 1, x 0 1"},
		{"the same call, plain first",
		 {{"in out main", 1}, {"in+out main", 3}},
		 "in 4 4, main 0 4, out 0 4"},
		{"a plain call from elsewhere",
		 {{"in+out main", 3}, {"in other", 2}},
		 "in~ 5 5, main 0 3, other 0 2, out 0 3"},
		{"at the root", {{"x in+out", 2}}, "x 2 2, in* 0 2, out 0 2"},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		print_message("# %s\n", cases[i].what);
		expect(cases[i].stacks, &by_flat, cases[i].rows,
		       cases[i].stacks[0].value + cases[i].stacks[1].value);
	}
}

/* With a hidden caller between, the call goes on from the one above it. */
static void inline_marks_follow_what_is_shown(void **state)
{
	(void)state;
	static const struct stack hidden[] = {{"in+out main", 100}, {NULL, 0}};
	static const struct stack rare[] = {
		{"in+out main", 1000}, {"in main", 1}, {"z main", 998999}, {NULL, 0}};
	struct pp_rows_options o = {.nodecount = 1};

	expect(hidden, &o, "in 100 100", 100);
	/* calls below the cutoff do not count: 1 of 1,000,000 is less than a 100,000th of it */
	o = (struct pp_rows_options){.edgefraction = 0.00001};
	expect(rare, &o, "z 998999 998999, in* 1001 1001, main 0 1000000, out 0 1000", 1000000);
	o.edgefraction = 0.000001;
	expect(rare, &o, "z 998999 998999, in~ 1001 1001, main 0 1000000, out 0 1000", 1000000);
}

static void rows_are_dropped_and_cut(void **state)
{
	(void)state;
	static const struct stack s[] = {
		{"a m", 60}, {"b m", 30}, {"c m", 6}, {"d m", 4}, {NULL, 0}};
	struct pp_rows_options o = {.nodefraction = 0.05};
	struct report r;

	make(&r, s, &o);
	assert_int_equal(r.rows.dropped, 1);
	assert_int_equal(r.rows.dropped_cum, 5);
	assert_int_equal(r.rows.candidates, 4);
	assert_int_equal(r.rows.n, 4);
	assert_int_equal(r.rows.shown_flat, 96);
	release(&r);

	o = (struct pp_rows_options){.nodefraction = 0.06, .nodecount = 2};
	make(&r, s, &o); /* exactly the bound is kept */
	assert_int_equal(r.rows.dropped, 1);
	assert_int_equal(r.rows.candidates, 4);
	assert_int_equal(r.rows.n, 2);
	assert_int_equal(r.rows.shown_flat, 90);
	release(&r);

	o = (struct pp_rows_options){.nodefraction = 1};
	make(&r, s, &o);
	assert_int_equal(r.rows.n, 1); /* main has it all */
	release(&r);
	o = (struct pp_rows_options){.nodecount = UINT64_MAX};
	make(&r, s, &o);
	assert_int_equal(r.rows.n, 5);
	release(&r);
}

static uint32_t add_node(struct pp_nodes *n, struct pp_str name, struct pp_str object,
			 int64_t start_line)
{
	struct pp_node node = {.name = name, .object = object, .start_line = start_line};

	return pp_nodes_add(n, &node);
}

static void nodes_are_told_apart(void **state)
{
	(void)state;
	struct pp_str none = {"", 0}, f = PP_STR_LIT("f"), lib = PP_STR_LIT("/lib/x.so"),
		      other = PP_STR_LIT("/opt/x.so");
	struct pp_nodes n;

	pp_nodes_init(&n);
	uint32_t a = add_node(&n, f, none, 0);
	assert_int_equal(add_node(&n, f, none, 0), a);
	uint32_t b = add_node(&n, none, lib, 0);
	uint32_t c = add_node(&n, none, other, 0);
	uint32_t d = add_node(&n, none, none, 0);
	uint32_t e = add_node(&n, PP_STR_LIT("<unknown>"), none, 0);
	uint32_t g = add_node(&n, PP_STR_LIT("[x.so]"), none, 0);
	uint32_t h = add_node(&n, none, lib, 3);
	const uint32_t all[] = {a, b, c, d, e, g, h};
	for (size_t i = 0; i < PP_ARRAY_LEN(all); i++) {
		for (size_t j = 0; j < PP_ARRAY_LEN(all); j++) {
			int order = pp_nodes_cmp(&n, all[i], all[j]);

			assert_int_equal(order == 0, i == j);
			assert_int_equal(order<0, pp_nodes_cmp(&n, all[j], all[i])> 0);
		}
	}
	assert_int_equal(n.count, PP_ARRAY_LEN(all));
	assert_true(pp_str_eq(pp_nodes_name(&n, b), PP_STR_LIT("[x.so]")));
	assert_true(pp_str_eq(pp_nodes_name(&n, c), PP_STR_LIT("[x.so]")));
	assert_true(pp_str_eq(pp_nodes_name(&n, d), PP_STR_LIT("<unknown>")));
	assert_true(pp_str_eq(pp_nodes_name(&n, a), f));
	pp_nodes_release(&n);
}

/* One name of a megabyte, shared by many addresses, is not kept for each of them. */
static void long_names_are_not_multiplied(void **state)
{
	(void)state;
	enum { LENGTH = 1 << 20, ADDRESSES = 300 };
	PP_CLEANUP(pp_freep) char *name = pp_xcalloc(LENGTH, 1);
	struct pp_node node = {.name = {name, LENGTH}};
	struct pp_nodes n;

	pp_nodes_init(&n);
	for (node.address = 1; node.address <= ADDRESSES; node.address++)
		pp_nodes_add(&n, &node);
	assert_int_equal(pp_nodes_name(&n, 0).n, LENGTH + strlen("0000000000000001 "));
	assert_int_equal(pp_nodes_name(&n, ADDRESSES - 1).n, PP_NODES_LONG + strlen("..."));
	assert_true(n.texts.nbytes < 2 * (size_t)PP_NODES_LONG_BUDGET);
	node.address = 0;
	assert_int_equal(pp_nodes_name(&n, pp_nodes_add(&n, &node)).n, LENGTH);
	pp_nodes_release(&n);
}

/* Several threads count the same as the plain sum of the parts. */
static void threads_change_nothing(void **state)
{
	(void)state;
	enum { SAMPLES = 300000, FUNCTIONS = 97 };
	struct pp_builder b;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;
	struct pp_nodes nodes;
	struct pp_frames frames;
	struct pp_filter filter;
	struct pp_filter_options everything = {0};
	struct pp_frames_options by_function = {0};
	struct pp_view view = {
		.profile = &p, .filter = &filter, .frames = &frames, .nodes = &nodes};
	struct pp_flat flat;
	int64_t want_flat[FUNCTIONS] = {0}, want_cum[FUNCTIONS] = {0};
	uint32_t ids[FUNCTIONS];
	struct pp_buf bytes = PP_BUF_INIT;

	pp_builder_init(&b);
	pp_builder_sample_type(&b, "n", "count");
	for (int i = 0; i < FUNCTIONS; i++) {
		char name[8];

		snprintf(name, sizeof(name), "f%d", i);
		ids[i] = location_of(&b, name, strlen(name));
	}
	for (int64_t i = 0; i < SAMPLES; i++) {
		int leaf = (int)(i * 31 % FUNCTIONS), root = (int)(i * 17 % FUNCTIONS);
		uint32_t stack[] = {ids[leaf], ids[root], ids[leaf],
				    ids[root], ids[leaf], ids[root]};
		int64_t value = (int64_t)1 << 40 | i;

		pp_builder_sample(&b, stack, 6, &value, NULL, 0);
		want_flat[leaf] += value;
		want_cum[leaf] += value;
		want_cum[root] += leaf == root ? 0 : value;
	}
	assert_int_equal(pp_builder_finish(&b, &p, &err), 0);
	/* through a file's form, because that is cut into ranges to share out */
	pp_pprof_encode(&p, &bytes);
	pp_profile_release(&p);
	assert_true(bytes.n > 4u << 20); /* enough for a second thread */
	assert_int_equal(pp_pprof_decode(&p, (uint8_t *)bytes.p, bytes.n, &err), 0);
	assert_true(p.nranges > 8);
	assert_int_equal(pp_filter_init(&filter, &p, &everything, &err), 0);
	pp_nodes_init(&nodes);
	pp_frames_init(&frames, &p, &nodes, &by_function);
	pp_flat_init(&flat, &view);
	for (int i = 0; i < FUNCTIONS; i++) {
		uint32_t node, n;

		node = pp_frames_of(&frames, ids[i], &n)[0];
		assert_int_equal(n, 1);
		assert_int_equal(flat.cells[node].flat, want_flat[i]);
		assert_int_equal(flat.cells[node].cum, want_cum[i]);
	}
	pp_flat_release(&flat);
	pp_frames_release(&frames);
	pp_nodes_release(&nodes);
	pp_filter_release(&filter);
	pp_profile_release(&p);
	pp_builder_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flat_and_cum_are_counted),
		cmocka_unit_test(extreme_values_wrap_and_say_so),
		cmocka_unit_test(inlined_calls_are_marked),
		cmocka_unit_test(inline_marks_follow_what_is_shown),
		cmocka_unit_test(rows_are_dropped_and_cut),
		cmocka_unit_test(nodes_are_told_apart),
		cmocka_unit_test(long_names_are_not_multiplied),
		cmocka_unit_test(threads_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
