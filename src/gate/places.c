/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "gate/places.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/frames.h"
#include "base/alloc.h"

void pp_places_init(struct pp_places *p)
{
	*p = (struct pp_places){.n = 0};
	pp_strtab_init(&p->files);
}

void pp_places_release(struct pp_places *p)
{
	free(p->of);
	pp_strtab_release(&p->files);
	*p = (struct pp_places){.n = 0};
}

static void make_room(struct pp_places *p, size_t n)
{
	if (n <= p->n)
		return;
	p->of = pp_grow(p->of, &p->cap, n, sizeof(*p->of));
	memset(p->of + p->n, 0, (n - p->n) * sizeof(*p->of));
	p->n = n;
}

/* Where nodes are lines, it is this one; else where the function begins. */
static void put(struct pp_places *p, const struct pp_view *v, uint32_t node,
		const struct pp_line *line)
{
	const struct pp_function *f = &v->profile->functions[line->function];
	struct pp_str file = pp_profile_str(v->profile, f->filename);
	bool begins = f->start_line > 0 && pp_nodes_get(v->nodes, node).line == 0;

	if (file.n)
		p->of[node] = (struct pp_place){pp_strtab_add(&p->files, file),
						begins ? f->start_line : line->line};
}

/* The nodes of a location are those of its last lines: of all, or of the outermost one. */
void pp_places_add(struct pp_places *p, const struct pp_view *v)
{
	const struct pp_profile *profile = v->profile;

	make_room(p, v->nodes->count);
	for (uint32_t i = 0; i < profile->nlocations; i++) {
		const struct pp_location *l = &profile->locations[i];
		uint32_t n;
		const uint32_t *node = pp_frames_of(v->frames, i, &n);

		for (uint32_t k = 0; k < n && n <= l->nlines; k++)
			put(p, v, node[k], &profile->lines[l->first_line + l->nlines - n + k]);
	}
}

void pp_places_get(const struct pp_places *p, uint32_t node, struct pp_str *file, int64_t *line)
{
	const struct pp_place none = {0}, *place = node < p->n ? &p->of[node] : &none;

	*file = place->file ? pp_strtab_get(&p->files, place->file) : PP_STR_LIT("");
	*line = file->n ? place->line : 0;
}
