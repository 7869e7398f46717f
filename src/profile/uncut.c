/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "profile/uncut.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void pp_uncut_save(struct pp_uncut *u, const struct pp_profile *p)
{
	u->tables = *p;
	u->locations = pp_xcalloc((size_t)p->nlocations + 1, sizeof(*u->locations));
	u->lines = pp_xcalloc((size_t)p->nlines + 1, sizeof(*u->lines));
	if (p->nlocations)
		memcpy(u->locations, p->locations, p->nlocations * sizeof(*u->locations));
	if (p->nlines)
		memcpy(u->lines, p->lines, p->nlines * sizeof(*u->lines));
}

/* Ids of locations that have come, or gone. */
static void restore_ids(struct pp_profile *p)
{
	bool is_new = true;

	pp_ids_release(&p->location_ids);
	for (uint32_t i = 0; is_new && i < p->nlocations; i++)
		is_new = pp_ids_add(&p->location_ids, p->locations[i].id);
}

void pp_uncut_restore(const struct pp_uncut *u, struct pp_profile *p)
{
	struct pp_arena arena = p->arena;
	struct pp_ids ids = p->location_ids;
	bool other_ids = p->nlocations != u->tables.nlocations;

	*p = u->tables;
	p->arena = arena;
	p->location_ids = ids;
	if (p->nlocations)
		memcpy(p->locations, u->locations, p->nlocations * sizeof(*u->locations));
	if (p->nlines)
		memcpy(p->lines, u->lines, p->nlines * sizeof(*u->lines));
	if (other_ids)
		restore_ids(p);
}

void pp_uncut_release(struct pp_uncut *u)
{
	free(u->locations);
	free(u->lines);
	*u = (struct pp_uncut){0};
}
