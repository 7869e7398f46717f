/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that are added in order of address. Internal to unwind/. */
#ifndef PP_UNWIND_ROWS_H
#define PP_UNWIND_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/compiler.h"
#include "unwind/row.h"

#define PP_UNWIND_MAX_ROWS ((size_t)64 << 20)

struct pp_unwind_rows {
	struct pp_unwind_row *p;
	size_t n, cap;
	uint64_t base; /* what pc 0 means */
	bool arm64;
	bool full; /* there were more than PP_UNWIND_MAX_ROWS */
};

/* Make room for `more`, or set r->full. */
void pp_unwind_rows_grow(struct pp_unwind_rows *r, size_t more);

/* Whether two rows say the same, wherever they begin. */
static inline bool pp_unwind_row_same(struct pp_unwind_row a, struct pp_unwind_row b)
{
	return a.cfa == b.cfa && a.saved == b.saved && a.kind == b.kind;
}

/* `row` holds from address `pc` on, which is not below that of the last row: if it is the same, the
 * last row has held nowhere, and goes. */
static inline void pp_unwind_rows_add(struct pp_unwind_rows *r, uint64_t pc,
				      struct pp_unwind_row row)
{
	row.pc = (uint32_t)(pc - r->base);
	if (r->n && r->p[r->n - 1].pc == row.pc)
		r->n--;
	if (r->n && pp_unwind_row_same(r->p[r->n - 1], row))
		return;
	if (pp_unlikely(r->n == r->cap))
		pp_unwind_rows_grow(r, 1);
	if (pp_likely(!r->full))
		r->p[r->n++] = row;
}

#endif
