/* SPDX-License-Identifier: Apache-2.0 */
/* Recognising expressions, and packing states into rows. */
#include <config.h>

#include "unwind/cfi_state.h"

#include <string.h>

/* DWARF 5, 7.7.1 */
enum {
	OP_DEREF = 0x06,
	OP_AND = 0x1a,
	OP_PLUS = 0x22,
	OP_PLUS_UCONST = 0x23,
	OP_SHL = 0x24,
	OP_GE = 0x2a,
	OP_LIT0 = 0x30,
	OP_BREG0 = 0x70,
	OP_BREG31 = 0x8f,
};

/* rsp + 8 + ((rip & 15) >= N) * 8, as linkers describe a procedure linkage table, whose entries of
 * 16 bytes push a number in their second instruction. */
static bool is_plt(struct pp_cursor e, int64_t *threshold)
{
	static const uint8_t head[] = {OP_BREG0 + PP_X86_RSP, 8,     OP_BREG0 + PP_X86_RIP, 0,
				       OP_LIT0 + 15,	      OP_AND};
	static const uint8_t tail[] = {OP_GE, OP_LIT0 + 3, OP_SHL, OP_PLUS};

	if ((size_t)(e.end - e.p) != sizeof(head) + 1 + sizeof(tail) ||
	    memcmp(e.p, head, sizeof(head)) != 0 ||
	    memcmp(e.p + sizeof(head) + 1, tail, sizeof(tail)) != 0)
		return false;
	*threshold = e.p[sizeof(head)] - OP_LIT0;
	return *threshold >= 0 && *threshold <= 15;
}

/* reg + off at the front of an expression. */
static bool take_reg(struct pp_cursor *e, uint32_t *reg, int64_t *off)
{
	uint8_t op = pp_cursor_u8(e);

	if (op < OP_BREG0 || op > OP_BREG31)
		return false;
	*reg = op - OP_BREG0;
	*off = pp_cursor_sleb(e);
	return !e->bad;
}

struct pp_cfi_cfa pp_cfi_cfa_expression(struct pp_cursor e)
{
	const struct pp_cfi_cfa other = {.kind = PP_CFI_CFA_OTHER};
	struct pp_cfi_cfa c = {.kind = PP_CFI_CFA_REG};

	if (is_plt(e, &c.off)) {
		c.kind = PP_CFI_CFA_PLT;
		return c;
	}
	if (!take_reg(&e, &c.reg, &c.off))
		return other;
	if (e.p == e.end)
		return c;
	c.kind = PP_CFI_CFA_DEREF;
	if (pp_cursor_u8(&e) != OP_DEREF)
		return other;
	if (e.p == e.end)
		return c;
	if (pp_cursor_u8(&e) != OP_PLUS_UCONST)
		return other;
	c.plus = pp_cursor_uleb(&e);
	return e.bad || e.p != e.end ? other : c;
}

struct pp_cfi_rule pp_cfi_rule_expression(struct pp_cursor e)
{
	struct pp_cfi_rule r = {.kind = PP_CFI_AT_REG};

	if (take_reg(&e, &r.reg, &r.off) && e.p == e.end)
		return r;
	return (struct pp_cfi_rule){.kind = PP_CFI_OTHER};
}

/* ---- Rows ---- */

/* A distance in words; false if it does not fit. */
static bool words16(int64_t off, struct pp_unwind_row *row)
{
	if (off % 8 || off / 8 < INT16_MIN || off / 8 > INT16_MAX)
		return false;
	row->cfa = (int16_t)(off / 8);
	return true;
}

static bool words8(int64_t off, struct pp_unwind_row *row)
{
	if (off % 8 || off / 8 < INT8_MIN || off / 8 > INT8_MAX)
		return false;
	row->saved = (int8_t)(off / 8);
	return true;
}

static bool is_register(uint32_t reg, uint32_t of_x86, uint32_t of_arm, bool arm64)
{
	return reg == (arm64 ? of_arm : of_x86);
}

static bool is_sp(uint32_t reg, bool arm64)
{
	return is_register(reg, PP_X86_RSP, PP_ARM_SP, arm64);
}

static bool is_fp(uint32_t reg, bool arm64)
{
	return is_register(reg, PP_X86_RBP, PP_ARM_X29, arm64);
}

static bool cfa_row(const struct pp_cfi_cfa *c, bool arm64, struct pp_unwind_row *row)
{
	switch (c->kind) {
	case PP_CFI_CFA_REG:
		if (is_sp(c->reg, arm64))
			row->kind = PP_CFA_SP;
		else if (is_fp(c->reg, arm64))
			row->kind = PP_CFA_FP;
		else if (!arm64 && c->reg == PP_X86_R10)
			row->kind = PP_CFA_SCRATCH;
		else
			return false;
		return words16(c->off, row);
	case PP_CFI_CFA_DEREF:
		if (is_sp(c->reg, arm64))
			row->kind = PP_CFA_SP_DEREF;
		else if (is_fp(c->reg, arm64))
			row->kind = PP_CFA_FP_DEREF;
		else
			return false;
		if (c->plus == 8)
			row->kind |= PP_ROW_PLUS_WORD;
		return (c->plus == 0 || c->plus == 8) && words16(c->off, row);
	case PP_CFI_CFA_PLT:
		row->kind = PP_CFA_PLT;
		row->cfa = (int16_t)c->off;
		return !arm64;
	default:
		return false;
	}
}

/* Where the frame pointer was saved: mostly not far from the CFA, and if so, from sp. */
static bool fp_row(const struct pp_cfi_state *s, bool arm64, struct pp_unwind_row *row)
{
	switch (s->rules[PP_CFI_FP].kind) {
	case PP_CFI_UNSET:
	case PP_CFI_UNDEFINED:
	case PP_CFI_SAME:
		return true;
	case PP_CFI_OFFSET:
		if (words8(s->rules[PP_CFI_FP].off, row)) {
			row->kind |= PP_FP_AT_CFA;
			return true;
		}
		if (s->cfa.kind != PP_CFI_CFA_REG || s->rules[PP_CFI_FP].off > INT32_MAX ||
		    s->rules[PP_CFI_FP].off < INT32_MIN ||
		    !words8(s->cfa.off + s->rules[PP_CFI_FP].off, row))
			return false;
		row->kind |= is_fp(s->cfa.reg, arm64) ? PP_FP_AT_FP : PP_FP_AT_SP;
		return is_fp(s->cfa.reg, arm64) || is_sp(s->cfa.reg, arm64);
	case PP_CFI_AT_REG:
		row->kind |= is_fp(s->rules[PP_CFI_FP].reg, arm64) ? PP_FP_AT_FP : PP_FP_AT_SP;
		return (is_fp(s->rules[PP_CFI_FP].reg, arm64) ||
			is_sp(s->rules[PP_CFI_FP].reg, arm64)) &&
		       words8(s->rules[PP_CFI_FP].off, row);
	default:
		return false;
	}
}

/* arm64: x30 has not been saved, or one word above x29, or alone. */
static bool ra_row(const struct pp_cfi_state *s, struct pp_unwind_row *row)
{
	bool alone = (row->kind & PP_FP_RULE_MASK) == PP_FP_SAME;

	switch (s->rules[PP_CFI_RA].kind) {
	case PP_CFI_UNSET:
	case PP_CFI_SAME:
		row->kind |= PP_ROW_RA_IN_LR;
		return true;
	case PP_CFI_OFFSET:
		return alone ? words8(s->rules[PP_CFI_RA].off, row)
			     : s->rules[PP_CFI_FP].kind == PP_CFI_OFFSET &&
				       s->rules[PP_CFI_RA].off - 8 == s->rules[PP_CFI_FP].off;
	default:
		return false;
	}
}

/* Where a signal's registers are is the kernel's affair: rows of such a frame need only tell where
 * the frame begins. On x86-64 that follows from the CFA, which is the stack pointer in it. */
static bool signal_row(const struct pp_cfi_state *s, bool arm64, struct pp_unwind_row *row)
{
	const int64_t saved_rsp = 160;

	*row = (struct pp_unwind_row){.kind = PP_CFA_SIGNAL};
	if (arm64)
		return true;
	return s->cfa.kind == PP_CFI_CFA_DEREF && s->cfa.plus == 0 && s->cfa.reg == PP_X86_RSP &&
	       words16(s->cfa.off - saved_rsp, row);
}

static bool make_row(const struct pp_cfi_state *s, bool arm64, bool signal,
		     struct pp_unwind_row *row)
{
	if (signal)
		return signal_row(s, arm64, row);
	if (s->rules[PP_CFI_SP].kind != PP_CFI_UNSET) /* the caller's is not the CFA */
		return false;
	if (!cfa_row(&s->cfa, arm64, row) || !fp_row(s, arm64, row))
		return false;
	return arm64 ? ra_row(s, row)
		     : s->rules[PP_CFI_RA].kind == PP_CFI_OFFSET && s->rules[PP_CFI_RA].off == -8;
}

struct pp_unwind_row pp_cfi_row(const struct pp_cfi_state *s, bool arm64, bool signal)
{
	struct pp_unwind_row row = {0};

	if (s->rules[PP_CFI_RA].kind == PP_CFI_UNDEFINED)
		return (struct pp_unwind_row){.kind = PP_CFA_ROOT};
	if (!make_row(s, arm64, signal, &row))
		return (struct pp_unwind_row){.kind = PP_CFA_UNSUPPORTED};
	return row;
}
