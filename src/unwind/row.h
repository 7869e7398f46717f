/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * One row of an unwind table: how to find the caller's frame from a range of code addresses. What
 * .eh_frame says in programs of call frame instructions (DWARF 5, 6.4; LSB, "Exception Frames"),
 * run beforehand and packed into eight bytes, for the eBPF program and for user space alike.
 *
 * The canonical frame address (CFA) is the stack pointer's value before the call that made the
 * frame. All distances are in words of eight bytes.
 *
 * x86-64: sp is rsp, fp is rbp; the return address is at CFA - 8.
 * arm64: sp is sp, fp is x29; the return address (x30) is where `kind` says.
 */
#ifndef PP_UNWIND_ROW_H
#define PP_UNWIND_ROW_H

#ifndef __bpf__
#include <linux/types.h>
#endif

struct pp_unwind_row {
	__u32 pc;   /* where it begins to hold, relative to the table's base; up to the next row */
	__s16 cfa;  /* words, see the rule */
	__s8 saved; /* words, see the rule of the frame pointer */
	__u8 kind;  /* enum pp_cfa_rule | enum pp_fp_rule | PP_ROW_* */
};

#define PP_CFA_RULE_MASK 0x0f

enum pp_cfa_rule {
	PP_CFA_NONE,	    /* no unwind information from here on: a gap between functions */
	PP_CFA_SP,	    /* CFA = sp + cfa */
	PP_CFA_FP,	    /* CFA = fp + cfa */
	PP_CFA_SP_DEREF,    /* CFA = the word at sp + cfa */
	PP_CFA_FP_DEREF,    /* CFA = the word at fp + cfa */
	PP_CFA_PLT,	    /* x86-64: CFA = sp + 1, and + 2 from byte `cfa` of each 16 on */
	PP_CFA_SCRATCH,	    /* x86-64: CFA = r10 + cfa, which only an innermost frame can tell */
	PP_CFA_SIGNAL,	    /* a signal frame: the registers are in the ucontext at sp (+ cfa) */
	PP_CFA_ROOT,	    /* a thread begins here: the return address is undefined */
	PP_CFA_UNSUPPORTED, /* there is information, which a row cannot express */
	PP_CFA_SWITCH,	    /* CFA = fp + cfa, on another stack: it may be below sp */
	PP_CFA_RULES	    /* how many there are */
};

#define PP_FP_RULE_MASK 0x30

enum pp_fp_rule {
	PP_FP_SAME = 0x00,   /* fp has not been changed */
	PP_FP_AT_CFA = 0x10, /* it was saved at CFA + saved */
	PP_FP_AT_FP = 0x20,  /* it was saved at fp + saved */
	PP_FP_AT_SP = 0x30,  /* it was saved at sp + saved */
};

/* With PP_CFA_SP_DEREF and PP_CFA_FP_DEREF: the CFA is one word above what was read. */
#define PP_ROW_PLUS_WORD 0x80

/*
 * arm64: the return address is still in x30. Without it, it was saved one word above fp (as
 * `stp x29, x30` does), and at CFA + saved under PP_FP_SAME.
 */
#define PP_ROW_RA_IN_LR 0x40

#endif
