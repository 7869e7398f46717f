/* SPDX-License-Identifier: Apache-2.0 */
/* "did you mean ...?": the nearest of the names that would have been right. */
#ifndef PP_BASE_SUGGEST_H
#define PP_BASE_SUGGEST_H

#include <stddef.h>

#include "base/str.h"

struct pp_suggest {
	struct pp_str typed;
	const char *best; /* NULL: nothing is near enough */
	size_t distance;  /* of best */
};

/* `typed` is borrowed. */
void pp_suggest_init(struct pp_suggest *s, struct pp_str typed);

/* Take `name` as the best if no earlier one is as near, and no more than a third of it differs. */
void pp_suggest_offer(struct pp_suggest *s, const char *name);

/* Letters inserted, dropped, replaced or swapped with their neighbour to get from a to b: the
 * optimal string alignment distance. SIZE_MAX if either is longer than any name. */
size_t pp_suggest_distance(struct pp_str a, struct pp_str b);

#endif
