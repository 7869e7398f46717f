/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "profile/uncut.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void pp_uncut_save(struct pp_uncut *u, const struct pp_profile *p)
{
	u->locations = pp_xcalloc((size_t)p->nlocations + 1, sizeof(*u->locations));
	u->lines = pp_xcalloc((size_t)p->nlines + 1, sizeof(*u->lines));
	if (p->nlocations)
		memcpy(u->locations, p->locations, p->nlocations * sizeof(*u->locations));
	if (p->nlines)
		memcpy(u->lines, p->lines, p->nlines * sizeof(*u->lines));
}

void pp_uncut_restore(const struct pp_uncut *u, struct pp_profile *p)
{
	if (p->nlocations)
		memcpy(p->locations, u->locations, p->nlocations * sizeof(*u->locations));
	if (p->nlines)
		memcpy(p->lines, u->lines, p->nlines * sizeof(*u->lines));
}

void pp_uncut_release(struct pp_uncut *u)
{
	free(u->locations);
	free(u->lines);
	*u = (struct pp_uncut){0};
}
