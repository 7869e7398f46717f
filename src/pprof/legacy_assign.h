/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which mapping each location belongs to, with pprof's corrections of what old profile handlers get
 * wrong. A location outside all mappings gets a mapping that covers everything.
 */
#ifndef PP_PPROF_LEGACY_ASSIGN_H
#define PP_PPROF_LEGACY_ASSIGN_H

#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "profile/builder.h"

/* Mappings that are not in the builder yet; may overlap. file and build_id are its strings. */
struct pp_mapping_list {
	struct pp_buf items; /* struct pp_mapping */
	uint32_t n;
};

static inline struct pp_mapping *pp_mapping_list_items(const struct pp_mapping_list *list)
{
	return (struct pp_mapping *)(void *)list->items.p;
}

/* Correct the mappings, assign all locations with an address, and add the mappings to the builder,
 * which must have none. -1 with PP_ERR_LIMIT if overlapping mappings make it too expensive. */
int pp_legacy_assign(struct pp_builder *b, struct pp_mapping_list *list,
		     struct pp_err *err) PP_NODISCARD;

#endif
