/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Samples of the older formats: frames are addresses, and one address is one location until the
 * memory map behind the samples says what it belongs to.
 */
#ifndef PP_PPROF_LEGACY_STACK_H
#define PP_PPROF_LEGACY_STACK_H

#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "profile/builder.h"

#define PP_LEGACY_MAX_LOCATIONS (1u << 22) /* each costs us some hundred bytes */

/* The stack of the sample that is being read. */
struct pp_legacy_stack {
	struct pp_builder *b;
	struct pp_buf locations; /* uint32_t, leaf first */
	uint32_t n;
};

static inline void pp_legacy_stack_release(struct pp_legacy_stack *s)
{
	pp_buf_release(&s->locations);
}

/* Add a frame, the caller of the one before. */
void pp_legacy_push(struct pp_legacy_stack *s, uint64_t address);

/* As pp_legacy_push for each address in a text. A return address is that of the instruction behind
 * the call, so `adjust` is taken from each. -1 if one does not fit 64 bits (no message). */
int pp_legacy_push_text(struct pp_legacy_stack *s, struct pp_str text,
			uint64_t adjust) PP_NODISCARD;

/* A profiler may find the interrupted function twice: by its program counter, and, taken for a
 * return address, by walking the stack. Remove the second. */
void pp_legacy_drop_double_leaf(struct pp_legacy_stack *s);

/* Add a sample with this stack, and go on with an empty one. `bytes`: the size of its blocks, which
 * becomes a label, or NULL. -1 with PP_ERR_LIMIT if there are too many locations. */
int pp_legacy_sample(struct pp_legacy_stack *s, const int64_t *values, const int64_t *bytes,
		     struct pp_err *err) PP_NODISCARD;

/* Frames that writers of such files leave to the reader to hide. */
enum pp_legacy_drop { PP_LEGACY_DROP_ALLOCATOR, PP_LEGACY_DROP_LOCKS, PP_LEGACY_DROP_SAMPLER };

/* Have the profile drop them. */
void pp_legacy_drop_frames(struct pp_builder *b, enum pp_legacy_drop which);

/* Set the period and what it counts. */
void pp_legacy_period(struct pp_builder *b, const char *type, const char *unit, int64_t period);

/* a * b, wrapping as Go's integers do. */
static inline int64_t pp_legacy_times(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a * (uint64_t)b);
}

/* A number cut to an integer. What does not fit becomes INT64_MIN, as on the machines pprof's
 * results come from. */
static inline int64_t pp_legacy_truncate(double x)
{
	return x >= -0x1p63 && x < 0x1p63 ? (int64_t)x : INT64_MIN;
}

/* Estimate what a sample of allocations stands for. A block of s bytes gets into a sample of mean
 * distance `rate` with the probability 1 - exp(-s / rate). */
void pp_legacy_unsample(int64_t *count, int64_t *size, int64_t rate);

#endif
