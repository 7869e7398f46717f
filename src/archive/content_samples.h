/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The samples of a profile in the order of what they say: stacks from the leaf on, then labels,
 * then values. Labels are those of pprof: strings before numbers, by key, the values of one key in
 * the order they came in; none that says nothing.
 */
#ifndef PP_ARCHIVE_CONTENT_SAMPLES_H
#define PP_ARCHIVE_CONTENT_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

#include "archive/content_order.h"
#include "base/buf.h"
#include "base/map.h"
#include "profile/profile.h"

/* Strings are ranks; str 0: a number. */
struct pp_content_label {
	uint32_t key, str, unit;
	int64_t num;
};

struct pp_content_row {
	uint64_t prefix;
	size_t at; /* of the record, in words */
};

struct pp_content_samples {
	const struct pp_profile *p; /* borrowed, as the order */
	const struct pp_content_order *order;
	uint32_t *words; /* records: see content_samples.c */
	size_t nwords, cap;
	struct pp_content_row *rows; /* in order */
	size_t n;
	struct pp_strtab sets; /* of labels, as bytes */
};

/* One sample: spans are valid as long as the samples. */
struct pp_content_sample {
	const uint32_t *stack; /* ranks of locations, big-endian: pp_content_location */
	uint32_t depth;
	const uint32_t *values; /* int64_t, not aligned: pp_content_value */
	uint32_t set;		/* of labels */
};

void pp_content_samples_init(struct pp_content_samples *s, const struct pp_profile *p,
			     const struct pp_content_order *order);
void pp_content_samples_release(struct pp_content_samples *s);

struct pp_content_sample pp_content_samples_get(const struct pp_content_samples *s, uint64_t i);
uint32_t pp_content_location(const struct pp_content_sample *sample, uint32_t i);
int64_t pp_content_value(const struct pp_content_sample *sample, uint32_t i);

/* How many labels a set has, and the i-th of them. */
uint32_t pp_content_labels(const struct pp_content_samples *s, uint32_t set);
struct pp_content_label pp_content_label(const struct pp_content_samples *s, uint32_t set,
					 uint32_t i);

#endif
