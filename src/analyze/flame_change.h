/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changing a tree: what is left of it, and what takes the place of what. The same as
 * src/render/web/core/transform.js, by the rules of doc/FLAME.md, section 9. Functions keep their
 * numbers, nodes and samples get others, and children come in the order in which they are met:
 * compute extents and sort afterwards. What a pruned tree knows of the whole one is lost. Nothing
 * is changed by function 0.
 */
#ifndef PP_ANALYZE_FLAME_CHANGE_H
#define PP_ANALYZE_FLAME_CHANGE_H

#include <stdint.h>

#include "analyze/flame.h"

/* A function becomes the outermost: what calls it is cut off, its outermost nodes are merged. */
void pp_flame_focus(struct pp_flame *f, uint32_t func);

/* A node becomes the outermost: only what is below it is left. */
void pp_flame_focus_node(struct pp_flame *f, uint32_t node);

/* The samples of a function are gone, and with them the nodes that have no others. */
void pp_flame_drop(struct pp_flame *f, uint32_t func);

/* A function's nodes are gone: its samples are its callers' own, its callees are theirs. */
void pp_flame_merge(struct pp_flame *f, uint32_t func);

/* A function that is called, directly or not, by itself is one node, the outermost, and what lies
 * between is gone: a b c b d is a b d. PP_NONE: so are all. */
void pp_flame_collapse(struct pp_flame *f, uint32_t func);

/* Only the stacks that have a function which is marked [nfuncs]. */
void pp_flame_keep(struct pp_flame *f, const uint8_t *marked);

#endif
