/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "unwind/walk.h"

#include <string.h>

/* Tests compile this for the other machine, too. */
#ifndef PP_UNWIND_ARM64
#ifdef __aarch64__
#define PP_UNWIND_ARM64 1
#else
#define PP_UNWIND_ARM64 0
#endif
#endif

static int read_stack(const struct pp_unwind_stack *s, void *to, size_t n, uint64_t at)
{
	if (at < s->at || at - s->at > s->n || n > s->n - (at - s->at))
		return -1;
	memcpy(to, s->bytes + (at - s->at), n);
	return 0;
}

#define PP_UNWIND_READ(memory, to, n, at) read_stack(memory, to, n, at)
#include "unwind/step.h"

/* The row for a frame; false, with *end set, if there is no code, or no table of it. */
static bool find_row(pp_unwind_find_fn *find, void *context, uint64_t pc, struct pp_unwind_row *row,
		     enum pp_unwind_end *end)
{
	const struct pp_unwind_code code = find(context, pc);

	switch (code.kind) {
	case PP_UNWIND_CODE_TABLE:
		*row = pp_unwind_table_find(code.table, code.vaddr);
		return true;
	case PP_UNWIND_CODE_MADE:
		*row = (struct pp_unwind_row){.kind = PP_CFA_NONE};
		return true;
	case PP_UNWIND_CODE_NO_TABLE:
		*end = PP_UNWIND_NO_TABLE;
		return false;
	default:
		*end = PP_UNWIND_NO_CODE;
		return false;
	}
}

/* The row of the byte before, where that is what holds; *row is PP_CFA_NONE. */
static void find_row_before(pp_unwind_find_fn *find, void *context, uint64_t pc,
			    struct pp_unwind_row *row)
{
	enum pp_unwind_end ignored;
	struct pp_unwind_row before;

	if (find_row(find, context, pc - 1, &before, &ignored) && pp_unwind_row_ends_here(before))
		*row = before;
}

enum pp_unwind_end pp_unwind_walk(const struct pp_unwind_stack *stack,
				  const struct pp_unwind_regs *regs, pp_unwind_find_fn *find,
				  void *context, struct pp_unwind_frame *frames, size_t *n)
{
	struct pp_unwind_regs r = *regs;
	enum pp_unwind_end end = PP_UNWIND_MORE;
	_Bool exact = true;

	*n = 0;
	while (end == PP_UNWIND_MORE) {
		struct pp_unwind_row row;
		bool found = find_row(find, context, pp_unwind_lookup_pc(&r, exact), &row, &end);

		if (found && exact && !pp_unwind_row_says(row))
			find_row_before(find, context, r.pc, &row);
		if (end == PP_UNWIND_NO_CODE && *n)
			return end;
		if (*n == PP_UNWIND_MAX_FRAMES)
			return PP_UNWIND_TRUNCATED;
		frames[(*n)++] = (struct pp_unwind_frame){.pc = r.pc, .exact = exact};
		if (found)
			end = pp_unwind_turn((void *)(uintptr_t)stack, &r, row, &exact);
	}
	return end;
}
