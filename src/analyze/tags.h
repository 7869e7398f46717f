/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each value of each label costs: sums of the samples that carry it. A sample that carries a
 * value twice counts twice, as in pprof.
 */
#ifndef PP_ANALYZE_TAGS_H
#define PP_ANALYZE_TAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/total.h"
#include "analyze/view.h"
#include "base/str.h"
#include "profile/labels.h"

struct pp_tag {
	uint32_t key; /* position in labels->keys */
	bool is_number;
	struct pp_str text; /* of texts; borrowed from the profile */
	int64_t number;	    /* of numbers, in the unit of its key */
	int64_t sum;	    /* wraps */
};

struct pp_tags {
	const struct pp_labels *labels; /* borrowed */
	/* By name of the key; within a key by falling |sum|, then texts before numbers, and these
	 * by value. */
	struct pp_tag *all;
	size_t n;
	struct pp_total total;
};

/* Count the labels that the view's filter lets through. `labels` are the profile's. */
void pp_tags_init(struct pp_tags *t, const struct pp_view *v, const struct pp_labels *labels);
void pp_tags_release(struct pp_tags *t);

/* The end of the run of tags that have the key of all[from]. */
size_t pp_tags_key_end(const struct pp_tags *t, size_t from);

/* The sum over [from, to); wraps. */
int64_t pp_tags_sum(const struct pp_tags *t, size_t from, size_t to);

#endif
