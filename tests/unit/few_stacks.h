/* SPDX-License-Identifier: Apache-2.0 */
/* Profiles out of few stacks, labels and mappings, so that much of one is in others as well. */
#ifndef PP_TESTS_FEW_STACKS_H
#define PP_TESTS_FEW_STACKS_H

#include "unit.h"

#include "profile/builder.h"
#include "random_profile.h"

/* Of two types: the second value is ten times the first, but for one sample if `odd`. */
static inline void make_few(struct pp_profile *p, uint64_t *seed, bool mappings, bool odd)
{
	struct pp_builder b;
	struct pp_err err;
	char name[16];

	pp_builder_init(&b);
	pp_builder_sample_type(&b, "samples", "count");
	pp_builder_sample_type(&b, "cpu", "nanoseconds");
	for (uint64_t i = 0; mappings && i < 3; i++) { /* the last two are equal */
		const struct pp_mapping m = {.start = i ? 0x8000 : 0x1000,
					     .limit = i ? 0x9000 : 0x2000,
					     .file = pp_builder_string(&b, PP_STR_LIT("/bin/x")),
					     .has_functions = i > 0};

		pp_builder_mapping(&b, &m);
	}
	for (size_t n = below(seed, 20); n; n--) {
		uint32_t stack[8], depth = (uint32_t)below(seed, 8);
		const struct pp_builder_label label = {
			.key = pp_builder_string(&b, PP_STR_LIT("tenant")), .num = 1};
		int64_t values[2] = {(int64_t)below(seed, 4)};

		values[1] = values[0] * 10 + (odd && n == 1);
		for (uint32_t i = 0; i < depth; i++) {
			snprintf(name, sizeof(name), "f%zu", below(seed, 5));
			uint32_t text = pp_builder_string(&b, pp_str_of(name));
			const struct pp_line line = {
				.function = pp_builder_function(&b, text, text, 0, 7), .line = 8};
			stack[i] = pp_builder_location(
				&b, mappings ? (uint32_t)below(seed, 3) : PP_NONE,
				mappings ? 0x8000 + (uint64_t)below(seed, 3) : 0, &line, 1);
		}
		pp_builder_sample(&b, stack, depth, values, &label, (uint32_t)below(seed, 2));
	}
	b.head.time_nanos = (int64_t)below(seed, 100);
	b.head.duration_nanos = 3;
	if (pp_builder_finish(&b, p, &err))
		fail_msg("%s", err.msg);
	pp_builder_release(&b);
}

#endif
