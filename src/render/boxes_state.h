/* SPDX-License-Identifier: Apache-2.0 */
/* What trees and groups share when they are laid out; internal to boxes.c and boxes_groups.c. */
#ifndef PP_RENDER_BOXES_STATE_H
#define PP_RENDER_BOXES_STATE_H

#include "render/boxes.h"

/* The columns of a view's type, by side; NULL before without a diff. */
struct pp_boxes_columns {
	const int64_t *total[2], *self[2];
};

struct pp_boxes_columns pp_boxes_columns(const struct pp_boxes_view *v);

static inline int64_t pp_boxes_value(const int64_t *column, uint32_t node)
{
	return column ? column[node] : 0;
}

void pp_boxes_add(struct pp_boxes *b, const struct pp_box *box);

/* Siblings that are too thin to be seen and follow each other. */
struct pp_boxes_run {
	double x, extent;
	uint32_t count;
	int64_t total[2];
};

void pp_boxes_run_add(struct pp_boxes_run *r, double x, double extent, int64_t before,
		      int64_t after);

/* Make a box for all of them if it can be seen, and begin anew. */
void pp_boxes_run_end(struct pp_boxes_run *r, struct pp_boxes *b, double scale, double min,
		      uint32_t depth);

#endif
