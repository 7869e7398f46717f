/* SPDX-License-Identifier: Apache-2.0 */
/* render/: boxes of flame graphs, with known answers. */
#include <config.h>

#include "boxes_fixture.h"

#include "base/buf.h"

static const struct stack some[] = {
	{"a;b;c", {1, 50}, NULL}, {"a;b;d", {1, 20}, NULL}, {"a;c", {1, 3}, NULL},
	{"a;d", {1, 2}, NULL},	  {"a;e;c", {1, 20}, NULL}, {"f;c", {1, 4}, NULL},
	{"", {1, 1}, NULL},	  {NULL, {0}, NULL},
};

static void shown_init(struct shown *s, const struct stack *before, const struct stack *after,
		       enum pp_flame_order order)
{
	fixture_init(&s->f, before, after, NULL);
	show(s, PP_FLAME_AFTER, order);
}

/* "depth name x+w total/self", and "#count" for runs. */
static void check_boxes(const struct shown *s, struct pp_boxes *b, const char *expected)
{
	struct pp_buf out = PP_BUF_INIT;

	for (size_t i = 0; i < b->n; i++) {
		const struct pp_box *box = &b->all[i];

		pp_buf_fmt(&out, "%s%u ", i ? ", " : "", box->depth);
		if (box->func == PP_NONE)
			pp_buf_fmt(&out, "#%u", box->count);
		else
			pp_buf_str(&out, s->f.flame.funcs[box->func].name.p);
		pp_buf_fmt(&out, "%s %g+%g %lld/%lld", box->above ? "^" : "", box->x, box->w,
			   (long long)box->total[1], (long long)box->self[1]);
	}
	pp_buf_str(&out, "");
	assert_string_equal(out.p, expected);
	pp_buf_release(&out);
	pp_boxes_release(b);
}

static uint32_t func_of(const struct shown *s, const char *name)
{
	for (uint32_t k = 0; k < s->f.flame.nfuncs; k++) {
		if (pp_str_eq(s->f.flame.funcs[k].name, pp_str_of(name)))
			return k;
	}
	fail_msg("no function '%s'", name);
	return 0;
}

static void boxes_of_a_tree(void **state)
{
	(void)state;
	struct pp_boxes b;
	struct shown s;

	shown_init(&s, NULL, some, PP_FLAME_BY_WEIGHT);
	pp_boxes_tree(&b, &s.v, 0);
	assert_int_equal(b.all[2].node, 2);
	check_boxes(&s, &b,
		    "0 all 0+100 100/1, 1 a 0+95 95/0, 2 b 0+70 70/0, 3 c 0+50 50/50, "
		    "3 d 50+20 20/20, 2 e 70+20 20/0, 3 c 70+20 20/20, 2 c 90+3 3/3, 2 d 93+2 2/2, "
		    "1 f 95+4 4/0, 2 c 95+4 4/4");
	shown_release(&s);
}

/* By name the thin ones stand apart: runs are of neighbours. */
static void thin_siblings_are_runs(void **state)
{
	(void)state;
	struct pp_boxes b;
	struct shown s;

	shown_init(&s, NULL, some, PP_FLAME_BY_NAME);
	s.v.min = 5;
	pp_boxes_tree(&b, &s.v, 0);
	assert_int_equal(b.all[5].node, PP_NONE);
	check_boxes(&s, &b,
		    "0 all 0+100 100/1, 1 a 0+95 95/0, 2 b 0+70 70/0, 3 c 0+50 50/50, "
		    "3 d 50+20 20/20, 2 #2 70+5 5/0, 2 e 75+20 20/0, 3 c 75+20 20/20");
	s.v.min = 5.5;
	pp_boxes_tree(&b, &s.v, 0);
	check_boxes(&s, &b,
		    "0 all 0+100 100/1, 1 a 0+95 95/0, 2 b 0+70 70/0, 3 c 0+50 50/50, "
		    "3 d 50+20 20/20, 2 e 75+20 20/0, 3 c 75+20 20/20");
	shown_release(&s);
}

static void zoomed_boxes(void **state)
{
	(void)state;
	struct pp_boxes b;
	struct shown s;

	shown_init(&s, NULL, some, PP_FLAME_BY_NAME);
	pp_boxes_tree(&b, &s.v, 2); /* a;b */
	check_boxes(&s, &b,
		    "0 all^ 0+100 100/1, 1 a^ 0+100 95/0, 2 b 0+100 70/0, 3 c 0+71.4286 50/50, "
		    "3 d 71.4286+28.5714 20/20");
	shown_release(&s);
}

static void inverted_boxes(void **state)
{
	(void)state;
	struct pp_boxes b;
	struct shown s;
	uint32_t path[3];

	shown_init(&s, NULL, some, PP_FLAME_BY_WEIGHT);
	pp_boxes_inverted(&b, &s.v, NULL, 0);
	assert_int_equal(b.all[1].node, 3); /* the first c */
	check_boxes(&s, &b,
		    "0 all 0+100 100/1, 1 c 0+77 77/77, 2 b 0+50 50/0, 3 a 0+50 50/0, "
		    "2 e 50+20 20/0, 3 a 50+20 20/0, 2 f 70+4 4/0, 2 a 74+3 3/0, "
		    "1 d 77+22 22/22, 2 b 77+20 20/0, 3 a 77+20 20/0, 2 a 97+2 2/0");
	path[0] = func_of(&s, "d");
	path[1] = func_of(&s, "b");
	path[2] = func_of(&s, "f"); /* there is no such group */
	pp_boxes_inverted(&b, &s.v, path, 3);
	check_boxes(&s, &b, "0 all^ 0+100 100/1, 1 d^ 0+100 22/22, 2 b 0+100 20/0, 3 a 0+100 20/0");
	shown_release(&s);
}

static void sandwich_boxes(void **state)
{
	(void)state;
	static const struct stack recursive[] = {{"m;r;r;x", {1, 6}, NULL},
						 {"m;r;y", {1, 2}, NULL},
						 {"n;r", {1, 2}, NULL},
						 {NULL, {0}, NULL}};
	struct pp_boxes b;
	struct shown s;

	shown_init(&s, NULL, recursive, PP_FLAME_BY_WEIGHT);
	pp_boxes_callees(&b, &s.v, func_of(&s, "r"));
	check_boxes(&s, &b, "0 r 0+100 10/2, 1 r 0+60 6/0, 2 x 0+60 6/6, 1 y 60+20 2/2");
	pp_boxes_callers(&b, &s.v, func_of(&s, "r"));
	check_boxes(&s, &b, "0 r 0+100 10/2, 1 m 0+80 8/0, 1 n 80+20 2/0");
	pp_boxes_callers(&b, &s.v, func_of(&s, "x"));
	check_boxes(&s, &b, "0 x 0+100 6/6, 1 r 0+100 6/0, 2 r 0+100 6/0, 3 m 0+100 6/0");
	pp_boxes_callers(&b, &s.v, 0);
	check_boxes(&s, &b, "0 all 0+100 10/0");
	pp_boxes_callees(&b, &s.v, 0);
	check_boxes(&s, &b,
		    "0 all 0+100 10/0, 1 m 0+80 8/0, 2 r 0+80 8/0, 3 r 0+60 6/0, 4 x 0+60 6/6, "
		    "3 y 60+20 2/2, 1 n 80+20 2/0, 2 r 80+20 2/2");
	shown_release(&s);
}

static void boxes_of_nothing(void **state)
{
	(void)state;
	static const struct stack none[] = {{"a", {1, 0}, NULL}, {NULL, {0}, NULL}};
	struct pp_boxes b;
	struct shown s;

	shown_init(&s, NULL, none, PP_FLAME_BY_WEIGHT);
	pp_boxes_tree(&b, &s.v, 0);
	check_boxes(&s, &b, "0 all 0+100 0/0");
	pp_boxes_tree(&b, &s.v, 1);
	check_boxes(&s, &b, "0 all^ 0+100 0/0, 1 a 0+100 0/0");
	pp_boxes_inverted(&b, &s.v, NULL, 0);
	check_boxes(&s, &b, "0 all 0+100 0/0");
	pp_boxes_callees(&b, &s.v, 1);
	check_boxes(&s, &b, "0 a 0+100 0/0");
	pp_boxes_callers(&b, &s.v, 1);
	check_boxes(&s, &b, "0 a 0+100 0/0");
	shown_release(&s);
}

static void negative_boxes(void **state)
{
	(void)state;
	static const struct stack stacks[] = {
		{"a;b", {1, 5}, NULL}, {"a;c", {1, -3}, NULL}, {NULL, {0}, NULL}};
	struct pp_boxes b;
	struct shown s;

	shown_init(&s, NULL, stacks, PP_FLAME_BY_WEIGHT);
	pp_boxes_tree(&b, &s.v, 0);
	check_boxes(&s, &b, "0 all 0+100 2/0, 1 a 0+100 2/0, 2 b 0+62.5 5/5, 2 c 62.5+37.5 -3/-3");
	pp_boxes_inverted(&b, &s.v, NULL, 0);
	check_boxes(&s, &b,
		    "0 all 0+100 2/0, 1 b 0+62.5 5/5, 2 a 0+62.5 5/0, 1 c 62.5+37.5 -3/-3, "
		    "2 a 62.5+37.5 -3/0");
	shown_release(&s);
}

static void boxes_of_a_diff(void **state)
{
	(void)state;
	static const struct stack before[] = {
		{"a", {1, 10}, NULL}, {"b", {1, 10}, NULL}, {NULL, {0}, NULL}};
	static const struct stack after[] = {
		{"a", {1, 30}, NULL}, {"c", {1, 10}, NULL}, {NULL, {0}, NULL}};
	struct pp_boxes b;
	struct shown s;

	fixture_init(&s.f, before, after, NULL);
	show(&s, PP_FLAME_UNION, PP_FLAME_BY_NAME);
	pp_boxes_tree(&b, &s.v, 0);
	assert_int_equal(b.all[0].total[0], 20);
	assert_int_equal(b.all[2].self[0], 10);
	check_boxes(&s, &b,
		    "0 all 0+100 40/0, 1 a 0+62.5 30/30, 1 b 62.5+25 0/0, 1 c 87.5+12.5 10/10");
	pp_boxes_inverted(&b, &s.v, NULL, 0);
	assert_int_equal(b.all[2].total[0], 10);
	check_boxes(&s, &b,
		    "0 all 0+100 40/0, 1 a 0+62.5 30/30, 1 b 62.5+25 0/0, 1 c 87.5+12.5 10/10");
	shown_release(&s);
}

/* 10,000 frames are a box each, in every view. */
static void deep_boxes(void **state)
{
	(void)state;
	enum { DEEP = 10000 };
	uint32_t *ids = pp_xcalloc(DEEP, sizeof(*ids));
	struct shown s = {0};
	struct pp_builder builder;
	struct pp_boxes b;

	fixture_begin(&builder);
	for (uint32_t i = 0; i < DEEP; i++)
		ids[i] = fixture_location(&builder, i ? "r" : "leaf", i ? 1 : 4);
	pp_builder_sample(&builder, ids, DEEP, (int64_t[]){1, 7}, NULL, 0);
	free(ids);
	fixture_add(&s.f, &builder);
	fixture_build(&s.f, NULL);
	show(&s, PP_FLAME_AFTER, PP_FLAME_BY_WEIGHT);
	pp_boxes_tree(&b, &s.v, 0);
	assert_int_equal(b.n, DEEP + 1);
	pp_boxes_release(&b);
	pp_boxes_tree(&b, &s.v, DEEP);
	assert_int_equal(b.n, DEEP + 1);
	assert_true(b.all[DEEP - 1].above && !b.all[DEEP].above);
	pp_boxes_release(&b);
	pp_boxes_inverted(&b, &s.v, NULL, 0);
	assert_int_equal(b.n, DEEP + 1);
	assert_int_equal(b.all[DEEP].node, 1);
	pp_boxes_release(&b);
	pp_boxes_callers(&b, &s.v, func_of(&s, "leaf"));
	assert_int_equal(b.n, DEEP);
	pp_boxes_release(&b);
	pp_boxes_callees(&b, &s.v, func_of(&s, "r"));
	assert_int_equal(b.n, DEEP);
	pp_boxes_release(&b);
	shown_release(&s);
}

/* A million siblings are one box, and by name as well. */
static void wide_boxes(void **state)
{
	(void)state;
	enum { WIDE = 1000000 };
	struct shown s = {0};
	struct pp_builder builder;
	struct pp_boxes b;
	char name[16];

	fixture_begin(&builder);
	for (uint32_t i = 0; i < WIDE; i++) {
		struct stack stack = {name, {1, 1 + i % 10}, NULL};

		snprintf(name, sizeof(name), "m;f%07u", i);
		fixture_stack(&builder, &stack);
	}
	fixture_add(&s.f, &builder);
	fixture_build(&s.f, NULL);
	show(&s, PP_FLAME_AFTER, PP_FLAME_BY_NAME);
	pp_boxes_tree(&b, &s.v, 0);
	check_boxes(&s, &b,
		    "0 all 0+100 5500000/0, 1 m 0+100 5500000/0, 2 #1000000 0+100 5500000/0");
	pp_boxes_inverted(&b, &s.v, NULL, 0);
	check_boxes(&s, &b, "0 all 0+100 5500000/0, 1 #1000000 0+100 5500000/0");
	pp_boxes_callees(&b, &s.v, func_of(&s, "m"));
	check_boxes(&s, &b, "0 m 0+100 5500000/0, 1 #1000000 0+100 5500000/0");
	shown_release(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(boxes_of_a_tree), cmocka_unit_test(thin_siblings_are_runs),
		cmocka_unit_test(zoomed_boxes),	   cmocka_unit_test(inverted_boxes),
		cmocka_unit_test(sandwich_boxes),  cmocka_unit_test(boxes_of_nothing),
		cmocka_unit_test(negative_boxes),  cmocka_unit_test(boxes_of_a_diff),
		cmocka_unit_test(deep_boxes),	   cmocka_unit_test(wide_boxes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
