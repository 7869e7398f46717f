/* SPDX-License-Identifier: Apache-2.0 */
/* Edit distance between names. */
#include <config.h>

#include "base/suggest.h"

#include <stdint.h>
#include <string.h>

#define NAME_MAX_BYTES 64

static size_t min3(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

size_t pp_suggest_distance(struct pp_str a, struct pp_str b)
{
	size_t rows[3][NAME_MAX_BYTES + 1];

	if (a.n > NAME_MAX_BYTES || b.n > NAME_MAX_BYTES)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.n; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i + 2) % 3], *above2 = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			size_t swap = SIZE_MAX;

			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
				swap = above2[j - 2] + 1;
			row[j] = min3(above[j] + 1, row[j - 1] + 1,
				      above[j - 1] + (a.p[i - 1] != b.p[j - 1]));
			if (swap < row[j])
				row[j] = swap;
		}
	}
	return rows[a.n % 3][b.n];
}

void pp_suggest_init(struct pp_suggest *s, struct pp_str typed)
{
	*s = (struct pp_suggest){.typed = typed, .distance = SIZE_MAX};
}

void pp_suggest_offer(struct pp_suggest *s, const char *name)
{
	struct pp_str n = pp_str_of(name);
	size_t longer = n.n > s->typed.n ? n.n : s->typed.n;
	size_t distance = pp_suggest_distance(s->typed, n);

	if (distance <= longer / 3 && distance < s->distance) {
		s->best = name;
		s->distance = distance;
	}
}
