/* SPDX-License-Identifier: Apache-2.0 */
/* Subtracting is combining with the base's values negated. */
#include <config.h>

#include "profile/base.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "profile/combine.h"
#include "profile/merge.h"
#include "profile/samples.h"

/* The sum of each sample type; owned by the caller. */
static int64_t *sum_values(const struct pp_profile *p)
{
	int64_t *sums = pp_xcalloc(p->nsample_types, sizeof(*sums));

	for (uint32_t range = 0; range < p->nranges; range++) {
		struct pp_sample_iter it;
		struct pp_sample s;

		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s)) {
			for (uint32_t i = 0; i < p->nsample_types; i++)
				sums[i] = pp_wrap_add(sums[i], s.values[i]);
		}
		pp_samples_release(&it);
	}
	return sums;
}

/* The source's ratios; 0 where it has nothing to scale. Sample types are the same. */
static double *normal_ratios(const struct pp_profile *source, const struct pp_profile *base)
{
	PP_CLEANUP(pp_freep) int64_t *have = sum_values(source);
	PP_CLEANUP(pp_freep) int64_t *want = sum_values(base);
	double *ratios = pp_xcalloc(source->nsample_types, sizeof(*ratios));

	for (uint32_t i = 0; i < source->nsample_types; i++)
		ratios[i] = have[i] ? (double)want[i] / (double)have[i] : 0;
	return ratios;
}

static double *negative_ratios(uint32_t n)
{
	double *ratios = pp_xcalloc(n, sizeof(*ratios));

	for (uint32_t i = 0; i < n; i++)
		ratios[i] = -1;
	return ratios;
}

static int refuse(struct pp_profile *out, struct pp_profile *source, struct pp_profile *base,
		  struct pp_err *err)
{
	pp_profile_release(source);
	pp_profile_release(base);
	pp_profile_init(out, 0);
	return pp_err_wrap(err, "cannot normalize to the base");
}

int pp_profile_subtract(struct pp_profile *out, struct pp_profile *source, struct pp_profile *base,
			const struct pp_base_options *options, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) double *negative = negative_ratios(base->nsample_types);
	PP_CLEANUP(pp_freep) double *normal = NULL;
	struct pp_merge_input inputs[2];

	if (options->normalize) {
		if (pp_merge_check_types(source, base, err))
			return refuse(out, source, base, err);
		normal = normal_ratios(source, base);
	}
	pp_merge_input_init(&inputs[0], source);
	pp_merge_input_init(&inputs[1], base);
	inputs[0].ratios = normal;
	inputs[1].ratios = negative;
	inputs[1].is_base = options->diff;
	return pp_combine_run(out, inputs, 2, err);
}
