/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What labels say about the rows of a graph: how much of a row's cost came with which labels, and
 * with which numbers under the key "bytes". All text labels of a sample are taken as one. Rules:
 * google/pprof, graph.Node.addSample and report.newGraph.
 */
#ifndef PP_ANALYZE_NODE_TAGS_H
#define PP_ANALYZE_NODE_TAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/calltree.h"
#include "analyze/view.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/map.h"

#define PP_NODE_TAGS_MAX  (1u << 24) /* pairs of a row and a label */
#define PP_NODE_TAGS_TEXT (1u << 30) /* bytes of their texts */

struct pp_node_tag {
	uint32_t text;	 /* in pp_node_tags.texts */
	uint32_t labels; /* of a number: the text of the labels beside it; 0: there were none */
	int64_t value;	 /* of a number: the first of those that are printed like it */
	int64_t flat, flat_div, cum, cum_div; /* sums; divisors are 0 unless for means */
};

struct pp_node_tags {
	struct pp_strtab texts; /* a line "key:value" for each label, in order; or a number with its
				   unit */
	struct pp_str unit;	/* of the numbers */
	uint32_t nrows;
	/* Those of row i are [first[i]] to [first[i + 1] - 1], in no order. */
	struct pp_node_tag *labels, *numbers;
	size_t *first_label, *first_number;
};

struct pp_node_tags_options {
	const struct pp_calltree *tree; /* NULL: a place is a node of the view */
	const uint32_t *row_of;		/* per place; PP_NONE: not looked at */
	uint32_t nrows;
	struct pp_str unit; /* numbers are printed in this unit, or "minimum" */
	int64_t cutoff;	    /* tags of less are left out */
};

/* Gather the tags of some rows in a pass over the samples. -1 with PP_ERR_LIMIT. Release in either
 * case. */
int pp_node_tags_init(struct pp_node_tags *t, const struct pp_view *v,
		      const struct pp_node_tags_options *o, struct pp_err *err) PP_NODISCARD;
void pp_node_tags_release(struct pp_node_tags *t);

/* How many tags of a row have a cost of its own. */
uint32_t pp_node_tags_count(const struct pp_node_tags *t, uint32_t row);

/* Put the heaviest first: by flat, or by cum and then flat; then by text. */
void pp_node_tags_sort(const struct pp_node_tags *t, struct pp_node_tag *tags, size_t n, bool flat);

static inline int64_t pp_node_tag_flat(const struct pp_node_tag *t)
{
	return pp_view_mean(t->flat, t->flat_div);
}

static inline int64_t pp_node_tag_cum(const struct pp_node_tag *t)
{
	return pp_view_mean(t->cum, t->cum_div);
}

#endif
