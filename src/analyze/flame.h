/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The call tree as flame graphs, the page's block of data and the terminal need it: columns of
 * integers in preorder, for all sample types at once and, in a diff, for both sides. The rules are
 * in doc/FLAME.md, sections 1 and 2.
 */
#ifndef PP_ANALYZE_FLAME_H
#define PP_ANALYZE_FLAME_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/view.h"
#include "base/arena.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

enum pp_flame_kind {
	PP_FLAME_NATIVE,
	PP_FLAME_KERNEL,
	PP_FLAME_JIT,
	PP_FLAME_LABEL,
	PP_FLAME_UNKNOWN,
};

struct pp_flame_func {
	struct pp_str name, file, object; /* of the view's nodes or profiles: borrowed */
	int64_t line;			  /* where it begins; 0: not known */
	enum pp_flame_kind kind;
};

enum pp_flame_order { PP_FLAME_BY_WEIGHT, PP_FLAME_BY_NAME, PP_FLAME_BY_INPUT };
enum pp_flame_width { PP_FLAME_AFTER, PP_FLAME_BEFORE, PP_FLAME_WIDER, PP_FLAME_UNION };

/* What options and files call them, in the order of the enums; NULL-terminated. */
extern const char *const pp_flame_orders[], *const pp_flame_widths[];

struct pp_flame_options {
	bool reverse;	  /* stacks begin with their leaf: another tree */
	bool by_time;	  /* a flame chart: neighbours are merged, nothing else; for each
			   * thread (label "thread" or "tid") one after the other */
	bool no_samples;  /* there is to be no sample_node */
	const char *root; /* name of function 0; NULL: "all" */
};

struct pp_flame {
	uint32_t n;			       /* at least 1: the root */
	uint32_t *parent, *func, *depth, *end; /* [n]; parent of 0: PP_NONE */
	bool *inlined;			       /* in every sample, into its parent */
	uint32_t ntypes, nsides, ncolumns;     /* ncolumns = ntypes * nsides */
	int64_t **self;			       /* [ncolumns][n]: side * ntypes + type */
	int64_t **total;		       /* the same; NULL until pp_flame_total() of it */
	struct pp_flame_func *funcs;	       /* [nfuncs], in the order of names; 0: the root's */
	uint32_t nfuncs;
	uint32_t max_depth;
	bool overflow; /* a sum did not fit into 64 bits and has wrapped */
	/* For each of the views' nodes its func, PP_NONE if it is in no stack. And of the last
	 * view, for each sample of its profile, in the order of the file, the node where its stack
	 * ends, PP_NONE if the filter drops it or all of its values are 0. Kept up by what follows.
	 * NULL: nobody wants to know. */
	uint32_t *func_of, nnodes;
	uint32_t *sample_node;
	uint64_t nsamples;
	/* Of a pruned tree, else NULL: n of the functions "(n smaller)" [nfuncs], and per column
	 * the tables of the whole tree. */
	uint32_t *smaller;
	int64_t **flat, **cum;
	struct pp_arena texts; /* names that were made */
};

/*
 * Build it from one view, or for a diff from two that share one pp_nodes: views[0] is before,
 * views[1] after (their profiles must have the same sample types). All sample types are counted,
 * whatever view->index says; view->filter and view->frames hold. Children are in the order of
 * func. Release in either case; -1 with PP_ERR_LIMIT beyond PP_STACK_TREE_MAX nodes.
 */
int pp_flame_init(struct pp_flame *f, const struct pp_view *views, uint32_t nviews,
		  const struct pp_flame_options *o, struct pp_err *err) PP_NODISCARD;
void pp_flame_release(struct pp_flame *f);

/* Give back the nodes only: what functions are is left, until the same nodes are there again
 * (flame_pack.h). */
void pp_flame_strip(struct pp_flame *f);

/* The totals of a column, computed when first asked for; owned by *f. */
const int64_t *pp_flame_total(struct pp_flame *f, uint32_t column);

/* How a view of a tree is measured. */
struct pp_flame_measure {
	uint32_t type;
	enum pp_flame_width width; /* of a diff */
	bool normalize;		   /* scale the side before to the total after */
};

/* Columns of the two sides of a type; before is PP_NONE without a diff. */
uint32_t pp_flame_before(const struct pp_flame *f, uint32_t type);
uint32_t pp_flame_after(const struct pp_flame *f, uint32_t type);

/* total after / total before if normalizing and both are not 0; else 1. */
double pp_flame_scale(struct pp_flame *f, const struct pp_flame_measure *m);

/* ext() of a pair of values, see section 2. */
double pp_flame_ext(const struct pp_flame *f, const struct pp_flame_measure *m, double scale,
		    int64_t before, int64_t after);

/* Extents of all nodes, [n]; the caller frees. */
double *pp_flame_extents(struct pp_flame *f, const struct pp_flame_measure *m);

/* Put the children of every node in an order; `extents` (by the old positions, NULL: none) is for
 * BY_WEIGHT, and is rearranged along with everything else. BY_INPUT does nothing. */
void pp_flame_sort(struct pp_flame *f, enum pp_flame_order order, double *extents);

/* What is to be merged: nodes with an extent below `least`, but for the first ones of at least
 * `spared`, as long as they and what is merged below them are no more than `nspared` nodes. */
struct pp_flame_cut {
	double least, spared;
	uint32_t nspared;
};

/*
 * Merge children that are cut into one per parent, of a function named
 * "(n smaller)", as section 8 says. Returns how many nodes are gone. It may be done again with a
 * larger least. Functions get new numbers (those in no node any more keep theirs, in the order of
 * names), and the merged child is its parent's last: compute extents and sort afterwards.
 */
uint32_t pp_flame_prune(struct pp_flame *f, const double *extents, const struct pp_flame_cut *cut);

/* Flat and cum of every function in a column: of outermost nodes, so that recursion counts once;
 * [nfuncs] each, the caller frees. Of a pruned tree they are those of the whole tree. */
void pp_flame_table(struct pp_flame *f, uint32_t column, int64_t **flat, int64_t **cum);

#endif
