/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What call frame instructions say of one address, as far as rows can tell it: the CFA, and where
 * the frame pointer, the return address and the stack pointer of the caller are. Internal to
 * unwind/.
 */
#ifndef PP_UNWIND_CFI_STATE_H
#define PP_UNWIND_CFI_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "unwind/cursor.h"
#include "unwind/row.h"

enum pp_cfi_rule_kind {
	PP_CFI_UNSET, /* nothing was said: for the frame pointer the same as "same value" */
	PP_CFI_UNDEFINED,
	PP_CFI_SAME,
	PP_CFI_OFFSET, /* saved at CFA + off */
	PP_CFI_AT_REG, /* saved at reg + off */
	PP_CFI_OTHER,
};

struct pp_cfi_rule {
	int64_t off;
	uint32_t reg;
	enum pp_cfi_rule_kind kind;
};

enum pp_cfi_cfa_kind {
	PP_CFI_CFA_NONE,
	PP_CFI_CFA_REG,	  /* reg + off */
	PP_CFI_CFA_DEREF, /* the word at reg + off, + plus */
	PP_CFI_CFA_PLT,	  /* rsp + 8, and + 16 from byte `off` of each 16 on */
	PP_CFI_CFA_OTHER,
};

struct pp_cfi_cfa {
	int64_t off;
	uint64_t plus;
	uint32_t reg;
	enum pp_cfi_cfa_kind kind;
};

enum { PP_CFI_FP, PP_CFI_RA, PP_CFI_SP, PP_CFI_REGS };

struct pp_cfi_state {
	struct pp_cfi_cfa cfa;
	struct pp_cfi_rule rules[PP_CFI_REGS];
};

/* DWARF's numbers of registers. */
enum {
	PP_X86_RBP = 6,
	PP_X86_RSP = 7,
	PP_X86_R10 = 10,
	PP_X86_RIP = 16,
	PP_ARM_X29 = 29,
	PP_ARM_X30 = 30,
	PP_ARM_SP = 31,
};

/* A CFA that an expression computes. Few are known, by their shape; the rest is PP_CFI_CFA_OTHER.
 */
struct pp_cfi_cfa pp_cfi_cfa_expression(struct pp_cursor expr);

/* A register that was saved where an expression says. */
struct pp_cfi_rule pp_cfi_rule_expression(struct pp_cursor expr);

/* The row of a state, with pc 0. `signal`: the CIE says that this is the frame of a signal. */
struct pp_unwind_row pp_cfi_row(const struct pp_cfi_state *s, bool arm64, bool signal);

#endif
