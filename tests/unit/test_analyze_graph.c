/* SPDX-License-Identifier: Apache-2.0 */
/* analyze/: call trees, tags, and the choice of rows and calls for a picture. */
#include <config.h>

#include "unit.h"

#include "analyze/calltree.h"
#include "analyze/forest.h"
#include "analyze/graph.h"
#include "base/buf.h"
#include "stacks_fixture.h"

static const struct pp_frames_options by_function = {.granularity = PP_BY_FUNCTION};

static const struct stack shared[] = {
	{"c b a", 5, NULL}, {"b a", 2, NULL},	 {"c a", 3, NULL},
	{"b b a", 7, NULL}, {"x+c a", 11, NULL}, {NULL, 0, NULL},
};

/* "depth:name flat/cum" for each node, with * for inlined. */
static void tree_text(const struct pp_calltree *t, const struct pp_nodes *nodes, struct pp_buf *out)
{
	for (uint32_t i = 0; i < t->n; i++) {
		struct pp_str name = pp_nodes_name(nodes, t->all[i].node);
		unsigned depth = 0;

		for (uint32_t at = t->all[i].parent; at != PP_NONE; at = t->all[at].parent)
			depth++;
		pp_buf_fmt(out, "%s%u:%.*s%s %lld/%lld", i ? ", " : "", depth, (int)name.n, name.p,
			   t->all[i].inlined ? "*" : "", (long long)t->all[i].flat,
			   (long long)t->all[i].cum);
	}
	pp_buf_str(out, "");
}

static void calltree_keeps_ways_apart(void **state)
{
	(void)state;
	struct pp_calltree t;
	struct pp_buf text = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	struct fixture f;

	fixture_init(&f, shared, "count", &by_function);
	assert_int_equal(pp_calltree_init(&t, &f.view, &err), 0);
	tree_text(&t, &f.nodes, &text);
	/* callees by number of node, which is the order of locations: c, b, a, x */
	assert_string_equal(text.p, "0:a 0/28, 1:c 3/14, 2:x* 11/11, 1:b 2/14, 2:c 5/5, 2:b 7/7");
	assert_int_equal(t.all[0].end, 6);
	assert_int_equal(t.all[1].end, 3);
	assert_int_equal(t.all[2].end, 3);
	pp_buf_release(&text);
	pp_calltree_release(&t);
	fixture_release(&f);
}

static void calltree_finds_callees(void **state)
{
	(void)state;
	struct pp_calltree t;
	struct pp_err err = PP_ERR_INIT;
	struct fixture f;

	fixture_init(&f, shared, "count", &by_function);
	assert_int_equal(pp_calltree_init(&t, &f.view, &err), 0);
	for (uint32_t i = 0; i < t.n; i++)
		assert_int_equal(pp_calltree_find(&t, t.all[i].parent, t.all[i].node), i);
	assert_int_equal(pp_calltree_find(&t, PP_NONE, t.all[1].node), PP_NONE);
	assert_int_equal(pp_calltree_find(&t, 2, t.all[1].node), PP_NONE);
	assert_int_equal(t.first_kid[t.n + 1] - t.first_kid[t.n], 1); /* one root */
	pp_calltree_release(&t);
	fixture_release(&f);
}

static void calltree_of_nothing(void **state)
{
	(void)state;
	static const struct stack none[] = {{"a", 0, NULL}, {"", 3, NULL}, {NULL, 0, NULL}};
	struct pp_calltree t;
	struct pp_err err = PP_ERR_INIT;
	struct fixture f;

	fixture_init(&f, none, "count", &by_function);
	assert_int_equal(pp_calltree_init(&t, &f.view, &err), 0);
	assert_int_equal(t.n, 0);
	assert_int_equal(pp_calltree_find(&t, PP_NONE, 0), PP_NONE);
	pp_calltree_release(&t);
	fixture_release(&f);
}

static void forest_hangs_on_the_nearest(void **state)
{
	(void)state;
	/* a -> b+c (b inlined) -> d, and e below b's own root */
	static const struct stack stacks[] = {
		{"d b+c a", 1, NULL}, {"d+b+c a", 1, NULL}, {NULL, 0, NULL}};
	bool keep[8] = {0};
	struct pp_calltree t;
	struct pp_forest forest;
	struct pp_err err = PP_ERR_INIT;
	struct fixture f;

	fixture_init(&f, stacks, "count", &by_function);
	assert_int_equal(pp_calltree_init(&t, &f.view, &err), 0);
	assert_int_equal(t.n, 4); /* a c b d */
	pp_forest_init(&forest, &t);
	keep[0] = keep[1] = keep[3] = true;
	pp_forest_reduce(&forest, keep);
	assert_int_equal(forest.n, 3);
	assert_int_equal(forest.all[2].place, 3);
	assert_int_equal(forest.all[2].parent, 1);
	assert_true(forest.all[2].residual);
	assert_false(forest.all[2].inlined); /* one call from b to d was none */
	assert_false(forest.all[1].residual);
	keep[0] = false;
	pp_forest_reduce(&forest, keep);
	assert_int_equal(forest.n, 2);
	assert_int_equal(forest.all[0].parent, PP_NONE);
	assert_int_equal(forest.all[1].parent, 0);
	pp_forest_release(&forest);
	pp_calltree_release(&t);
	fixture_release(&f);
}

static const struct pp_graph_options everything = {.visual = true, .unit = PP_STR_LIT("minimum")};

/* "name flat/cum" per row, then "caller>callee weight" per call with * for inlined and ~ for
 * residual. */
static void graph_text(const struct pp_graph *g, const struct pp_nodes *nodes, struct pp_buf *out)
{
	for (uint32_t i = 0; i < g->rows.n; i++) {
		const struct pp_row *r = &g->rows.all[i];
		struct pp_str name = pp_nodes_name(nodes, r->node);

		pp_buf_fmt(out, "%s%.*s %lld/%lld", i ? ", " : "", (int)name.n, name.p,
			   (long long)r->flat, (long long)r->cum);
	}
	pp_buf_str(out, ";");
	for (size_t i = 0; i < g->edges.n; i++) {
		const struct pp_edge *e = &g->edges.all[i];
		struct pp_str src = pp_nodes_name(nodes, g->rows.all[e->src].node);
		struct pp_str dest = pp_nodes_name(nodes, g->rows.all[e->dest].node);

		pp_buf_fmt(out, " %.*s>%.*s%s%s %lld", (int)src.n, src.p, (int)dest.n, dest.p,
			   e->inlined ? "*" : "", e->residual ? "~" : "", (long long)e->weight);
	}
}

static void expect_graph(const struct stack *s, const struct pp_graph_options *o, const char *want)
{
	struct pp_buf text = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	struct pp_graph g;
	struct fixture f;

	fixture_init(&f, s, "count", &by_function);
	assert_int_equal(pp_graph_init(&g, &f.view, o, &err), 0);
	graph_text(&g, &f.nodes, &text);
	assert_string_equal(text.p, want);
	pp_buf_release(&text);
	pp_graph_release(&g);
	fixture_release(&f);
}

static void graph_in_order_of_entropy(void **state)
{
	(void)state;
	/* q only passes on what it gets, so it comes last although its cum is large */
	static const struct stack stacks[] = {{"x m r", 4, NULL},
					      {"y m r", 4, NULL},
					      {"m r", 1, NULL},
					      {"p q r", 9, NULL},
					      {NULL, 0, NULL}};

	expect_graph(stacks, &everything,
		     "r 0/18, p 9/9, m 1/9, x 4/4, y 4/4, q 0/9; q>p 9 r>m 9 r>q 9 m>x 4 m>y 4");
}

static void graph_drops_small_rows_and_calls(void **state)
{
	(void)state;
	static const struct stack stacks[] = {
		{"x small r", 60, NULL}, {"x r", 30, NULL}, {"y r", 10, NULL}, {NULL, 0, NULL}};
	struct pp_graph_options o = everything;

	o.rows.nodecount = 2;
	expect_graph(stacks, &o, "x 90/90, r 0/100; r>x~ 90");
	o.rows.nodecount = 0;
	o.rows.edgefraction = 0.2;
	expect_graph(stacks, &o,
		     "x 90/90, r 0/100, y 10/10, small 0/60; r>small 60 small>x 60 r>x 30");
}

static void graph_without_redundant_calls(void **state)
{
	(void)state;
	/* h is below the cutoff: r ... x is dotted, and r also reaches x by way of m */
	static const struct stack stacks[] = {
		{"x m r", 90, NULL}, {"x h r", 1, NULL}, {"m r", 9, NULL}, {NULL, 0, NULL}};
	/* here nothing else leads to x */
	static const struct stack needed[] = {
		{"x h r", 1, NULL}, {"m r", 99, NULL}, {"x", 9, NULL}, {NULL, 0, NULL}};
	struct pp_graph_options o = everything;

	o.rows.nodefraction = 0.05;
	expect_graph(stacks, &o, "x 91/91, r 0/100, m 9/99; r>m 99 m>x 90");
	expect_graph(needed, &o, "m 99/99, r 0/100, x 10/10; r>m 99 r>x~ 1");
}

static void graph_as_a_tree(void **state)
{
	(void)state;
	struct pp_graph_options o = everything;

	o.call_tree = true;
	expect_graph(
		shared, &o,
		"a 0/28, b 2/14, x 11/11, b 7/7, c 3/14, c 5/5; a>b 14 a>c 14 c>x* 11 b>b 7 b>c 5");
	/* what costs less than 12 falls */
	o.rows.nodefraction = 0.45;
	expect_graph(shared, &o, "a 0/28, c 3/14, b 2/14; a>b 14 a>c 14");
	o.rows.nodefraction = 0;
	o.rows.nodecount = 3;
	expect_graph(shared, &o, "a 0/28, x 11/11, b 2/14; a>b 14 a>x~ 11");
}

static void graph_for_reading_has_everything(void **state)
{
	(void)state;
	struct pp_graph_options o = {.visual = false};

	expect_graph(shared, &o, "x 11/11, b 9/14, c 8/19, a 0/28; a>b 14 a>c 14 c>x* 11 b>c 5");
	o.rows.cum = true;
	expect_graph(shared, &o, "a 0/28, c 8/19, b 9/14, x 11/11; a>b 14 a>c 14 c>x* 11 b>c 5");
}

static void graph_with_rows_that_cancel_out(void **state)
{
	(void)state;
	/* m costs nothing in the end, but stood between */
	static const struct stack stacks[] = {
		{"x m r", 5, NULL}, {"y m r", -5, NULL}, {"r", 2, NULL}, {NULL, 0, NULL}};
	struct pp_err err = PP_ERR_INIT;
	struct pp_graph g;
	struct fixture f;

	fixture_init(&f, stacks, "count", &by_function);
	assert_int_equal(pp_graph_init(&g, &f.view, &everything, &err), 0);
	assert_int_equal(g.rows.n, 3);
	assert_int_equal(g.rows.members, 4);
	for (size_t i = 0; i < g.edges.n; i++)
		assert_false(g.edges.all[i].residual);
	pp_graph_release(&g);
	fixture_release(&f);
}

static void means_divide_rows_and_calls(void **state)
{
	(void)state;
	static const struct stack stacks[] = {{"b a", 5, NULL}, {"b a", 2, NULL}, {NULL, 0, NULL}};
	struct pp_err err = PP_ERR_INIT;

	for (int tree = 0; tree < 2; tree++) {
		struct pp_graph_options o = everything;
		struct pp_graph g;
		struct fixture f;

		o.call_tree = tree;
		fixture_init(&f, stacks, "count", &by_function);
		f.view.mean = true;
		assert_int_equal(pp_graph_init(&g, &f.view, &o, &err), 0);
		assert_int_equal(g.rows.n, 2);
		assert_int_equal(g.rows.all[0].cum_value, 3);
		assert_int_equal(g.edges.all[0].weight, 7);
		assert_int_equal(g.edges.all[0].div, 2);
		assert_int_equal(g.rows.total, 3);
		pp_graph_release(&g);
		fixture_release(&f);
	}
}

/* "text flat/cum" of each tag of a row, sorted. */
static void tags_text(struct pp_node_tags *t, struct pp_node_tag *tags, const size_t *first,
		      uint32_t row, struct pp_buf *out)
{
	size_t n = first[row + 1] - first[row];

	tags += first[row];
	pp_node_tags_sort(t, tags, n, false);
	for (size_t i = 0; i < n; i++)
		pp_buf_fmt(out, "%s%s %lld/%lld", i ? ", " : "",
			   pp_strtab_get(&t->texts, tags[i].text).p, (long long)tags[i].flat,
			   (long long)tags[i].cum);
	pp_buf_str(out, "");
}

static const struct stack labelled[] = {
	{"b a", 5, "k@v bytes=1024/bytes"},
	{"b a", 2, "z@1 k@v bytes=1025"},
	{"a", 4, "k@v z@1 bytes=2000/pages"},
	{"b b a", 1, "bytes=3 other=9 pprof::base@true"},
	{"b", 7, NULL},
	{NULL, 0, NULL},
};

static void tags_of_rows(void **state)
{
	(void)state;
	struct pp_err err = PP_ERR_INIT;
	struct pp_buf a = PP_BUF_INIT, b = PP_BUF_INIT, numbers = PP_BUF_INIT;
	struct pp_graph g;
	struct fixture f;

	fixture_init(&f, labelled, "count", &by_function);
	assert_int_equal(pp_graph_init(&g, &f.view, &everything, &err), 0);
	struct pp_node_tags *t = &g.tags;
	/* b is worth more: 15 of its own */
	assert_string_equal(pp_nodes_name(&f.nodes, g.rows.all[0].node).p, "b");
	tags_text(t, t->labels, t->first_label, g.tag_row[1], &a);
	tags_text(t, t->labels, t->first_label, g.tag_row[0], &b);
	tags_text(t, t->numbers, t->first_number, g.tag_row[0], &numbers);
	assert_string_equal(a.p, "k:v\nz:1 4/6, k:v 0/5");
	assert_string_equal(b.p, "k:v 5/5, k:v\nz:1 2/2");
	/* 1024 and 1025 are printed alike, but stood beside different labels */
	assert_string_equal(numbers.p, "1kB 5/5, 1kB 2/2, 3B 1/1");
	assert_int_equal(pp_node_tags_count(t, g.tag_row[0]), 5);
	assert_int_equal(pp_node_tags_count(t, g.tag_row[1]), 2);
	assert_true(pp_str_eq(t->unit, PP_STR_LIT("bytes")));
	pp_buf_release(&a);
	pp_buf_release(&b);
	pp_buf_release(&numbers);
	pp_graph_release(&g);
	fixture_release(&f);
}

static void numbers_that_are_printed_alike_are_one(void **state)
{
	(void)state;
	static const struct stack stacks[] = {{"a", 1, "bytes=1049000"},
					      {"a", 2, "bytes=1048900"},
					      {"b a", 4, "bytes=1048800"},
					      {"a", 8, "bytes=5"},
					      {NULL, 0, NULL}};

	for (int tree = 0; tree < 2; tree++) {
		struct pp_graph_options o = everything;
		struct pp_err err = PP_ERR_INIT;
		struct pp_buf numbers = PP_BUF_INIT;
		struct pp_graph g;
		struct fixture f;

		o.call_tree = tree;
		fixture_init(&f, stacks, "count", &by_function);
		assert_int_equal(pp_graph_init(&g, &f.view, &o, &err), 0);
		struct pp_node_tags *t = &g.tags;
		uint32_t row = g.tag_row[0];
		assert_string_equal(pp_nodes_name(&f.nodes, g.rows.all[0].node).p, "a");
		tags_text(t, t->numbers, t->first_number, row, &numbers);
		assert_string_equal(numbers.p, "5B 8/8, 1MB 3/7");
		/* the first of them stands for all */
		assert_int_equal(t->numbers[t->first_number[row] + 1].value, 1049000);
		pp_buf_release(&numbers);
		pp_graph_release(&g);
		fixture_release(&f);
	}
}

/* Rows take their labels along. */
static void labels_count_as_rows(void **state)
{
	(void)state;
	static const struct stack stacks[] = {
		{"a", 100, "k@1"}, {"a", 100, "k@2"}, {"a", 100, "k@3"}, {"a", 100, "k@4"},
		{"a", 100, "k@5"}, {"b", 50, NULL},   {"c", 40, NULL},	 {NULL, 0, NULL}};
	struct pp_graph_options o = everything;

	o.rows.nodecount = 5;
	expect_graph(stacks, &o, "a 500/500;");
	o.rows.nodecount = 6;
	expect_graph(stacks, &o, "a 500/500, b 50/50;");
	o.rows.nodecount = 7;
	expect_graph(stacks, &o, "a 500/500, b 50/50, c 40/40;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calltree_keeps_ways_apart),
		cmocka_unit_test(calltree_finds_callees),
		cmocka_unit_test(calltree_of_nothing),
		cmocka_unit_test(forest_hangs_on_the_nearest),
		cmocka_unit_test(graph_in_order_of_entropy),
		cmocka_unit_test(graph_drops_small_rows_and_calls),
		cmocka_unit_test(graph_without_redundant_calls),
		cmocka_unit_test(graph_as_a_tree),
		cmocka_unit_test(graph_for_reading_has_everything),
		cmocka_unit_test(graph_with_rows_that_cancel_out),
		cmocka_unit_test(means_divide_rows_and_calls),
		cmocka_unit_test(tags_of_rows),
		cmocka_unit_test(numbers_that_are_printed_alike_are_one),
		cmocka_unit_test(labels_count_as_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
