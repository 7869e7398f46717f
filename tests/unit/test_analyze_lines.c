/* SPDX-License-Identifier: Apache-2.0 */
/* analyze/costs and analyze/lines: what lines and functions cost, above all where they recur. */
#include <config.h>

#include "unit.h"

#include <stdbool.h>

#include "analyze/costs.h"
#include "analyze/lines.h"
#include "profile/builder.h"
#include "profile/filter.h"

/* A profile under construction, and then a view of it. */
struct world {
	struct pp_builder b;
	struct pp_profile profile;
	struct pp_filter filter;
	struct pp_nodes nodes;
	struct pp_frames frames;
	struct pp_view view;
};

static void begin(struct world *w)
{
	*w = (struct world){0};
	pp_builder_init(&w->b);
	pp_builder_sample_type(&w->b, "samples", "count");
	pp_builder_sample_type(&w->b, "cpu", "nanoseconds");
	pp_nodes_init(&w->nodes);
}

/* A line of a function; addresses keep locations apart. */
static uint32_t at(struct world *w, const char *name, const char *file, int64_t start, int64_t line,
		   uint64_t address)
{
	uint32_t text = pp_builder_string(&w->b, pp_str_of(name));
	struct pp_line l = {
		.function = pp_builder_function(&w->b, text, text,
						pp_builder_string(&w->b, pp_str_of(file)), start),
		.line = line,
	};

	return pp_builder_location(&w->b, PP_NONE, address, &l, 1);
}

static void sample(struct world *w, int64_t count, int64_t value, const uint32_t *stack, uint32_t n)
{
	const int64_t values[] = {count, value};

	pp_builder_sample(&w->b, stack, n, values, NULL, 0);
}

static void finish(struct world *w, bool mean)
{
	const struct pp_filter_options none = {0};
	const struct pp_frames_options frames = {.granularity = PP_BY_LINE, .objects = true};
	struct pp_err err;

	assert_int_equal(pp_builder_finish(&w->b, &w->profile, &err), 0);
	assert_int_equal(pp_filter_init(&w->filter, &w->profile, &none, &err), 0);
	pp_frames_init(&w->frames, &w->profile, &w->nodes, &frames);
	w->view = (struct pp_view){.profile = &w->profile,
				   .filter = &w->filter,
				   .frames = &w->frames,
				   .nodes = &w->nodes,
				   .index = 1,
				   .mean = mean};
}

static void end(struct world *w)
{
	pp_frames_release(&w->frames);
	pp_nodes_release(&w->nodes);
	pp_filter_release(&w->filter);
	pp_profile_release(&w->profile);
	pp_builder_release(&w->b);
}

/* Files are shown in capitals where they begin with an x: two names may be shown as one. */
static void shown(void *context, struct pp_str name, struct pp_buf *out)
{
	(void)context;
	if (name.p[0] == 'x')
		pp_buf_str(out, "X");
	else
		pp_buf_add(out, name.p, name.n);
}

static void lines_of(struct world *w, const char *regex, bool drop_negative, struct pp_lines *l)
{
	struct pp_err err;
	struct pp_regex *re = pp_regex_new(pp_str_of(regex), false, &err);

	assert_non_null(re);
	pp_lines_init(l, &w->view, re, drop_negative, shown, NULL);
	pp_regex_free(re);
}

static void check_routine(const struct pp_lines_routine *r, const char *name, const char *file,
			  int64_t flat, int64_t cum)
{
	PP_CHECK_MSG(pp_str_eq(r->name, pp_str_of(name)), name);
	PP_CHECK_MSG(pp_str_eq(r->file, pp_str_of(file)), name);
	PP_CHECK_MSG(r->flat == flat && r->cum == cum, name);
}

static void check_row(const struct pp_lines_routine *r, uint32_t i, int64_t line, int64_t flat,
		      int64_t cum)
{
	assert_true(i < r->nrows);
	assert_int_equal(r->rows[i].line, line);
	assert_int_equal(r->rows[i].flat, flat);
	assert_int_equal(r->rows[i].cum, cum);
}

static void recursion_counts_a_sample_once(void **state)
{
	struct world w;
	struct pp_lines l;

	(void)state;
	begin(&w);
	uint32_t a = at(&w, "f", "f.c", 1, 10, 1), b = at(&w, "f", "f.c", 1, 11, 2);
	uint32_t again = at(&w, "f", "f.c", 1, 10, 3), m = at(&w, "main", "f.c", 0, 90, 4);
	sample(&w, 1, 100, (uint32_t[]){a, b, again, b, m}, 5);
	sample(&w, 1, 20, (uint32_t[]){b, m}, 2);
	sample(&w, 1, 3, (uint32_t[]){m}, 1);
	finish(&w, false);
	lines_of(&w, "f|main", false, &l);
	assert_int_equal(l.n, 2);
	check_routine(&l.routines[0], "f", "f.c", 120, 120);
	assert_int_equal(l.routines[0].nrows, 2);
	check_row(&l.routines[0], 0, 10, 100, 100);
	check_row(&l.routines[0], 1, 11, 20, 120);
	check_routine(&l.routines[1], "main", "f.c", 3, 123);
	assert_int_equal(pp_total_value(&l.total), 123);
	pp_lines_release(&l);
	end(&w);
}

static void lines_around_are_pprofs(void **state)
{
	struct world w;
	struct pp_lines l;

	(void)state;
	begin(&w);
	uint32_t stack[] = {
		at(&w, "known", "a.c", 7, 20, 1), at(&w, "known", "a.c", 7, 40, 2),
		at(&w, "guess", "a.c", 0, 20, 3), at(&w, "guess", "a.c", 0, 40, 4),
		at(&w, "first", "a.c", 0, 3, 5),  at(&w, "last", "a.c", INT64_MIN, INT64_MAX, 6),
		at(&w, "none", "a.c", 0, 0, 7),
	};
	sample(&w, 1, 1, stack, 7);
	finish(&w, false);
	lines_of(&w, "", false, &l);
	assert_int_equal(l.n, 5);
	check_routine(&l.routines[0], "first", "a.c", 0, 1);
	assert_int_equal(l.routines[0].first, 1);
	assert_int_equal(l.routines[0].last, 8);
	assert_int_equal(l.routines[1].first, 15);
	assert_int_equal(l.routines[1].last, 45);
	assert_int_equal(l.routines[2].first, 7);
	assert_int_equal(l.routines[2].last, 45);
	assert_int_equal(l.routines[3].first, 1);
	assert_true(l.routines[3].last == INT64_MAX);
	assert_int_equal(l.routines[4].first, 1);
	assert_int_equal(l.routines[4].last, 5);
	pp_lines_release(&l);
	end(&w);
}

static void files_of_one_name(void **state)
{
	struct world w;
	struct pp_lines l;

	(void)state;
	begin(&w);
	uint32_t x1 = at(&w, "f", "x1.c", 0, 5, 1), x2 = at(&w, "f", "x2.c", 9, 5, 2);
	uint32_t y = at(&w, "f", "y.c", 0, 5, 3), none = at(&w, "f", "", 0, 5, 4);
	uint32_t bare = at(&w, "g", "", 0, 5, 5);
	sample(&w, 1, 1, (uint32_t[]){x1, x2, none}, 3);
	sample(&w, 1, 10, (uint32_t[]){x2, bare}, 2);
	sample(&w, 1, 100, (uint32_t[]){y}, 1);
	finish(&w, false);
	lines_of(&w, "^[fg]$", false, &l);
	assert_int_equal(l.n, 3);
	/* shown as one, they are one */
	check_routine(&l.routines[0], "f", "X", 11, 11);
	assert_int_equal(l.routines[0].nrows, 1);
	check_row(&l.routines[0], 0, 5, 11, 11);
	check_routine(&l.routines[1], "f", "y.c", 100, 100);
	check_routine(&l.routines[2], "g", "", 0, 10);
	pp_lines_release(&l);
	end(&w);
}

static void what_costs_nothing_is_not_there(void **state)
{
	struct world w;
	struct pp_lines l;

	(void)state;
	begin(&w);
	uint32_t f = at(&w, "f", "f.c", 0, 5, 1), g = at(&w, "f", "f.c", 0, 50, 2);
	uint32_t h = at(&w, "h", "f.c", 0, 70, 3);
	sample(&w, 1, 0, (uint32_t[]){h, f}, 2);
	sample(&w, 1, -4, (uint32_t[]){f}, 1);
	sample(&w, 1, 9, (uint32_t[]){g}, 1);
	finish(&w, false);
	lines_of(&w, "h", false, &l);
	assert_int_equal(l.n, 0);
	pp_lines_release(&l);
	lines_of(&w, "f", false, &l);
	check_routine(&l.routines[0], "f", "f.c", 5, 5);
	assert_int_equal(l.routines[0].nrows, 2);
	pp_lines_release(&l);
	lines_of(&w, "f", true, &l);
	check_routine(&l.routines[0], "f", "f.c", 9, 9);
	assert_int_equal(l.routines[0].nrows, 1);
	assert_int_equal(l.routines[0].first, 45);
	pp_lines_release(&l);
	end(&w);
}

static void means_are_of_all_that_was_counted(void **state)
{
	struct world w;
	struct pp_lines l;

	(void)state;
	begin(&w);
	uint32_t a = at(&w, "f", "f.c", 0, 5, 1), b = at(&w, "f", "f.c", 0, 6, 2);
	sample(&w, 2, 100, (uint32_t[]){a, b}, 2);
	sample(&w, 8, 100, (uint32_t[]){b}, 1);
	finish(&w, true);
	lines_of(&w, "f", false, &l);
	check_routine(&l.routines[0], "f", "f.c", 20, 20);
	check_row(&l.routines[0], 0, 5, 50, 50);
	check_row(&l.routines[0], 1, 6, 12, 20);
	pp_lines_release(&l);
	end(&w);
}

static void wrapping_is_defined(void **state)
{
	struct world w;
	struct pp_lines l;

	(void)state;
	begin(&w);
	uint32_t a = at(&w, "f", "f.c", 0, 5, 1);
	sample(&w, 1, INT64_MAX, &a, 1);
	sample(&w, 1, INT64_MAX, &a, 1);
	finish(&w, false);
	lines_of(&w, "f", false, &l);
	check_routine(&l.routines[0], "f", "f.c", -2, -2);
	pp_lines_release(&l);
	end(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recursion_counts_a_sample_once),
		cmocka_unit_test(lines_around_are_pprofs),
		cmocka_unit_test(files_of_one_name),
		cmocka_unit_test(what_costs_nothing_is_not_there),
		cmocka_unit_test(means_are_of_all_that_was_counted),
		cmocka_unit_test(wrapping_is_defined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
