/* SPDX-License-Identifier: Apache-2.0 */
/* New samples for a profile that keeps its tables: one after the other, in the order of the old. */
#ifndef PP_PROFILE_REWRITE_H
#define PP_PROFILE_REWRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "profile/filter.h"
#include "profile/profile.h"
#include "profile/samples.h"

struct pp_rewrite {
	const struct pp_profile *profile; /* borrowed */
	struct pp_buf stack, sample;	  /* of the current sample */
	struct pp_buf samples;		  /* all that are done */
	size_t ends[PP_SAMPLE_SPLITS];	  /* of the ranges in `samples` */
	uint64_t nsamples;
	uint32_t depth, max_depth;
};

void pp_rewrite_init(struct pp_rewrite *w, const struct pp_profile *p);
void pp_rewrite_release(struct pp_rewrite *w);

/* Add a location to the current stack, the leaf first. */
void pp_rewrite_location(struct pp_rewrite *w, uint64_t id);

/* Finish the current sample: values and labels are those of `s`, but for labels that the filter
 * (NULL: none) hides. The next stack is empty. */
void pp_rewrite_sample(struct pp_rewrite *w, const struct pp_sample *s,
		       const struct pp_filter *filter);

/* The samples of this range of the profile are done. Ranges come in order. */
void pp_rewrite_end_range(struct pp_rewrite *w, uint32_t range);

/* Replace the profile's samples. */
int pp_rewrite_finish(struct pp_rewrite *w, struct pp_profile *p, struct pp_err *err) PP_NODISCARD;

/* Whether a sample stays; its stack may be cut on the way. */
typedef bool pp_keeps_fn(const void *context, struct pp_sample *s);

/* Make those samples of the profile that stay all there are, without the labels that the filter
 * (NULL: none) hides. */
int pp_rewrite_kept(struct pp_profile *p, pp_keeps_fn *keeps, const void *context,
		    const struct pp_filter *hides, struct pp_err *err) PP_NODISCARD;

/* Make what the filter leaves of the profile all there is. The filter was made for it, and is of no
 * further use. */
int pp_rewrite_filtered(struct pp_profile *p, const struct pp_filter *filter,
			struct pp_err *err) PP_NODISCARD;

#endif
