/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "machine.h"

#define PP_UNWIND_ARM64			  1
#define PP_UNWIND_READ(memory, to, n, at) memory_read(memory, to, n, at)
#include "unwind/step.h"

int turn_arm64(struct memory *m, struct registers *r, struct pp_unwind_row row, bool *exact)
{
	struct pp_unwind_regs regs = {
		.pc = r->pc, .sp = r->sp, .fp = r->fp, .lr = r->lr, .scratch = r->scratch};
	enum pp_unwind_end end = pp_unwind_turn(m, &regs, row, exact);

	*r = (struct registers){.pc = regs.pc,
				.sp = regs.sp,
				.fp = regs.fp,
				.lr = regs.lr,
				.scratch = regs.scratch};
	return end;
}
