/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Samples by stack and labels, with the sums of their values, in the order of first occurrence.
 * Stacks are kept as they will be written, as varints, in one growing run of records: this is as
 * much data as a whole profile, so nothing is allocated per sample.
 */
#ifndef PP_PROFILE_SAMPLE_SET_H
#define PP_PROFILE_SAMPLE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"

/* In the run, followed by the values, then the stack, then zeros up to a multiple of 8 bytes. */
struct pp_sample_record {
	uint32_t labels;  /* a set in pp_label_sets */
	uint32_t nstack;  /* bytes of the stack */
	int64_t values[]; /* sums; they wrap */
};

struct pp_sample_set {
	uint32_t nvalues; /* per sample */
	uint64_t count;
	uint8_t *records;
	size_t nrecords, cap; /* bytes */
	uint64_t *slots;      /* part of the hash, and the place of a record; 0: free */
	size_t mask;
	uint64_t seed;
};

/* An empty set that has room for `expected` samples. */
void pp_sample_set_init(struct pp_sample_set *s, uint32_t nvalues, uint64_t expected);
void pp_sample_set_release(struct pp_sample_set *s);

/* Add values to the sample with this stack and set of labels, new if it was not there. -1 with
 * PP_ERR_LIMIT if the stack is too large. */
int pp_sample_set_add(struct pp_sample_set *s, const uint8_t *stack, size_t nstack, uint32_t labels,
		      const int64_t *values, struct pp_err *err) PP_NODISCARD;

/* Nothing more will be added: give back what is needed for that only. */
void pp_sample_set_seal(struct pp_sample_set *s);

/* The record at byte `at` of the run, starting with 0; *at becomes that of the next. NULL at the
 * end. */
struct pp_sample_record *pp_sample_set_next(const struct pp_sample_set *s, size_t *at);

static inline const uint8_t *pp_sample_record_stack(const struct pp_sample_set *s,
						    const struct pp_sample_record *r)
{
	return (const uint8_t *)&r->values[s->nvalues];
}

static inline bool pp_sample_record_is_zero(const struct pp_sample_set *s,
					    const struct pp_sample_record *r)
{
	for (uint32_t i = 0; i < s->nvalues; i++) {
		if (r->values[i])
			return false;
	}
	return true;
}

#endif
