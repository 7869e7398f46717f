/* SPDX-License-Identifier: Apache-2.0 */
/* Every string is made readable once, however many functions have it for a name. */
#include <config.h>

#include "symbol/names.h"

#include <stdlib.h>

#include "base/alloc.h"

/* Names of real programs grow to three or four times their length in the full style. */
#define TEXT_BASE   ((size_t)16 << 20)
#define TEXT_FACTOR 16

struct renamer {
	struct pp_profile *p;
	enum pp_demangle style;
	uint32_t *readable; /* per string: position of its readable form, + 1; 0: not known yet */
	uint32_t nstrings;  /* before any was added */
	size_t budget;	    /* characters */
	struct pp_buf name; /* scratch */
};

/* A name of C++, and not of Java ("Foo.<init>") or Go ("foo.(*Bar[...]).Method"). */
static bool looks_like_cxx(struct pp_str s)
{
	bool found = false;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i], before = i ? s.p[i - 1] : '\0';

		if (c == '<' && before == '.')
			return false;
		if (c == ']' && s.n - i >= 3 && s.p[i + 1] == ')' && s.p[i + 2] == '.')
			return false;
		found |=
			c == '<' || c == '>' || c == '[' || c == ']' || (c == ':' && before == ':');
	}
	return found;
}

/* Cut what is between outermost brackets, up to a closing one that nothing opened. */
static void cut_pairs(struct pp_buf *b, char opening, char closing)
{
	size_t to = 0, depth = 0, outermost = 0;

	for (size_t i = 0; i < b->n; i++) {
		char c = b->p[i];

		if (c == opening && depth++ == 0)
			outermost = to;
		if (c == closing && depth == 0) {
			memmove(b->p + to, b->p + i, b->n - i);
			to += b->n - i;
			break;
		}
		b->p[to++] = c;
		if (c == closing && --depth == 0)
			to = outermost;
	}
	b->n = to;
	if (b->p)
		b->p[to] = '\0';
}

static bool is_blank(struct pp_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != ' ')
			return false;
	}
	return true;
}

/* Fill r->name with the readable form; false if s is that already. What is nothing but brackets
 * stays: a function without a name would be taken for its binary. */
static bool make_readable(struct renamer *r, struct pp_str s)
{
	pp_buf_clear(&r->name);
	if (s.n && s.p[0] == '_') {
		/* macOS puts another underscore in front of all names */
		const struct pp_str rest = {s.p + 1, s.n - 1};

		if (pp_demangle_within(s, r->style, &r->budget, &r->name) ||
		    pp_demangle_within(rest, r->style, &r->budget, &r->name))
			return true;
	}
	if (r->style == PP_DEMANGLE_FULL || !looks_like_cxx(s))
		return false;
	pp_buf_add(&r->name, s.p, s.n);
	cut_pairs(&r->name, '(', ')');
	if (r->style == PP_DEMANGLE_SIMPLE)
		cut_pairs(&r->name, '<', '>');
	return r->name.n != s.n && !is_blank(pp_buf_view(&r->name));
}

/* The position of the readable form of a string, which may be the string's own. */
static uint32_t readable_of(struct renamer *r, uint32_t string)
{
	struct pp_err ignored;
	uint32_t added;

	if (string >= r->nstrings)
		return string;
	if (r->readable[string])
		return r->readable[string] - 1;

	uint32_t is = string;
	if (make_readable(r, pp_profile_str(r->p, string))) {
		added = pp_profile_add_string(r->p, pp_buf_view(&r->name), &ignored);
		if (added != PP_NONE)
			is = added;
	}
	r->readable[string] = is + 1;
	return is;
}

static bool is_to_be_named(const struct renamer *r, const struct pp_function *f)
{
	struct pp_str name = pp_profile_str(r->p, f->name);
	struct pp_str system_name = pp_profile_str(r->p, f->system_name);

	if (system_name.n == 0)
		return false;
	return r->style != PP_DEMANGLE_SIMPLE || name.n == 0 || pp_str_eq(name, system_name);
}

/* What the names may become: a multiple of their length. */
static size_t text_budget(const struct renamer *r)
{
	size_t n = TEXT_BASE;

	for (uint32_t i = 0; i < r->p->nfunctions; i++)
		n += TEXT_FACTOR * pp_profile_str(r->p, r->p->functions[i].system_name).n;
	return n;
}

void pp_names_demangle(struct pp_profile *p, enum pp_demangle style)
{
	struct renamer r = {.p = p, .style = style, .nstrings = p->nstrings};

	if (style == PP_DEMANGLE_NONE)
		return;
	r.readable = pp_xcalloc(p->nstrings, sizeof(*r.readable));
	r.budget = text_budget(&r);
	for (uint32_t i = 0; i < p->nfunctions; i++) {
		struct pp_function *f = &p->functions[i];

		if (is_to_be_named(&r, f))
			f->name = readable_of(&r, f->system_name);
	}
	pp_buf_release(&r.name);
	free(r.readable);
}
