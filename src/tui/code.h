/* SPDX-License-Identifier: Apache-2.0 */
/* The instructions of a function beside its source. */
#ifndef PP_TUI_CODE_H
#define PP_TUI_CODE_H

#include <stdbool.h>
#include <stdint.h>

#include "analyze/assembly.h"
#include "base/buf.h"
#include "base/err.h"
#include "tui/grid.h"

struct pp_tui;

struct pp_code {
	bool shown;
	bool asked; /* for `func`, as the tree is now */
	uint32_t func;
	struct pp_buf pattern;
	const struct pp_assembly_routine *sides[2]; /* before, in a comparison, and after */
	const struct pp_assembly_routine *of;	    /* what is shown of them; NULL: nothing */
	struct pp_err why;
};

/* Append a line with blanks for its tabs; what else is not safe is escaped by the grid. */
void pp_code_untab(struct pp_str line, struct pp_buf *out);

void pp_code_release(struct pp_code *c);

/* Draw it, so that the instructions of a source line, which are marked, are seen; line 0: from the
 * one that costs most. */
void pp_code_draw(struct pp_tui *t, struct pp_code *c, uint32_t func, int64_t line,
		  struct pp_rect r);

#endif
