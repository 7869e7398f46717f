/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns to file names. */
#include <config.h>

#include "cmd/window_name.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#define MAX_NAME    4096
#define MAX_REPEATS 1000000

/* Conversions that give neither a '/' nor white space. */
static const char conversions[] = "aAbBCdeFgGHIjklmMpRsSTuUVwWyYzZ%";

int pp_window_name_init(struct pp_window_name *n, const char *pattern, struct pp_err *err)
{
	*n = (struct pp_window_name){.pattern = pattern};
	for (const char *p = strchr(pattern, '%'); p; p = strchr(p + 2, '%')) {
		if (p[1] && strchr(conversions, p[1]))
			continue;
		return pp_err_set(err, PP_ERR_USAGE, "'%s': '%.2s' is no part of a date", pattern,
				  p);
	}
	return 0;
}

void pp_window_name_release(struct pp_window_name *n)
{
	pp_buf_release(&n->last);
	pp_buf_release(&n->name);
}

/* One conversion such as "%Y". */
static void convert(struct pp_buf *out, char conversion, const struct tm *tm)
{
	char format[] = {'%', conversion, '\0'}, text[64];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* it is one of those above */
	size_t n = strftime(text, sizeof(text), format, tm);
#pragma GCC diagnostic pop

	pp_buf_add(out, text, n);
}

static void expand(struct pp_buf *out, const char *pattern, int64_t real_ns)
{
	time_t seconds = (time_t)(real_ns / PP_NSEC_PER_SEC);
	struct tm tm;

	gmtime_r(&seconds, &tm);
	pp_buf_clear(out);
	while (*pattern) {
		size_t n = strcspn(pattern, "%");

		pp_buf_add(out, pattern, n);
		pattern += n;
		if (!*pattern)
			break;
		convert(out, pattern[1], &tm);
		pattern += 2;
	}
}

/* Where the extension begins: the first dot of the last component that is not in front. */
static size_t extension_of(const struct pp_buf *name)
{
	const char *slash = memrchr(name->p, '/', name->n);
	size_t from = slash ? (size_t)(slash + 1 - name->p) : 0;
	const char *dot =
		from + 1 < name->n ? memchr(name->p + from + 1, '.', name->n - from - 1) : NULL;

	return dot ? (size_t)(dot - name->p) : name->n;
}

static void number_name(struct pp_window_name *n)
{
	size_t at = extension_of(&n->last);

	pp_buf_clear(&n->name);
	pp_buf_add(&n->name, n->last.p, at);
	if (n->repeats)
		pp_buf_fmt(&n->name, "-%u", n->repeats);
	pp_buf_add(&n->name, n->last.p + at, n->last.n - at);
}

const char *pp_window_name_next(struct pp_window_name *n, int64_t real_ns)
{
	expand(&n->name, n->pattern, real_ns);
	if (n->last.n && pp_str_eq(pp_buf_view(&n->name), pp_buf_view(&n->last))) {
		n->repeats++;
	} else {
		pp_buf_clear(&n->last);
		pp_buf_add(&n->last, n->name.p, n->name.n);
		n->repeats = 0;
	}
	number_name(n);
	while (access(n->name.p, F_OK) == 0 && n->repeats < MAX_REPEATS) {
		n->repeats++;
		number_name(n);
	}
	return n->name.p;
}
