/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "goroutine profile: total 21", then "20 @ 0x438976 0x40619b" for each stack. Go adds comments
 * with the names of the functions:
 *
 *	#	0x40619a	main.serve+0x1a		/src/app/main.go:141
 *
 * pprof does not look at them, and neither does this where pprof can read the file. It cannot if a
 * stack is empty, "5 @", as the one of threadcreate?debug=1 is; then there is nothing to be equal
 * to, and the names are taken.
 */
#include <config.h>

#include "base/map.h"
#include "base/scan.h"
#include "pprof/legacy_maps.h"
#include "pprof/legacy_readers.h"
#include "pprof/legacy_stack.h"
#include "pprof/legacy_text.h"

/* "TYPE profile: total N", and nothing else */
static bool parse_header(struct pp_str line, struct pp_str *type)
{
	static const struct pp_str middle = PP_STR_LIT(" profile: total ");
	struct pp_str rest = line, digits;

	if (!pp_text_find(&rest, middle) || !pp_text_take_digits(&rest, 10, &digits) || rest.n)
		return false;
	*type = (struct pp_str){line.p, line.n - digits.n - middle.n};
	for (size_t i = 0; i < type->n; i++) {
		if (memchr(" \t\f\r", type->p[i], 4))
			return false;
	}
	return type->n > 0;
}

/* " 0x438976" */
static int push_address(struct pp_legacy_stack *stack, struct pp_str *s, const struct pp_lines *l,
			struct pp_err *err)
{
	struct pp_str digits;
	uint64_t address;

	if (!pp_text_take(s, PP_STR_LIT(" 0x")) || !pp_text_take_digits(s, 16, &digits))
		return pp_lines_fail(l, err, "malformed sample");
	if (!pp_scan_number(&digits, 16, &address))
		return pp_lines_fail(l, err, "address out of range in");
	pp_legacy_push(stack, address - 1);
	return 0;
}

/* "20 @", and the addresses behind it */
static int read_sample(struct pp_legacy_stack *stack, const struct pp_lines *l, bool *empty,
		       struct pp_err *err)
{
	struct pp_str s = l->line, digits;
	int64_t value;

	if (!pp_text_take_digits(&s, 10, &digits) || !pp_text_take(&s, PP_STR_LIT(" @")) ||
	    !pp_text_i64(digits, 0, &value))
		return pp_lines_fail(l, err, "malformed sample");
	if (pp_text_trim(s).n == 0) {
		*empty = true;
		s.n = 0;
	}
	while (s.n) {
		if (push_address(stack, &s, l, err))
			return -1;
	}
	return pp_legacy_sample(stack, &value, NULL, err);
}

/* The parts of a comment that names a frame. */
struct named {
	uint64_t address;
	struct pp_str name, file;
	int64_t line;
};

static struct pp_str take_column(struct pp_str *s)
{
	size_t n = 0;

	while (s->n && s->p[0] == '\t') {
		s->p++;
		s->n--;
	}
	while (n < s->n && s->p[n] != '\t')
		n++;
	struct pp_str column = {s->p, n};
	s->p += n;
	s->n -= n;
	return column;
}

/* Cut s at its last `c`: what is behind goes to *tail. */
static bool cut_last(struct pp_str *s, char c, struct pp_str *tail)
{
	const char *at = s->n ? memrchr(s->p, c, s->n) : NULL;

	if (!at)
		return false;
	*tail = (struct pp_str){at + 1, s->n - (size_t)(at + 1 - s->p)};
	s->n = (size_t)(at - s->p);
	return true;
}

static bool parse_named(struct pp_str line, struct named *out)
{
	struct pp_str address, tail;

	if (!pp_text_take(&line, PP_STR_LIT("#\t")))
		return false;
	address = take_column(&line);
	out->name = take_column(&line);
	out->file = pp_text_trim(take_column(&line));
	return pp_text_next_address(&address, &out->address) == 1 &&
	       cut_last(&out->name, '+', &tail) && out->name.n &&
	       cut_last(&out->file, ':', &tail) && pp_text_i64(tail, 10, &out->line);
}

/* Frames that were inlined into one address, in a run of comments. */
struct naming {
	struct pp_builder *b;
	uint32_t location; /* or PP_NONE */
	struct pp_buf lines;
	uint32_t nlines;
};

static void release_naming(struct naming *n)
{
	pp_buf_release(&n->lines);
}

static void finish_location(struct naming *n)
{
	if (n->location != PP_NONE && pp_builder_location_at(n->b, n->location)->nlines == 0)
		pp_builder_set_lines(n->b, n->location, (struct pp_line *)(void *)n->lines.p,
				     n->nlines);
	n->location = PP_NONE;
	pp_buf_clear(&n->lines);
	n->nlines = 0;
}

static void add_name(struct naming *n, const struct named *named)
{
	uint32_t name = pp_builder_string(n->b, named->name);
	uint32_t file = pp_builder_string(n->b, named->file);
	struct pp_line line = {
		.function = pp_builder_function(n->b, name, name, file, 0),
		.line = named->line,
	};

	pp_buf_add(&n->lines, &line, sizeof(line));
	n->nlines++;
}

/* Give names to the locations that the comments of the file mention. */
static void take_names(struct pp_builder *b, struct pp_lines l)
{
	PP_CLEANUP(release_naming) struct naming n = {.b = b, .location = PP_NONE};
	struct pp_map by_address = {0};
	struct named named;

	for (uint32_t i = 0; i < b->head.nlocations; i++)
		*pp_map_put(&by_address, pp_builder_location_at(b, i)->address, i) = i;
	while (pp_lines_next(&l)) {
		bool ok = parse_named(l.line, &named);
		uint32_t location = ok ? pp_map_find(&by_address, named.address) : PP_NONE;

		if (location != n.location || location == PP_NONE)
			finish_location(&n);
		n.location = location;
		if (location != PP_NONE)
			add_name(&n, &named);
	}
	finish_location(&n);
	pp_map_release(&by_address);
}

static void add_types(struct pp_builder *b, struct pp_str type)
{
	struct pp_buf name = PP_BUF_INIT;

	pp_buf_add(&name, type.p, type.n);
	pp_builder_sample_type(b, name.p, "count");
	pp_legacy_period(b, name.p, "count", 1);
	pp_legacy_drop_frames(b, PP_LEGACY_DROP_SAMPLER);
	pp_buf_release(&name);
}

int pp_legacy_count(struct pp_builder *b, struct pp_str file, struct pp_err *err)
{
	PP_CLEANUP(pp_legacy_stack_release) struct pp_legacy_stack stack = {.b = b};
	struct pp_lines l = pp_lines_of(file);
	struct pp_str type;
	bool empty = false;

	if (!pp_lines_skip_comments(&l) || !parse_header(l.line, &type))
		return PP_LEGACY_OTHER;
	add_types(b, type);

	struct pp_lines samples = l;
	while (pp_lines_next(&l)) {
		if (pp_text_is_comment(l.line))
			continue;
		if (pp_str_starts(l.line, PP_STR_LIT("---")))
			break;
		if (read_sample(&stack, &l, &empty, err))
			return PP_LEGACY_FAILED;
	}
	if (empty)
		take_names(b, samples);
	return pp_legacy_maps_section(b, &l, err);
}
