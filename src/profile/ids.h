/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ids as files carry them (any non-zero 64-bit number) to positions in our columns. Nearly every
 * writer numbers from 1 without gaps; that case is arithmetic.
 */
#ifndef PP_PROFILE_IDS_H
#define PP_PROFILE_IDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/map.h"

#define PP_NONE UINT32_MAX /* no position: an absent mapping, an unknown id */

struct pp_ids {
	bool dense; /* the id of position i is i + 1 */
	uint32_t count;
	struct pp_map map; /* otherwise */
};

void pp_ids_init(struct pp_ids *ids);
void pp_ids_release(struct pp_ids *ids);

/* Give the next position to `id`; false if the id is taken. */
bool pp_ids_add(struct pp_ids *ids, uint64_t id) PP_NODISCARD;

/* The position of an id, PP_NONE if it is unknown. */
static inline uint32_t pp_ids_find(const struct pp_ids *ids, uint64_t id)
{
	if (pp_likely(ids->dense))
		return id - 1 < ids->count ? (uint32_t)(id - 1) : PP_NONE;
	return pp_map_find(&ids->map, id);
}

#endif
