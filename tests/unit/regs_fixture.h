/* SPDX-License-Identifier: Apache-2.0 */
/* For tests that unwind this process: where an unwinder begins. */
#ifndef PP_TESTS_REGS_FIXTURE_H
#define PP_TESTS_REGS_FIXTURE_H

#include <ucontext.h>

#include "unwind/frame.h"

static struct pp_unwind_regs regs_of(const ucontext_t *u)
{
#ifdef __aarch64__
	return (struct pp_unwind_regs){.pc = u->uc_mcontext.pc,
				       .sp = u->uc_mcontext.sp,
				       .fp = u->uc_mcontext.regs[29],
				       .lr = u->uc_mcontext.regs[30]};
#else
	const greg_t *r = u->uc_mcontext.gregs;

	return (struct pp_unwind_regs){.pc = (uint64_t)r[REG_RIP],
				       .sp = (uint64_t)r[REG_RSP],
				       .fp = (uint64_t)r[REG_RBP],
				       .scratch = (uint64_t)r[REG_R10]};
#endif
}

#endif
