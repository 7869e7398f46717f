/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "--- heapz 1 ---" or "--- contentionz 1 ---", then lines "name = value", among them "format =
 * java" and "resolution = bytes", then "7048 1 @ 0x00000003 0x00000004" for each stack, size or
 * delay first.
 */
#include <config.h>

#include "pprof/legacy_java.h"

#include "base/buf.h"
#include "pprof/legacy_readers.h"
#include "pprof/legacy_stack.h"

#define SAMPLING_RATE 524288 /* of heap profiles: fixed, and not in the file */

struct java {
	bool heap; /* or contention */
	bool has_types;
	bool has_period;
	int64_t period;
	int64_t ms;
};

static bool is_word(char c)
{
	return c == ' ' || c == '_' || (c >= '0' && c <= '9') ||
	       ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

/* The first '=' with words on both sides of it. */
static bool find_attribute(struct pp_str line, struct pp_str *name, struct pp_str *value)
{
	struct pp_str rest = line;

	while (pp_text_find(&rest, PP_STR_LIT("="))) {
		const char *begin = rest.p - 1;
		size_t n = 0;

		while (begin > line.p && is_word(begin[-1]))
			begin--;
		while (n < rest.n && is_word(rest.p[n]))
			n++;
		*name = pp_text_trim((struct pp_str){begin, (size_t)(rest.p - 1 - begin)});
		*value = pp_text_trim((struct pp_str){rest.p, n});
		if (begin < rest.p - 1 && n)
			return true;
	}
	return false;
}

static void add_types(struct pp_builder *b, struct java *j, struct pp_str unit)
{
	struct pp_buf copy = PP_BUF_INIT;

	pp_buf_add(&copy, unit.p, unit.n);
	pp_builder_sample_type(b, j->heap ? "inuse_objects" : "contentions", "count");
	pp_builder_sample_type(b, j->heap ? "inuse_space" : "delay", copy.p);
	pp_buf_release(&copy);
	j->has_types = true;
}

static int read_attribute(struct pp_builder *b, struct java *j, struct pp_str name,
			  struct pp_str value, const struct pp_lines *l, struct pp_err *err)
{
	int64_t *number = NULL;

	if (pp_str_eq(name, PP_STR_LIT("format")))
		return pp_str_eq(value, PP_STR_LIT("java"))
			       ? 0
			       : pp_lines_fail(l, err, "unknown format in");
	if (pp_str_eq(name, PP_STR_LIT("resolution"))) {
		if (j->has_types)
			return pp_lines_fail(l, err, "second resolution:");
		add_types(b, j, value);
		return 0;
	}
	if (!j->heap && pp_str_eq(name, PP_STR_LIT("sampling period"))) {
		number = &j->period;
		j->has_period = true;
	} else if (!j->heap && pp_str_eq(name, PP_STR_LIT("ms since reset"))) {
		number = &j->ms;
	}
	if (!number)
		return pp_lines_fail(l, err, "unknown attribute");
	return pp_text_i64(value, 0, number) ? 0 : pp_lines_fail(l, err, "not a number:");
}

/* Stops at the first line that is none. As in pprof, a line without an end is not read. */
static int read_attributes(struct pp_builder *b, struct java *j, struct pp_lines *l,
			   struct pp_err *err)
{
	struct pp_str name, value;

	while (pp_lines_next(l) && l->ended) {
		if (pp_text_trim(l->line).n == 0)
			continue;
		if (!find_attribute(l->line, &name, &value))
			break;
		if (read_attribute(b, j, name, value, l, err))
			return -1;
	}
	return 0;
}

/* The first place where a sample can begin. */
static bool find_sample(struct pp_str line, struct pp_str *size, struct pp_str *count,
			struct pp_str *addresses)
{
	while (pp_text_seek_digits(&line)) {
		struct pp_str s;

		pp_text_take_digits(&line, 10, size);
		s = line;
		if (!pp_text_take_blanks(&s) || !pp_text_take_digits(&s, 10, count) ||
		    !pp_text_take_blanks(&s) || !pp_text_take(&s, PP_STR_LIT("@")) ||
		    !pp_text_take_blanks(&s))
			continue;
		*addresses = pp_text_take_addresses(&s);
		return true;
	}
	return false;
}

static int add_sample(const struct java *j, struct pp_legacy_stack *stack, int64_t count,
		      int64_t size, const struct pp_lines *l, struct pp_err *err)
{
	int64_t values[2] = {count, size}, block = 0;

	if (j->heap) {
		if (count == 0)
			return pp_lines_fail(l, err, "no objects in");
		block = size / count; /* neither is negative */
		pp_legacy_unsample(&values[0], &values[1], SAMPLING_RATE);
	} else if (j->period) {
		values[0] = pp_legacy_times(count, j->period);
		values[1] = pp_legacy_times(size, j->period);
	}
	return pp_legacy_sample(stack, values, j->heap ? &block : NULL, err);
}

/* From the current line on, up to one that is no sample. */
static int read_samples(struct pp_builder *b, const struct java *j, struct pp_lines *l,
			struct pp_err *err)
{
	PP_CLEANUP(pp_legacy_stack_release) struct pp_legacy_stack stack = {.b = b};
	struct pp_str size_digits, count_digits, addresses;
	int64_t size, count;

	for (; l->ended && l->line.p; pp_lines_next(l)) {
		if (pp_text_trim(l->line).n == 0)
			continue;
		if (!find_sample(l->line, &size_digits, &count_digits, &addresses))
			break;
		if (!pp_text_i64(size_digits, 0, &size) || !pp_text_i64(count_digits, 0, &count))
			return pp_lines_fail(l, err, "number out of range in");
		if (pp_legacy_push_text(&stack, addresses, 0))
			return pp_lines_fail(l, err, "address out of range in");
		if (!j->has_types)
			return pp_lines_fail(l, err, "no resolution ahead of");
		if (add_sample(j, &stack, count, size, l, err))
			return -1;
	}
	return 0;
}

static bool read_header(struct java *j, struct pp_lines *l)
{
	struct pp_str header;

	if (!pp_lines_next(l) || !l->ended)
		return false;
	header = pp_text_trim(l->line);
	j->heap = pp_str_eq(header, PP_STR_LIT("--- heapz 1 ---"));
	return j->heap || pp_str_eq(header, PP_STR_LIT("--- contentionz 1 ---"));
}

int pp_legacy_java(struct pp_builder *b, struct pp_str file, struct pp_err *err)
{
	struct pp_lines l = pp_lines_of(file);
	struct java j = {0};

	if (!read_header(&j, &l))
		return PP_LEGACY_OTHER;
	if (read_attributes(b, &j, &l, err) || read_samples(b, &j, &l, err))
		return PP_LEGACY_FAILED;
	if (!j.has_types)
		return pp_err_set(err, PP_ERR_FORMAT, "no line \"resolution = UNIT\"");
	if (j.has_period)
		pp_legacy_period(b, "contentions", "count", j.period);
	else
		pp_legacy_period(b, "", "", 0);
	b->head.duration_nanos = pp_legacy_times(j.ms, 1000000);
	pp_legacy_drop_frames(b, j.heap ? PP_LEGACY_DROP_ALLOCATOR : PP_LEGACY_DROP_LOCKS);
	return pp_legacy_java_names(b, &l, err);
}
