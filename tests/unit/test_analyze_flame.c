/* SPDX-License-Identifier: Apache-2.0 */
/* analyze/: trees of flame graphs, with known answers. */
#include <config.h>

#include "flame_fixture.h"

#include "base/buf.h"

#define CPU FIXTURE_CPU /* the type that most tests look at */

static const struct stack shared[] = {
	{"a;b;c", {1, 5}, NULL}, {"a;b", {1, 2}, NULL},	   {"a;c", {1, 3}, NULL},
	{"a;b;b", {1, 7}, NULL}, {"a;c+x", {1, 11}, NULL}, {NULL, {0}, NULL},
};

/* "depth:name self/total" for each node of a column, with * for inlined. */
static const char *tree_text(struct pp_flame *f, uint32_t column)
{
	static struct pp_buf out;
	const int64_t *total = pp_flame_total(f, column);

	pp_buf_clear(&out);
	for (uint32_t i = 0; i < f->n; i++) {
		struct pp_str name = f->funcs[f->func[i]].name;

		pp_buf_fmt(&out, "%s%u:%.*s%s %lld/%lld", i ? ", " : "", f->depth[i], (int)name.n,
			   name.p, f->inlined[i] ? "*" : "", (long long)f->self[column][i],
			   (long long)total[i]);
	}
	pp_buf_str(&out, "");
	return out.p;
}

static void tree_of_stacks(void **state)
{
	(void)state;
	struct fixture f;

	fixture_init(&f, NULL, shared, NULL);
	check_shape(&f.flame);
	assert_int_equal(f.flame.ncolumns, 2);
	assert_string_equal(tree_text(&f.flame, CPU), "0:all 0/28, 1:a 0/28, 2:b 2/14, 3:b 7/7, "
						      "3:c 5/5, 2:c 3/14, 3:x* 11/11");
	assert_string_equal(tree_text(&f.flame, 0), "0:all 0/5, 1:a 0/5, 2:b 1/3, 3:b 1/1, "
						    "3:c 1/1, 2:c 1/2, 3:x* 1/1");
	assert_int_equal(f.flame.nfuncs, 5);
	assert_int_equal(f.flame.max_depth, 3);
	assert_false(f.flame.overflow);
	fixture_release(&f);
}

static void tree_begins_with_leaves(void **state)
{
	(void)state;
	struct fixture f;
	struct pp_flame_options o = {.reverse = true, .root = "everything"};

	fixture_init(&f, NULL, shared, &o);
	check_shape(&f.flame);
	assert_string_equal(tree_text(&f.flame, CPU),
			    "0:everything 0/28, 1:b 0/9, 2:a 2/2, 2:b 0/7, 3:a 7/7, "
			    "1:c 0/8, 2:a 3/3, 2:b 0/5, 3:a 5/5, 1:x 0/11, 2:c 0/11, 3:a 11/11");
	fixture_release(&f);
}

static void inlined_in_every_sample(void **state)
{
	(void)state;
	static const struct stack stacks[] = {
		{"a+b", {1, 1}, NULL}, {"a;b", {1, 1}, NULL}, {"c;a+b", {1, 1}, NULL},
		{"d+e", {1, 1}, NULL}, {NULL, {0}, NULL},
	};
	struct fixture f;

	fixture_init(&f, NULL, stacks, NULL);
	assert_string_equal(tree_text(&f.flame, CPU), "0:all 0/4, 1:a 0/2, 2:b 2/2, 1:c 0/1, "
						      "2:a 0/1, 3:b* 1/1, 1:d 0/1, 2:e* 1/1");
	fixture_release(&f);
}

static void samples_without_stack_or_value(void **state)
{
	(void)state;
	static const struct stack stacks[] = {
		{"", {2, 4}, NULL},  {"z;y", {0, 0}, NULL}, {"a", {1, 0}, NULL},
		{"b", {0, 3}, NULL}, {"", {1, 1}, NULL},    {NULL, {0}, NULL},
	};
	static const uint32_t ends[] = {0, PP_NONE, 1, 2, 0};
	struct fixture f;

	fixture_init(&f, NULL, stacks, NULL);
	check_shape(&f.flame);
	assert_string_equal(tree_text(&f.flame, CPU), "0:all 5/8, 1:a 0/0, 1:b 3/3");
	assert_string_equal(tree_text(&f.flame, 0), "0:all 3/4, 1:a 1/1, 1:b 0/0");
	/* z and y are in no node */
	assert_int_equal(f.flame.nfuncs, 3);
	assert_int_equal(f.flame.nsamples, PP_ARRAY_LEN(ends));
	assert_memory_equal(f.flame.sample_node, ends, sizeof(ends));
	for (uint32_t i = 0; i < f.flame.nnodes; i++) {
		struct pp_str name = pp_nodes_name(&f.nodes, i);
		uint32_t func = f.flame.func_of[i];

		if (*name.p >= 'y')
			assert_int_equal(func, PP_NONE);
		else
			assert_true(pp_str_eq(name, f.flame.funcs[func].name));
	}
	fixture_release(&f);
}

static void tree_of_nothing(void **state)
{
	(void)state;
	static const struct stack none[] = {{NULL, {0}, NULL}};
	struct pp_flame_measure m = {.type = CPU};
	int64_t *flat, *cum;
	double *extents;
	struct fixture f;

	fixture_init(&f, NULL, none, NULL);
	check_shape(&f.flame);
	assert_int_equal(f.flame.n, 1);
	assert_int_equal(f.flame.nfuncs, 1);
	extents = pp_flame_extents(&f.flame, &m);
	assert_true(extents[0] == 0);
	pp_flame_sort(&f.flame, PP_FLAME_BY_WEIGHT, extents);
	assert_int_equal(fixture_prune(&f.flame, extents, 1), 0);
	pp_flame_table(&f.flame, CPU, &flat, &cum);
	assert_int_equal(flat[0] | cum[0], 0);
	free(flat);
	free(cum);
	free(extents);
	fixture_release(&f);
}

static const struct stack before_stacks[] = {
	{"a;b", {10, 10}, NULL}, {"a;gone", {5, 5}, NULL}, {"c", {5, 5}, NULL}, {NULL, {0}, NULL}};
static const struct stack after_stacks[] = {{"a;b", {10, 10}, NULL},
					    {"a;new", {20, 20}, NULL},
					    {"c", {10, 10}, NULL},
					    {NULL, {0}, NULL}};

static void two_sides(void **state)
{
	(void)state;
	struct pp_flame_measure m = {.type = CPU, .normalize = true};
	static const uint32_t ends[] = {2, 4, 5};
	struct fixture f;

	fixture_init(&f, before_stacks, after_stacks, NULL);
	check_shape(&f.flame);
	assert_int_equal(f.flame.ncolumns, 4);
	assert_int_equal(pp_flame_before(&f.flame, CPU), 1);
	assert_int_equal(pp_flame_after(&f.flame, CPU), 3);
	assert_string_equal(tree_text(&f.flame, 1), "0:all 0/20, 1:a 0/15, 2:b 10/10, 2:gone 5/5, "
						    "2:new 0/0, 1:c 5/5");
	assert_string_equal(tree_text(&f.flame, 3), "0:all 0/40, 1:a 0/30, 2:b 10/10, 2:gone 0/0, "
						    "2:new 20/20, 1:c 10/10");
	assert_memory_equal(f.flame.sample_node, ends, sizeof(ends));
	assert_true(pp_flame_scale(&f.flame, &m) == 2);
	m.normalize = false;
	assert_true(pp_flame_scale(&f.flame, &m) == 1);
	fixture_release(&f);
}

/* Extents of all, a, b, gone, new, c, scaled by two. */
static void widths_of_a_diff(void **state)
{
	(void)state;
	static const double expected[][6] = {
		[PP_FLAME_AFTER] = {40, 30, 10, 0, 20, 10},
		[PP_FLAME_BEFORE] = {40, 30, 20, 10, 0, 10},
		/* all and a are as wide as their children */
		[PP_FLAME_WIDER] = {60, 50, 20, 10, 20, 10},
		[PP_FLAME_UNION] = {80, 60, 30, 10, 20, 20},
	};
	struct fixture f;

	fixture_init(&f, before_stacks, after_stacks, NULL);
	for (uint32_t w = 0; w < PP_ARRAY_LEN(expected); w++) {
		struct pp_flame_measure m = {CPU, (enum pp_flame_width)w, true};
		double *extents = pp_flame_extents(&f.flame, &m);

		for (uint32_t i = 0; i < 6; i++)
			assert_true(extents[i] == expected[w][i]);
		free(extents);
	}
	fixture_release(&f);
}

static void sides_are_mirrored(void **state)
{
	(void)state;
	struct pp_flame_measure after = {CPU, PP_FLAME_AFTER, false}, before = after;
	struct fixture f, g;
	double *x, *y;

	before.width = PP_FLAME_BEFORE;
	fixture_init(&f, before_stacks, after_stacks, NULL);
	fixture_init(&g, after_stacks, before_stacks, NULL);
	assert_int_equal(f.flame.n, g.flame.n);
	for (uint32_t t = 0; t < 2; t++) {
		uint32_t a = pp_flame_before(&f.flame, t), b = pp_flame_after(&f.flame, t);

		assert_memory_equal(pp_flame_total(&f.flame, a), pp_flame_total(&g.flame, b),
				    f.flame.n * sizeof(int64_t));
		assert_memory_equal(pp_flame_total(&f.flame, b), pp_flame_total(&g.flame, a),
				    f.flame.n * sizeof(int64_t));
	}
	x = pp_flame_extents(&f.flame, &after);
	y = pp_flame_extents(&g.flame, &before);
	assert_memory_equal(x, y, f.flame.n * sizeof(*x));
	free(x);
	free(y);
	fixture_release(&f);
	fixture_release(&g);
}

static void negative_values(void **state)
{
	(void)state;
	static const struct stack stacks[] = {{"a;b", {1, 10}, NULL},
					      {"a;c", {1, -4}, NULL},
					      {"d", {1, -6}, NULL},
					      {NULL, {0}, NULL}};
	struct pp_flame_measure m = {.type = CPU};
	static const double expected[] = {20, 14, 10, 4, 6};
	double *extents;
	struct fixture f;

	fixture_init(&f, NULL, stacks, NULL);
	assert_string_equal(tree_text(&f.flame, CPU),
			    "0:all 0/0, 1:a 0/6, 2:b 10/10, 2:c -4/-4, 1:d -6/-6");
	extents = pp_flame_extents(&f.flame, &m);
	for (uint32_t i = 0; i < f.flame.n; i++)
		assert_true(extents[i] == expected[i]);
	free(extents);
	fixture_release(&f);
}

static void sums_that_wrap(void **state)
{
	(void)state;
	static const struct stack stacks[] = {{"a", {1, INT64_MAX}, NULL},
					      {"b", {1, 2}, NULL},
					      {"c", {1, 1}, NULL},
					      {NULL, {0}, NULL}};
	struct pp_flame_measure m = {.type = CPU};
	double *extents;
	struct fixture f;

	fixture_init(&f, NULL, stacks, NULL);
	assert_true(f.flame.overflow);
	assert_true(pp_flame_total(&f.flame, CPU)[0] == INT64_MIN + 2);
	extents = pp_flame_extents(&f.flame, &m);
	assert_true(extents[0] >= (double)INT64_MAX);
	free(extents);
	fixture_release(&f);
}

static void table_counts_recursion_once(void **state)
{
	(void)state;
	int64_t *flat, *cum;
	struct fixture f;

	fixture_init(&f, NULL, shared, NULL);
	pp_flame_table(&f.flame, CPU, &flat, &cum);
	assert_int_equal(flat[2], 9); /* b */
	assert_int_equal(cum[2], 14);
	assert_int_equal(cum[0], 28);
	free(flat);
	free(cum);
	fixture_release(&f);
}

static const struct stack wide[] = {
	{"a", {1, 5}, NULL},   {"b;x", {1, 9}, NULL}, {"b;y", {1, 12}, NULL}, {"b;z", {1, 9}, NULL},
	{"c;q", {1, 5}, NULL}, {"d", {1, 70}, NULL},  {NULL, {0}, NULL}};

static void orders(void **state)
{
	(void)state;
	struct pp_flame_measure m = {.type = CPU};
	double *extents;
	struct fixture f;
	static const char *const by_weight =
		"0:all 0/110, 1:d 70/70, 1:b 0/30, 2:y 12/12, 2:x 9/9, 2:z 9/9, 1:a 5/5, "
		"1:c 0/5, 2:q 5/5";
	static const char *const by_name =
		"0:all 0/110, 1:a 5/5, 1:b 0/30, 2:x 9/9, 2:y 12/12, 2:z 9/9, 1:c 0/5, 2:q 5/5, "
		"1:d 70/70";

	fixture_init(&f, NULL, wide, NULL);
	extents = pp_flame_extents(&f.flame, &m);
	assert_string_equal(tree_text(&f.flame, CPU), by_name);
	pp_flame_sort(&f.flame, PP_FLAME_BY_WEIGHT, extents);
	check_shape(&f.flame);
	assert_string_equal(tree_text(&f.flame, CPU), by_weight);
	assert_true(extents[1] == 70 && extents[2] == 30 && extents[3] == 12);
	assert_int_equal(f.flame.sample_node[1], 4); /* b;x */
	pp_flame_sort(&f.flame, PP_FLAME_BY_INPUT, extents);
	assert_string_equal(tree_text(&f.flame, CPU), by_weight);
	pp_flame_sort(&f.flame, PP_FLAME_BY_NAME, extents);
	assert_string_equal(tree_text(&f.flame, CPU), by_name);
	assert_true(extents[1] == 5 && extents[2] == 30 && extents[8] == 70);
	free(extents);
	fixture_release(&f);
}

static void pruned_tree(void **state)
{
	(void)state;
	struct pp_flame_measure m = {.type = CPU};
	static const uint32_t ends[] = {5, 3, 2, 3, 5, 4};
	int64_t *flat, *cum;
	double *extents;
	struct fixture f;

	fixture_init(&f, NULL, wide, NULL);
	extents = pp_flame_extents(&f.flame, &m);
	assert_int_equal(fixture_prune(&f.flame, extents, 10), 3);
	free(extents);
	check_shape(&f.flame);
	assert_string_equal(tree_text(&f.flame, CPU),
			    "0:all 0/110, 1:b 0/30, 2:y 12/12, 2:(2 smaller) 18/18, 1:d 70/70, "
			    "1:(2 smaller) 10/10");
	assert_string_equal(tree_text(&f.flame, 0),
			    "0:all 0/6, 1:b 0/3, 2:y 1/1, 2:(2 smaller) 2/2, 1:d 1/1, "
			    "1:(2 smaller) 2/2");
	assert_memory_equal(f.flame.sample_node, ends, sizeof(ends));
	/* functions are in order, and tables as they were */
	assert_int_equal(f.flame.nfuncs, 10);
	assert_string_equal(f.flame.funcs[1].name.p, "(2 smaller)");
	pp_flame_table(&f.flame, CPU, &flat, &cum);
	assert_int_equal(flat[1] | cum[1], 0);
	assert_int_equal(cum[3], 30); /* b */
	assert_int_equal(flat[7], 9); /* x */
	free(flat);
	free(cum);
	fixture_release(&f);
}

/* Once more, and with a child that is alone. */
static void pruned_again(void **state)
{
	(void)state;
	struct pp_flame_measure m = {.type = CPU};
	double *extents;
	struct fixture f;

	fixture_init(&f, NULL, wide, NULL);
	extents = pp_flame_extents(&f.flame, &m);
	assert_int_equal(fixture_prune(&f.flame, extents, 6), 2); /* a and c;q */
	free(extents);
	assert_string_equal(tree_text(&f.flame, CPU),
			    "0:all 0/110, 1:b 0/30, 2:x 9/9, 2:y 12/12, 2:z 9/9, 1:d 70/70, "
			    "1:(2 smaller) 10/10");
	extents = pp_flame_extents(&f.flame, &m);
	assert_int_equal(fixture_prune(&f.flame, extents, 31), 4);
	free(extents);
	check_shape(&f.flame);
	assert_string_equal(tree_text(&f.flame, CPU),
			    "0:all 0/110, 1:d 70/70, 1:(3 smaller) 40/40");
	/* "(2 smaller)" is nobody's name any more */
	assert_int_equal(f.flame.nfuncs, 10);
	fixture_release(&f);
}

/* Of equals, as many as there is room for stay, the first ones. */
static void equals_are_spared(void **state)
{
	(void)state;
	static const struct stack stacks[] = {
		{"a;b", {1, 5}, NULL}, {"a;c;x", {1, 4}, NULL}, {"a;c;y", {1, 1}, NULL},
		{"a;d", {1, 5}, NULL}, {"a;e", {1, 5}, NULL},	{"a;f", {1, 1}, NULL},
		{NULL, {0}, NULL},
	};
	static const char *const want[] = {
		"0:all 0/21, 1:a 0/21, 2:(5 smaller) 21/21",
		"0:all 0/21, 1:a 0/21, 2:b 5/5, 2:(4 smaller) 16/16",
		/* what is below c, and c itself, need two */
		"0:all 0/21, 1:a 0/21, 2:b 5/5, 2:d 5/5, 2:(3 smaller) 11/11",
		"0:all 0/21, 1:a 0/21, 2:b 5/5, 2:c 0/5, 3:(2 smaller) 5/5, 2:(3 smaller) 11/11",
	};
	struct pp_flame_measure m = {.type = CPU};

	for (uint32_t i = 0; i < PP_ARRAY_LEN(want); i++) {
		struct pp_flame_cut cut = {.least = 6, .spared = 5, .nspared = i};
		double *extents;
		struct fixture f;

		fixture_init(&f, NULL, stacks, NULL);
		extents = pp_flame_extents(&f.flame, &m);
		(void)pp_flame_prune(&f.flame, extents, &cut);
		free(extents);
		check_shape(&f.flame);
		assert_string_equal(tree_text(&f.flame, CPU), want[i]);
		fixture_release(&f);
	}
}

static void lone_children_stay(void **state)
{
	(void)state;
	static const struct stack stacks[] = {{"a;b+c", {1, 1}, NULL},
					      {"a;b+d", {1, 20}, NULL},
					      {"a;e;f", {1, 2}, NULL},
					      {"a", {1, 30}, NULL},
					      {NULL, {0}, NULL}};
	struct pp_flame_measure m = {.type = CPU};
	double *extents;
	struct fixture f;

	fixture_init(&f, NULL, stacks, NULL);
	extents = pp_flame_extents(&f.flame, &m);
	assert_int_equal(fixture_prune(&f.flame, extents, 10), 1);
	free(extents);
	assert_string_equal(tree_text(&f.flame, CPU),
			    "0:all 0/53, 1:a 30/53, 2:b 0/21, 3:d* 20/20, 3:c* 1/1, "
			    "2:(1 smaller) 2/2");
	fixture_release(&f);
}

static void chart_by_time(void **state)
{
	(void)state;
	static const struct stack stacks[] = {
		{"m;b", {1, 1}, "tid=7 timestamp=40"},
		{"m;a", {1, 2}, "tid=7 timestamp=10"},
		{"m;b+c", {1, 4}, "tid=7 timestamp=30"},
		{"m;a", {1, 8}, "tid=9 timestamp=5 thread@x"},
		{"m;a", {1, 16}, "tid=7 timestamp=50"},
		{"m;a", {1, 32}, "tid=7 timestamp=60"},
		{"", {1, 64}, "tid=7 timestamp=70"},
		{"m;a", {1, 128}, "tid=7 timestamp=80"},
		{"m;a", {1, 256}, "thread@x"},
		{NULL, {0}, NULL},
	};
	struct pp_flame_options o = {.by_time = true};
	struct fixture f;

	fixture_init(&f, NULL, stacks, &o);
	check_shape(&f.flame);
	/* without a thread first, at 0; then 9, at 5; then 7 */
	assert_string_equal(tree_text(&f.flame, CPU),
			    "0:all 64/511, 1:m 0/256, 2:a 256/256, 1:m 0/8, 2:a 8/8, "
			    "1:m 0/55, 2:a 2/2, 2:b 1/5, 3:c* 4/4, 2:a 48/48, 1:m 0/128, "
			    "2:a 128/128");
	check_samples(&f);
	fixture_release(&f);
}

static void chart_without_times(void **state)
{
	(void)state;
	static const struct stack stacks[] = {
		{"m;b", {1, 1}, NULL}, {"m;a", {1, 2}, NULL},  {"m;a;c", {1, 4}, NULL},
		{"m", {1, 8}, NULL},   {"m;a", {1, 16}, NULL}, {NULL, {0}, NULL},
	};
	struct pp_flame_options o = {.by_time = true};
	struct fixture f;

	fixture_init(&f, NULL, stacks, &o);
	assert_string_equal(tree_text(&f.flame, CPU),
			    "0:all 0/31, 1:m 8/31, 2:b 1/1, 2:a 2/6, 3:c 4/4, 2:a 16/16");
	check_samples(&f);
	fixture_release(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tree_of_stacks),
		cmocka_unit_test(tree_begins_with_leaves),
		cmocka_unit_test(inlined_in_every_sample),
		cmocka_unit_test(samples_without_stack_or_value),
		cmocka_unit_test(tree_of_nothing),
		cmocka_unit_test(two_sides),
		cmocka_unit_test(widths_of_a_diff),
		cmocka_unit_test(sides_are_mirrored),
		cmocka_unit_test(negative_values),
		cmocka_unit_test(sums_that_wrap),
		cmocka_unit_test(table_counts_recursion_once),
		cmocka_unit_test(orders),
		cmocka_unit_test(pruned_tree),
		cmocka_unit_test(pruned_again),
		cmocka_unit_test(equals_are_spared),
		cmocka_unit_test(lone_children_stay),
		cmocka_unit_test(chart_by_time),
		cmocka_unit_test(chart_without_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
