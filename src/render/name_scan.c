/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "render/name_scan.h"

#include "base/compiler.h"

size_t pp_name_words(struct pp_str s, size_t at)
{
	while (at < s.n && pp_name_is_word(s.p[at]))
		at++;
	return at;
}

/* ---- operators ---- */

static bool is_operator(struct pp_str s, size_t at)
{
	return at < s.n && s.p[at] == 'o' && pp_name_at(s, at, "operator") &&
	       (at == 0 || !pp_name_is_word(s.p[at - 1]));
}

/* Behind the operator's characters at `at`, or `at`. Longer ones first. */
static size_t skip_symbol(struct pp_str s, size_t at)
{
	static const char *const symbols[] = {
		"()", "[]", "<=>", "->*", "<<=", ">>=", "<<", ">>", "<=", ">=", "==", "!=", "&&",
		"||", "++", "--",  "->",  "+=",	 "-=",	"*=", "/=", "%=", "^=", "&=", "|=", "+",
		"-",  "*",  "/",   "%",	  "^",	 "&",	"|",  "~",  "!",  "=",	"<",  ">",  ",",
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(symbols); i++) {
		if (pp_name_at(s, at, symbols[i]))
			return at + strlen(symbols[i]);
	}
	return at;
}

/* The word `text`, and "[]" behind it: "new[]", "delete []". */
static size_t skip_allocator(struct pp_str s, size_t at, const char *text)
{
	size_t end = pp_name_words(s, at), array;

	if (!pp_str_eq(pp_name_slice(s, at, end), pp_str_of(text)))
		return at;
	array = end + pp_name_at(s, end, " [");
	return pp_name_at(s, array, "[]") ? array + 2 : end;
}

/* The type that a conversion is to: all but the parameters. */
static size_t skip_type(struct pp_str s, size_t at)
{
	while (at < s.n) {
		size_t end = at;

		if (strchr("(<[{", s.p[at]) && s.p[at])
			end = pp_name_group(s, at);
		if (s.p[at] == '(' && end > at) {
			/* "(*)(int)" of a function, "(anonymous namespace)::" */
			if (pp_name_at(s, at, "(*") || pp_name_at(s, at, "(&"))
				end = end < s.n && s.p[end] == '(' ? pp_name_group(s, end) : end;
			else if (!pp_name_at(s, end, "::"))
				return at;
		}
		at = end > at ? end : at + 1;
	}
	return at;
}

size_t pp_name_operator(struct pp_str s, size_t at)
{
	size_t name = at + strlen("operator"), end;

	if (!is_operator(s, at))
		return at;
	if (pp_name_at(s, name, "\"\"")) {
		name += 2;
		return pp_name_words(s, name + pp_name_at(s, name, " "));
	}
	if (pp_name_at(s, name, " ")) {
		name++;
		end = skip_allocator(s, name, "new");
		if (end == name)
			end = skip_allocator(s, name, "delete");
		if (end > name)
			return end;
		if (name < s.n && pp_name_is_word(s.p[name]))
			return skip_type(s, name);
	}
	end = skip_symbol(s, name);
	if (end == name)
		return at;
	return end + pp_name_at(s, end, " <");
}

/* ---- brackets ---- */

struct nest {
	char open[PP_NAME_NESTED];
	size_t n;
};

/* Close the innermost `open`; a '<' in it was none. */
static void close_bracket(struct nest *nest, char open)
{
	size_t n = nest->n;

	while (n && nest->open[n - 1] != open && nest->open[n - 1] == '<')
		n--;
	if (n && nest->open[n - 1] == open)
		nest->n = n - 1;
}

/* "a < b" and "a -> b" have no brackets. */
static bool is_bracket(struct pp_str s, size_t at)
{
	char before = at ? s.p[at - 1] : '\0';

	if (s.p[at] == '>')
		return before != '-' && before != '=';
	return s.p[at] != '<' || before != ' ' || !pp_name_at(s, at + 1, " ");
}

/* The bracket that opens what c opens or closes; '\0' if it is none. */
static char open_of(char c)
{
	switch (c) {
	case '(':
	case ')':
		return '(';
	case '[':
	case ']':
		return '[';
	case '{':
	case '}':
		return '{';
	case '<':
	case '>':
		return '<';
	default:
		return '\0';
	}
}

size_t pp_name_group(struct pp_str s, size_t at)
{
	struct nest nest = {.n = 0};

	if (!is_bracket(s, at))
		return at;
	for (size_t i = at; i < s.n; i++) {
		char c = s.p[i];

		if (pp_name_is_word(c) && c != 'o')
			continue;
		if (is_operator(s, i)) {
			size_t end = skip_symbol(s, i + strlen("operator"));

			i = end - 1;
			continue;
		}
		char open = open_of(c);
		if (!open || !is_bracket(s, i))
			continue;
		if (open != c) {
			close_bracket(&nest, open);
		} else {
			if (nest.n == PP_NAME_NESTED)
				return at;
			nest.open[nest.n++] = c;
		}
		if (nest.n == 0)
			return i + 1;
	}
	return at;
}
