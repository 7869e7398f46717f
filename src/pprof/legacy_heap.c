/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "heap profile: 4: 1024 [9: 4096] @ heapz_v2/524288", then a line for each stack, "1: 256 [2: 512]
 * @ 0x42ecc3 0x42e14c": what is in use, and in brackets what has been allocated ever.
 */
#include <config.h>

#include "pprof/legacy_maps.h"
#include "pprof/legacy_readers.h"
#include "pprof/legacy_stack.h"
#include "pprof/legacy_text.h"

struct heap {
	bool allocated; /* the numbers in brackets say something */
	bool unsample;
	int64_t rate;
};

/* Four numbers, as text. */
struct quad {
	struct pp_str inuse_n, inuse_size, alloc_n, alloc_size;
};

/* A number, with a sign if the character in front is one: digits have been found without it. */
static struct pp_str with_sign(struct pp_str digits, const char *begin)
{
	if (digits.p > begin && digits.p[-1] == '-') {
		digits.p--;
		digits.n++;
	}
	return digits;
}

/* Take "1: 256 [2: 512]" and blanks behind it; `negative`: the first two may have a sign. */
static bool take_quad(struct pp_str *s, bool negative, struct quad *q)
{
	const char *begin;

	if (!pp_text_take_digits(s, 10, &q->inuse_n) || !pp_text_take(s, PP_STR_LIT(":")))
		return false;
	pp_text_take_blanks(s);
	begin = s->p;
	if (negative)
		pp_text_take(s, PP_STR_LIT("-"));
	if (!pp_text_take_digits(s, 10, &q->inuse_size))
		return false;
	q->inuse_size = with_sign(q->inuse_size, begin);
	pp_text_take_blanks(s);
	if (!pp_text_take(s, PP_STR_LIT("[")))
		return false;
	pp_text_take_blanks(s);
	if (!pp_text_take_digits(s, 10, &q->alloc_n) || !pp_text_take(s, PP_STR_LIT(":")))
		return false;
	pp_text_take_blanks(s);
	if (!pp_text_take_digits(s, 10, &q->alloc_size))
		return false;
	pp_text_take_blanks(s);
	return pp_text_take(s, PP_STR_LIT("]"));
}

static bool zero(struct pp_str digits)
{
	return pp_str_eq(digits, PP_STR_LIT("0"));
}

/* What stands behind the '@' of the first line. */
static int read_kind(struct heap *h, struct pp_str s, const struct pp_lines *l, struct pp_err *err)
{
	static const struct {
		struct pp_str name;
		bool unsample;
		int64_t divide;
	} kinds[] = {
		{PP_STR_LIT("heapz_v2"), true, 1},
		{PP_STR_LIT("heap_v2"), true, 1},
		{PP_STR_LIT("heap"), true, 2}, /* Go writes twice the rate */
		{PP_STR_LIT("heapprofile"), false, 0},
	};
	struct pp_str name = {s.p, 0}, digits;

	for (; s.n && (s.p[0] == '_' || (s.p[0] >= 'a' && s.p[0] <= 'z') ||
		       (s.p[0] >= '0' && s.p[0] <= '9'));
	     s.p++, s.n--)
		name.n++;
	pp_text_take(&s, PP_STR_LIT("/"));
	h->rate = 0;
	if (pp_text_take_digits(&s, 10, &digits) && !pp_text_i64(digits, 10, &h->rate))
		return pp_lines_fail(l, err, "sampling rate out of range in");
	for (size_t i = 0; i < PP_ARRAY_LEN(kinds); i++) {
		if (pp_str_eq(name, kinds[i].name)) {
			h->unsample = kinds[i].unsample;
			h->rate = kinds[i].divide ? h->rate / kinds[i].divide : 1;
			return PP_LEGACY_READ;
		}
	}
	return pp_lines_fail(l, err, "unknown kind of heap profile in");
}

/* "heap profile: 4: 1024 [9: 4096] @ growthz": no sampling, and no blank is optional at its end. */
static bool is_unsampled(struct pp_str s)
{
	return pp_str_starts(s, PP_STR_LIT(" @ growth")) ||
	       pp_str_starts(s, PP_STR_LIT(" @ fragmentation"));
}

static int read_header(struct heap *h, const struct pp_lines *l, struct pp_err *err)
{
	struct pp_str rest = l->line;
	bool unsampled = false;
	struct quad q;

	while (pp_text_find(&rest, PP_STR_LIT("heap profile:"))) {
		struct pp_str s = rest;

		pp_text_take_blanks(&s);
		if (!take_quad(&s, false, &q))
			continue;
		unsampled = unsampled || is_unsampled(s);
		pp_text_take_blanks(&s);
		if (!pp_text_take(&s, PP_STR_LIT("@")))
			continue;
		pp_text_take_blanks(&s);
		if (pp_str_starts(s, PP_STR_LIT("heap"))) {
			h->allocated =
				(!pp_str_eq(q.alloc_n, q.inuse_n) && !zero(q.alloc_n)) ||
				(!pp_str_eq(q.alloc_size, q.inuse_size) && !zero(q.alloc_size));
			return read_kind(h, s, l, err);
		}
	}
	*h = (struct heap){.rate = 1};
	return unsampled ? PP_LEGACY_READ : PP_LEGACY_OTHER;
}

/* The first place in the line where a sample can begin: text in front is passed over. */
static bool find_sample(struct pp_str line, struct quad *q, struct pp_str *addresses)
{
	const char *begin = line.p;

	while (pp_text_seek_digits(&line)) {
		struct pp_str s = line, run;

		if (take_quad(&s, true, q) && pp_text_take(&s, PP_STR_LIT(" @"))) {
			q->inuse_n = with_sign(q->inuse_n, begin);
			*addresses = pp_text_take_addresses(&s);
			return true;
		}
		pp_text_take_digits(&line, 10, &run);
	}
	return false;
}

/* One of the two pairs into values[0] and [1]; *block is the size of its blocks, if it has any. */
static int add_values(const struct heap *h, struct pp_str count, struct pp_str size,
		      int64_t *values, int64_t *block)
{
	if (!pp_text_i64(count, 10, &values[0]) || !pp_text_i64(size, 10, &values[1]))
		return -1;
	if (values[0] == 0)
		return values[1] == 0 ? 0 : -1;
	*block = values[0] == -1 ? pp_legacy_times(values[1], -1) : values[1] / values[0];
	if (h->unsample)
		pp_legacy_unsample(&values[0], &values[1], h->rate);
	return 0;
}

static int read_sample(const struct heap *h, struct pp_legacy_stack *stack,
		       const struct pp_lines *l, struct pp_err *err)
{
	int64_t values[4], block = 0;
	unsigned n = h->allocated ? 2 : 0;
	struct pp_str addresses;
	struct quad q;

	if (!find_sample(pp_text_trim(l->line), &q, &addresses))
		return pp_lines_fail(l, err, "malformed sample");
	if ((n && add_values(h, q.alloc_n, q.alloc_size, values, &block)) ||
	    add_values(h, q.inuse_n, q.inuse_size, values + n, &block))
		return pp_lines_fail(l, err, "impossible count or size in");
	if (pp_legacy_push_text(stack, addresses, 1))
		return pp_lines_fail(l, err, "address out of range in");
	return pp_legacy_sample(stack, values, &block, err);
}

static void add_types(struct pp_builder *b, const struct heap *h)
{
	/* what is in use comes last, and so is what reports show */
	if (h->allocated) {
		pp_builder_sample_type(b, "alloc_objects", "count");
		pp_builder_sample_type(b, "alloc_space", "bytes");
		pp_builder_sample_type(b, "inuse_objects", "count");
		pp_builder_sample_type(b, "inuse_space", "bytes");
	} else {
		pp_builder_sample_type(b, "objects", "count");
		pp_builder_sample_type(b, "space", "bytes");
	}
	pp_legacy_period(b, "space", "bytes", h->rate);
	pp_legacy_drop_frames(b, PP_LEGACY_DROP_ALLOCATOR);
}

int pp_legacy_heap(struct pp_builder *b, struct pp_str file, struct pp_err *err)
{
	PP_CLEANUP(pp_legacy_stack_release) struct pp_legacy_stack stack = {.b = b};
	struct pp_lines l = pp_lines_of(file);
	struct heap h = {0};

	if (!pp_lines_next(&l))
		return PP_LEGACY_OTHER;
	int rc = read_header(&h, &l, err);
	if (rc)
		return rc;
	add_types(b, &h);
	while (pp_lines_next(&l)) {
		if (pp_text_is_comment(l.line))
			continue;
		if (pp_text_is_map_start(l.line))
			break;
		if (read_sample(&h, &stack, &l, err))
			return PP_LEGACY_FAILED;
	}
	return pp_legacy_maps_section(b, &l, err);
}
