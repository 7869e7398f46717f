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

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/hash.h"

/* In a run of them, followed by the values, then the stack, then zeros up to a multiple of 8 bytes.
 */
struct pp_sample_record {
	uint64_t hash;
	uint32_t labels;  /* a set in pp_label_sets */
	uint32_t nstack;  /* bytes of the stack */
	int64_t values[]; /* in a pp_sample_set: sums; they wrap */
};

struct pp_sample_set {
	uint32_t nvalues; /* per sample */
	uint64_t count;
	uint8_t *records;
	size_t nrecords, cap; /* bytes */
	uint64_t *slots;      /* part of the hash, and the place of a record; 0: free */
	size_t mask;
};

/* An empty set that has room for `expected` samples. */
void pp_sample_set_init(struct pp_sample_set *s, uint32_t nvalues, uint64_t expected);
void pp_sample_set_release(struct pp_sample_set *s);

/* Add a run of records: the values of each to the sample with its stack and labels, new if it was
 * not there. -1 with PP_ERR_LIMIT if they become too many. */
int pp_sample_set_add(struct pp_sample_set *s, const struct pp_buf *records,
		      struct pp_err *err) PP_NODISCARD;

/* Nothing more will be added: give back what is needed for that only. */
void pp_sample_set_seal(struct pp_sample_set *s);

/* The record at byte `at` of the run, starting with 0; *at becomes that of the next. NULL at the
 * end. */
struct pp_sample_record *pp_sample_set_next(const struct pp_sample_set *s, size_t *at);

static inline size_t pp_sample_record_size(uint32_t nvalues, size_t nstack)
{
	return (sizeof(struct pp_sample_record) + nvalues * sizeof(int64_t) + nstack + 7) &
	       ~(size_t)7;
}

static inline uint8_t *pp_sample_record_stack(struct pp_sample_record *r, uint32_t nvalues)
{
	return (uint8_t *)&r->values[nvalues];
}

static inline uint64_t pp_sample_record_hash(uint64_t seed, const uint8_t *stack, size_t nstack,
					     uint32_t labels)
{
	uint64_t h = pp_hash_bytes(seed, stack, nstack);

	return labels ? pp_hash_u64(h ^ pp_hash_u64(labels ^ seed)) : h;
}

static inline bool pp_sample_record_is_zero(const struct pp_sample_record *r, uint32_t nvalues)
{
	for (uint32_t i = 0; i < nvalues; i++) {
		if (r->values[i])
			return false;
	}
	return true;
}

#endif
