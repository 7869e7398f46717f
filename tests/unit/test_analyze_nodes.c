/* SPDX-License-Identifier: Apache-2.0 */
/* analyze/: what is a node at which granularity, totals, means, and calls between nodes. */
#include <config.h>

#include "unit.h"

#include "analyze/edges.h"
#include "analyze/rows.h"
#include "base/buf.h"
#include "sketch.h"

struct options {
	struct pp_frames_options frames;
	struct pp_filter_options filter;
	struct pp_rows_options rows;
	bool mean, relative;
};

struct report {
	struct pp_profile profile;
	struct pp_filter filter;
	struct pp_nodes nodes;
	struct pp_frames frames;
	struct pp_view view;
	struct pp_flat flat, divisors;
	struct pp_rows rows;
};

static void make(struct report *r, const struct sketch *s, const struct options *o)
{
	struct pp_err err = PP_ERR_INIT;

	*r = (struct report){0};
	sketch_profile(&r->profile, s);
	assert_int_equal(pp_filter_init(&r->filter, &r->profile, &o->filter, &err), 0);
	pp_nodes_init(&r->nodes);
	pp_frames_init(&r->frames, &r->profile, &r->nodes, &o->frames);
	r->view = (struct pp_view){.profile = &r->profile,
				   .filter = &r->filter,
				   .frames = &r->frames,
				   .nodes = &r->nodes,
				   .index = 1,
				   .mean = o->mean,
				   .relative = o->relative};
	pp_flat_init(&r->flat, &r->view);
	if (o->mean) {
		struct pp_view divisor = r->view;

		divisor.index = 0;
		pp_flat_init(&r->divisors, &divisor);
	}
	pp_rows_init(&r->rows, &r->flat, o->mean ? &r->divisors : NULL, &r->nodes, &o->rows);
}

static void release(struct report *r)
{
	pp_rows_release(&r->rows);
	pp_flat_release(&r->flat);
	pp_flat_release(&r->divisors);
	pp_frames_release(&r->frames);
	pp_nodes_release(&r->nodes);
	pp_filter_release(&r->filter);
	pp_profile_release(&r->profile);
}

static struct pp_str name_of(const struct report *r, uint32_t row)
{
	return pp_nodes_name(&r->nodes, r->rows.all[row].node);
}

/* "[name] flat cum" per row. */
static void check_rows(const struct sketch *s, const struct options *o, const char *want)
{
	struct pp_buf got = PP_BUF_INIT;
	struct report r;

	make(&r, s, o);
	for (uint32_t i = 0; i < r.rows.n; i++) {
		const struct pp_row *row = &r.rows.all[i];
		struct pp_str name = name_of(&r, i);

		pp_buf_fmt(&got, "%s[%.*s] %lld %lld", i ? ", " : "", (int)name.n, name.p,
			   (long long)row->flat_value, (long long)row->cum_value);
	}
	pp_buf_str(&got, "");
	assert_string_equal(got.p ? got.p : "", want);
	pp_buf_release(&got);
	release(&r);
}

/* "caller>callee weight" per call; * inlined, ~ residual. */
static void check_edges(const struct sketch *s, const struct options *o, const char *want)
{
	struct pp_buf got = PP_BUF_INIT;
	struct pp_edges e;
	struct report r;

	make(&r, s, o);
	pp_edges_init(&e, &r.view, &r.rows);
	for (size_t i = 0; i < e.n; i++) {
		struct pp_str src = name_of(&r, e.all[i].src), dest = name_of(&r, e.all[i].dest);

		pp_buf_fmt(&got, "%s%.*s>%.*s %lld%s%s", i ? ", " : "", (int)src.n, src.p,
			   (int)dest.n, dest.p, (long long)e.all[i].weight,
			   e.all[i].inlined ? "*" : "", e.all[i].residual ? "~" : "");
	}
	pp_buf_str(&got, "");
	assert_string_equal(got.p ? got.p : "", want);
	pp_buf_release(&got);
	pp_edges_release(&e);
	release(&r);
}

static const struct options plain;

/* What each granularity keeps of one stack with everything in it. */
static void granularities_keep_what_they_name(void **state)
{
	(void)state;
	static const struct sketch s[] = {
		{"in@./a/../x.c:7:3+out@x.c:9!/bin/app$1000 main@m.c:1!/bin/app$2000 ?!/lib/l.so",
		 {1, 10},
		 NULL},
		{"in@x.c:8+out@x.c:9!/bin/app$1008 main@m.c:1!/bin/app$2000 ?!/lib/l.so",
		 {1, 1},
		 NULL},
		{NULL, {0}, NULL}};
	static const struct {
		struct pp_frames_options frames;
		const char *rows;
	} cases[] = {
		{{.granularity = PP_BY_FUNCTION},
		 "[in] 11 11, [[l.so]] 0 11, [main] 0 11, [out] 0 11"},
		{{.granularity = PP_BY_FUNCTION, .noinlines = true},
		 "[out] 11 11, [[l.so]] 0 11, [main] 0 11"},
		{{.granularity = PP_BY_FILEFUNCTION},
		 "[in x.c] 11 11, [[l.so]] 0 11, [main m.c] 0 11, [out x.c] 0 11"},
		{{.granularity = PP_BY_FILE}, "[x.c] 11 11, [[l.so]] 0 11, [m.c] 0 11"},
		{{.granularity = PP_BY_LINE},
		 "[in x.c:7] 10 10, [in x.c:8] 1 1, [[l.so]] 0 11, [main m.c:1] 0 11, "
		 "[out x.c:9] 0 11"},
		{{.granularity = PP_BY_LINE, .columns = true},
		 "[in x.c:7:3] 10 10, [in x.c:8] 1 1, [[l.so]] 0 11, [main m.c:1] 0 11, "
		 "[out x.c:9] 0 11"},
		{{.granularity = PP_BY_LINE, .noinlines = true},
		 "[out x.c:9] 11 11, [[l.so]] 0 11, [main m.c:1] 0 11"},
		{{.granularity = PP_BY_ADDRESS, .noinlines = true},
		 "[0000000000001000 out x.c:9] 10 10, [0000000000001008 out x.c:9] 1 1, "
		 "[0000000000002000 main m.c:1] 0 11, [000001000000000c [l.so]] 0 11"},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct options o = {.frames = cases[i].frames};

		print_message("# case %zu\n", i);
		check_rows(s, &o, cases[i].rows);
	}
}

static void files_are_the_same_by_any_name(void **state)
{
	(void)state;
	static const struct sketch s[] = {{"a@/proc/self/cwd/./x/y.c:1", {1, 1}, NULL},
					  {"b@/proc/self/cwd/x/y.c:2", {1, 2}, NULL},
					  {"c@x//z/../y.c:3", {1, 4}, NULL},
					  {"d@/proc/self/cwdx/y.c:3", {1, 3}, NULL},
					  {"e@/proc/self/cwd/", {1, 20}, NULL},
					  {NULL, {0}, NULL}};
	static const struct options files = {.frames = {.granularity = PP_BY_FILE}};

	static const struct options whole = {
		.frames = {.granularity = PP_BY_FILE, .whole_files = true}};

	check_rows(s, &files, "[<unknown>] 20 20, [x/y.c] 7 7, [/proc/self/cwdx/y.c] 3 3");
	check_rows(s, &whole,
		   "[/proc/self/cwd] 20 20, [x/y.c] 4 4, [/proc/self/cwd/x/y.c] 3 3, "
		   "[/proc/self/cwdx/y.c] 3 3");
}

static void files_are_one_row_wherever_functions_start(void **state)
{
	(void)state;
	static const struct sketch s[] = {{"a@x.c:1:0:1 m@x.c:3:0:3", {1, 1}, NULL},
					  {"b@x.c:2:0:2 m@x.c:3:0:3", {1, 2}, NULL},
					  {NULL, {0}, NULL}};
	static const struct options files = {.frames = {.granularity = PP_BY_FILE}};
	static const struct options objects = {
		.frames = {.granularity = PP_BY_FILEFUNCTION, .objects = true}};
	static const struct sketch starts[] = {
		{"f@x.c:1:0:1", {1, 1}, NULL}, {"f@x.c:9:0:9", {1, 2}, NULL}, {NULL, {0}, NULL}};

	check_rows(s, &files, "[x.c] 3 3");
	/* where it matters, functions of one name are told apart by it */
	check_rows(starts, &objects, "[f x.c] 2 2, [f x.c] 1 1");
}

static void objects_tell_functions_apart(void **state)
{
	(void)state;
	static const struct sketch s[] = {{"f!/bin/a", {1, 2}, NULL},
					  {"f!/bin/b", {1, 3}, NULL},
					  {"?!/bin/a", {1, 4}, NULL},
					  {"?!/opt/a", {1, 5}, NULL},
					  {NULL, {0}, NULL}};
	static const struct options objects = {.frames = {.objects = true}};

	/* nameless code is always told apart by its object, whatever is printed */
	check_rows(s, &plain, "[[a]] 5 5, [f] 5 5, [[a]] 4 4");
	check_rows(s, &objects, "[[a]] 5 5, [[a]] 4 4, [f] 3 3, [f] 2 2");
}

static void means_divide_sums(void **state)
{
	(void)state;
	static const struct sketch s[] = {{"a main", {2, 11}, NULL}, {"a main", {3, 9}, NULL},
					  {"b main", {0, 7}, NULL},  {"c main", {-2, 9}, NULL},
					  {"", {1, 4}, NULL},	     {NULL, {0}, NULL}};
	static const struct options mean = {.mean = true};
	struct report r;

	/* a: 20 / 5; b: nothing to divide by; c: 9 / -2 towards 0; main: 36 / 3 */
	check_rows(s, &mean, "[a] 4 4, [c] -4 -4, [b] 7 7, [main] 0 12");
	make(&r, s, &mean);
	assert_int_equal(r.rows.total, 40 / 4);
	release(&r);
}

static void totals_follow_the_view(void **state)
{
	(void)state;
	static const struct sketch s[] = {{"a main", {1, 5}, NULL},
					  {"b main", {1, -3}, NULL},
					  {"", {1, 2}, NULL},
					  {NULL, {0}, NULL}};
	static const struct sketch diff[] = {{"a main", {1, 50}, NULL},
					     {"a main", {1, -20}, "pprof::base=true"},
					     {"b main", {1, -5}, "pprof::base=true x=y"},
					     {"c main", {1, -5}, "pprof::base=false"},
					     {NULL, {0}, NULL}};
	static const struct {
		const struct sketch *s;
		struct options o;
		int64_t total;
	} cases[] = {
		{s, {.relative = false}, 10},
		{s, {.filter.text[PP_FILTER_FOCUS] = "b"}, 10},
		{s, {.relative = true}, 10},
		{s, {.relative = true, .filter.text[PP_FILTER_FOCUS] = "b"}, 3},
		{s, {.relative = true, .filter.text[PP_FILTER_HIDE] = "^a$"}, 8},
		{diff, {.relative = false}, 25}, /* the base alone */
		{diff, {.relative = true, .filter.text[PP_FILTER_FOCUS] = "b"}, 5},
		{diff, {.relative = true, .filter.text[PP_FILTER_FOCUS] = "c"}, 5},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct report r;

		print_message("# case %zu\n", i);
		make(&r, cases[i].s, &cases[i].o);
		assert_int_equal(r.rows.total, cases[i].total);
		assert_int_equal(pp_total_value(&r.flat.total), cases[i].total);
		struct pp_total alone = pp_total_of(&r.view);
		assert_int_equal(pp_total_value(&alone), cases[i].total);
		release(&r);
	}
}

static void negative_rows_can_be_dropped(void **state)
{
	(void)state;
	static const struct sketch s[] = {
		{"less main", {1, -9}, NULL}, {"more main", {1, 4}, NULL}, {NULL, {0}, NULL}};
	static const struct options drop = {.rows = {.drop_negative = true}};
	static const struct options both = {.rows = {.drop_negative = true, .nodecount = 1}};

	check_rows(s, &plain, "[less] -9 -9, [more] 4 4, [main] 0 -5");
	check_rows(s, &drop, "[more] 4 4");
	/* they are not shown, and calls from and to them are */
	check_edges(s, &drop, "main>less -9, main>more 4");
	check_edges(s, &both, "main>less -9, main>more 4");
}

static void calls_count_once_per_sample(void **state)
{
	(void)state;
	static const struct {
		struct sketch s[4];
		const char *edges;
	} cases[] = {
		{{{"c b a", {1, 2}, NULL}, {"b a", {1, 3}, NULL}}, "a>b 5, b>c 2"},
		/* recursion, direct and through another */
		{{{"b b b a", {1, 2}, NULL}}, "a>b 2"},
		{{{"b a b a", {1, 2}, NULL}}, "a>b 2, b>a 2"},
		{{{"c+b a", {1, 2}, NULL}, {"c b+a", {1, 1}, NULL}}, "a>b 3, b>c 3"},
		{{{"c+b a", {1, 2}, NULL}}, "a>b 2, b>c 2*"},
		{{{"b a", {1, -7}, NULL}, {"c a", {1, 7}, NULL}, {"d a", {1, 8}, NULL}},
		 "a>d 8, a>b -7, a>c 7"},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		print_message("# case %zu\n", i);
		check_edges(cases[i].s, &plain, cases[i].edges);
	}
}

static void calls_across_dropped_nodes_are_residual(void **state)
{
	(void)state;
	static const struct sketch s[] = {{"leaf small main", {1, 10}, NULL},
					  {"leaf+small main", {1, 10}, NULL},
					  {"leaf main", {1, 80}, NULL},
					  {"big main", {1, 900}, NULL},
					  {NULL, {0}, NULL}};
	static const struct options half = {.rows = {.nodefraction = 0.05}};
	static const struct options edges = {.rows = {.nodefraction = 0.05, .edgefraction = 0.2}};
	static const struct options two = {.rows = {.nodecount = 2}};

	check_edges(s, &plain, "main>big 900, main>leaf 80, main>small 20, small>leaf 20");
	check_edges(s, &half, "main>big 900, main>leaf 100~");
	check_edges(s, &edges, "main>big 900");
	/* big and leaf have the most of their own: nothing calls them */
	check_edges(s, &two, "");
}

/* A node whose costs sum up to 0 is no row, and still calls and is called. */
static void nodes_that_cancel_out_keep_their_calls(void **state)
{
	(void)state;
	static const struct sketch s[] = {{"a zero main", {1, 5}, NULL},
					  {"b zero main", {1, -5}, NULL},
					  {"c main", {1, 1}, NULL},
					  {"d main", {1, 10}, NULL},
					  {NULL, {0}, NULL}};
	static const struct options trimmed = {.rows = {.edgefraction = 0.5}};
	static const struct options dropped = {.rows = {.nodefraction = 0.5}};
	static const struct sketch counts[] = {{"a main", {1, 5}, NULL},
					       {"idle main", {3, 0}, NULL},
					       {"nothing main", {0, 0}, NULL},
					       {NULL, {0}, NULL}};
	static const struct options mean = {.mean = true};

	check_rows(s, &plain, "[d] 10 10, [a] 5 5, [b] -5 -5, [c] 1 1, [main] 0 11");
	check_edges(s, &plain, "main>d 10, zero>a 5, zero>b -5, main>c 1, main>zero 0");
	check_edges(s, &trimmed, "main>d 10, zero>a 5, zero>b -5");
	/* once a node is dropped, only rows are left */
	check_edges(s, &dropped, "main>d 10, main>a 5~, main>b -5~");
	check_edges(counts, &mean, "main>a 5, main>idle 0");
	check_edges(counts, &plain, "main>a 5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(granularities_keep_what_they_name),
		cmocka_unit_test(files_are_the_same_by_any_name),
		cmocka_unit_test(files_are_one_row_wherever_functions_start),
		cmocka_unit_test(objects_tell_functions_apart),
		cmocka_unit_test(means_divide_sums),
		cmocka_unit_test(totals_follow_the_view),
		cmocka_unit_test(negative_rows_can_be_dropped),
		cmocka_unit_test(calls_count_once_per_sample),
		cmocka_unit_test(calls_across_dropped_nodes_are_residual),
		cmocka_unit_test(nodes_that_cancel_out_keep_their_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
