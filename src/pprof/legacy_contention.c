/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "--- contentionz 1 ---", or from Go "--- mutex:" and "--- contention:", then lines "name =
 * value", then "19490304 27 @ 0xbccc97 0xc61202" for each stack: cycles that were waited, and how
 * often.
 */
#include <config.h>

#include "pprof/legacy_maps.h"
#include "pprof/legacy_readers.h"
#include "pprof/legacy_stack.h"
#include "pprof/legacy_text.h"

struct contention {
	int64_t hz;	/* cycles per second; 0: unknown */
	int64_t period; /* one in so many contentions was recorded */
	int64_t ms;	/* how long it took */
};

static bool is_header(struct pp_str line)
{
	return pp_str_starts(line, PP_STR_LIT("--- contentionz ")) ||
	       pp_str_starts(line, PP_STR_LIT("--- mutex:")) ||
	       pp_str_starts(line, PP_STR_LIT("--- contention:"));
}

/* One attribute. PP_LEGACY_OTHER: it is one of Java's. */
static int read_attribute(struct contention *c, struct pp_str name, struct pp_str value,
			  const struct pp_lines *l, struct pp_err *err)
{
	const struct {
		struct pp_str name;
		int64_t *value;
	} numbers[] = {
		{PP_STR_LIT("cycles/second"), &c->hz},
		{PP_STR_LIT("sampling period"), &c->period},
		{PP_STR_LIT("ms since reset"), &c->ms},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(numbers); i++) {
		if (!pp_str_eq(name, numbers[i].name))
			continue;
		if (!pp_text_i64(value, 0, numbers[i].value))
			return pp_lines_fail(l, err, "not a number:");
		return PP_LEGACY_READ;
	}
	if (pp_str_eq(name, PP_STR_LIT("format")) || pp_str_eq(name, PP_STR_LIT("resolution")))
		return PP_LEGACY_OTHER;
	if (pp_str_eq(name, PP_STR_LIT("discarded samples")))
		return PP_LEGACY_READ;
	return pp_lines_fail(l, err, "unknown attribute");
}

/* Stops at the first line that is none. */
static int read_attributes(struct contention *c, struct pp_lines *l, struct pp_err *err)
{
	while (pp_lines_next(l)) {
		struct pp_str value = l->line;

		if (pp_text_is_comment(l->line))
			continue;
		if (pp_str_starts(pp_text_trim(l->line), PP_STR_LIT("---")) ||
		    !pp_text_find(&value, PP_STR_LIT("=")))
			break;
		struct pp_str name = {l->line.p, (size_t)(value.p - l->line.p) - 1};
		int rc = read_attribute(c, pp_text_trim(name), pp_text_trim(value), l, err);

		if (rc)
			return rc;
	}
	return PP_LEGACY_READ;
}

/* The first place where a sample can begin. Blanks between the two numbers can be missing; then
 * the second has one digit. */
static bool find_sample(struct pp_str line, struct pp_str *delay, struct pp_str *count,
			struct pp_str *addresses)
{
	static const struct pp_str at = PP_STR_LIT(" @");

	while (pp_text_seek_digits(&line)) {
		struct pp_str s;

		pp_text_take_digits(&line, 10, delay);
		s = line;
		if (delay->n >= 2 && pp_text_take(&s, at)) {
			delay->n--;
			*count = (struct pp_str){delay->p + delay->n, 1};
		} else {
			pp_text_take_blanks(&s);
			if (!pp_text_take_digits(&s, 10, count) || !pp_text_take(&s, at))
				continue;
		}
		*addresses = pp_text_take_addresses(&s);
		return true;
	}
	return false;
}

static int read_sample(const struct contention *c, struct pp_legacy_stack *stack,
		       const struct pp_lines *l, struct pp_err *err)
{
	struct pp_str delay, count, addresses;
	int64_t values[2];

	if (!find_sample(l->line, &delay, &count, &addresses))
		return pp_lines_fail(l, err, "malformed sample");
	if (!pp_text_i64(count, 10, &values[0]) || !pp_text_i64(delay, 10, &values[1]))
		return pp_lines_fail(l, err, "number out of range in");
	if (c->period > 0) {
		values[0] = pp_legacy_times(values[0], c->period);
		if (c->hz > 0)
			values[1] = pp_legacy_truncate((double)values[1] * (double)c->period /
						       ((double)c->hz / 1e9));
	}
	if (pp_legacy_push_text(stack, addresses, 1))
		return pp_lines_fail(l, err, "address out of range in");
	return pp_legacy_sample(stack, values, NULL, err);
}

/* From the current line on. */
static int read_samples(struct pp_builder *b, const struct contention *c, struct pp_lines *l,
			struct pp_err *err)
{
	PP_CLEANUP(pp_legacy_stack_release) struct pp_legacy_stack stack = {.b = b};

	do {
		if (pp_str_starts(pp_text_trim(l->line), PP_STR_LIT("---")))
			break;
		if (!pp_text_is_comment(l->line) && read_sample(c, &stack, l, err))
			return -1;
	} while (pp_lines_next(l));
	return 0;
}

int pp_legacy_contention(struct pp_builder *b, struct pp_str file, struct pp_err *err)
{
	struct pp_lines l = pp_lines_of(file);
	struct contention c = {.period = 1};
	int rc;

	if (!pp_lines_next(&l) || !is_header(l.line))
		return PP_LEGACY_OTHER;
	rc = read_attributes(&c, &l, err);
	if (rc)
		return rc;
	pp_builder_sample_type(b, "contentions", "count");
	pp_builder_sample_type(b, "delay", "nanoseconds");
	pp_legacy_period(b, "contentions", "count", c.period);
	b->head.duration_nanos = pp_legacy_times(c.ms, 1000000);
	pp_legacy_drop_frames(b, PP_LEGACY_DROP_LOCKS);
	if (read_samples(b, &c, &l, err))
		return PP_LEGACY_FAILED;
	return pp_legacy_maps_section(b, &l, err);
}
