/* SPDX-License-Identifier: Apache-2.0 */
/* profile/: adding strings to a profile that is finished. */
#include <config.h>

#include "unit.h"

#include "profile/builder.h"

/* Positions go on where they were, and what was there stays. */
static void strings_are_added(void **state)
{
	(void)state;
	struct pp_builder b;
	struct pp_profile p;
	struct pp_err err = PP_ERR_INIT;
	char text[16];

	pp_builder_init(&b);
	pp_builder_sample_type(&b, "cpu", "nanoseconds");
	assert_int_equal(pp_builder_finish(&b, &p, &err), 0);
	pp_builder_release(&b);

	uint32_t before = p.nstrings;
	for (uint32_t i = 0; i < 1000; i++) {
		struct pp_str s = {text, (size_t)snprintf(text, sizeof(text), "added %u", i)};

		assert_int_equal(pp_profile_add_string(&p, s, &err), before + i);
	}
	assert_int_equal(p.nstrings, before + 1000);
	assert_int_equal(pp_profile_str(&p, 0).n, 0);
	assert_true(pp_str_eq(pp_profile_str(&p, p.sample_types[0].type), PP_STR_LIT("cpu")));
	assert_true(pp_str_eq(pp_profile_str(&p, before), PP_STR_LIT("added 0")));
	assert_true(pp_str_eq(pp_profile_str(&p, before + 999), PP_STR_LIT("added 999")));

	p.arena.budget = p.arena.used;
	while (pp_profile_add_string(&p, PP_STR_LIT("more"), &err) != PP_NONE)
		assert_in_range(p.nstrings, 0, 100000);
	assert_int_equal(err.kind, PP_ERR_LIMIT);
	pp_profile_release(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_are_added),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
