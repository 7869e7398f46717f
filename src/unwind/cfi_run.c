/* SPDX-License-Identifier: Apache-2.0 */
/* The machine of call frame instructions. */
#include <config.h>

#include "unwind/cfi_run.h"

#define MAX_REMEMBERED 32
#define MAX_DISTANCE   ((int64_t)1 << 40) /* beyond, no row can tell it, but sums cannot overflow */

/* DWARF 5, 7.24; LSB; the vendors' from GDB's and LLVM's lists. */
enum {
	ADVANCE_LOC = 0x40,
	OFFSET = 0x80,
	RESTORE = 0xc0,
	OPERATION = 0xc0, /* mask of these three */

	NOP = 0x00,
	SET_LOC = 0x01,
	ADVANCE_LOC1 = 0x02,
	ADVANCE_LOC2 = 0x03,
	ADVANCE_LOC4 = 0x04,
	OFFSET_EXTENDED = 0x05,
	RESTORE_EXTENDED = 0x06,
	UNDEFINED = 0x07,
	SAME_VALUE = 0x08,
	REGISTER = 0x09,
	REMEMBER_STATE = 0x0a,
	RESTORE_STATE = 0x0b,
	DEF_CFA = 0x0c,
	DEF_CFA_REGISTER = 0x0d,
	DEF_CFA_OFFSET = 0x0e,
	DEF_CFA_EXPRESSION = 0x0f,
	EXPRESSION = 0x10,
	OFFSET_EXTENDED_SF = 0x11,
	DEF_CFA_SF = 0x12,
	DEF_CFA_OFFSET_SF = 0x13,
	VAL_OFFSET = 0x14,
	VAL_OFFSET_SF = 0x15,
	VAL_EXPRESSION = 0x16,
	ADVANCE_LOC8 = 0x1d,
	NEGATE_RA_STATE_WITH_PC = 0x2c,
	NEGATE_RA_STATE = 0x2d, /* whether x30 is signed: pointers lose their signature anyway */
	GNU_ARGS_SIZE = 0x2e,
	GNU_NEGATIVE_OFFSET_EXTENDED = 0x2f,
};

struct machine {
	const struct pp_cfi_cie *cie;
	struct pp_cursor ins;
	struct pp_cfi_state s;
	bool dirty; /* s is not what the last row says */
	uint64_t pc, end;
	struct pp_unwind_rows *rows; /* NULL: running a CIE */
	bool arm64;
	unsigned depth;
	struct pp_cfi_state remembered[MAX_REMEMBERED];
};

static int64_t bounded(int64_t v)
{
	return v > MAX_DISTANCE ? MAX_DISTANCE : v < -MAX_DISTANCE ? -MAX_DISTANCE : v;
}

static int64_t factored(const struct machine *m, int64_t v)
{
	int64_t product;

	return __builtin_mul_overflow(v, m->cie->data_align, &product) ? MAX_DISTANCE
								       : bounded(product);
}

static int64_t take_uleb(struct machine *m)
{
	uint64_t v = pp_cursor_uleb(&m->ins);

	return v > (uint64_t)MAX_DISTANCE ? MAX_DISTANCE : (int64_t)v;
}

static int64_t take_factored(struct machine *m)
{
	return factored(m, take_uleb(m));
}

static int64_t take_factored_sf(struct machine *m)
{
	return factored(m, pp_cursor_sleb(&m->ins));
}

/* A register too large for any machine becomes one that is none of ours. */
static uint32_t take_reg(struct machine *m)
{
	uint64_t reg = pp_cursor_uleb(&m->ins);

	return reg > UINT16_MAX ? UINT16_MAX : (uint32_t)reg;
}

static struct pp_cursor take_block(struct machine *m)
{
	uint64_t n = pp_cursor_uleb(&m->ins);
	struct pp_cursor block = {.p = m->ins.p, .end = m->ins.p};

	if (pp_cursor_has(&m->ins, n)) {
		block.end += n;
		m->ins.p += n;
	}
	return block;
}

/* Which of the registers of a state it is; PP_CFI_REGS for all others. */
static unsigned which(const struct machine *m, uint32_t reg)
{
	if (reg == (m->arm64 ? PP_ARM_X29 : PP_X86_RBP))
		return PP_CFI_FP;
	if (reg == m->cie->ra)
		return PP_CFI_RA;
	return reg == (m->arm64 ? PP_ARM_SP : PP_X86_RSP) ? PP_CFI_SP : PP_CFI_REGS;
}

static void set_rule(struct machine *m, uint32_t reg, struct pp_cfi_rule rule)
{
	unsigned i = which(m, reg);

	if (i < PP_CFI_REGS) {
		m->s.rules[i] = rule;
		m->dirty = true;
	}
}

static void set_kind(struct machine *m, uint32_t reg, enum pp_cfi_rule_kind kind)
{
	set_rule(m, reg, (struct pp_cfi_rule){.kind = kind});
}

static void set_offset(struct machine *m, uint32_t reg, int64_t off)
{
	set_rule(m, reg, (struct pp_cfi_rule){.kind = PP_CFI_OFFSET, .off = off});
}

/* The register was CFA + off. That the stack pointer was the CFA is so anyway, but Go says it. */
static void set_value(struct machine *m, uint32_t reg, int64_t off)
{
	bool usual = which(m, reg) == PP_CFI_SP && off == 0;

	set_kind(m, reg, usual ? PP_CFI_UNSET : PP_CFI_OTHER);
}

static void restore_rule(struct machine *m, uint32_t reg)
{
	unsigned i = which(m, reg);

	if (i < PP_CFI_REGS) {
		m->s.rules[i] = m->cie->initial.rules[i];
		m->dirty = true;
	}
}

static void set_cfa(struct machine *m, uint32_t reg, int64_t off)
{
	m->s.cfa = (struct pp_cfi_cfa){.kind = PP_CFI_CFA_REG, .reg = reg, .off = off};
	m->dirty = true;
}

/* Changing half of a CFA that an expression gives means nothing. */
static void change_cfa(struct machine *m, uint32_t reg, int64_t off)
{
	if (m->s.cfa.kind == PP_CFI_CFA_REG)
		set_cfa(m, reg, off);
	else
		m->ins.bad = true;
}

static void flush(struct machine *m)
{
	/* some assembly keeps the return address in another register; rows do not */
	const uint32_t ra = m->arm64 ? PP_ARM_X30 : PP_X86_RIP;
	struct pp_unwind_row row = {.kind = PP_CFA_UNSUPPORTED};

	if (!m->dirty)
		return;
	if (m->cie->ra == ra)
		row = pp_cfi_row(&m->s, m->arm64, m->cie->signal);
	pp_unwind_rows_add(m->rows, m->pc, row);
	m->dirty = false;
}

/* The state so far holds up to the address that is `delta` further on. */
static void advance(struct machine *m, uint64_t delta)
{
	uint64_t by;

	if (!m->rows || delta == 0)
		return;
	flush(m);
	if (__builtin_mul_overflow(delta, m->cie->code_align, &by) || by >= m->end - m->pc)
		m->pc = m->end;
	else
		m->pc += by;
}

/* Only forward: rows are in order. */
static void set_loc(struct machine *m)
{
	/* where the operand itself is does not matter: it is absolute in files that have been
	 * linked, or there is no such file */
	uint64_t to = pp_cfi_address(&m->ins, m->cie->pc_encoding, 0);

	if ((m->cie->pc_encoding & 0x70) || to < m->pc || m->cie->code_align == 0)
		m->ins.bad = true;
	else
		advance(m, (to - m->pc) / m->cie->code_align);
}

static void remember(struct machine *m)
{
	if (m->depth < MAX_REMEMBERED)
		m->remembered[m->depth++] = m->s;
	else
		m->ins.bad = true;
}

static void restore_remembered(struct machine *m)
{
	if (m->depth == 0) {
		m->ins.bad = true;
		return;
	}
	m->s = m->remembered[--m->depth];
	m->dirty = true;
}

/* The instructions that set the rule of a register. */
static void run_rule(struct machine *m, uint8_t op)
{
	uint32_t reg = take_reg(m);

	switch (op) {
	case OFFSET_EXTENDED:
		set_offset(m, reg, take_factored(m));
		break;
	case OFFSET_EXTENDED_SF:
		set_offset(m, reg, take_factored_sf(m));
		break;
	case GNU_NEGATIVE_OFFSET_EXTENDED:
		set_offset(m, reg, -take_factored(m));
		break;
	case RESTORE_EXTENDED:
		restore_rule(m, reg);
		break;
	case UNDEFINED:
		set_kind(m, reg, PP_CFI_UNDEFINED);
		break;
	case SAME_VALUE:
		set_kind(m, reg, PP_CFI_SAME);
		break;
	case EXPRESSION:
		set_rule(m, reg, pp_cfi_rule_expression(take_block(m)));
		break;
	case VAL_EXPRESSION:
		take_block(m);
		set_kind(m, reg, PP_CFI_OTHER);
		break;
	case VAL_OFFSET:
		set_value(m, reg, take_factored(m));
		break;
	case VAL_OFFSET_SF:
		set_value(m, reg, take_factored_sf(m));
		break;
	case REGISTER:
		pp_cursor_uleb(&m->ins);
		set_kind(m, reg, PP_CFI_OTHER);
		break;
	default:
		m->ins.bad = true;
	}
}

static void run_cfa(struct machine *m, uint8_t op)
{
	uint32_t reg;

	switch (op) {
	case DEF_CFA:
		reg = take_reg(m);
		set_cfa(m, reg, take_uleb(m));
		break;
	case DEF_CFA_SF:
		reg = take_reg(m);
		set_cfa(m, reg, take_factored_sf(m));
		break;
	case DEF_CFA_REGISTER:
		change_cfa(m, take_reg(m), m->s.cfa.off);
		break;
	case DEF_CFA_OFFSET:
		change_cfa(m, m->s.cfa.reg, take_uleb(m));
		break;
	case DEF_CFA_OFFSET_SF:
		change_cfa(m, m->s.cfa.reg, take_factored_sf(m));
		break;
	default:
		m->s.cfa = pp_cfi_cfa_expression(take_block(m));
		m->dirty = true;
	}
}

static void run_low(struct machine *m, uint8_t op)
{
	switch (op) {
	case NOP:
	case NEGATE_RA_STATE:
	case NEGATE_RA_STATE_WITH_PC:
		break;
	case SET_LOC:
		set_loc(m);
		break;
	case ADVANCE_LOC1:
		advance(m, pp_cursor_u8(&m->ins));
		break;
	case ADVANCE_LOC2:
		advance(m, pp_cursor_u16(&m->ins));
		break;
	case ADVANCE_LOC4:
		advance(m, pp_cursor_u32(&m->ins));
		break;
	case ADVANCE_LOC8:
		advance(m, pp_cursor_u64(&m->ins));
		break;
	case REMEMBER_STATE:
		remember(m);
		break;
	case RESTORE_STATE:
		restore_remembered(m);
		break;
	case DEF_CFA:
	case DEF_CFA_SF:
	case DEF_CFA_REGISTER:
	case DEF_CFA_OFFSET:
	case DEF_CFA_OFFSET_SF:
	case DEF_CFA_EXPRESSION:
		run_cfa(m, op);
		break;
	case GNU_ARGS_SIZE:
		pp_cursor_uleb(&m->ins);
		break;
	default:
		run_rule(m, op);
	}
}

/* Run to the end, to the first damage, or to the end of the code. */
static void run(struct machine *m)
{
	while (m->ins.p < m->ins.end && m->pc < m->end && !m->ins.bad) {
		uint8_t op = *m->ins.p++;
		uint8_t low = op & (uint8_t)~OPERATION;

		switch (op & OPERATION) {
		case ADVANCE_LOC:
			advance(m, low);
			break;
		case OFFSET:
			set_offset(m, low, take_factored(m));
			break;
		case RESTORE:
			restore_rule(m, low);
			break;
		default:
			run_low(m, op);
		}
	}
}

bool pp_cfi_run_cie(struct pp_cfi_cie *cie, struct pp_cursor ins, bool arm64)
{
	struct machine m;

	m.cie = cie;
	m.ins = ins;
	m.s = (struct pp_cfi_state){0};
	m.dirty = false;
	m.pc = 0;
	m.end = 1;
	m.rows = NULL;
	m.arm64 = arm64;
	m.depth = 0;
	run(&m);
	cie->initial = m.s;
	return !m.ins.bad;
}

bool pp_cfi_run_fde(const struct pp_cfi_cie *cie, struct pp_cursor ins, uint64_t pc, uint64_t end,
		    struct pp_unwind_rows *rows)
{
	const struct pp_unwind_row unsupported = {.kind = PP_CFA_UNSUPPORTED};
	struct machine m; /* not initialized as a whole: it has room for many states */

	m.cie = cie;
	m.ins = ins;
	m.s = cie->initial;
	m.dirty = true;
	m.pc = pc;
	m.end = end;
	m.rows = rows;
	m.arm64 = rows->arm64;
	m.depth = 0;
	run(&m);
	if (m.ins.bad && m.pc < end)
		pp_unwind_rows_add(rows, m.pc, unsupported);
	else if (m.pc < end)
		flush(&m);
	return !m.ins.bad;
}
