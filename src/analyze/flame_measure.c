/* SPDX-License-Identifier: Apache-2.0 */
/* Totals, extents and tables: single passes over the columns, since nodes are in preorder. */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/flame_state.h"
#include "base/alloc.h"

const char *const pp_flame_orders[] = {"weight", "name", "input", NULL};
const char *const pp_flame_widths[] = {"after", "before", "max", "union", NULL};

const int64_t *pp_flame_total(struct pp_flame *f, uint32_t column)
{
	int64_t *total = f->total[column];

	if (total)
		return total;
	total = f->total[column] = pp_xrealloc(NULL, f->n, sizeof(*total));
	memcpy(total, f->self[column], f->n * sizeof(*total));
	for (uint32_t i = f->n; i-- > 1;)
		total[f->parent[i]] = pp_flame_sum(f, total[f->parent[i]], total[i]);
	return total;
}

uint32_t pp_flame_before(const struct pp_flame *f, uint32_t type)
{
	return f->nsides > 1 ? type : PP_NONE;
}

uint32_t pp_flame_after(const struct pp_flame *f, uint32_t type)
{
	return f->nsides > 1 ? f->ntypes + type : type;
}

double pp_flame_scale(struct pp_flame *f, const struct pp_flame_measure *m)
{
	uint32_t before = pp_flame_before(f, m->type);
	int64_t a, b;

	if (!m->normalize || before == PP_NONE)
		return 1;
	a = pp_flame_total(f, before)[0];
	b = pp_flame_total(f, pp_flame_after(f, m->type))[0];
	return a && b ? (double)b / (double)a : 1;
}

double pp_flame_ext(const struct pp_flame *f, const struct pp_flame_measure *m, double scale,
		    int64_t before, int64_t after)
{
	double b = fabs((double)after), a;

	if (f->nsides < 2 || m->width == PP_FLAME_AFTER)
		return b;
	a = fabs((double)before * scale);
	if (m->width == PP_FLAME_BEFORE)
		return a;
	if (m->width == PP_FLAME_UNION)
		return a + b;
	return a > b ? a : b;
}

double *pp_flame_extents(struct pp_flame *f, const struct pp_flame_measure *m)
{
	uint32_t before = pp_flame_before(f, m->type);
	const int64_t *b = pp_flame_total(f, pp_flame_after(f, m->type));
	const int64_t *a = before == PP_NONE ? NULL : pp_flame_total(f, before);
	double scale = pp_flame_scale(f, m);
	/* until a node's turn comes, the sum of its children's */
	double *extents = pp_xcalloc(f->n, sizeof(*extents));

	for (uint32_t i = f->n; i-- > 0;) {
		double own = pp_flame_ext(f, m, scale, a ? a[i] : 0, b[i]);

		if (own > extents[i])
			extents[i] = own;
		if (i)
			extents[f->parent[i]] += extents[i];
	}
	return extents;
}

static int64_t *copy_of(const int64_t *column, uint32_t n)
{
	int64_t *copy = pp_xrealloc(NULL, n, sizeof(*copy));

	memcpy(copy, column, n * sizeof(*copy));
	return copy;
}

void pp_flame_table(struct pp_flame *f, uint32_t column, int64_t **flat, int64_t **cum)
{
	const int64_t *self = f->self[column], *total;
	uint32_t *until; /* per function: where the subtree ends that it was last counted for */

	if (f->flat) {
		*flat = copy_of(f->flat[column], f->nfuncs);
		*cum = copy_of(f->cum[column], f->nfuncs);
		return;
	}
	total = pp_flame_total(f, column);
	*flat = pp_xcalloc(f->nfuncs, sizeof(**flat));
	*cum = pp_xcalloc(f->nfuncs, sizeof(**cum));
	until = pp_xcalloc(f->nfuncs, sizeof(*until));
	for (uint32_t i = 0; i < f->n; i++) {
		uint32_t func = f->func[i];

		(*flat)[func] = pp_flame_sum(f, (*flat)[func], self[i]);
		if (i < until[func])
			continue;
		(*cum)[func] = pp_flame_sum(f, (*cum)[func], total[i]);
		until[func] = f->end[i];
	}
	free(until);
}
