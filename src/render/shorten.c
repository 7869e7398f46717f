/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forms of names are regular languages, given above each function as a regular expression; all
 * of them can be read from left to right. Only ASCII letters count, and '.' is any byte but a
 * newline.
 */
#include <config.h>

#include "render/shorten.h"

#include <stdbool.h>

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* [A-Za-z0-9_], and the characters of `more`. */
static bool is_word(char c, const char *more)
{
	return is_upper(c) || is_lower(c) || is_digit(c) || c == '_' || (c && strchr(more, c));
}

static size_t skip_word(struct pp_str s, size_t at, const char *more)
{
	while (at < s.n && is_word(s.p[at], more))
		at++;
	return at;
}

static bool has(struct pp_str s, size_t at, char c)
{
	return at < s.n && s.p[at] == c;
}

static struct pp_str part(struct pp_str s, size_t from, size_t to)
{
	return (struct pp_str){s.p + from, to - from};
}

/* ---- Go ---- */

/* The end of "/v2" at `at`: /v([2-9]|[1-9][0-9]+)[./], before its last character; 0 if none. */
static size_t version_end(struct pp_str s, size_t at)
{
	size_t digits = at + 2, end = digits;

	if (s.p[at] != '/' || !has(s, at + 1, 'v'))
		return 0;
	while (end < s.n && is_digit(s.p[end]))
		end++;
	if (end == digits || s.p[digits] == '0' || (end == digits + 1 && s.p[digits] == '1'))
		return 0;
	return has(s, end, '.') || has(s, end, '/') ? end : 0;
}

/* The first version of a module, on one line: ^(.*?)/v(?:[2-9]|[1-9][0-9]+)([./].*)$ */
static bool find_version(struct pp_str s, size_t *from, size_t *to)
{
	if (s.n && memchr(s.p, '\n', s.n))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		*to = version_end(s, i);
		if (*to) {
			*from = i;
			return true;
		}
	}
	return false;
}

/* Behind the path: ^(?:[\w\-.]+/)+([^.]+\..+), with as many folders as leave a match. */
static bool shorten_go(struct pp_str s, struct pp_str *out)
{
	size_t dot = 0, folder = 0;
	bool found = false;

	for (size_t end = skip_word(s, 0, "-."); end > folder && has(s, end, '/');
	     end = skip_word(s, folder, "-.")) {
		const char *p;

		folder = end + 1;
		if (dot < folder) {
			p = folder < s.n ? memchr(s.p + folder, '.', s.n - folder) : NULL;
			if (!p)
				break;
			dot = (size_t)(p - s.p);
		}
		if (dot == folder || dot + 1 >= s.n || s.p[dot + 1] == '\n')
			continue;
		p = memchr(s.p + dot, '\n', s.n - dot);
		*out = part(s, folder, p ? (size_t)(p - s.p) : s.n);
		found = true;
	}
	return found;
}

/* ---- Java ---- */

/* ^(?:[a-z]\w*\.)*([A-Z][\w$]*\.(?:<init>|[a-z][\w$]*))(?:\(|$) */
static bool shorten_java(struct pp_str s, struct pp_str *out)
{
	const struct pp_str init = PP_STR_LIT("<init>");
	size_t class = 0, at;

	while (class < s.n && is_lower(s.p[class])) {
		at = skip_word(s, class, "");
		if (!has(s, at, '.'))
			return false;
		class = at + 1;
	}
	if (class >= s.n || !is_upper(s.p[class]))
		return false;
	at = skip_word(s, class, "$");
	if (!has(s, at, '.') || ++at >= s.n)
		return false;
	if (pp_str_starts(part(s, at, s.n), init))
		at += init.n;
	else if (is_lower(s.p[at]))
		at = skip_word(s, at, "$");
	else
		return false;
	if (at < s.n && s.p[at] != '(')
		return false;
	*out = part(s, class, at);
	return true;
}

/* ---- C++ ---- */

/* The end of an identifier at `at`, or `at`. */
static size_t skip_identifier(struct pp_str s, size_t at)
{
	return at < s.n && is_digit(s.p[at]) ? at : skip_word(s, at, "");
}

/* A name of a class: _*[A-Z]\w* */
static bool is_class(struct pp_str s, size_t at, size_t end)
{
	while (at < end && s.p[at] == '_')
		at++;
	return at < end && is_upper(s.p[at]);
}

/* The end of ~?[_a-zA-Z]\w*(?:<.*>)? at `at`; 0 if there is none. */
static size_t method_end(struct pp_str s, size_t at)
{
	size_t name = at + has(s, at, '~'), end = skip_identifier(s, name);
	const char *close;

	if (end == name)
		return 0;
	if (!has(s, end, '<'))
		return end;

	const char *line = memchr(s.p + end, '\n', s.n - end);
	size_t line_end = line ? (size_t)(line - s.p) : s.n;
	close = memrchr(s.p + end, '>', line_end - end);
	return close ? (size_t)(close - s.p) + 1 : end;
}

/* The last class that has a method, behind its namespaces:
 * ^(?:[_a-zA-Z]\w*::)+(_*[A-Z]\w*::~?[_a-zA-Z]\w*(?:<.*>)?) */
static bool shorten_cxx(struct pp_str s, struct pp_str *out)
{
	size_t at = 0, end, class = 0, method = 0;

	for (;; at = end + 2) {
		end = skip_identifier(s, at);
		if (end == at || !has(s, end, ':') || !has(s, end + 1, ':'))
			break;

		size_t next = end + 2 + has(s, end + 2, '~');
		if (at > 0 && is_class(s, at, end) && skip_identifier(s, next) > next) {
			class = at;
			method = end + 2;
		}
	}
	if (class == 0)
		return false;
	*out = part(s, class, method_end(s, method));
	return true;
}

/* ---- all ---- */

void pp_shorten_name(struct pp_str name, struct pp_buf *out)
{
	const struct pp_str anonymous = PP_STR_LIT("(anonymous namespace)::");
	PP_CLEANUP(pp_buf_release) struct pp_buf unversioned = PP_BUF_INIT;
	struct pp_str s = name, shorter;
	size_t from, to;

	if (pp_str_starts(s, anonymous))
		s = part(s, anonymous.n, s.n);
	if (find_version(s, &from, &to)) {
		pp_buf_add(&unversioned, s.p, from);
		pp_buf_add(&unversioned, s.p + to, s.n - to);
		s = pp_buf_view(&unversioned);
	}
	if (shorten_go(s, &shorter) || shorten_java(s, &shorter) || shorten_cxx(s, &shorter))
		s = shorter;
	pp_buf_add(out, s.p, s.n);
}
