/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of a profile in the order of what they say. Strings, functions and locations get
 * numbers by which they can be compared: equal ones the same, smaller ones smaller.
 */
#ifndef PP_ARCHIVE_CONTENT_ORDER_H
#define PP_ARCHIVE_CONTENT_ORDER_H

#include <stdint.h>

#include "profile/profile.h"

/* The order of one table. */
struct pp_content_ranks {
	uint32_t *rank;	 /* by position; from 0 without gaps */
	uint32_t *first; /* by rank: a position that has it */
	uint32_t n;	 /* ranks */
};

struct pp_content_order {
	struct pp_content_ranks strings; /* rank 0: the empty one */
	struct pp_content_ranks functions, locations;
};

void pp_content_order_init(struct pp_content_order *o, const struct pp_profile *p);
void pp_content_order_release(struct pp_content_order *o);

#endif
