/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 by the table of well-formed sequences, Unicode 15 section 3.9, table 3-7. */
#include <config.h>

#include "base/utf8.h"

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

size_t pp_utf8_decode(struct pp_str s, uint32_t *cp)
{
	unsigned char lead = (unsigned char)s.p[0];
	size_t len;
	uint32_t min;

	if (lead < 0x80) {
		*cp = lead;
		return 1;
	}
	if ((lead & 0xe0) == 0xc0) {
		len = 2, min = 0x80, *cp = lead & 0x1f;
	} else if ((lead & 0xf0) == 0xe0) {
		len = 3, min = 0x800, *cp = lead & 0x0f;
	} else if ((lead & 0xf8) == 0xf0) {
		len = 4, min = 0x10000, *cp = lead & 0x07;
	} else {
		return 0;
	}
	if (s.n < len)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if (!is_continuation(s.p[i]))
			return 0;
		*cp = *cp << 6 | ((unsigned char)s.p[i] & 0x3f);
	}
	if (*cp < min || *cp > 0x10ffff || (*cp >= 0xd800 && *cp <= 0xdfff))
		return 0;
	return len;
}

bool pp_utf8_is_unsafe(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0x061c || cp == 0x200e ||
	       cp == 0x200f || (cp >= 0x2028 && cp <= 0x202e) || (cp >= 0x2066 && cp <= 0x2069);
}

bool pp_utf8_is_safe(struct pp_str s)
{
	while (s.n) {
		uint32_t cp;
		size_t len = pp_utf8_decode(s, &cp);

		if (len == 0 || pp_utf8_is_unsafe(cp))
			return false;
		s.p += len;
		s.n -= len;
	}
	return true;
}

size_t pp_utf8_count(struct pp_str s)
{
	size_t count = 0;

	for (; s.n; count++) {
		uint32_t cp;
		size_t len = pp_utf8_decode(s, &cp);

		len += len == 0;
		s.p += len;
		s.n -= len;
	}
	return count;
}

void pp_utf8_add(struct pp_buf *out, uint32_t cp)
{
	if (cp < 0x80) {
		pp_buf_char(out, (char)cp);
		return;
	}
	if (cp < 0x800) {
		pp_buf_char(out, (char)(0xc0 | cp >> 6));
	} else {
		if (cp < 0x10000) {
			pp_buf_char(out, (char)(0xe0 | cp >> 12));
		} else {
			pp_buf_char(out, (char)(0xf0 | cp >> 18));
			pp_buf_char(out, (char)(0x80 | (cp >> 12 & 0x3f)));
		}
		pp_buf_char(out, (char)(0x80 | (cp >> 6 & 0x3f)));
	}
	pp_buf_char(out, (char)(0x80 | (cp & 0x3f)));
}
