/* SPDX-License-Identifier: Apache-2.0 */
/* profile/builder.c: what is only known late. */
#include <config.h>

#include "unit.h"

#include "profile/builder.h"
#include "profile/samples.h"

static uint32_t intern(struct pp_builder *b, const char *s)
{
	return pp_builder_string(b, pp_str_of(s));
}

static uint32_t named(struct pp_builder *b, const char *name)
{
	return pp_builder_function(b, intern(b, name), 0, 0, 0);
}

/* Without an address, lines tell locations apart; what is known late can be filled in. */
static void builder_completes_locations(void **state)
{
	(void)state;
	struct pp_builder b;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;

	pp_builder_init(&b);
	pp_builder_sample_type(&b, "n", "count");
	const struct pp_line at_3 = {named(&b, "f"), 3, 0}, at_4 = {named(&b, "f"), 4, 0};
	uint32_t third = pp_builder_location(&b, PP_NONE, 0, &at_3, 1);
	uint32_t fourth = pp_builder_location(&b, PP_NONE, 0, &at_4, 1);
	uint32_t bare = pp_builder_location(&b, PP_NONE, 77, NULL, 0);
	assert_int_not_equal(third, fourth);
	assert_int_equal(pp_builder_location(&b, PP_NONE, 0, &at_3, 1), third);
	assert_int_equal(pp_builder_location(&b, PP_NONE, 77, NULL, 0), bare);

	struct pp_mapping m = {.start = 0, .limit = 100};
	const struct pp_line both[] = {at_3, at_4};
	pp_builder_location_at(&b, bare)->mapping = pp_builder_mapping(&b, &m);
	pp_builder_set_lines(&b, bare, both, 2);
	assert_int_equal(pp_builder_finish(&b, &p, &err), 0);
	assert_int_equal(p.nlocations, 3);
	assert_int_equal(p.locations[bare].mapping, 0);
	assert_int_equal(p.locations[bare].nlines, 2);
	assert_int_equal(p.lines[p.locations[bare].first_line + 1].line, 4);
	pp_profile_release(&p);
	pp_builder_release(&b);
}

/* A label that is the number 0 says nothing in a pprof file, and does in a text. */
static void zero_labels_count_on_demand(void **state)
{
	(void)state;

	for (int zero_labels = 0; zero_labels < 2; zero_labels++) {
		struct pp_builder b;
		struct pp_err err = PP_ERR_INIT;
		struct pp_sample_iter it;
		struct pp_profile p;
		struct pp_sample s;
		struct pp_label l;
		const int64_t value = 1;

		pp_builder_init(&b);
		pp_builder_sample_type(&b, "n", "count");
		const struct pp_builder_label label = {.key = intern(&b, "bytes")};
		pp_builder_sample(&b, NULL, 0, &value, &label, 1);
		b.head.zero_labels = zero_labels;
		assert_int_equal(pp_builder_finish(&b, &p, &err), 0);
		pp_samples_begin(&it, &p, 0);
		assert_true(pp_samples_next(&it, &s));
		assert_int_equal(pp_labels_next(&s.label, &l), zero_labels);
		pp_samples_release(&it);
		pp_profile_release(&p);
		pp_builder_release(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(builder_completes_locations),
		cmocka_unit_test(zero_labels_count_on_demand),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
