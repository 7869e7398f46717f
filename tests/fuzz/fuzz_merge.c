/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two profiles out of one input: two bytes with the size of the first, the first, the second. What
 * they are merged to must hold the same samples as both, decode again, and be its own merge.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "oracle_merge.h"
#include "pprof/encode.h"
#include "pprof/read.h"
#include "profile/base.h"
#include "profile/combine.h"
#include "profile/merge.h"

#define HEAD 2 /* bytes that say where to cut */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void fail(const char *what)
{
	fprintf(stderr, "fuzz_merge: %s\n", what);
	abort();
}

struct input {
	const uint8_t *bytes[2];
	size_t n[2];
};

static bool read_both(const struct input *in, struct pp_profile p[2])
{
	struct pp_err err = PP_ERR_INIT;

	if (pp_pprof_read_bytes(&p[0], in->bytes[0], in->n[0], NULL, &err))
		return false;
	if (pp_pprof_read_bytes(&p[1], in->bytes[1], in->n[1], NULL, &err)) {
		pp_profile_release(&p[0]);
		return false;
	}
	return true;
}

/* Encode, decode, merge with nothing: the same bytes each time. */
static void check_stays(struct pp_profile *p)
{
	struct pp_buf first = PP_BUF_INIT, second = PP_BUF_INIT;
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile again;
	const char *wrong = oracle_merged_wrong(p);

	if (wrong)
		fail(wrong);
	pp_pprof_encode(p, &first);
	if (pp_pprof_read_bytes(&again, (const uint8_t *)first.p, first.n, NULL, &err))
		fail(err.msg);
	if (again.nsamples != p->nsamples || again.max_depth != p->max_depth)
		fail("another number of samples or frames when read again");
	if (pp_profile_merge(&again, &again, 1, &err))
		fail(err.msg);
	pp_pprof_encode(&again, &second);
	if (first.n != second.n || memcmp(first.p, second.p, first.n) != 0)
		fail("merging what was merged changes it");
	pp_buf_release(&first);
	pp_buf_release(&second);
	pp_profile_release(&again);
}

static void check_merge(const struct input *in)
{
	struct pp_profile p[2], out;
	struct oracle_samples want, got;
	struct pp_err err = PP_ERR_INIT;

	if (!read_both(in, p))
		return;
	bool stand_in = (p[0].nmappings != 0) != (p[1].nmappings != 0);
	oracle_samples_init(&want, p[0].nsample_types);
	if (pp_merge_check_types(&p[0], &p[1], &err) == 0) {
		oracle_samples_add(&want, &p[0], 1, stand_in);
		oracle_samples_add(&want, &p[1], 1, stand_in);
		if (pp_profile_merge(&out, p, 2, &err))
			fail(err.msg);
		oracle_samples_init(&got, out.nsample_types);
		oracle_samples_add(&got, &out, 1, false);
		if (!oracle_samples_equal(&want, &got))
			fail("other samples than those that were merged");
		oracle_samples_release(&got);
		check_stays(&out);
		pp_profile_release(&out);
	}
	pp_profile_release(&p[0]);
	pp_profile_release(&p[1]);
	oracle_samples_release(&want);
}

static void check_combine(const struct input *in)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p[2], out;

	if (!read_both(in, p))
		return;
	if (pp_profile_combine(&out, p, 2, &err) == 0)
		check_stays(&out);
	else if (!err.msg[0])
		fail("no message");
	pp_profile_release(&out);
}

static void check_subtract(const struct input *in, const struct pp_base_options *options)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p[2], out;

	if (!read_both(in, p))
		return;
	if (pp_profile_subtract(&out, &p[0], &p[1], options, &err) == 0)
		check_stays(&out);
	else if (!err.msg[0])
		fail("no message");
	pp_profile_release(&out);
}

static void check_nothing_left(const struct input *in)
{
	const struct input twice = {{in->bytes[0], in->bytes[0]}, {in->n[0], in->n[0]}};
	const struct pp_base_options options = {.diff = false};
	struct pp_err err = PP_ERR_INIT;
	struct pp_profile p[2], out;

	if (!read_both(&twice, p))
		return;
	if (pp_profile_subtract(&out, &p[0], &p[1], &options, &err))
		fail(err.msg);
	if (out.nsamples || out.nlocations || out.nfunctions)
		fail("something is left of a profile less itself");
	pp_profile_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	if (n < HEAD)
		return 0;
	size_t cut = (size_t)bytes[0] << 8 | bytes[1];
	if (cut > n - HEAD)
		cut = n - HEAD;
	const struct input in = {{bytes + HEAD, bytes + HEAD + cut}, {cut, n - HEAD - cut}};

	check_merge(&in);
	check_combine(&in);
	check_subtract(&in, &(struct pp_base_options){.diff = false});
	check_subtract(&in, &(struct pp_base_options){.diff = true, .normalize = true});
	check_nothing_left(&in);
	return 0;
}
