/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words of 32 or 64 bits in either byte order: 0, 3, 0 (of a C++ program) or 1 (Java), the period
 * in microseconds, 0; then for each stack how often it was seen, how many frames it has, and the
 * frames, leaf first; 0, 1, 0 at the end; then a memory map as text.
 */
#include <config.h>

#include <string.h>

#include "base/bytes.h"
#include "pprof/legacy_java.h"
#include "pprof/legacy_maps.h"
#include "pprof/legacy_readers.h"
#include "pprof/legacy_stack.h"

#define HEADER_WORDS 5
#define MAX_STRIPPED 2
#define SIMILAR	     32 /* one stack in so many may be without a frame that all others have */

struct words {
	const char *file, *p, *end;
	unsigned size; /* 4 or 8 */
	bool big_endian;
};

struct cpu_stack {
	uint64_t count, n;
	const char *frames;
};

/* Frames that have nothing to do with the program: those behind the leaf, in nearly all stacks. */
struct stripped {
	uint64_t address[MAX_STRIPPED];
	unsigned n;
};

static uint64_t word_at(const struct words *w, const char *p)
{
	if (w->size == 4)
		return w->big_endian ? __builtin_bswap32(pp_load_le32(p)) : pp_load_le32(p);
	return w->big_endian ? __builtin_bswap64(pp_load_le64(p)) : pp_load_le64(p);
}

/* The next stack: 1, 0 at the end, with w->p behind it, or -1. */
static int next_stack(struct words *w, struct cpu_stack *s, struct pp_err *err)
{
	if (w->p == w->end)
		return 0;
	if (w->end - w->p < 2 * (ptrdiff_t)w->size)
		return pp_err_set(err, PP_ERR_FORMAT, "truncated stack at byte %zu",
				  (size_t)(w->p - w->file));
	s->count = word_at(w, w->p);
	s->n = word_at(w, w->p + w->size);
	s->frames = w->p + 2 * (size_t)w->size;
	if (s->n > (size_t)(w->end - s->frames) / w->size)
		return pp_err_set(err, PP_ERR_FORMAT,
				  "stack of %llu frames at byte %zu is longer than the file",
				  (unsigned long long)s->n, (size_t)(w->p - w->file));
	w->p = s->frames + s->n * w->size;
	return s->count != 0 || s->n != 1 || word_at(w, s->frames) != 0;
}

/* All but the leaf are return addresses, behind the call. */
static uint64_t frame_at(const struct words *w, const struct cpu_stack *s, uint64_t i)
{
	return word_at(w, s->frames + i * w->size) - (i > 0);
}

/* Where the caller of the leaf stands in a stack without what is to be stripped. */
static uint64_t caller_at(const struct words *w, const struct cpu_stack *s,
			  const struct stripped *strip)
{
	uint64_t at = 1;

	for (unsigned i = 0; i < strip->n && at < s->n; i++)
		at += frame_at(w, s, at) == strip->address[i];
	return at;
}

/* Walk all stacks: the caller of the leaf that could be in more than half of them (by majority
 * vote, Boyer and Moore), and in how many of them *address is. */
struct census {
	uint64_t stacks, candidate, lead, with_address;
};

static int count_callers(struct words w, const struct stripped *strip, uint64_t address,
			 struct census *c, struct pp_err *err)
{
	struct cpu_stack s;
	int rc;

	*c = (struct census){0};
	while ((rc = next_stack(&w, &s, err)) == 1) {
		uint64_t at = caller_at(&w, &s, strip);

		c->stacks++;
		if (at >= s.n)
			continue;
		uint64_t frame = frame_at(&w, &s, at);
		c->with_address += frame == address;
		if (c->lead == 0)
			c->candidate = frame;
		c->lead += frame == c->candidate ? 1 : UINT64_MAX;
	}
	return rc;
}

/* A caller that nearly all leaves have is the signal handler of the profiler. */
static int find_stripped(const struct words *w, struct stripped *strip, struct pp_err *err)
{
	struct census vote, count;

	*strip = (struct stripped){0};
	while (strip->n < MAX_STRIPPED) {
		if (count_callers(*w, strip, 0, &vote, err) ||
		    count_callers(*w, strip, vote.candidate, &count, err))
			return -1;
		if (count.with_address == 0 ||
		    count.with_address < count.stacks - count.stacks / SIMILAR)
			break;
		strip->address[strip->n++] = vote.candidate;
	}
	return 0;
}

static int add_stack(struct pp_legacy_stack *stack, const struct words *w,
		     const struct cpu_stack *s, const struct stripped *strip, struct pp_err *err)
{
	const int64_t values[] = {(int64_t)s->count,
				  pp_legacy_times((int64_t)s->count, stack->b->head.period)};

	for (uint64_t i = 0; i < s->n; i++) {
		if (!strip) {
			pp_legacy_push(stack, word_at(w, s->frames + i * w->size));
			continue;
		}
		if (i == 1)
			i = caller_at(w, s, strip);
		if (i < s->n)
			pp_legacy_push(stack, frame_at(w, s, i));
	}
	if (strip)
		pp_legacy_drop_double_leaf(stack);
	return pp_legacy_sample(stack, values, NULL, err);
}

/* strip: NULL for Java, whose frames are no addresses */
static int add_stacks(struct pp_builder *b, struct words *w, const struct stripped *strip,
		      struct pp_err *err)
{
	PP_CLEANUP(pp_legacy_stack_release) struct pp_legacy_stack stack = {.b = b};
	struct cpu_stack s;
	int rc;

	while ((rc = next_stack(w, &s, err)) == 1) {
		if (add_stack(&stack, w, &s, strip, err))
			return -1;
	}
	return rc;
}

/* Find out the kind of words; false if in no kind these are the first ones of a CPU profile. */
static bool recognize(struct words *w, struct pp_str file, uint64_t *words)
{
	static const struct words kinds[] = {
		{.size = 4},
		{.size = 4, .big_endian = true},
		{.size = 8},
		{.size = 8, .big_endian = true},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(kinds); i++) {
		*w = kinds[i];
		w->file = w->p = file.p;
		w->end = file.p + file.n;
		if (file.n < (size_t)w->size * HEADER_WORDS)
			continue;
		for (unsigned k = 0; k < HEADER_WORDS; k++, w->p += w->size)
			words[k] = word_at(w, w->p);
		if (words[0] == 0 && words[1] == 3 && words[2] <= 1 && words[4] == 0)
			return true;
	}
	return false;
}

static int read_native(struct pp_builder *b, struct words *w, struct pp_err *err)
{
	struct stripped strip;
	struct pp_lines l;

	if (find_stripped(w, &strip, err) || add_stacks(b, w, &strip, err))
		return PP_LEGACY_FAILED;
	l = pp_lines_of((struct pp_str){w->p, (size_t)(w->end - w->p)});
	return pp_legacy_maps(b, &l, err);
}

static int read_java(struct pp_builder *b, struct words *w, struct pp_err *err)
{
	struct pp_lines l;

	if (add_stacks(b, w, NULL, err))
		return PP_LEGACY_FAILED;
	l = pp_lines_of((struct pp_str){w->p, (size_t)(w->end - w->p)});
	pp_lines_next(&l);
	return pp_legacy_java_names(b, &l, err);
}

int pp_legacy_cpu(struct pp_builder *b, struct pp_str file, struct pp_err *err)
{
	uint64_t words[HEADER_WORDS];
	struct words w;

	if (!recognize(&w, file, words))
		return PP_LEGACY_OTHER;
	if (words[3] == 0)
		return pp_err_set(err, PP_ERR_FORMAT, "sampling period of 0 at byte %u",
				  3 * w.size);
	pp_builder_sample_type(b, "samples", "count");
	pp_builder_sample_type(b, "cpu", "nanoseconds");
	pp_legacy_period(b, "cpu", "nanoseconds", pp_legacy_times((int64_t)words[3], 1000));
	pp_legacy_drop_frames(b, PP_LEGACY_DROP_SAMPLER);
	return words[2] == 0 ? read_native(b, &w, err) : read_java(b, &w, err);
}
