/* SPDX-License-Identifier: Apache-2.0 */
/* Escapes, names and colours. */
#include <config.h>

#include "render/dot_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/magnitude.h"
#include "base/utf8.h"
#include "render/shorten.h"

/* The first character of s; returns how many bytes it took. */
static size_t put_character(struct pp_out *o, struct pp_str s, const char *newline)
{
	uint32_t cp;
	size_t len = pp_utf8_decode(s, &cp);

	if (len == 1 && cp == '\n') {
		pp_out_text(o, newline);
	} else if (len == 1 && (cp == '"' || cp == '\\')) {
		pp_out_char(o, '\\');
		pp_out_char(o, (char)cp);
	} else {
		/* written as \xNN, in which the backslash stands for itself, too */
		if (len == 0 || pp_utf8_is_unsafe(cp))
			pp_out_char(o, '\\');
		pp_out_safe(o, (struct pp_str){s.p, len ? len : 1});
	}
	return len ? len : 1;
}

/* The text up to the limit; *cut is what stands for the rest. */
static struct pp_str shorten(struct pp_str s, const char **cut)
{
	*cut = s.n > PP_DOT_TEXT_MAX ? "…" : "";
	if (s.n > PP_DOT_TEXT_MAX) {
		s.n = PP_DOT_TEXT_MAX;
		/* not within a character: its bytes behind the first are 10xxxxxx */
		for (int i = 0; i < 3 && ((unsigned char)s.p[s.n] & 0xc0) == 0x80; i++)
			s.n--;
	}
	return s;
}

void pp_dot_text(struct pp_out *o, struct pp_str s, const char *newline)
{
	const char *cut;

	s = shorten(s, &cut);
	while (s.n) {
		size_t len = put_character(o, s, newline);

		s.p += len;
		s.n -= len;
	}
	pp_out_text(o, cut);
}

static void put_broken(struct pp_out *o, struct pp_str name)
{
	static const struct {
		struct pp_str from;
		const char *to;
	} breaks[] = {
		{PP_STR_LIT("::"), PP_DOT_CENTRE},
		{PP_STR_LIT("[...]"), "[…]"}, /* type parameters of Go */
		{PP_STR_LIT("."), PP_DOT_CENTRE},
	};
	const char *cut;

	name = shorten(name, &cut);
	while (name.n) {
		size_t i = 0, len;

		while (i < PP_ARRAY_LEN(breaks) && !pp_str_starts(name, breaks[i].from))
			i++;
		if (i < PP_ARRAY_LEN(breaks)) {
			pp_out_text(o, breaks[i].to);
			len = breaks[i].from.n;
		} else {
			len = put_character(o, name, PP_DOT_LEFT);
		}
		name.p += len;
		name.n -= len;
	}
	pp_out_text(o, cut);
}

void pp_dot_name(struct pp_out *o, struct pp_str name)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf brief = PP_BUF_INIT;

	pp_shorten_name(name, &brief);
	put_broken(o, pp_buf_view(&brief));
}

void pp_dot_quantity(struct pp_out *o, const struct pp_header *h, int64_t value)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	struct pp_out plain;

	pp_out_init_mem(&plain);
	pp_header_quantity(h, value, 0, &plain);
	text = plain.buf;
	pp_dot_text(o, pp_buf_view(&text), PP_DOT_CENTRE);
}

/* No number gives 0, as the conversion on x86-64 does. */
static unsigned component(double x)
{
	return isnan(x) ? 0 : (unsigned)(x * 255) & 0xff;
}

void pp_dot_color(char out[PP_DOT_COLOR_MAX], int64_t part, int64_t total, bool background)
{
	double saturation = background ? 0.1 : 1, value = background ? 0.93 : 0.7;
	double score = (double)part / (double)pp_magnitude(total);

	/* not fmin and fmax, which would make a number of no number */
	if (score > 1)
		score = 1;
	if (score < -1)
		score = -1;
	/* grey rather than yellow near 0 */
	if (fabs(score) < 0.2)
		saturation *= fabs(score) / 0.2;
	/* small shares are to be told apart as well */
	score = copysign(pow(fabs(score), 0.3), score);

	double fading = value * (1 - saturation * fabs(score));
	snprintf(out, PP_DOT_COLOR_MAX, "#%02x%02x%02x", component(score < 0 ? fading : value),
		 component(score < 0 ? value : fading), component(value * (1 - saturation)));
}
