/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "gate/discovery.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/compiler.h"

struct chance {
	double p;
	size_t at;
};

static int compare(const void *a, const void *b)
{
	double x = ((const struct chance *)a)->p, y = ((const struct chance *)b)->p;

	return x < y ? -1 : x > y;
}

void pp_discovery_rates(const double *p, size_t n, double *q)
{
	PP_CLEANUP(pp_freep) struct chance *sorted = pp_xcalloc(n, sizeof(*sorted));
	double least = 1;

	for (size_t i = 0; i < n; i++)
		sorted[i] = (struct chance){p[i], i};
	if (n)
		qsort(sorted, n, sizeof(*sorted), compare);
	for (size_t i = n; i-- > 0;) {
		double rate = sorted[i].p * (double)n / (double)(i + 1);

		least = rate < least ? rate : least;
		q[sorted[i].at] = least;
	}
}
