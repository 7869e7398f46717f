/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The two forms of a line:
 *
 *	7f1c0a000000-7f1c0a028000 r-xp 00028000 fe:01 1835061    /usr/lib/libc.so.6
 *	0x40000-0x80000 /path/to/binary (@FF00) abc123456
 *
 * pprof matches them with regular expressions that have hardly anything but the range in them that
 * must be there. What these take a line for, this does as well, oddities included: digits without
 * a separator are cut before the last one.
 */
#include <config.h>

#include "pprof/legacy_maps.h"

#include "base/scan.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

static size_t take_blanks(struct pp_str *s)
{
	size_t n = 0;

	while (n < s->n && is_blank(s->p[n]))
		n++;
	s->p += n;
	s->n -= n;
	return n;
}

static struct pp_str take_word(struct pp_str *s)
{
	struct pp_str word = {s->p, 0};

	while (word.n < s->n && !is_blank(s->p[word.n]))
		word.n++;
	s->p += word.n;
	s->n -= word.n;
	return word;
}

/* Hexadecimal digits, after 0x or not. */
static bool take_hex(struct pp_str *s, struct pp_str *digits)
{
	struct pp_str plain = *s;

	if (pp_text_take(s, PP_STR_LIT("0x")) && pp_text_take_digits(s, 16, digits))
		return true;
	*s = plain;
	return pp_text_take_digits(s, 16, digits);
}

/* Blanks and then hexadecimal digits; nothing is taken unless both are there. */
static bool take_spaced_hex(struct pp_str *s, struct pp_str *digits)
{
	struct pp_str rest = *s;

	if (take_blanks(&rest) == 0 || !pp_text_take_digits(&rest, 16, digits))
		return false;
	*s = rest;
	return true;
}

static void take_permissions(struct pp_str *s, struct pp_str *permissions)
{
	struct pp_str rest = *s;
	size_t n = 0;

	if (take_blanks(&rest) == 0)
		return;
	while (n < rest.n && memchr("-rwxp", rest.p[n], 5))
		n++;
	if (n == 0)
		return;
	*permissions = (struct pp_str){rest.p, n};
	*s = (struct pp_str){rest.p + n, rest.n - n};
}

/* "fe:01 1835061", between blanks */
static bool take_device(struct pp_str *s)
{
	struct pp_str ignored;

	return take_spaced_hex(s, &ignored) && pp_scan_char(s, ':') &&
	       pp_text_take_digits(s, 16, &ignored) && take_blanks(s) &&
	       pp_text_take_digits(s, 10, &ignored);
}

/* What follows the range in a line of /proc/PID/maps. */
static bool parse_proc(struct pp_str s, struct pp_map_entry *e)
{
	struct pp_str with_offset;

	(void)pp_scan_char(&s, ':');
	take_permissions(&s, &e->permissions);
	with_offset = s;
	if (take_spaced_hex(&with_offset, &e->offset) && take_device(&with_offset)) {
		s = with_offset;
	} else {
		e->offset = (struct pp_str){0};
		if (!take_device(&s))
			return false;
	}
	if (take_blanks(&s))
		e->file = take_word(&s);
	return true;
}

/* What follows it in the short form: all of it can be missing. */
static void parse_brief(struct pp_str s, struct pp_map_entry *e)
{
	struct pp_str rest;

	(void)pp_scan_char(&s, ':');
	take_permissions(&s, &e->permissions);
	rest = s;
	if (take_blanks(&rest) && rest.n) {
		e->file = take_word(&rest);
		s = rest;
	}
	rest = s;
	if (take_blanks(&rest) && pp_text_take(&rest, PP_STR_LIT("(@")) &&
	    pp_text_take_digits(&rest, 16, &e->offset) && pp_scan_char(&rest, ')'))
		s = rest;
	else
		e->offset = (struct pp_str){0};
	(void)take_spaced_hex(&s, &e->build_id);
}

/* "400000-800000", "400000 0x800000" */
static bool parse_range(struct pp_str *s, struct pp_map_entry *e)
{
	struct pp_str rest = *s;

	if (!take_hex(&rest, &e->start))
		return false;
	(void)pp_scan_char(&rest, '-');
	take_blanks(&rest);
	if (!take_hex(&rest, &e->limit))
		return false;
	*s = rest;
	return true;
}

/* "40000080", whose last digit is the limit; or, as in "4000x80", what follows that digit. */
static bool parse_joined_range(struct pp_str *s, struct pp_map_entry *e)
{
	if (!take_hex(s, &e->start) || e->start.n < 2)
		return false;
	e->start.n--;
	s->p--;
	s->n++;
	if (pp_str_starts(*s, PP_STR_LIT("0x")))
		return take_hex(s, &e->limit);
	e->limit = (struct pp_str){s->p, 1};
	s->p++;
	s->n--;
	return true;
}

bool pp_map_entry_parse(struct pp_str line, struct pp_map_entry *e)
{
	struct pp_str split, joined;
	struct pp_map_entry a = {0}, b = {0};

	take_blanks(&line);
	split = joined = line;
	bool has_split = parse_range(&split, &a);
	bool has_joined = parse_joined_range(&joined, &b);

	*e = a;
	if (has_split && parse_proc(split, e))
		return true;
	*e = b;
	if (has_joined && parse_proc(joined, e))
		return true;
	*e = has_split ? a : b;
	if (has_split || has_joined)
		parse_brief(has_split ? split : joined, e);
	return has_split || has_joined;
}
