/* SPDX-License-Identifier: Apache-2.0 */
/* Parsing /proc/PID/maps. */
#include <config.h>

#include "symbol/procmaps.h"

#include "base/scan.h"

static bool parse_u32(struct pp_str *s, unsigned base, uint32_t *out)
{
	uint64_t v;

	if (!pp_scan_number(s, base, &v) || v > UINT32_MAX)
		return false;
	*out = (uint32_t)v;
	return true;
}

/* "r-xp" */
static bool parse_permissions(struct pp_str *s, bool *exec)
{
	if (s->n < 4 || memchr(s->p, ' ', 4))
		return false;
	*exec = s->p[2] == 'x';
	s->p += 4;
	s->n -= 4;
	return true;
}

static void parse_path(struct pp_str s, struct pp_procmap *out)
{
	const struct pp_str deleted = PP_STR_LIT(" (deleted)");

	while (pp_scan_char(&s, ' '))
		;
	if (s.n > deleted.n && memcmp(s.p + s.n - deleted.n, deleted.p, deleted.n) == 0) {
		out->deleted = true;
		s.n -= deleted.n;
	}
	out->path = s;
}

/* "7f1c0a000000-7f1c0a028000 r-xp 00028000 fe:01 1835061    /usr/lib/libc.so.6" */
static bool parse_line(struct pp_str s, struct pp_procmap *out)
{
	*out = (struct pp_procmap){0};
	if (!pp_scan_number(&s, 16, &out->start) || !pp_scan_char(&s, '-') ||
	    !pp_scan_number(&s, 16, &out->limit) || !pp_scan_char(&s, ' ') ||
	    !parse_permissions(&s, &out->exec) || !pp_scan_char(&s, ' ') ||
	    !pp_scan_number(&s, 16, &out->offset) || !pp_scan_char(&s, ' ') ||
	    !parse_u32(&s, 16, &out->dev_major) || !pp_scan_char(&s, ':') ||
	    !parse_u32(&s, 16, &out->dev_minor) || !pp_scan_char(&s, ' ') ||
	    !pp_scan_number(&s, 10, &out->inode))
		return false;
	if ((s.n && s.p[0] != ' ') || out->start >= out->limit)
		return false;
	parse_path(s, out);
	return true;
}

bool pp_procmaps_next(struct pp_str *rest, struct pp_procmap *out)
{
	struct pp_str line;

	while (pp_scan_line(rest, &line)) {
		if (parse_line(line, out))
			return true;
	}
	return false;
}
