/* SPDX-License-Identifier: Apache-2.0 */
/* Where the functions of a tree are, for those who ask for one after the other. */
#ifndef PP_ANALYZE_FLAME_PLACES_H
#define PP_ANALYZE_FLAME_PLACES_H

#include <stdint.h>

#include "analyze/flame.h"

/* The nodes of function k are nodes[first[k]] to before nodes[first[k + 1]], in their order. */
struct pp_flame_places {
	uint32_t *first; /* [nfuncs + 1] */
	uint32_t *nodes; /* [n] */
};

/* Holds as long as nodes stay what they are. Release it. */
void pp_flame_places_init(struct pp_flame_places *p, const struct pp_flame *f);
void pp_flame_places_release(struct pp_flame_places *p);

#endif
