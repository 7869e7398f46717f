/* SPDX-License-Identifier: Apache-2.0 */
/* Lines, numbers and addresses of text profiles. */
#include <config.h>

#include "pprof/legacy_text.h"

#include "base/scan.h"

#define SHOWN 60 /* bytes of a line that a message quotes */

bool pp_lines_next(struct pp_lines *l)
{
	const char *begin = l->rest.p;

	if (!pp_scan_line(&l->rest, &l->line)) {
		l->line = (struct pp_str){0};
		return false;
	}
	l->number++;
	l->ended = l->rest.p > begin + l->line.n;
	if (l->line.n && l->line.p[l->line.n - 1] == '\r')
		l->line.n--;
	return true;
}

bool pp_lines_skip_comments(struct pp_lines *l)
{
	while (pp_lines_next(l)) {
		if (!pp_text_is_comment(l->line))
			return true;
	}
	return false;
}

int pp_lines_fail(const struct pp_lines *l, struct pp_err *err, const char *what)
{
	struct pp_str line = pp_text_trim(l->line);
	bool cut = line.n > SHOWN;

	return pp_err_set(err, PP_ERR_FORMAT, "line %llu: %s \"%.*s%s\"",
			  (unsigned long long)l->number, what, cut ? SHOWN : (int)line.n,
			  line.p ? line.p : "", cut ? "..." : "");
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct pp_str pp_text_trim(struct pp_str s)
{
	while (s.n && is_space(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool pp_text_is_comment(struct pp_str line)
{
	size_t i = 0;

	while (i < line.n && is_space(line.p[i]))
		i++;
	return i == line.n || line.p[i] == '#';
}

static void skip(struct pp_str *s, size_t n)
{
	s->p += n;
	s->n -= n;
}

bool pp_text_find(struct pp_str *s, struct pp_str what)
{
	const char *at = s->n ? memmem(s->p, s->n, what.p, what.n) : NULL;

	if (!at)
		return false;
	skip(s, (size_t)(at - s->p) + what.n);
	return true;
}

bool pp_text_take(struct pp_str *s, struct pp_str what)
{
	if (!pp_str_starts(*s, what))
		return false;
	skip(s, what.n);
	return true;
}

size_t pp_text_take_blanks(struct pp_str *s)
{
	size_t n = 0;

	while (n < s->n && s->p[n] == ' ')
		n++;
	skip(s, n);
	return n;
}

bool pp_text_take_digits(struct pp_str *s, unsigned base, struct pp_str *digits)
{
	size_t n = 0;

	while (n < s->n && pp_scan_digit(s->p[n]) < base)
		n++;
	*digits = (struct pp_str){s->p, n};
	skip(s, n);
	return n > 0;
}

bool pp_text_seek_digits(struct pp_str *s)
{
	size_t n = 0;

	while (n < s->n && pp_scan_digit(s->p[n]) >= 10)
		n++;
	skip(s, n);
	return s->n > 0;
}

/* The base that a number's first characters choose; takes them. */
static unsigned take_base(struct pp_str *s)
{
	static const struct {
		struct pp_str lower, upper;
		unsigned base;
	} prefixes[] = {
		{PP_STR_LIT("0x"), PP_STR_LIT("0X"), 16},
		{PP_STR_LIT("0b"), PP_STR_LIT("0B"), 2},
		{PP_STR_LIT("0o"), PP_STR_LIT("0O"), 8},
	};

	for (size_t i = 0; i < PP_ARRAY_LEN(prefixes); i++) {
		if (pp_text_take(s, prefixes[i].lower) || pp_text_take(s, prefixes[i].upper))
			return prefixes[i].base;
	}
	return s->n && s->p[0] == '0' ? 8 : 10;
}

bool pp_text_i64(struct pp_str s, unsigned base, int64_t *out)
{
	bool negative = pp_scan_char(&s, '-');
	uint64_t v;

	if (!negative)
		(void)pp_scan_char(&s, '+');
	if (base == 0)
		base = take_base(&s);
	if (!pp_scan_number(&s, base, &v) || s.n || v > (uint64_t)INT64_MAX + negative)
		return false;
	*out = negative ? (int64_t)(0 - v) : (int64_t)v;
	return true;
}

static bool is_lower_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

int pp_text_next_address(struct pp_str *s, uint64_t *address)
{
	size_t n = 0;

	for (;; s->p++, s->n--) {
		const char *zero = s->n ? memchr(s->p, '0', s->n) : NULL;

		if (!zero)
			return 0;
		skip(s, (size_t)(zero - s->p));
		if (s->n >= 3 && s->p[1] == 'x' && is_lower_hex(s->p[2]))
			break;
	}
	skip(s, 2);
	while (n < s->n && is_lower_hex(s->p[n]))
		n++;
	struct pp_str digits = {s->p, n};
	skip(s, n);
	return pp_scan_number(&digits, 16, address) ? 1 : -1;
}

struct pp_str pp_text_take_addresses(struct pp_str *s)
{
	size_t n = 0;

	while (n < s->n && (is_lower_hex(s->p[n]) || s->p[n] == ' ' || s->p[n] == 'x'))
		n++;
	struct pp_str list = {s->p, n};
	skip(s, n);
	return list;
}

bool pp_text_is_map_start(struct pp_str line)
{
	struct pp_str copy = line;

	return pp_text_find(&line, PP_STR_LIT("--- Memory map: ---")) ||
	       pp_text_find(&copy, PP_STR_LIT("MAPPED_LIBRARIES:"));
}
