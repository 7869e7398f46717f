/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over the samples, by one thread: few frames are of the parts that are asked for. */
#include <config.h>

#include "analyze/costs.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "profile/walk.h"

struct pass {
	struct pp_costs *costs;
	const struct pp_view *view;
	const struct pp_parts *parts;
	uint32_t *part_seen, *routine_seen; /* the last sample that was counted there */
	uint32_t sample;		    /* from 1; files of 4 GiB hold fewer than that */
	int64_t value, div;
};

static void add_cum(struct pass *p, struct pp_cost *c, uint32_t *seen)
{
	if (*seen == p->sample)
		return;
	*seen = p->sample;
	c->cum = pp_wrap_add(c->cum, p->value);
	c->cum_div = pp_wrap_add(c->cum_div, p->div);
}

static void add_flat(struct pass *p, struct pp_cost *c)
{
	c->flat = pp_wrap_add(c->flat, p->value);
	c->flat_div = pp_wrap_add(c->flat_div, p->div);
}

static void count_location(struct pass *p, uint32_t location, bool leaf)
{
	uint32_t n;
	const uint32_t *nodes = pp_frames_of(p->view->frames, location, &n);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t part = p->parts->of_node[nodes[i]];

		if (part == PP_NONE)
			continue;
		uint32_t routine = p->parts->to_routine[part];

		add_cum(p, &p->costs->parts[part], &p->part_seen[part]);
		add_cum(p, &p->costs->routines[routine], &p->routine_seen[routine]);
		if (leaf && i == 0) {
			add_flat(p, &p->costs->parts[part]);
			add_flat(p, &p->costs->routines[routine]);
		}
	}
}

static void visit(void *context, unsigned worker, struct pp_sample *s)
{
	struct pass *p = context;
	const struct pp_view *v = p->view;

	(void)worker;
	if (!pp_filter_sample(v->filter, s))
		return;
	p->value = s->values[v->index];
	p->div = v->mean ? s->values[0] : 0;
	if (p->value == 0 && p->div == 0)
		return;
	p->sample++;
	for (uint32_t i = 0; i < s->nlocations; i++)
		count_location(p, s->locations[i], i == 0);
}

static void divide(struct pp_cost *costs, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct pp_cost *c = &costs[i];

		c->flat = pp_view_mean(c->flat, c->flat_div);
		c->cum = pp_view_mean(c->cum, c->cum_div);
	}
}

void pp_costs_init(struct pp_costs *c, const struct pp_view *v, const struct pp_parts *parts)
{
	struct pass pass = {
		.costs = c,
		.view = v,
		.parts = parts,
		.part_seen = pp_xcalloc(parts->nparts, sizeof(uint32_t)),
		.routine_seen = pp_xcalloc(parts->nroutines, sizeof(uint32_t)),
	};

	*c = (struct pp_costs){
		.parts = pp_xcalloc(parts->nparts, sizeof(*c->parts)),
		.routines = pp_xcalloc(parts->nroutines, sizeof(*c->routines)),
	};
	pp_walk(v->profile, 1, visit, &pass);
	divide(c->parts, parts->nparts);
	divide(c->routines, parts->nroutines);
	free(pass.part_seen);
	free(pass.routine_seen);
}

void pp_costs_release(struct pp_costs *c)
{
	free(c->parts);
	free(c->routines);
	*c = (struct pp_costs){0};
}

bool pp_costs_is_shown(const struct pp_flat_cell *cell, bool drop_negative)
{
	if (cell->flat == 0 && cell->cum == 0)
		return false;
	return !drop_negative || (cell->flat >= 0 && (cell->flat > 0 || cell->cum >= 0));
}
