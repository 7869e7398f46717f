/* SPDX-License-Identifier: Apache-2.0 */
/* Text of other programs, such as /proc, taken bit by bit from the front of a span. */
#ifndef PP_BASE_SCAN_H
#define PP_BASE_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* The value of a digit in bases up to 16, or 16. */
static inline unsigned pp_scan_digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10) : 16;
}

/* Take the number at the front of *s: false, with *s untouched, if there is none or if it does not
 * fit 64 bits. */
static inline bool pp_scan_number(struct pp_str *s, unsigned base, uint64_t *out)
{
	uint64_t v = 0;
	size_t n = 0;

	for (; n < s->n; n++) {
		unsigned d = pp_scan_digit(s->p[n]);

		if (d >= base)
			break;
		if (v > (UINT64_MAX - d) / base)
			return false;
		v = v * base + d;
	}
	if (n == 0)
		return false;
	*out = v;
	s->p += n;
	s->n -= n;
	return true;
}

/* Take the character `c` from the front of *s, if it is there. */
static inline bool pp_scan_char(struct pp_str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	s->p++;
	s->n--;
	return true;
}

/* Take the next line, without its end, from *rest: false at the end of the text. */
static inline bool pp_scan_line(struct pp_str *rest, struct pp_str *line)
{
	if (rest->n == 0)
		return false;

	const char *end = memchr(rest->p, '\n', rest->n);
	size_t n = end ? (size_t)(end - rest->p) : rest->n;

	*line = (struct pp_str){rest->p, n};
	if (end)
		n++;
	rest->p += n;
	rest->n -= n;
	return true;
}

#endif
