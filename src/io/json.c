/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON writer. */
#include <config.h>

#include "io/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/utf8.h"

void pp_json_init(struct pp_json *j, struct pp_out *out)
{
	*j = (struct pp_json){.out = out};
}

static void newline(struct pp_json *j)
{
	if (j->line)
		return;
	pp_out_char(j->out, '\n');
	for (int i = 0; i < j->depth; i++)
		pp_out_text(j->out, "  ");
}

/* What has to stand before a value or a key. */
static void separate(struct pp_json *j)
{
	if (j->keyed) {
		j->keyed = false;
		return;
	}
	if (j->comma)
		pp_out_char(j->out, ',');
	if (j->depth)
		newline(j);
	j->comma = true;
}

void pp_json_open(struct pp_json *j, char bracket)
{
	separate(j);
	pp_out_char(j->out, bracket);
	j->depth++;
	j->comma = false;
}

void pp_json_close(struct pp_json *j, char bracket)
{
	j->depth--;
	if (j->comma)
		newline(j);
	pp_out_char(j->out, bracket);
	j->comma = true;
	if (j->depth == 0)
		pp_out_char(j->out, '\n');
}

static void quoted(struct pp_out *o, struct pp_str s)
{
	pp_out_char(o, '"');
	while (s.n) {
		uint32_t cp;
		size_t len = pp_utf8_decode(s, &cp);

		if (len == 0)
			pp_out_text(o, "\\ufffd");
		else if (cp == '"' || cp == '\\')
			pp_out_fmt(o, "\\%c", (char)cp);
		else if (cp == '<' || pp_utf8_is_unsafe(cp))
			pp_out_fmt(o, "\\u%04x", (unsigned)cp);
		else
			pp_out_bytes(o, s.p, len);
		len += len == 0;
		s.p += len;
		s.n -= len;
	}
	pp_out_char(o, '"');
}

void pp_json_key(struct pp_json *j, const char *key)
{
	separate(j);
	quoted(j->out, pp_str_of(key));
	pp_out_text(j->out, ": ");
	j->keyed = true;
}

void pp_json_str(struct pp_json *j, struct pp_str s)
{
	separate(j);
	quoted(j->out, s);
}

void pp_json_int(struct pp_json *j, int64_t v)
{
	separate(j);
	pp_out_fmt(j->out, "%" PRId64, v);
}

void pp_json_double(struct pp_json *j, double v)
{
	char text[40];

	separate(j);
	if (!isfinite(v)) {
		pp_out_text(j->out, "null");
		return;
	}
	/* at most 17 digits are needed; use the fewest that read back the same */
	for (int digits = 1; digits <= 17; digits++) {
		snprintf(text, sizeof(text), "%.*g", digits, v);
		if (strtod(text, NULL) == v) /* pp-allow: our own text */
			break;
	}
	pp_out_text(j->out, text);
}

void pp_json_bool(struct pp_json *j, bool v)
{
	separate(j);
	pp_out_text(j->out, v ? "true" : "false");
}

void pp_json_pair_str(struct pp_json *j, const char *key, struct pp_str value)
{
	pp_json_key(j, key);
	pp_json_str(j, value);
}

void pp_json_pair_int(struct pp_json *j, const char *key, int64_t value)
{
	pp_json_key(j, key);
	pp_json_int(j, value);
}
