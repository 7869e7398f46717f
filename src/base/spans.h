/* SPDX-License-Identifier: Apache-2.0 */
/* Stretches of time that may overlap, and how much time they cover together. */
#ifndef PP_BASE_SPANS_H
#define PP_BASE_SPANS_H

#include <stddef.h>
#include <stdint.h>

struct pp_spans {
	struct pp_span {
		int64_t from, until;
	} * all;
	size_t n, cap;
};

void pp_spans_release(struct pp_spans *s);

/* Times are in any unit. One that is no longer than 0 covers nothing; one that ends after all that
 * can be told ends there. */
void pp_spans_add(struct pp_spans *s, int64_t from, int64_t length);

/* What they cover, each moment once; saturates. Sorts them. */
int64_t pp_spans_covered(struct pp_spans *s);

#endif
