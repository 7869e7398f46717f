/* SPDX-License-Identifier: Apache-2.0 */
/* From a tree of stacks to a pp_flame. */
#include <config.h>

#include "analyze/flame.h"

#include <stdlib.h>

#include "analyze/flame_state.h"
#include "analyze/stack_tree.h"
#include "base/alloc.h"

static void measure_depths(struct pp_flame *f)
{
	f->depth = pp_xcalloc(f->n, sizeof(*f->depth));
	for (uint32_t i = 1; i < f->n; i++) {
		f->depth[i] = f->depth[f->parent[i]] + 1;
		if (f->depth[i] > f->max_depth)
			f->max_depth = f->depth[i];
	}
}

/* Take over what the tree has. */
static void take(struct pp_flame *f, struct pp_stack_tree *t)
{
	f->n = t->n;
	f->parent = t->parent;
	f->func = t->key;
	f->end = t->end;
	f->inlined = t->inlined;
	f->self = t->self;
	f->overflow = t->overflow;
	f->sample_node = t->ends;
	f->nsamples = t->nends;
	free(t->sums);
	*t = (struct pp_stack_tree){.n = 0};
}

static int grow(struct pp_flame *f, const struct pp_view *views, const struct pp_flame_options *o,
		struct pp_err *err)
{
	PP_CLEANUP(pp_freep) uint32_t *types = pp_xcalloc(f->ntypes, sizeof(*types));
	PP_CLEANUP(pp_stack_tree_release) struct pp_stack_tree t;
	const struct pp_stack_tree_options options = {
		.key_of = f->func_of,
		.nkeys = f->nfuncs,
		.types = types,
		.ntypes = f->ntypes,
		.nviews = f->nsides,
		.reverse = o->reverse,
		.ends = !o->no_samples,
	};

	for (uint32_t i = 0; i < f->ntypes; i++)
		types[i] = i;
	pp_stack_tree_init(&t, &options);
	if (o->by_time)
		pp_flame_grow_by_time(&t, views);
	else
		pp_stack_tree_grow(&t, views);
	if (pp_stack_tree_arrange(&t, o->by_time, err))
		return -1;
	take(f, &t);
	return 0;
}

int pp_flame_init(struct pp_flame *f, const struct pp_view *views, uint32_t nviews,
		  const struct pp_flame_options *o, struct pp_err *err)
{
	*f = (struct pp_flame){.nsides = nviews, .ntypes = views[0].profile->nsample_types};
	pp_arena_init(&f->texts, 0);
	f->ncolumns = f->ntypes * f->nsides;
	f->total = pp_xcalloc(f->ncolumns, sizeof(*f->total));
	if (views[nviews - 1].profile->nsamples >= PP_NONE)
		return pp_err_set(err, PP_ERR_LIMIT, "more than %u samples", PP_NONE - 1);
	pp_flame_funcs_init(f, views, nviews, o);
	if (grow(f, views, o, err))
		return -1;
	measure_depths(f);
	pp_flame_funcs_settle(f);
	return 0;
}

static void empty_columns(int64_t **columns, uint32_t n)
{
	for (uint32_t c = 0; columns && c < n; c++) {
		free(columns[c]);
		columns[c] = NULL;
	}
}

static void release_columns(int64_t **columns, uint32_t n)
{
	empty_columns(columns, n);
	free(columns);
}

void pp_flame_strip(struct pp_flame *f)
{
	free(f->parent);
	free(f->func);
	free(f->depth);
	free(f->end);
	free(f->inlined);
	f->parent = f->func = f->depth = f->end = NULL;
	f->inlined = NULL;
	empty_columns(f->self, f->ncolumns);
	empty_columns(f->total, f->ncolumns);
	f->n = 0;
}

void pp_flame_release(struct pp_flame *f)
{
	pp_flame_strip(f);
	free(f->self);
	free(f->total);
	release_columns(f->flat, f->ncolumns);
	release_columns(f->cum, f->ncolumns);
	free(f->funcs);
	free(f->func_of);
	free(f->sample_node);
	free(f->smaller);
	pp_arena_release(&f->texts);
	*f = (struct pp_flame){0};
}
