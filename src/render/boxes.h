/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a tree to boxes: what a flame graph of a width shows, with what is too thin to be seen
 * gathered into runs. doc/FLAME.md, sections 3 and 4; src/render/web/core/boxes.js is the same.
 */
#ifndef PP_RENDER_BOXES_H
#define PP_RENDER_BOXES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/flame.h"
#include "analyze/flame_places.h"

struct pp_box {
	double x, w;		   /* px */
	uint32_t depth;		   /* row; in a sandwich's callers, 1 is next to the middle */
	uint32_t func;		   /* PP_NONE: a run */
	uint32_t node;		   /* PP_NONE: a run; of a group the lowest of its members' */
	uint32_t count;		   /* siblings in a run, else 1 */
	bool above;		   /* an ancestor of the zoom root */
	int64_t total[2], self[2]; /* before (0 without a diff), after */
};

struct pp_boxes {
	struct pp_box *all;
	size_t n, cap;
};

/* What is laid out. */
struct pp_boxes_view {
	struct pp_flame *flame; /* its children are in the order to be shown */
	struct pp_flame_measure measure;
	enum pp_flame_order order;	      /* of groups */
	const double *extents;		      /* pp_flame_extents of it */
	double width, min;		      /* px */
	const struct pp_flame_places *places; /* of its nodes; NULL: look for them */
};

/* The tree from node `root` on; 0: all. */
void pp_boxes_tree(struct pp_boxes *b, const struct pp_boxes_view *v, uint32_t root);

/* Bottom-up; `path` are the funcs of the groups to zoom into, from the outermost group on. Where
 * there is no such group, the path ends. */
void pp_boxes_inverted(struct pp_boxes *b, const struct pp_boxes_view *v, const uint32_t *path,
		       size_t npath);

/* Callees and callers of a function, the middle group being the first box of each. */
void pp_boxes_callees(struct pp_boxes *b, const struct pp_boxes_view *v, uint32_t func);
void pp_boxes_callers(struct pp_boxes *b, const struct pp_boxes_view *v, uint32_t func);

void pp_boxes_release(struct pp_boxes *b);

#endif
