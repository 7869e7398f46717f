/* SPDX-License-Identifier: Apache-2.0 */
/* An index of where lines begin. */
#include <config.h>

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void pp_text_init(struct pp_text *t, const char *bytes, uint32_t n)
{
	size_t cap = 0;

	*t = (struct pp_text){.bytes = bytes};
	for (uint32_t at = 0; at < n;) {
		const char *end = memchr(bytes + at, '\n', n - at);

		t->line_at = pp_grow(t->line_at, &cap, t->nlines + 2, sizeof(*t->line_at));
		t->line_at[t->nlines++] = at;
		at = end ? (uint32_t)(end - bytes) + 1 : n;
		t->line_at[t->nlines] = at;
	}
}

void pp_text_release(struct pp_text *t)
{
	free(t->line_at);
	*t = (struct pp_text){0};
}

struct pp_str pp_text_line(const struct pp_text *t, size_t number)
{
	size_t at = t->line_at[number - 1], end = t->line_at[number];

	if (end > at && t->bytes[end - 1] == '\n')
		end--;
	if (end > at && t->bytes[end - 1] == '\r')
		end--;
	return (struct pp_str){t->bytes + at, end - at};
}
