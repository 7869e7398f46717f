/* SPDX-License-Identifier: Apache-2.0 */
/* Where one is in the tree, and where one has been: a history as of a browser. Places are paths of
 * functions, so that they outlive the numbers of nodes. */
#ifndef PP_TUI_ZOOM_H
#define PP_TUI_ZOOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pp_model;

struct pp_place {
	bool inverted;	/* the path is one of groups */
	uint32_t *path; /* funcs from below the root on */
	size_t n;
};

struct pp_zooms {
	struct pp_place *all; /* [0]: the first */
	size_t n, cap, at;
	uint32_t node; /* of the place that is shown; 0 if it is inverted */
};

void pp_zooms_init(struct pp_zooms *z);
void pp_zooms_release(struct pp_zooms *z);

/* The place that is shown. */
const struct pp_place *pp_zoom_place(const struct pp_model *m);

/* Zoom into a node of the tree (0: show all), or in the inverted tree to a path of groups. */
void pp_zoom_into(struct pp_model *m, uint32_t node);
void pp_zoom_into_groups(struct pp_model *m, const uint32_t *path, size_t n);

/* One step towards the root; false at the root. */
bool pp_zoom_out(struct pp_model *m);

/* Turn top-down to bottom-up or back, at the root. */
void pp_zoom_invert(struct pp_model *m);

/* Back (-1) and forward (1) in the history; false at its end. */
bool pp_zoom_travel(struct pp_model *m, int step);

/* After a change of the tree: find the nodes of all places again. func_of[old] is the new func of
 * each, PP_NONE if it is gone; NULL: they have kept their numbers. */
void pp_zooms_remap(struct pp_model *m, const uint32_t *func_of);

#endif
