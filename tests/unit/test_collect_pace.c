/* SPDX-License-Identifier: Apache-2.0 */
/* collect/pace.h: in step, at once, and later and later. */
#include <config.h>

#include "unit.h"

#include "base/clock.h"
#include "base/compiler.h"
#include "collect/pace.h"

#define S PP_NSEC_PER_SEC

static void pulls_are_in_step(void **state PP_UNUSED)
{
	assert_int_equal(pp_pace_next(100, 10, 105, false), 110);
	assert_int_equal(pp_pace_next(100, 10, 110, false), 110);
	/* late, but still on the beat */
	assert_int_equal(pp_pace_next(100, 10, 111, false), 120);
	assert_int_equal(pp_pace_next(100, 10, 145, false), 150);
	/* what measures is missing time */
	assert_int_equal(pp_pace_next(100, 10, 105, true), 110);
	assert_int_equal(pp_pace_next(100, 10, 145, true), 145);
}

static void failures_are_left_alone(void **state PP_UNUSED)
{
	static const int64_t seconds[] = {10, 20, 40, 80, 160, 300, 300, 300};

	for (unsigned i = 0; i < PP_ARRAY_LEN(seconds); i++) {
		int64_t longest = pp_pace_retry(10 * S, i + 1, 0);
		int64_t shortest = pp_pace_retry(10 * S, i + 1, UINT32_MAX);
		int64_t middle = pp_pace_retry(10 * S, i + 1, UINT32_MAX / 2);

		assert_int_equal(longest, seconds[i] * S);
		assert_int_equal(shortest, longest - longest / 4);
		assert_true(middle < longest && middle > shortest);
	}
	assert_int_equal(pp_pace_retry(S, UINT32_MAX, 0), PP_PACE_RETRY_MAX);
	/* a period that is longer than all that is kept */
	assert_int_equal(pp_pace_retry(3600 * S, 1, 0), 3600 * S);
	assert_int_equal(pp_pace_retry(3600 * S, 9, 0), 3600 * S);
	assert_int_equal(pp_pace_retry(INT64_MAX, 9, 0), INT64_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pulls_are_in_step),
		cmocka_unit_test(failures_are_left_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
