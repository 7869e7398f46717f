/* SPDX-License-Identifier: Apache-2.0 */
/* Each line, less what it shares with the one before, becomes numbers of names. */
#include <config.h>

#include "pprof/folded_chunk.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define MAX_COMMENTS 16 /* reports print them */

struct pp_folded_frame {
	uint32_t name;
	uint32_t end;  /* in the line's stack: where its ';' is, or the stack's end */
	uint32_t path; /* tells it from frames of other callers, mostly */
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool pp_folded_is_comment(struct pp_str line)
{
	return line.n == 0 || (line.p[0] == '#' && (line.n == 1 || pp_folded_is_blank(line.p[1])));
}

bool pp_folded_take_number(struct pp_str *line, struct pp_str *number)
{
	size_t at = line->n;
	bool digits = false;

	while (at && is_digit(line->p[at - 1]))
		at--;
	digits = at < line->n;
	if (at && line->p[at - 1] == '.') {
		size_t point = --at;

		while (at && is_digit(line->p[at - 1]))
			at--;
		digits = at < point;
	}
	if (!digits)
		return false;
	if (at && line->p[at - 1] == '-')
		at--;
	if (at && !pp_folded_is_blank(line->p[at - 1]))
		return false;
	*number = (struct pp_str){line->p + at, line->n - at};
	*line = pp_folded_trim_end((struct pp_str){line->p, at});
	return true;
}

static bool shift(int64_t *v, unsigned digit)
{
	return !__builtin_mul_overflow(*v, 10, v) && !__builtin_add_overflow(*v, (int)digit, v);
}

/* The magnitude of a number, in the form's unit; false if it does not fit. *cut: something but
 * zeros was left out. */
static bool parse(struct pp_str s, unsigned digits, int64_t *out, bool *cut)
{
	size_t i = s.p[0] == '-';
	unsigned next = 0;
	int64_t v = 0;

	*cut = false;
	for (; i < s.n && s.p[i] != '.'; i++) {
		if (!shift(&v, (unsigned)(s.p[i] - '0')))
			return false;
	}
	i++; /* the point */
	for (unsigned k = 0; k < digits; k++, i++) {
		if (!shift(&v, i < s.n ? (unsigned)(s.p[i] - '0') : 0))
			return false;
	}
	if (i < s.n)
		next = (unsigned)(s.p[i] - '0');
	for (; i < s.n && !*cut; i++)
		*cut = s.p[i] != '0';
	if (next >= 5 && __builtin_add_overflow(v, 1, &v))
		return false;
	*out = v;
	return true;
}

static enum pp_folded_verdict refuse(struct pp_folded_chunk *c, const char *what)
{
	c->what = what;
	return PP_FOLDED_REFUSED;
}

static enum pp_folded_verdict again(struct pp_folded_chunk *c, struct pp_folded_form wanted)
{
	c->wanted = wanted;
	return PP_FOLDED_AGAIN;
}

bool pp_folded_lose_digits(struct pp_folded_form *f)
{
	if (f->digits == 0)
		return false;
	f->digits -= 3;
	f->rounds = true;
	return true;
}

static enum pp_folded_verdict take_count(struct pp_folded_chunk *c, unsigned column,
					 struct pp_str number)
{
	struct pp_folded_form wanted = c->form;
	int64_t value;
	bool cut;

	if (!parse(number, c->form.digits, &value, &cut)) {
		if (pp_folded_lose_digits(&wanted))
			return again(c, wanted);
		return refuse(c, "the count does not fit 64 bits in");
	}
	if (cut && wanted.digits == 0 && !wanted.rounds) {
		wanted.digits = PP_FOLDED_DIGITS;
		return again(c, wanted);
	}
	if (__builtin_add_overflow(c->sums[column], value, &c->sums[column]))
		c->sums[column] = INT64_MAX;
	c->values[column] = number.p[0] == '-' ? -value : value;
	return PP_FOLDED_TAKEN;
}

/* Take the counts from the end of a line. */
static enum pp_folded_verdict take_counts(struct pp_folded_chunk *c, struct pp_str *line)
{
	struct pp_folded_form one = c->form;
	struct pp_str number;

	for (unsigned column = c->form.columns; column-- > 0;) {
		if (!pp_folded_take_number(line, &number)) {
			if (column + 1 == c->form.columns)
				return refuse(c, "no count at the end of");
			one.columns = 1;
			return again(c, one);
		}
		enum pp_folded_verdict v = take_count(c, column, number);
		if (v != PP_FOLDED_TAKEN)
			return v;
	}
	return PP_FOLDED_TAKEN;
}

/* How many bytes two texts begin with alike. */
static size_t common_prefix(struct pp_str a, struct pp_str b)
{
	size_t n = a.n < b.n ? a.n : b.n, i = 0;
	uint64_t x, y;

	for (; i + sizeof(x) <= n; i += sizeof(x)) {
		memcpy(&x, a.p + i, sizeof(x));
		memcpy(&y, b.p + i, sizeof(y));
		if (x != y)
			break;
	}
	while (i < n && a.p[i] == b.p[i])
		i++;
	return i;
}

/* Keep the frames that the stack shares with the one before; returns where the others begin. */
static size_t keep_common(struct pp_folded_chunk *c, struct pp_str stack)
{
	size_t common = common_prefix(c->stack, stack);

	/* a frame that the end of the other stack ends is the same, too */
	if (common == c->stack.n && (common == stack.n || stack.p[common] == ';'))
		common++;
	while (c->depth && c->frames[c->depth - 1].end >= common)
		c->depth--;
	c->stack = stack;
	return c->depth ? (size_t)c->frames[c->depth - 1].end + 1 : 0;
}

/* What tells a path from others, mostly: that of its caller and the last name. */
static uint32_t path_of(const struct pp_folded_chunk *c)
{
	return c->depth ? c->frames[c->depth - 1].path : 0;
}

static void push(struct pp_folded_chunk *c, uint32_t name, size_t end)
{
	uint32_t path = (path_of(c) + name + 1) * 0x9e3779b1u;

	c->frames = pp_grow(c->frames, &c->frames_cap, (size_t)c->depth + 1, sizeof(*c->frames));
	c->frames[c->depth++] = (struct pp_folded_frame){name, (uint32_t)end, path ^ path >> 16};
}

static enum pp_folded_verdict take_frames(struct pp_folded_chunk *c, struct pp_str stack)
{
	uint32_t known = c->names.count;
	size_t n;

	for (size_t at = keep_common(c, stack); at < stack.n; at += n + 1) {
		struct pp_str rest = {stack.p + at, stack.n - at};
		uint32_t name = pp_folded_names_take(&c->names, rest, path_of(c), &n);

		if (name != PP_FOLDED_NONE)
			push(c, name, at + n);
	}
	for (; known < c->names.count; known++) {
		struct pp_str name = pp_folded_names_get(&c->names, known);

		if (memchr(name.p, '\0', name.n))
			return refuse(c, "a zero byte in");
	}
	c->several |= c->depth > 1;
	return c->names.count > PP_FOLDED_MAX_NAMES ? PP_FOLDED_LIMIT : PP_FOLDED_TAKEN;
}

static enum pp_folded_verdict take_stack(struct pp_folded_chunk *c, struct pp_str line)
{
	enum pp_folded_verdict v = take_counts(c, &line);

	if (v == PP_FOLDED_TAKEN)
		v = take_frames(c, line);
	if (v != PP_FOLDED_TAKEN)
		return v;
	c->leaf_first =
		pp_grow(c->leaf_first, &c->leaf_first_cap, c->depth, sizeof(*c->leaf_first));
	for (uint32_t i = 0; i < c->depth; i++)
		c->leaf_first[i] = c->frames[c->depth - 1 - i].name;
	pp_builder_sample(&c->builder, c->leaf_first, c->depth, c->values, NULL, 0);
	return PP_FOLDED_TAKEN;
}

void pp_folded_add_comment(struct pp_builder *b, struct pp_str text)
{
	if (text.n && b->head.ncomments < MAX_COMMENTS)
		pp_builder_comment(b, text);
}

static enum pp_folded_verdict take_lines(struct pp_folded_chunk *c)
{
	enum pp_folded_verdict v = PP_FOLDED_TAKEN;

	while (v == PP_FOLDED_TAKEN && pp_lines_next(&c->lines)) {
		struct pp_str line = pp_folded_trim(c->lines.line);

		if (!pp_folded_is_comment(line))
			v = take_stack(c, line);
		else if (line.n)
			pp_folded_add_comment(&c->builder, pp_folded_trim((struct pp_str){
								   line.p + 1, line.n - 1}));
	}
	return v;
}

static void add_types(struct pp_builder *b, const struct pp_folded_form *f)
{
	const char *unit = f->digits == 0 ? "count" : f->digits == 3 ? "millicount" : "microcount";

	if (f->columns == 1) {
		pp_builder_sample_type(b, "samples", unit);
	} else {
		pp_builder_sample_type(b, "before", unit);
		pp_builder_sample_type(b, "after", unit);
	}
}

void pp_folded_chunk_read(struct pp_folded_chunk *c, struct pp_str text,
			  const struct pp_folded_form *form)
{
	*c = (struct pp_folded_chunk){.form = *form, .lines = pp_lines_of(text)};
	pp_builder_init(&c->builder);
	add_types(&c->builder, form);
	pp_folded_names_init(&c->names);
	c->verdict = take_lines(c);
	free(c->frames);
	free(c->leaf_first);
	c->frames = NULL;
	c->leaf_first = NULL;
}

void pp_folded_chunk_release(struct pp_folded_chunk *c)
{
	pp_builder_release(&c->builder);
	pp_folded_names_release(&c->names);
}
