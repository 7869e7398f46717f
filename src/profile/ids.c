/* SPDX-License-Identifier: Apache-2.0 */
/* Ids to positions; arithmetic until the first id that is out of line. */
#include <config.h>

#include "profile/ids.h"

void pp_ids_init(struct pp_ids *ids)
{
	*ids = (struct pp_ids){.dense = true};
}

void pp_ids_release(struct pp_ids *ids)
{
	pp_map_release(&ids->map);
	pp_ids_init(ids);
}

bool pp_ids_add(struct pp_ids *ids, uint64_t id)
{
	if (ids->dense && id == (uint64_t)ids->count + 1) {
		ids->count++;
		return true;
	}
	if (ids->dense) {
		for (uint32_t i = 0; i < ids->count; i++)
			pp_map_put(&ids->map, (uint64_t)i + 1, i);
		ids->dense = false;
	}
	if (*pp_map_put(&ids->map, id, ids->count) != ids->count)
		return false;
	ids->count++;
	return true;
}
