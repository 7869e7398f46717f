/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "base/spans.h"

#include <stdlib.h>

#include "base/alloc.h"

void pp_spans_release(struct pp_spans *s)
{
	free(s->all);
	*s = (struct pp_spans){.n = 0};
}

void pp_spans_add(struct pp_spans *s, int64_t from, int64_t length)
{
	int64_t until;

	if (length <= 0)
		return;
	if (__builtin_add_overflow(from, length, &until))
		until = INT64_MAX;
	s->all = pp_grow(s->all, &s->cap, s->n + 1, sizeof(*s->all));
	s->all[s->n++] = (struct pp_span){from, until};
}

static int compare(const void *a, const void *b)
{
	int64_t x = ((const struct pp_span *)a)->from, y = ((const struct pp_span *)b)->from;

	return x < y ? -1 : x > y;
}

int64_t pp_spans_covered(struct pp_spans *s)
{
	int64_t covered = 0, end = INT64_MIN;

	if (s->n)
		qsort(s->all, s->n, sizeof(*s->all), compare);
	for (size_t i = 0; i < s->n; i++) {
		int64_t from = s->all[i].from > end ? s->all[i].from : end, more;

		if (s->all[i].until <= from)
			continue;
		end = s->all[i].until;
		if (__builtin_sub_overflow(end, from, &more) ||
		    __builtin_add_overflow(covered, more, &covered))
			return INT64_MAX;
	}
	return covered;
}
