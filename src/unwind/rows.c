/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "unwind/rows.h"

#include "base/alloc.h"

void pp_unwind_rows_grow(struct pp_unwind_rows *r, size_t more)
{
	if (r->n + more > PP_UNWIND_MAX_ROWS)
		r->full = true;
	else
		r->p = pp_grow(r->p, &r->cap, r->n + more, sizeof(*r->p));
}
