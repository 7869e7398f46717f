/* SPDX-License-Identifier: Apache-2.0 */
/* A tree with what is needed to lay it out. */
#ifndef PP_TESTS_BOXES_FIXTURE_H
#define PP_TESTS_BOXES_FIXTURE_H

#include "flame_fixture.h"

#include "render/boxes.h"

struct shown {
	struct fixture f;
	struct pp_boxes_view v;
	double *extents;
};

/* What is shown of a fixture whose tree is there. */
static inline void show(struct shown *s, enum pp_flame_width width, enum pp_flame_order order)
{
	s->v = (struct pp_boxes_view){
		.flame = &s->f.flame,
		.measure = {FIXTURE_CPU, width, true},
		.order = order,
		.width = 100,
		.min = 1,
	};
	s->extents = pp_flame_extents(&s->f.flame, &s->v.measure);
	pp_flame_sort(&s->f.flame, order, s->extents);
	s->v.extents = s->extents;
}

static inline void shown_release(struct shown *s)
{
	free(s->extents);
	fixture_release(&s->f);
}

#endif
