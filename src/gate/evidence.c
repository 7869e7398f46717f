/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "gate/evidence.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "profile/walk.h"

struct pass {
	struct pp_gate_side *side;
	const struct pp_view *view;
	double value;
};

static void count_call(struct pp_gate_side *s, uint32_t caller, uint32_t callee, double weight)
{
	uint32_t fresh = (uint32_t)s->ncalls;
	uint32_t at = *pp_map_put(&s->found, (uint64_t)caller << 32 | callee, fresh);

	if (at == fresh) {
		s->calls = pp_grow(s->calls, &s->calls_cap, s->ncalls + 1, sizeof(*s->calls));
		s->calls[s->ncalls++] = (struct pp_gate_call){caller, callee, 0};
	}
	s->calls[at].weight += weight;
}

/* A call that a stack repeats counts as often; who recurs is compared with himself only. */
static void visit(void *context, unsigned worker PP_UNUSED, struct pp_sample *sample)
{
	struct pass *p = context;
	uint32_t callee = PP_NONE;

	if (!pp_filter_sample(p->view->filter, sample))
		return;
	double weight = (double)sample->values[p->view->index] / p->value;
	for (uint32_t i = 0; i < sample->nlocations; i++) {
		uint32_t n;
		const uint32_t *node = pp_frames_of(p->view->frames, sample->locations[i], &n);

		for (uint32_t k = 0; k < n; k++) {
			if (callee != PP_NONE && callee != node[k])
				count_call(p->side, node[k], callee, weight);
			callee = node[k];
		}
	}
}

void pp_gate_side_add(struct pp_gate_side *s, const struct pp_view *v, const char *name,
		      double value, double all)
{
	struct pass pass = {.side = s, .view = v, .value = value};
	struct pp_gate_profile p = {.n = v->nodes->count,
				    .time = v->profile->time_nanos,
				    .duration = v->profile->duration_nanos,
				    .name = pp_xstrdup(name)};
	struct pp_flat flat;

	pp_flat_init(&flat, v);
	p.flat = pp_xcalloc(p.n, sizeof(*p.flat));
	p.cum = pp_xcalloc(p.n, sizeof(*p.cum));
	for (uint32_t i = 0; i < p.n; i++) {
		p.flat[i] = (double)flat.cells[i].flat / value;
		p.cum[i] = (double)flat.cells[i].cum / value;
	}
	p.all = all > 0 ? all : (double)pp_total_value(&flat.total) / value;
	s->all += p.all;
	pp_flat_release(&flat);
	pp_walk(v->profile, 1, visit, &pass);
	s->profiles = pp_grow(s->profiles, &s->cap, s->n + 1, sizeof(*s->profiles));
	s->profiles[s->n++] = p;
}

void pp_gate_side_release(struct pp_gate_side *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->profiles[i].flat);
		free(s->profiles[i].cum);
		free(s->profiles[i].name);
	}
	free(s->profiles);
	free(s->calls);
	pp_map_release(&s->found);
	*s = (struct pp_gate_side){.n = 0};
}

double pp_gate_part(const struct pp_gate_side *s, size_t i, uint32_t node, bool cum)
{
	const struct pp_gate_profile *p = &s->profiles[i];

	return node >= p->n ? 0 : cum ? p->cum[node] : p->flat[node];
}

double pp_gate_share(const struct pp_gate_side *s, uint32_t node, bool cum)
{
	double sum = 0;

	for (size_t i = 0; i < s->n; i++)
		sum += pp_gate_part(s, i, node, cum);
	return s->all > 0 ? sum / s->all : 0;
}
