/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The nodes of a tree in few bytes, so that one can go back to what it was before it was changed
 * (flame_change.h). Functions are not part of it: changes leave them as they are.
 */
#ifndef PP_ANALYZE_FLAME_PACK_H
#define PP_ANALYZE_FLAME_PACK_H

#include <stddef.h>
#include <stdint.h>

#include "analyze/flame.h"

struct pp_flame_pack {
	uint8_t *bytes; /* NULL: there is none */
	size_t n;
	uint32_t nodes;
};

/* Of a tree that is not pruned and has no sample_node. Release it. */
void pp_flame_pack(struct pp_flame_pack *p, const struct pp_flame *f);
void pp_flame_pack_release(struct pp_flame_pack *p);

/* The same tree, or what has been made of it, has these nodes again. */
void pp_flame_unpack(const struct pp_flame_pack *p, struct pp_flame *f);

#endif
