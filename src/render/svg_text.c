/* SPDX-License-Identifier: Apache-2.0 */
/* XML of untrusted text. */
#include <config.h>

#include "render/svg_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "base/utf8.h"
#include "render/fit.h"

#define REPLACEMENT "\xef\xbf\xbd"
#define PX_MAX	    1e12 /* what hundredths of still fit into 64 bits */

/* Char of XML 1.0, of those that are not escaped anyway. */
static bool is_xml(uint32_t cp)
{
	return cp != 0xfffe && cp != 0xffff;
}

void pp_svg_clean(struct pp_str s, struct pp_buf *out)
{
	while (s.n) {
		uint32_t cp;
		size_t len = pp_utf8_decode(s, &cp);

		if (len && is_xml(cp))
			pp_buf_add(out, s.p, len);
		else
			pp_buf_str(out, REPLACEMENT);
		len += len == 0;
		s.p += len;
		s.n -= len;
	}
}

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	default:
		return NULL;
	}
}

void pp_svg_text(struct pp_out *out, struct pp_str clean)
{
	size_t plain = 0;

	/* runs without markup in one go */
	for (size_t i = 0; i < clean.n; i++) {
		const char *e = entity(clean.p[i]);

		if (!e)
			continue;
		pp_out_safe(out, (struct pp_str){clean.p + plain, i - plain});
		pp_out_text(out, e);
		plain = i + 1;
	}
	if (plain < clean.n)
		pp_out_safe(out, (struct pp_str){clean.p + plain, clean.n - plain});
}

void pp_svg_any(struct pp_out *out, struct pp_str s)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf clean = PP_BUF_INIT;

	pp_svg_clean(s, &clean);
	pp_svg_text(out, pp_buf_view(&clean));
}

void pp_svg_px(struct pp_out *out, double px)
{
	if (!(fabs(px) < PX_MAX))
		px = 0;

	int64_t hundredths = (int64_t)floor(px * 100 + 0.5);
	uint64_t v = hundredths < 0 ? (uint64_t)-hundredths : (uint64_t)hundredths;
	unsigned rest = (unsigned)(v % 100);

	pp_out_fmt(out, "%s%" PRIu64, hundredths < 0 ? "-" : "", v / 100);
	if (rest % 10)
		pp_out_fmt(out, ".%02u", rest);
	else if (rest)
		pp_out_fmt(out, ".%u", rest / 10);
}

void pp_svg_grouped(struct pp_buf *out, int64_t v)
{
	char digits[32];
	uint64_t u = v < 0 ? -(uint64_t)v : (uint64_t)v;
	int n = snprintf(digits, sizeof(digits), "%" PRIu64, u);

	if (v < 0)
		pp_buf_char(out, '-');
	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			pp_buf_char(out, ',');
		pp_buf_char(out, digits[i]);
	}
}

void pp_svg_cut(struct pp_str s, size_t cells, struct pp_buf *out)
{
	size_t used = 0, taken = 0;

	if (pp_fit_cells(s) <= cells) {
		pp_buf_add(out, s.p, s.n);
		return;
	}
	while (taken < s.n) {
		struct pp_str rest = {s.p + taken, s.n - taken};
		uint32_t cp;
		size_t len = pp_utf8_decode(rest, &cp);

		len += len == 0;
		used += pp_fit_cells((struct pp_str){rest.p, len});
		if (used + 1 > cells)
			break;
		taken += len;
	}
	pp_buf_add(out, s.p, taken);
	pp_buf_str(out, "…");
}
