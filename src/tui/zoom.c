/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/zoom.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "tui/model.h"

#define HISTORY_MAX 1000

void pp_zooms_init(struct pp_zooms *z)
{
	*z = (struct pp_zooms){0};
	z->all = pp_grow(z->all, &z->cap, 1, sizeof(*z->all));
	z->all[z->n++] = (struct pp_place){0};
}

void pp_zooms_release(struct pp_zooms *z)
{
	for (size_t i = 0; i < z->n; i++)
		free(z->all[i].path);
	free(z->all);
	*z = (struct pp_zooms){0};
}

const struct pp_place *pp_zoom_place(const struct pp_model *m)
{
	return &m->zooms.all[m->zooms.at];
}

/* What is shown is the place at z->at. */
static void arrive(struct pp_model *m)
{
	const struct pp_place *p = pp_zoom_place(m);

	m->inverted = p->inverted;
	m->zooms.node = p->inverted ? 0 : pp_model_find(m, p->path, p->n);
	m->changed |= PP_CHANGED_ZOOM;
	pp_search_update_zoom(m);
}

static void forget(struct pp_zooms *z, size_t from, size_t n)
{
	for (size_t i = from; i < from + n; i++)
		free(z->all[i].path);
	memmove(z->all + from, z->all + from + n, (z->n - from - n) * sizeof(*z->all));
	z->n -= n;
}

/* Go to a place, whose path becomes the history's. */
static void go(struct pp_model *m, struct pp_place place)
{
	struct pp_zooms *z = &m->zooms;
	const struct pp_place *now = &z->all[z->at];

	if (now->inverted == place.inverted && now->n == place.n &&
	    (place.n == 0 || memcmp(now->path, place.path, place.n * sizeof(*place.path)) == 0)) {
		free(place.path);
		return;
	}
	forget(z, z->at + 1, z->n - z->at - 1);
	if (z->n == HISTORY_MAX)
		forget(z, 0, 1);
	z->all = pp_grow(z->all, &z->cap, z->n + 1, sizeof(*z->all));
	z->all[z->n++] = place;
	z->at = z->n - 1;
	arrive(m);
}

void pp_zoom_into(struct pp_model *m, uint32_t node)
{
	go(m, (struct pp_place){.path = pp_model_path(m, node), .n = m->flame->depth[node]});
}

static uint32_t *copy_path(const uint32_t *path, size_t n)
{
	uint32_t *copy = pp_xcalloc(n + 1, sizeof(*copy));

	if (n)
		memcpy(copy, path, n * sizeof(*path));
	return copy;
}

void pp_zoom_into_groups(struct pp_model *m, const uint32_t *path, size_t n)
{
	go(m, (struct pp_place){.inverted = true, .path = copy_path(path, n), .n = n});
}

bool pp_zoom_out(struct pp_model *m)
{
	const struct pp_place *p = pp_zoom_place(m);

	if (p->n == 0)
		return false;
	go(m, (struct pp_place){.inverted = p->inverted,
				.path = copy_path(p->path, p->n - 1),
				.n = p->n - 1});
	return true;
}

void pp_zoom_invert(struct pp_model *m)
{
	go(m, (struct pp_place){.inverted = !m->inverted});
}

bool pp_zoom_travel(struct pp_model *m, int step)
{
	struct pp_zooms *z = &m->zooms;

	if (step < 0 ? z->at == 0 : z->at + 1 >= z->n)
		return false;
	z->at += step < 0 ? (size_t)-1 : 1;
	arrive(m);
	return true;
}

static void remap_place(struct pp_place *p, const uint32_t *func_of)
{
	for (size_t i = 0; i < p->n; i++) {
		p->path[i] = func_of[p->path[i]];
		if (p->path[i] == PP_NONE)
			p->n = i;
	}
}

void pp_zooms_remap(struct pp_model *m, const uint32_t *func_of)
{
	for (size_t i = 0; func_of && i < m->zooms.n; i++)
		remap_place(&m->zooms.all[i], func_of);
	arrive(m);
	/* a function may be there, but not on this path any more */
	if (!m->inverted)
		m->zooms.all[m->zooms.at].n = m->flame->depth[m->zooms.node];
}
