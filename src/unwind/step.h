/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * From one stack frame to its caller. Plain C without library calls, used three times: by the eBPF
 * program on the running thread, in user space on copies of stacks, and by tests on made-up memory.
 *
 * Whoever includes this defines before
 *
 *     PP_UNWIND_READ(memory, to, size, address)
 *
 * which copies `size` bytes (8 to 56) at a user address and is 0 if that worked; `memory` is passed
 * on from the caller. It also defines PP_UNWIND_ARM64 as 0 or 1.
 */
#ifndef PP_UNWIND_STEP_H
#define PP_UNWIND_STEP_H

#include "unwind/frame.h"
#include "unwind/row.h"

/* A frame pointer walk believes in a frame of at most this size. */
#define PP_UNWIND_MAX_FP_FRAME (1UL << 20)

#define PP_UNWIND_INLINE static inline __attribute__((always_inline))

/* The ucontext of a signal frame (x86: struct rt_sigframe after `pretcode`; arm64: behind
 * siginfo): where its registers are. */
#if PP_UNWIND_ARM64
#define PP_SIGNAL_REGS	(312 + 29 * 8) /* x29, x30, sp, pc */
#define PP_SIGNAL_WORDS 4
#define PP_SIGNAL_FP	0
#define PP_SIGNAL_LR	1
#define PP_SIGNAL_SP	2
#define PP_SIGNAL_PC	3
#else
#define PP_SIGNAL_REGS	(40 + 10 * 8) /* rbp, rbx, rdx, rax, rcx, rsp, rip */
#define PP_SIGNAL_WORDS 7
#define PP_SIGNAL_FP	0
#define PP_SIGNAL_SP	5
#define PP_SIGNAL_PC	6
#endif

/* The registers that a signal interrupted. */
PP_UNWIND_INLINE enum pp_unwind_end pp_unwind_signal(void *memory, struct pp_unwind_regs *r,
						     __s64 at)
{
	__u64 words[PP_SIGNAL_WORDS];

	(void)memory;
	if (PP_UNWIND_READ(memory, words, sizeof(words), r->sp + at + PP_SIGNAL_REGS))
		return PP_UNWIND_UNREADABLE;
	r->fp = words[PP_SIGNAL_FP];
	r->sp = words[PP_SIGNAL_SP];
	r->pc = words[PP_SIGNAL_PC];
#if PP_UNWIND_ARM64
	r->lr = words[PP_SIGNAL_LR];
#endif
	return r->pc ? PP_UNWIND_MORE : PP_UNWIND_ZERO;
}

/* The CFA by a row's rule; 0 if it cannot be told, with *end set. */
PP_UNWIND_INLINE __u64 pp_unwind_cfa(void *memory, const struct pp_unwind_regs *r,
				     struct pp_unwind_row row, _Bool innermost,
				     enum pp_unwind_end *end)
{
	__s64 cfa = (__s64)row.cfa * 8;
	__u64 at, word;

	(void)memory;
	switch (row.kind & PP_CFA_RULE_MASK) {
	case PP_CFA_SP:
		return r->sp + cfa;
	case PP_CFA_FP:
		return r->fp + cfa;
	case PP_CFA_SWITCH:
		if (r->fp)
			return r->fp + cfa;
		*end = PP_UNWIND_FP_ZERO;
		return 0;
	case PP_CFA_PLT:
		return r->sp + 8 + ((__s64)(r->pc & 15) >= row.cfa ? 8 : 0);
	case PP_CFA_SCRATCH:
		if (innermost)
			return r->scratch + cfa;
		*end = PP_UNWIND_UNSUPPORTED;
		return 0;
	case PP_CFA_SP_DEREF:
		at = r->sp + cfa;
		break;
	case PP_CFA_FP_DEREF:
		at = r->fp + cfa;
		break;
	default:
		*end = PP_UNWIND_UNSUPPORTED;
		return 0;
	}
	if (PP_UNWIND_READ(memory, &word, sizeof(word), at)) {
		*end = PP_UNWIND_UNREADABLE;
		return 0;
	}
	return word + (row.kind & PP_ROW_PLUS_WORD ? 8 : 0);
}

/* Where the frame pointer was saved, unless it is the same. */
PP_UNWIND_INLINE __u64 pp_unwind_fp_slot(const struct pp_unwind_regs *r, struct pp_unwind_row row,
					 __u64 cfa)
{
	int rule = row.kind & PP_FP_RULE_MASK;

	return (rule == PP_FP_AT_FP   ? r->fp
		: rule == PP_FP_AT_SP ? r->sp
				      : cfa) +
	       (__s64)row.saved * 8;
}

#if PP_UNWIND_ARM64
/* Return addresses may be signed in the bits above those of addresses (PAC), of which programs get
 * 48 unless they ask for more. Kernels with 39 sign below, too: who knows that defines it so. */
#ifndef PP_UNWIND_PC_MASK
#define PP_UNWIND_PC_MASK ((1ULL << 48) - 1)
#endif

PP_UNWIND_INLINE enum pp_unwind_end pp_unwind_caller(void *memory, struct pp_unwind_regs *r,
						     struct pp_unwind_row row, __u64 cfa,
						     _Bool innermost)
{
	__u64 words[2] = {r->fp, r->lr};
	__u64 slot = pp_unwind_fp_slot(r, row, cfa);

	(void)memory;
	if ((row.kind & PP_ROW_RA_IN_LR) && !innermost)
		return PP_UNWIND_UNSUPPORTED;
	if ((row.kind & PP_FP_RULE_MASK) != PP_FP_SAME) {
		if (PP_UNWIND_READ(memory, words, sizeof(words), slot))
			return PP_UNWIND_UNREADABLE;
		if (row.kind & PP_ROW_RA_IN_LR)
			words[1] = r->lr;
	} else if (!(row.kind & PP_ROW_RA_IN_LR)) {
		if (PP_UNWIND_READ(memory, &words[1], sizeof(words[1]), slot))
			return PP_UNWIND_UNREADABLE;
	}
	r->fp = words[0];
	r->pc = words[1] & PP_UNWIND_PC_MASK;
	return PP_UNWIND_MORE;
}
#else
/*
 * The return address, and the frame pointer that was saved; in one read where they are neighbours,
 * as they mostly are. Compilers do not say when a register has been popped again, since what was
 * saved is still there, below sp. Copies of stacks have nothing below: there the register counts.
 */
PP_UNWIND_INLINE enum pp_unwind_end pp_unwind_caller(void *memory, struct pp_unwind_regs *r,
						     struct pp_unwind_row row, __u64 cfa,
						     _Bool innermost)
{
	__u64 words[2] = {r->fp, 0};
	int rule = row.kind & PP_FP_RULE_MASK;
	__u64 slot;

	(void)memory;
	(void)innermost;
	if (rule == PP_FP_AT_CFA && row.saved == -2 && cfa - 16 >= r->sp) {
		if (PP_UNWIND_READ(memory, words, sizeof(words), cfa - 16))
			return PP_UNWIND_UNREADABLE;
	} else {
		if (PP_UNWIND_READ(memory, &words[1], sizeof(words[1]), cfa - 8))
			return PP_UNWIND_UNREADABLE;
		slot = pp_unwind_fp_slot(r, row, cfa);
		if (rule != PP_FP_SAME &&
		    PP_UNWIND_READ(memory, &words[0], sizeof(words[0]), slot)) {
			if (slot >= r->sp)
				return PP_UNWIND_UNREADABLE;
			words[0] = r->fp;
		}
	}
	r->fp = words[0];
	r->pc = words[1];
	return PP_UNWIND_MORE;
}
#endif

/*
 * Make *r the registers of the caller. `innermost`: the registers are those of running code, or
 * of code that a signal interrupted, not of one that waits for a call to return. On any other
 * result than PP_UNWIND_MORE there is no caller, and *r is not to be used.
 */
PP_UNWIND_INLINE enum pp_unwind_end pp_unwind_step(void *memory, struct pp_unwind_regs *r,
						   struct pp_unwind_row row, _Bool innermost)
{
	enum pp_unwind_end end = PP_UNWIND_MORE;
	int rule = row.kind & PP_CFA_RULE_MASK;
	__u64 cfa;

	if (rule == PP_CFA_ROOT)
		return PP_UNWIND_ROOT;
	if (rule == PP_CFA_SIGNAL)
		return pp_unwind_signal(memory, r, (__s64)row.cfa * 8);
	cfa = pp_unwind_cfa(memory, r, row, innermost, &end);
	if (end != PP_UNWIND_MORE)
		return end;
	/* only a leaf function's frame, on arm64, may have no size */
	if (rule != PP_CFA_SWITCH &&
	    (cfa < r->sp || (cfa == r->sp && !(PP_UNWIND_ARM64 && innermost))))
		return PP_UNWIND_LOOP;
	end = pp_unwind_caller(memory, r, row, cfa, innermost);
	if (end != PP_UNWIND_MORE)
		return end;
	r->sp = cfa;
	return r->pc ? PP_UNWIND_MORE : PP_UNWIND_ZERO;
}

/* The same by the frame pointer alone, for code without unwind information. On both machines a
 * frame record is the caller's frame pointer and, above it, the return address. */
PP_UNWIND_INLINE enum pp_unwind_end pp_unwind_step_fp(void *memory, struct pp_unwind_regs *r)
{
	__u64 words[2];

	(void)memory;
	if (r->fp == 0)
		return PP_UNWIND_FP_ZERO;
	if (r->fp < r->sp || r->fp - r->sp >= PP_UNWIND_MAX_FP_FRAME || r->fp % 8)
		return PP_UNWIND_NO_FRAME;
	if (PP_UNWIND_READ(memory, words, sizeof(words), r->fp))
		return PP_UNWIND_UNREADABLE;
	r->sp = r->fp + 16;
	r->fp = words[0];
	r->pc = words[1];
#if PP_UNWIND_ARM64
	r->pc &= PP_UNWIND_PC_MASK;
#endif
	return r->pc ? PP_UNWIND_MORE : PP_UNWIND_ZERO;
}

/* Whether a row has something to say, or the frame pointer has to do. */
PP_UNWIND_INLINE _Bool pp_unwind_row_says(struct pp_unwind_row row)
{
	return (row.kind & PP_CFA_RULE_MASK) != PP_CFA_NONE;
}

/*
 * One turn of a walk: by the row that holds at the frame's code, or by the frame pointer where that
 * is of PP_CFA_NONE. *exact: whether r->pc is where the frame is, as in the innermost one and in
 * one that a signal interrupted; otherwise it is where a call returns to, and the call, which the
 * row has to be looked up for, is at pp_unwind_lookup_pc.
 */
PP_UNWIND_INLINE enum pp_unwind_end pp_unwind_turn(void *memory, struct pp_unwind_regs *r,
						   struct pp_unwind_row row, _Bool *exact)
{
	_Bool innermost = *exact;

	*exact = (row.kind & PP_CFA_RULE_MASK) == PP_CFA_SIGNAL;
	if (!pp_unwind_row_says(row))
		return pp_unwind_step_fp(memory, r);
	return pp_unwind_step(memory, r, row, innermost);
}

PP_UNWIND_INLINE __u64 pp_unwind_lookup_pc(const struct pp_unwind_regs *r, _Bool exact)
{
	return exact ? r->pc : r->pc - 1;
}

/*
 * Whether the row of one byte before counts for an exact frame whose own code has none: a thread
 * that is in rt_sigreturn is behind the last instruction of the signal frame's function.
 */
PP_UNWIND_INLINE _Bool pp_unwind_row_ends_here(struct pp_unwind_row before)
{
	return (before.kind & PP_CFA_RULE_MASK) == PP_CFA_SIGNAL;
}

#endif
