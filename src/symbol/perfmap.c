/* SPDX-License-Identifier: Apache-2.0 */
/* Perf maps. */
#include <config.h>

#include "symbol/perfmap.h"

#include "base/scan.h"

#define MAX_NAMES (1u << 30)

static void scan_blanks(struct pp_str *s)
{
	while (pp_scan_char(s, ' ') || pp_scan_char(s, '\t'))
		continue;
}

static bool scan_hex(struct pp_str *s, uint64_t *out)
{
	if (s->n > 2 && s->p[0] == '0' && (s->p[1] == 'x' || s->p[1] == 'X')) {
		s->p += 2;
		s->n -= 2;
	}
	return pp_scan_number(s, 16, out);
}

static bool parse_line(struct pp_str line, struct pp_jitcode_entry *e, struct pp_str *name)
{
	uint64_t size;

	scan_blanks(&line);
	if (!scan_hex(&line, &e->start) || !pp_scan_char(&line, ' '))
		return false;
	scan_blanks(&line);
	if (!scan_hex(&line, &size) || !pp_scan_char(&line, ' '))
		return false;
	scan_blanks(&line);
	if (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	if (line.n == 0 || size == 0 || size > UINT64_MAX - e->start)
		return false;
	e->limit = e->start + size;
	*name = line;
	return true;
}

int pp_perfmap_read(struct pp_jitcode *c, struct pp_str text, struct pp_err *err)
{
	struct pp_str line, name;

	while (pp_scan_line(&text, &line)) {
		struct pp_jitcode_entry e = {0};

		if (!parse_line(line, &e, &name))
			continue;
		if (c->n == PP_JITCODE_MAX || c->strings.nbytes > MAX_NAMES - name.n)
			return pp_err_set(err, PP_ERR_LIMIT, "too many entries");
		e.name = pp_strtab_add(&c->strings, name);
		pp_jitcode_add(c, e);
	}
	pp_jitcode_flatten(c);
	pp_jitcode_seal(c);
	return 0;
}
