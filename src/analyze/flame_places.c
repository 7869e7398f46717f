/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "analyze/flame_places.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void pp_flame_places_init(struct pp_flame_places *p, const struct pp_flame *f)
{
	uint32_t *first = pp_xcalloc((size_t)f->nfuncs + 1, sizeof(*first));
	uint32_t *nodes = pp_xcalloc(f->n, sizeof(*nodes));

	for (uint32_t i = 0; i < f->n; i++)
		first[f->func[i] + 1]++;
	for (uint32_t k = 0; k < f->nfuncs; k++)
		first[k + 1] += first[k];
	/* each first moves on to where the next function begins */
	for (uint32_t i = 0; i < f->n; i++)
		nodes[first[f->func[i]]++] = i;
	memmove(first + 1, first, f->nfuncs * sizeof(*first));
	first[0] = 0;
	*p = (struct pp_flame_places){.first = first, .nodes = nodes};
}

void pp_flame_places_release(struct pp_flame_places *p)
{
	free(p->first);
	free(p->nodes);
	*p = (struct pp_flame_places){0};
}
