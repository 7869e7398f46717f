/* SPDX-License-Identifier: Apache-2.0 */
/* Entropy in bits of the calls to a row, plus that of the calls from it and its own cost. */
#include <config.h>

#include "analyze/entropy.h"

#include <math.h>

#include "base/magnitude.h"

static double entropy_of_share(int64_t part, int64_t total)
{
	double share = (double)pp_magnitude(part) / (double)total;

	return -share * log2(share);
}

/* Calls of negative weight, as differences have them, do not add to the whole, but count as parts
 * of it. A part of 0 makes the result no number. Both is so in pprof, and decides on the order. */
static double entropy(const struct pp_edges *e, const size_t *list, size_t n, int64_t self)
{
	int64_t total = self;
	double sum = 0;

	for (size_t i = 0; i < n; i++) {
		if (e->all[list[i]].weight > 0)
			total = pp_wrap_add(total, e->all[list[i]].weight);
	}
	if (total == 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		sum += entropy_of_share(e->all[list[i]].weight, total);
	if (self > 0)
		sum += entropy_of_share(self, total);
	return sum;
}

/* What the conversion gives on x86-64, for values that do not fit as well. */
static int64_t cut(double x)
{
	if (x >= -9223372036854775808.0 && x < 9223372036854775808.0)
		return (int64_t)x;
	return INT64_MIN;
}

int64_t pp_entropy_score(const struct pp_rows *rows, const struct pp_edges *edges, uint32_t row)
{
	const struct pp_row *r = &rows->all[row];
	size_t in = edges->in_first[row], nin = edges->in_first[row + 1] - in;
	size_t out = edges->out_first[row], nout = edges->out_first[row + 1] - out;
	double score = 0;

	/* where everything begins or ends is of interest, too */
	score += nin ? entropy(edges, edges->in + in, nin, 0) : 1;
	score += nout ? entropy(edges, edges->out + out, nout, r->flat) : 1;
	return pp_wrap_add(cut(score * (double)r->cum), r->flat);
}
