/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Flame graphs from outside, as pages or as their blocks: what is read is a valid profile, and its
 * own block says the same.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "block_fixture.h"
#include "pprof/decode.h"
#include "pprof/encode.h"
#include "pprof/read.h"
#include "profile/samples.h"

#define LIMIT	  (4u << 20) /* of what a block may become: stacks are the square of it */
#define TYPES_MAX 16	     /* of what is written again */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void fail(const char *what)
{
	fprintf(stderr, "fuzz_flame: %s\n", what);
	abort();
}

/* Sums of all samples; they wrap. */
static void add_up(const struct pp_profile *p, uint64_t sums[TYPES_MAX])
{
	struct pp_sample_iter it;
	struct pp_sample s;

	memset(sums, 0, TYPES_MAX * sizeof(*sums));
	for (uint32_t range = 0; range < p->nranges; range++) {
		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s)) {
			for (uint32_t i = 0; i < p->nsample_types; i++)
				sums[i] += (uint64_t)s.values[i];
		}
		pp_samples_release(&it);
	}
}

/* As a pprof file. */
static void check_valid(const struct pp_profile *p)
{
	struct pp_buf written = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile again;

	pp_pprof_encode(p, &written);
	if (pp_pprof_decode(&again, (uint8_t *)written.p, written.n, &err))
		fail(err.msg);
	pp_profile_release(&again);
}

/* As another block; takes the profile over. */
static void check_round_trip(struct pp_profile *p)
{
	const struct pp_flame_block_options o = {.labels = true, .times = true};
	uint64_t sums[TYPES_MAX], sums_again[TYPES_MAX];
	struct flame_fixture x;
	struct pp_profile again;
	struct pp_err err = PP_ERR_INIT;
	size_t n;

	flame_fixture_init(&x, p);
	uint8_t *block = bytes_of(&x, &o, &n);
	if (pp_flame_read_block(&again, (struct pp_str){(char *)block, n}, UINT32_MAX, &err))
		fail(err.msg);
	add_up(&x.profile, sums);
	add_up(&again, sums_again);
	if (again.nsample_types != x.profile.nsample_types ||
	    memcmp(sums, sums_again, sizeof(sums)) != 0)
		fail("written again, it says something else");
	free(block);
	pp_profile_release(&again);
	flame_fixture_release(&x);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const struct pp_read_options o = {.max_input = LIMIT};
	struct pp_str all = {(const char *)bytes, n};
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p;
	int rc;

	if (pp_flame_is(all))
		rc = pp_pprof_read_bytes(&p, bytes, n, &o, &err);
	else
		rc = pp_flame_read_block(&p, all, LIMIT, &err);
	if (rc) {
		if (!err.msg[0] || (err.kind != PP_ERR_FORMAT && err.kind != PP_ERR_LIMIT &&
				    err.kind != PP_ERR_UNSUPPORTED))
			fail("failed without saying why");
		return 0;
	}
	check_valid(&p);
	if (p.nsample_types > TYPES_MAX)
		pp_profile_release(&p);
	else
		check_round_trip(&p);
	return 0;
}
