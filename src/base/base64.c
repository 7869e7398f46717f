/* SPDX-License-Identifier: Apache-2.0 */
/* Base64, by tables. */
#include <config.h>

#include "base/base64.h"

#include <stdbool.h>
#include <string.h>

#define BAD 0x80u

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static char *encode_group(char *to, uint32_t bits)
{
	to[0] = digits[bits >> 18];
	to[1] = digits[bits >> 12 & 63];
	to[2] = digits[bits >> 6 & 63];
	to[3] = digits[bits & 63];
	return to + 4;
}

void pp_base64_encode(const uint8_t *bytes, size_t n, struct pp_buf *out)
{
	pp_buf_reserve(out, n / 3 * 4 + 4);

	char *to = out->p + out->n;
	for (; n >= 3; n -= 3, bytes += 3)
		to = encode_group(to,
				  (uint32_t)bytes[0] << 16 | (uint32_t)bytes[1] << 8 | bytes[2]);
	if (n) {
		uint32_t bits = (uint32_t)bytes[0] << 16;

		if (n == 2)
			bits |= (uint32_t)bytes[1] << 8;
		to = encode_group(to, bits);
		to[-1] = '=';
		if (n == 1)
			to[-2] = '=';
	}
	*to = '\0';
	out->n = (size_t)(to - out->p);
}

static void make_values(uint8_t values[256])
{
	memset(values, BAD, 256);
	for (uint8_t i = 0; i < 64; i++)
		values[(uint8_t)digits[i]] = i;
}

static int bad(struct pp_str text, const char *at, struct pp_err *err)
{
	return pp_err_set(err, PP_ERR_FORMAT, "damaged base64 at byte %zu", (size_t)(at - text.p));
}

/* The last group, which has one or two '=' at its end. */
static int decode_last(struct pp_str text, const uint8_t values[256], struct pp_buf *out,
		       struct pp_err *err)
{
	const char *p = text.p + text.n - 4;
	uint32_t a = values[(uint8_t)p[0]], b = values[(uint8_t)p[1]], c = values[(uint8_t)p[2]];
	bool one = p[2] == '=';
	uint8_t bytes[2] = {(uint8_t)(a << 2 | b >> 4), (uint8_t)(b << 4 | c >> 2)};

	/* bits that no byte takes are 0, or several texts would stand for the same bytes */
	if ((a | b) & BAD || (one ? b & 15 : c & (BAD | 3)))
		return bad(text, p, err);
	pp_buf_add(out, bytes, one ? 1 : 2);
	return 0;
}

int pp_base64_decode(struct pp_str text, struct pp_buf *out, struct pp_err *err)
{
	uint8_t values[256];
	bool padded = text.n && text.p[text.n - 1] == '=';

	if (text.n == 0)
		return 0;
	if (text.n % 4)
		return bad(text, text.p + text.n, err);
	make_values(values);
	pp_buf_reserve(out, text.n / 4 * 3);

	uint8_t *to = (uint8_t *)out->p + out->n;
	for (const char *p = text.p, *end = text.p + text.n - (padded ? 4 : 0); p != end; p += 4) {
		uint32_t a = values[(uint8_t)p[0]], b = values[(uint8_t)p[1]];
		uint32_t c = values[(uint8_t)p[2]], d = values[(uint8_t)p[3]];

		if ((a | b | c | d) & BAD)
			return bad(text, p, err);
		*to++ = (uint8_t)(a << 2 | b >> 4);
		*to++ = (uint8_t)(b << 4 | c >> 2);
		*to++ = (uint8_t)(c << 6 | d);
	}
	*to = '\0';
	out->n = (size_t)(to - (uint8_t *)out->p);
	return padded ? decode_last(text, values, out, err) : 0;
}
