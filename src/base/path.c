/* SPDX-License-Identifier: Apache-2.0 */
/* Cleaning file names. */
#include <config.h>

#include "base/path.h"

#include <stdbool.h>
#include <string.h>

/* Remove the last element of out, down to `floor`. */
static void drop_last(struct pp_buf *out, size_t floor)
{
	while (out->n > floor && out->p[out->n - 1] != '/')
		out->n--;
	if (out->n > floor)
		out->n--; /* its slash */
}

void pp_path_clean(struct pp_buf *out, struct pp_str path)
{
	size_t start = out->n, i = 0;
	bool rooted = path.n && path.p[0] == '/';
	size_t floor; /* nothing before it is removed: the root, or leading ".." */

	pp_buf_reserve(out, path.n + 1);
	if (rooted)
		pp_buf_char(out, '/');
	floor = out->n;
	while (i < path.n) {
		size_t end = i;

		while (end < path.n && path.p[end] != '/')
			end++;
		struct pp_str part = {path.p + i, end - i};
		bool up = pp_str_eq(part, PP_STR_LIT(".."));

		i = end + 1;
		if (part.n == 0 || pp_str_eq(part, PP_STR_LIT(".")) ||
		    (up && rooted && out->n == floor))
			continue;
		if (up && out->n > floor) {
			drop_last(out, floor);
			continue;
		}
		if (out->n > start + rooted)
			pp_buf_char(out, '/');
		pp_buf_add(out, part.p, part.n);
		if (up)
			floor = out->n;
	}
	if (out->n == start)
		pp_buf_char(out, '.');
}
