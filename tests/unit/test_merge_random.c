/* SPDX-License-Identifier: Apache-2.0 */
/* Merging random profiles, held to a plain second opinion; and many samples. */
#include <config.h>

#include "merge_fixture.h"

#include "pprof/encode.h"
#include "pprof/read.h"
#include "profile/base.h"
#include "random_profile.h"

#define ROUNDS 300

static void read_random(uint64_t *seed, struct pp_profile *p)
{
	struct pp_err err = PP_ERR_INIT;
	uint8_t *bytes;
	size_t n = make_profile(seed, &bytes);

	if (pp_pprof_read_bytes(p, bytes, n, NULL, &err))
		fail_msg("%s", err.msg);
	free(bytes);
}

/* Merge two profiles whatever their types are called. */
static void merge_anyhow(struct pp_profile *out, struct pp_profile *a, struct pp_profile *b)
{
	struct pp_merge_input inputs[2];
	const struct pp_merge merge = {.inputs = inputs, .n = 2};
	struct pp_err err = PP_ERR_INIT;

	pp_merge_input_init(&inputs[0], a);
	pp_merge_input_init(&inputs[1], b);
	if (pp_merge_run(out, &merge, &err))
		fail_msg("%s", err.msg);
}

static void assert_holds(const struct pp_profile *p, struct oracle_samples *want, uint64_t seed)
{
	struct oracle_samples got;
	const char *wrong = oracle_merged_wrong(p);

	oracle_samples_init(&got, p->nsample_types);
	oracle_samples_add(&got, p, 1, false);
	if (wrong || !oracle_samples_equal(want, &got))
		fail_msg("seed %llu: %s", (unsigned long long)seed,
			 wrong ? wrong : "other samples");
	oracle_samples_release(&got);
}

/* Through the file format and back. */
static void write_and_read(struct pp_profile *p)
{
	struct pp_buf bytes = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;

	pp_pprof_encode(p, &bytes);
	pp_profile_release(p);
	if (pp_pprof_read_bytes(p, (const uint8_t *)bytes.p, bytes.n, NULL, &err))
		fail_msg("%s", err.msg);
	pp_buf_release(&bytes);
}

/* Both ways round, and with another numbering of the second. */
static void random_profiles_hold_their_samples(void **state)
{
	(void)state;
	uint64_t seed = 42;
	int merged = 0;

	for (int round = 0; round < ROUNDS; round++) {
		uint64_t first = seed, second, again;
		struct oracle_samples want;
		struct pp_profile a, b, out;

		read_random(&seed, &a);
		second = seed;
		read_random(&seed, &b);
		if (a.nsample_types == b.nsample_types) {
			bool stand_in = (a.nmappings != 0) != (b.nmappings != 0);

			oracle_samples_init(&want, a.nsample_types);
			oracle_samples_add(&want, &a, 1, stand_in);
			oracle_samples_add(&want, &b, 1, stand_in);
			merge_anyhow(&out, &a, &b);
			write_and_read(&out);
			assert_holds(&out, &want, first);
			pp_profile_release(&out);

			again = second;
			read_random(&again, &b);
			again = first;
			read_random(&again, &a);
			merge_anyhow(&out, &b, &a);
			assert_holds(&out, &want, first);
			pp_profile_release(&out);
			oracle_samples_release(&want);
			merged++;
		}
		pp_profile_release(&a);
		pp_profile_release(&b);
	}
	assert_true(merged > ROUNDS / 8);
}

/* p - p is nothing, and p merged with nothing is what it is. */
static void random_profiles_cancel_out_and_stay(void **state)
{
	(void)state;
	uint64_t seed = 4243;

	for (int round = 0; round < ROUNDS; round++) {
		struct pp_base_options options = {.diff = false};
		struct pp_buf one = PP_BUF_INIT, two = PP_BUF_INIT;
		struct pp_err err = PP_ERR_INIT;
		struct pp_profile a, b;
		uint64_t again = seed;

		read_random(&seed, &a);
		read_random(&again, &b);
		assert_int_equal(pp_profile_subtract(&a, &a, &b, &options, &err), 0);
		assert_int_equal(a.nsamples, 0);
		assert_int_equal(a.nlocations, 0);
		pp_profile_release(&a);

		again = seed;
		read_random(&seed, &a);
		merge_ok(&a, &a, 1);
		pp_pprof_encode(&a, &one);
		write_and_read(&a);
		merge_ok(&a, &a, 1);
		pp_pprof_encode(&a, &two);
		assert_int_equal(one.n, two.n);
		assert_memory_equal(one.p, two.p, one.n);
		pp_profile_release(&a);
		pp_buf_release(&one);
		pp_buf_release(&two);
	}
}

/* More samples than one batch holds, and than the table starts with. */
static void many_samples_in_many_batches(void **state)
{
	(void)state;
	struct pp_profile in[2], out;

	for (int i = 0; i < 2; i++) {
		struct pp_builder b;

		begin_cpu(&b);
		for (uint32_t j = 0; j < 100000; j++) {
			uint32_t stack[] = {place(&b, PP_NONE, j % 1000, "f", 0, 0),
					    place(&b, PP_NONE, 1000 + j / 1000, "g", 0, 0)};

			pp_builder_sample(&b, stack, 2, (int64_t[]){j + 1}, NULL, 0);
		}
		end(&b, &in[i]);
	}
	merge_ok(&out, in, 2);
	assert_int_equal(out.nsamples, 100000);
	assert_int_equal(out.nlocations, 1100);
	assert_int_equal(out.nranges, PP_SAMPLE_SPLITS);
	assert_int_equal(out.max_depth, 2);
	assert_null(oracle_merged_wrong(&out));
	struct pp_sample_iter it;
	struct pp_sample s;
	int64_t want = 2;
	for (uint32_t range = 0; range < out.nranges; range++) {
		pp_samples_begin(&it, &out, range);
		for (; pp_samples_next(&it, &s); want += 2)
			assert_int_equal(s.values[0], want);
		pp_samples_release(&it);
	}
	pp_profile_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_profiles_hold_their_samples),
		cmocka_unit_test(random_profiles_cancel_out_and_stay),
		cmocka_unit_test(many_samples_in_many_batches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
