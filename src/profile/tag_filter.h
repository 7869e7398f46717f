/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --tagfocus and --tagignore: a predicate on the labels of a sample. [KEY=]EXPR, where EXPR is a
 * range of numbers with units (5ms, 5ms:, :5ms, 5ms:9ms) or regular expressions separated by
 * commas. With KEY one of them must match a value of that key; without, each must match some
 * "key:value". Rules: google/pprof, compileTagFilter.
 */
#ifndef PP_PROFILE_TAG_FILTER_H
#define PP_PROFILE_TAG_FILTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "profile/labels.h"
#include "profile/samples.h"

struct pp_tag_filter {
	const struct pp_profile *profile; /* borrowed, as the labels */
	const struct pp_labels *labels;
	bool has_key;
	struct pp_str key;
	bool range; /* of numbers; else regular expressions */
	double low, high;
	struct pp_str unit; /* of low and high */
	uint32_t all;	    /* bit i: there is an expression i */
	uint32_t *matched;  /* per pair of labels: bit i: expression i matches it */
};

/* -1 with PP_ERR_USAGE if the text is no such predicate. Release in either case. The text must
 * live as long. */
int pp_tag_filter_init(struct pp_tag_filter *f, const struct pp_profile *p,
		       const struct pp_labels *labels, struct pp_str text,
		       struct pp_err *err) PP_NODISCARD;
void pp_tag_filter_release(struct pp_tag_filter *f);

/* Whether the sample's labels fulfil it. */
bool pp_tag_filter_match(const struct pp_tag_filter *f, const struct pp_sample *s);

#endif
