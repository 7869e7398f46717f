/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over the text with a stack of the brackets that are open. */
#include <config.h>

#include "symbol/rust_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/alloc.h"

/* How the text is read at one depth of brackets. */
struct level {
	bool list;   /* a list of generic arguments */
	bool hidden; /* what is read now is not written */
};

struct reader {
	struct pp_str s;
	size_t at;
	struct level *levels;
	size_t depth; /* levels[depth] is the current one */
	struct pp_buf *out;
};

static bool is_identifier(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || (c & 0x80);
}

static bool ends_with_word(struct pp_str s, struct pp_str word)
{
	return s.n >= word.n && memcmp(s.p + s.n - word.n, word.p, word.n) == 0 &&
	       (s.n == word.n || !is_identifier(s.p[s.n - word.n - 1]));
}

/* Arguments follow a name, "::" or a closure's braces; all else in angle brackets is a type. */
static bool opens_list(struct pp_str before)
{
	if (before.n == 0 || ends_with_word(before, PP_STR_LIT("for")))
		return false;

	char last = before.p[before.n - 1];
	return is_identifier(last) || last == '}' || last == ':';
}

/* Whether "Item = " comes next. */
static bool at_binding(const struct reader *r, size_t at)
{
	while (at < r->s.n && is_identifier(r->s.p[at]))
		at++;
	return r->s.n - at >= 3 && memcmp(r->s.p + at, " = ", 3) == 0;
}

static void write_bytes(struct reader *r, size_t n)
{
	if (!r->levels[r->depth].hidden)
		pp_buf_add(r->out, r->s.p + r->at, n);
	r->at += n;
}

static void open_bracket(struct reader *r)
{
	bool hidden = r->levels[r->depth].hidden;
	bool list = r->s.p[r->at] == '<' && opens_list((struct pp_str){r->s.p, r->at});

	write_bytes(r, 1);
	if (list && !at_binding(r, r->at))
		hidden = true;
	r->levels[++r->depth] = (struct level){.list = list, .hidden = hidden};
}

static void close_bracket(struct reader *r)
{
	if (r->depth > 0)
		r->depth--;
	write_bytes(r, 1);
}

/* A list of arguments ends with its bindings, and these are shown if the list itself is. */
static void comma(struct reader *r)
{
	struct level *l = &r->levels[r->depth];

	if (l->list && l->hidden && !r->levels[r->depth - 1].hidden && r->at + 2 <= r->s.n &&
	    at_binding(r, r->at + 2))
		l->hidden = false;
	write_bytes(r, 1);
}

/* The length of an arrow, or of a constant such as '<': brackets that are none. */
static size_t no_bracket(struct pp_str s)
{
	if (s.n >= 2 && s.p[0] == '-' && s.p[1] == '>')
		return 2;
	return s.n >= 3 && s.p[0] == '\'' && s.p[2] == '\'' ? 3 : 0;
}

static void read_one(struct reader *r)
{
	size_t skip = no_bracket((struct pp_str){r->s.p + r->at, r->s.n - r->at});

	if (skip) {
		write_bytes(r, skip);
		return;
	}
	switch (r->s.p[r->at]) {
	case '<':
	case '(':
	case '[':
		open_bracket(r);
		break;
	case '>':
	case ')':
	case ']':
		close_bracket(r);
		break;
	case ',':
		comma(r);
		break;
	default:
		write_bytes(r, 1);
	}
}

void pp_rust_text(struct pp_str text, struct pp_buf *out)
{
	struct reader r = {.s = text, .out = out};

	r.levels = pp_xcalloc(text.n + 1, sizeof(*r.levels));
	while (r.at < text.n)
		read_one(&r);
	free(r.levels);
}
