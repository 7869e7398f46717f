/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON reader. */
#include <config.h>

#include "io/json_read.h"

#include <string.h>

#include "base/num.h"
#include "base/scan.h"
#include "base/utf8.h"

void pp_json_read_init(struct pp_json_read *r, struct pp_str text)
{
	const char *begin = text.n ? text.p : "";

	*r = (struct pp_json_read){.p = begin, .end = begin + text.n, .begin = begin};
}

static int fail(struct pp_json_read *r, struct pp_err *err)
{
	pp_err_set(err, PP_ERR_FORMAT, "damaged JSON at byte %zu", (size_t)(r->p - r->begin));
	r->p = r->end;
	return -1;
}

char pp_json_read_peek(struct pp_json_read *r)
{
	while (r->p < r->end && memchr(" \t\r\n", *r->p, 4))
		r->p++;
	return r->p < r->end ? *r->p : '\0';
}

/* Take this character, if it is next. */
static bool take(struct pp_json_read *r, char c)
{
	if (pp_json_read_peek(r) != c || r->p == r->end)
		return false;
	r->p++;
	return true;
}

int pp_json_read_open(struct pp_json_read *r, char bracket, struct pp_err *err)
{
	if (!take(r, bracket))
		return fail(r, err);
	r->fresh = true;
	return 0;
}

/* Before an item or a key: 1, or 0 behind the end. */
static int next(struct pp_json_read *r, char bracket, struct pp_err *err)
{
	bool fresh = r->fresh;

	r->fresh = false;
	if (take(r, bracket))
		return 0;
	return fresh || take(r, ',') ? 1 : fail(r, err);
}

int pp_json_read_item(struct pp_json_read *r, struct pp_err *err)
{
	return next(r, ']', err);
}

int pp_json_read_key(struct pp_json_read *r, struct pp_buf *key, struct pp_err *err)
{
	int rc = next(r, '}', err);

	if (rc != 1)
		return rc;
	if (pp_json_read_str(r, key, err))
		return -1;
	return take(r, ':') ? 1 : fail(r, err);
}

/* Four hexadecimal digits. */
static bool take_unit(struct pp_json_read *r, uint32_t *unit)
{
	*unit = 0;
	if (r->end - r->p < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		unsigned digit = pp_scan_digit(*r->p++);

		if (digit >= 16)
			return false;
		*unit = *unit << 4 | digit;
	}
	return true;
}

/* Behind "\u": a character, which beyond U+FFFF takes two of these. */
static bool take_character(struct pp_json_read *r, struct pp_buf *out)
{
	uint32_t cp, low;

	if (!take_unit(r, &cp))
		return false;
	if (cp >= 0xd800 && cp < 0xdc00) {
		if (r->end - r->p < 2 || memcmp(r->p, "\\u", 2) != 0)
			return false;
		r->p += 2;
		if (!take_unit(r, &low) || low < 0xdc00 || low >= 0xe000)
			return false;
		cp = 0x10000 + ((cp - 0xd800) << 10) + (low - 0xdc00);
	} else if (cp >= 0xdc00 && cp < 0xe000) {
		return false;
	}
	pp_utf8_add(out, cp);
	return true;
}

/* Behind a backslash. */
static bool take_escape(struct pp_json_read *r, struct pp_buf *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *known;

	if (r->p == r->end)
		return false;
	if (*r->p == 'u') {
		r->p++;
		return take_character(r, out);
	}
	known = memchr(from, *r->p, sizeof(from) - 1);
	if (!known)
		return false;
	pp_buf_char(out, to[known - from]);
	r->p++;
	return true;
}

int pp_json_read_str(struct pp_json_read *r, struct pp_buf *text, struct pp_err *err)
{
	pp_buf_clear(text);
	if (!take(r, '"'))
		return fail(r, err);
	while (r->p < r->end && *r->p != '"') {
		uint32_t cp;
		size_t n;

		if (*r->p == '\\') {
			r->p++;
			if (!take_escape(r, text))
				return fail(r, err);
			continue;
		}
		n = pp_utf8_decode((struct pp_str){r->p, (size_t)(r->end - r->p)}, &cp);
		if (n == 0 || cp < 0x20)
			return fail(r, err);
		pp_buf_add(text, r->p, n);
		r->p += n;
	}
	return take(r, '"') ? 0 : fail(r, err);
}

static void take_digits(struct pp_json_read *r)
{
	while (r->p < r->end && *r->p >= '0' && *r->p <= '9')
		r->p++;
}

/* A number as RFC 8259 has it; *whole unless it has a fraction or an exponent. */
static bool take_number(struct pp_json_read *r, struct pp_str *text, bool *whole)
{
	const char *begin = r->p, *digits;

	if (r->p < r->end && *r->p == '-')
		r->p++;
	digits = r->p;
	take_digits(r);
	if (r->p == digits || (*digits == '0' && r->p - digits > 1))
		return false;
	*whole = true;
	if (r->p < r->end && *r->p == '.') {
		*whole = false;
		digits = ++r->p;
		take_digits(r);
		if (r->p == digits)
			return false;
	}
	if (r->p < r->end && (*r->p == 'e' || *r->p == 'E')) {
		*whole = false;
		r->p++;
		if (r->p < r->end && (*r->p == '-' || *r->p == '+'))
			r->p++;
		digits = r->p;
		take_digits(r);
		if (r->p == digits)
			return false;
	}
	*text = (struct pp_str){begin, (size_t)(r->p - begin)};
	return true;
}

int pp_json_read_int(struct pp_json_read *r, int64_t *value, struct pp_err *err)
{
	struct pp_str text;
	bool whole;

	if (pp_json_read_peek(r) == '"') {
		struct pp_buf digits = PP_BUF_INIT;
		int rc = pp_json_read_str(r, &digits, err);

		if (rc == 0 && !pp_parse_i64(pp_buf_view(&digits), value))
			rc = fail(r, err);
		pp_buf_release(&digits);
		return rc;
	}
	if (!take_number(r, &text, &whole) || !whole || !pp_parse_i64(text, value))
		return fail(r, err);
	return 0;
}

static bool take_word(struct pp_json_read *r, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(r->end - r->p) < n || memcmp(r->p, word, n) != 0)
		return false;
	r->p += n;
	return true;
}

/* A value that holds no others. */
static int skip_scalar(struct pp_json_read *r, char first, struct pp_err *err)
{
	struct pp_str text;
	bool ok, whole;

	if (first == '"') {
		struct pp_buf ignored = PP_BUF_INIT;
		int rc = pp_json_read_str(r, &ignored, err);

		pp_buf_release(&ignored);
		return rc;
	}
	if (first == 't')
		ok = take_word(r, "true");
	else if (first == 'f')
		ok = take_word(r, "false");
	else if (first == 'n')
		ok = take_word(r, "null");
	else
		ok = take_number(r, &text, &whole);
	return ok ? 0 : fail(r, err);
}

/* Up to where the next value begins, or all values are closed: 1 or 0. */
static int next_skipped(struct pp_json_read *r, const char *open, size_t *depth, struct pp_buf *key,
			struct pp_err *err)
{
	while (*depth) {
		int rc = open[*depth - 1] == '{' ? pp_json_read_key(r, key, err)
						 : pp_json_read_item(r, err);

		if (rc)
			return rc;
		(*depth)--;
	}
	return 0;
}

int pp_json_read_skip(struct pp_json_read *r, struct pp_err *err)
{
	struct pp_buf key = PP_BUF_INIT;
	char open[PP_JSON_READ_DEPTH];
	size_t depth = 0;
	int rc;

	do {
		char first = pp_json_read_peek(r);

		if (first != '{' && first != '[') {
			rc = skip_scalar(r, first, err);
		} else if (depth == sizeof(open)) {
			rc = fail(r, err);
		} else {
			open[depth++] = first;
			rc = pp_json_read_open(r, first, err);
		}
		if (rc == 0)
			rc = next_skipped(r, open, &depth, &key, err);
	} while (rc == 1);
	pp_buf_release(&key);
	return rc;
}

int pp_json_read_end(struct pp_json_read *r, struct pp_err *err)
{
	pp_json_read_peek(r);
	return r->p == r->end ? 0 : fail(r, err);
}
