/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all views show: one tree with what is selected, zoomed to, searched and chosen. Views only
 * read it; it is changed by the functions here, which note in `changed` what has become different.
 * Node numbers hold until the next PP_CHANGED_TREE; function numbers until PP_CHANGED_FUNCS.
 */
#ifndef PP_TUI_MODEL_H
#define PP_TUI_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/flame.h"
#include "analyze/flame_places.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/units.h"
#include "render/boxes.h"
#include "render/colours.h"
#include "render/flame_diff.h"
#include "tui/search.h"
#include "tui/style.h"
#include "tui/zoom.h"

enum pp_change {
	PP_CHANGED_SELECTION = 1,
	PP_CHANGED_ZOOM = 2, /* or the way round: top-down or bottom-up */
	PP_CHANGED_SEARCH = 4,
	PP_CHANGED_LOOK = 8,   /* colours, percentages, which way is up */
	PP_CHANGED_TREE = 16,  /* other nodes, in another order, or measured otherwise */
	PP_CHANGED_FUNCS = 32, /* another tree: functions have other numbers, too */
};

/* Where the selection is while nodes have no numbers. */
struct pp_model_kept {
	uint32_t *path; /* NULL: nowhere, or it is not kept */
	size_t n;
};

/* What percentages are of. */
enum pp_percent { PP_PERCENT_ALL, PP_PERCENT_ZOOM, PP_PERCENT_PARENT };

/* Of what a tree is and is to be shown; everything is borrowed but the tree, which becomes the
 * model's own. */
struct pp_model_input {
	struct pp_flame *flame; /* from malloc: released and freed by the model */
	const struct pp_view *view;
	struct pp_flame_measure measure;
	enum pp_flame_order order;
	enum pp_colours colours;
	bool by_self; /* a diff's colours and points */
	bool dark;
	struct pp_str unit; /* numbers are to be in; "auto" */
};

struct pp_model {
	struct pp_model_input in; /* as it is now */
	struct pp_flame *flame;	  /* in.flame */
	double *extents;	  /* [flame->n] */
	bool is_diff;
	struct pp_flame_diff diff; /* if it is one */
	double scale;		   /* of the side before */
	int64_t total[2];	   /* before (0 without a diff), after */
	/* What functions cost, by themselves and in all, see pp_flame_table: [nfuncs], before (NULL
	 * without a diff) and after. */
	int64_t *func_self[2], *func_total[2];
	struct pp_hue *hues;	       /* [nfuncs] */
	struct pp_flame_places places; /* once they have been asked for */

	uint32_t node;	      /* selected; PP_NONE: none, but perhaps a function */
	uint32_t func;	      /* its function, or what was selected elsewhere */
	struct pp_box picked; /* what it sums up to; count 0: that is not known */
	bool inverted;
	bool upwards; /* the root is at the bottom */
	enum pp_percent percent;
	struct pp_zooms zooms;
	struct pp_search search;
	int graph_width; /* cells that the graph had when it was last drawn */
	unsigned changed;
	struct pp_model_kept kept;
};

void pp_model_init(struct pp_model *m, const struct pp_model_input *in);
void pp_model_release(struct pp_model *m);

/*
 * Show another tree (of new data, or transformed) instead: selection, zoom with its history, and
 * search are found again by the names of their functions; what is not there any more ends at its
 * nearest caller. The old tree is released, or given back.
 */
void pp_model_replace(struct pp_model *m, struct pp_flame *flame, const struct pp_view *view);
struct pp_flame *pp_model_exchange(struct pp_model *m, struct pp_flame *flame,
				   const struct pp_view *view);

/* Give back for a while what can be measured again, as much as the tree itself; nothing else may
 * be done until pp_model_measure(), or until there is another tree. The nodes may be stripped
 * meanwhile. */
void pp_model_rest(struct pp_model *m);
void pp_model_measure(struct pp_model *m);

/* Change the nodes of the tree, whose functions stay as they are: `change` is to do that.
 * Selection, zoom and search are found again. */
void pp_model_change(struct pp_model *m, void (*change)(void *context, struct pp_flame *f),
		     void *context);

/* Measure or order it otherwise. */
void pp_model_set_type(struct pp_model *m, uint32_t type);
void pp_model_set_order(struct pp_model *m, enum pp_flame_order order);
void pp_model_set_width(struct pp_model *m, enum pp_flame_width width);

/* What colours and points of a diff show the change of. */
void pp_model_set_delta(struct pp_model *m, bool by_self);

/* Select a node with its function, or a function alone; PP_NONE of both: nothing. */
void pp_model_select(struct pp_model *m, uint32_t node);
void pp_model_select_func(struct pp_model *m, uint32_t func);

/* All nodes of a function as one box, as what a function sums up to is no node. */
struct pp_box pp_model_func_box(const struct pp_model *m, uint32_t func);

/* The same for what a view has drawn: a node, or a group of nodes with its own sums. */
void pp_model_select_box(struct pp_model *m, const struct pp_box *b);

/* How many threads are worth it for what looks at all nodes in so many parts. */
unsigned pp_model_workers(const struct pp_model *m, unsigned parts);

/* Where functions are in the tree as it is now. */
const struct pp_flame_places *pp_model_places(struct pp_model *m);

/* Where a function costs most: the widest of its nodes; PP_NONE if it has none. */
uint32_t pp_model_widest(const struct pp_model *m, uint32_t func);

/* A node as a box, whose place is not filled in. */
struct pp_box pp_model_box(const struct pp_model *m, uint32_t node);

/* The funcs from below node 0 to a node: [depth of it]; the caller frees. */
uint32_t *pp_model_path(const struct pp_model *m, uint32_t node);

/* The node of such a path, or the deepest there is of it. */
uint32_t pp_model_find(const struct pp_model *m, const uint32_t *path, size_t n);

/* What a function goes by from one tree to the next: its name, file and object, in a buffer. */
struct pp_str pp_model_func_ref(const struct pp_flame_func *f, struct pp_buf *buf);

/* What is laid out for a width, in any unit; `min` likewise. */
struct pp_boxes_view pp_model_boxes_view(const struct pp_model *m, double width, double min);

/* ---- numbers and colours, the same in all views (figures.c) ---- */

/* The type that is shown, and its unit. */
struct pp_str pp_model_type(const struct pp_model *m, uint32_t type);
struct pp_str pp_model_unit(const struct pp_model *m);

/* "4.74s". Returns `out`. */
char *pp_model_quantity(const struct pp_model *m, int64_t value, char out[PP_QTY_MAX]);

/* "38.2%", of a node's or group's total on the side after; `node` (PP_NONE: none) is for
 * percentages of the caller. */
char *pp_model_percent(const struct pp_model *m, int64_t value, uint32_t node,
		       char out[PP_PERCENT_MAX]);

/* What a diff says of a box. */
struct pp_flame_delta pp_model_delta(const struct pp_model *m, const struct pp_box *b);

/* "+3.1", "-0.8", "new", "gone"; "" where nothing has changed. */
char *pp_model_points(const struct pp_flame_delta *d, char out[32]);

/* The style of a box of a graph: its colours, or those of what a search has found. */
struct pp_style pp_model_box_style(const struct pp_model *m, const struct pp_box *b);

#endif
