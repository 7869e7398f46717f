/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unwind tables of files, for tests and benchmarks. `unwind build FILE...` makes each and prints
 * what it took; `unwind compare FILE...` asks libdw for every row, and runs both answers on the
 * same made-up registers and memory: what they make of the caller's pc, sp and fp must be the same.
 */
#include <config.h>

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "machine.h"
#include "unwind/frame.h"
#include "unwind/table.h"

struct totals {
	uint64_t files, rows, unsupported, compared, different, shown;
};

static uint64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- libdw's answer on made-up registers and memory ---- */

/* Every word differs, looks like a stack address above ours, and is a multiple of 16. */
static int made_up(uint64_t at, uint64_t *word)
{
	*word = 0x7fff00000000 + ((at * 0x9e3779b97f4a7c15u) >> 36 << 4);
	return 0;
}

static const struct registers start = {.pc = 0,
				       .sp = 0x7ffd00001000,
				       .fp = 0x7ffd00801000,
				       .lr = 0x123450,
				       .scratch = 0x7ffd00901000};

static uint64_t reg_value(const struct registers *r, uint64_t reg, bool arm64)
{
	if (reg == (arm64 ? 31 : 7))
		return r->sp;
	if (reg == (arm64 ? 29 : 6))
		return r->fp;
	if (reg == (arm64 ? 30 : 16))
		return arm64 ? r->lr : r->pc;
	if (!arm64 && reg == 10)
		return r->scratch;
	return 0xdead0000 + reg; /* we never say anything that depends on it */
}

struct evaluation {
	uint64_t stack[64];
	size_t n;
	uint64_t cfa;
	bool value; /* DW_OP_stack_value: no address */
	bool bad;
};

static uint64_t pop(struct evaluation *e)
{
	if (e->n)
		return e->stack[--e->n];
	e->bad = true;
	return 0;
}

static void push(struct evaluation *e, uint64_t v)
{
	if (e->n < 64)
		e->stack[e->n++] = v;
	else
		e->bad = true;
}

static void run_binary(struct evaluation *e, uint8_t op)
{
	uint64_t b = pop(e), a = pop(e);

	switch (op) {
	case DW_OP_plus:
		push(e, a + b);
		break;
	case DW_OP_and:
		push(e, a & b);
		break;
	case DW_OP_shl:
		push(e, a << (b & 63));
		break;
	case DW_OP_ge:
		push(e, (int64_t)a >= (int64_t)b);
		break;
	default:
		e->bad = true;
	}
}

static void run_op(struct evaluation *e, const Dwarf_Op *op, const struct registers *r, bool arm64)
{
	uint64_t word;

	if (op->atom >= DW_OP_lit0 && op->atom <= DW_OP_lit31) {
		push(e, op->atom - DW_OP_lit0);
	} else if (op->atom >= DW_OP_breg0 && op->atom <= DW_OP_breg31) {
		push(e, reg_value(r, op->atom - DW_OP_breg0, arm64) + op->number);
	} else if (op->atom == DW_OP_bregx) {
		push(e, reg_value(r, op->number, arm64) + op->number2);
	} else if (op->atom >= DW_OP_reg0 && op->atom <= DW_OP_reg31) {
		push(e, reg_value(r, op->atom - DW_OP_reg0, arm64));
		e->value = true;
	} else if (op->atom == DW_OP_call_frame_cfa) {
		push(e, e->cfa);
	} else if (op->atom == DW_OP_plus_uconst) {
		push(e, pop(e) + op->number);
	} else if (op->atom == DW_OP_deref) {
		made_up(pop(e), &word);
		push(e, word);
	} else if (op->atom == DW_OP_stack_value) {
		e->value = true;
	} else {
		run_binary(e, op->atom);
	}
}

static bool evaluate(const Dwarf_Op *ops, size_t n, const struct registers *r, bool arm64,
		     uint64_t cfa, struct evaluation *e)
{
	*e = (struct evaluation){.cfa = cfa};
	for (size_t i = 0; i < n && !e->bad; i++)
		run_op(e, &ops[i], r, arm64);
	return !e->bad && e->n; /* expressions of registers find the CFA below */
}

/* The caller's value of a register; false if it is undefined or cannot be told. */
static bool caller_register(Dwarf_Frame *frame, int reg, const struct registers *r, bool arm64,
			    uint64_t cfa, uint64_t *out)
{
	Dwarf_Op memory[3], *ops;
	struct evaluation e;
	size_t n;

	if (dwarf_frame_register(frame, reg, memory, &ops, &n) < 0)
		return false;
	if (n == 0) {
		*out = reg_value(r, (uint64_t)reg, arm64);
		return ops == NULL; /* same value */
	}
	if (!evaluate(ops, n, r, arm64, cfa, &e))
		return false;
	*out = e.stack[e.n - 1];
	if (!e.value)
		made_up(e.stack[e.n - 1], out);
	return true;
}

struct answer {
	bool covered, known, root;
	struct registers caller;
};

static struct answer ask_libdw(Dwarf_CFI *cfi, uint64_t pc, const struct registers *r, bool arm64)
{
	const int fp = arm64 ? 29 : 6;
	struct answer a = {0};
	Dwarf_Frame *frame = NULL;
	struct evaluation e;
	Dwarf_Op *ops;
	size_t n;
	int ra;

	if (!cfi || dwarf_cfi_addrframe(cfi, pc, &frame) != 0)
		return a;
	a.covered = true;
	ra = dwarf_frame_info(frame, NULL, NULL, NULL);
	if (dwarf_frame_cfa(frame, &ops, &n) == 0 && evaluate(ops, n, r, arm64, 0, &e)) {
		Dwarf_Op memory[3];

		a.caller.sp = e.stack[e.n - 1];
		a.known = caller_register(frame, ra, r, arm64, e.stack[e.n - 1], &a.caller.pc);
		if (!caller_register(frame, fp, r, arm64, e.stack[e.n - 1], &a.caller.fp))
			a.caller.fp = r->fp; /* undefined: there is nothing better to go on with */
		a.root = !a.known && dwarf_frame_register(frame, ra, memory, &ops, &n) == 0 &&
			 n == 0 && ops != NULL;
	}
	free(frame);
	return a;
}

/* ---- Comparing ---- */

static bool agree(const struct answer *a, struct pp_unwind_row row, const struct registers *r,
		  bool arm64)
{
	struct memory m = {.rest = made_up};
	struct registers caller = *r;
	bool exact = true;
	int end;

	if ((row.kind & PP_CFA_RULE_MASK) == PP_CFA_NONE)
		return !a->covered;
	if (row.kind == PP_CFA_ROOT)
		return a->root;
	end = (arm64 ? turn_arm64 : turn_x86)(&m, &caller, row, &exact);
	if (arm64 && row.kind == PP_CFA_SIGNAL)
		return end == PP_UNWIND_MORE; /* .eh_frame says nothing of use there */
	if (end == PP_UNWIND_LOOP)
		return a->caller.sp <= r->sp; /* a frame of negative size is not believed */
	return end == PP_UNWIND_MORE && a->known && caller.pc == a->caller.pc &&
	       caller.sp == a->caller.sp && caller.fp == a->caller.fp;
}

static void show(const char *file, uint64_t pc, struct pp_unwind_row row, const struct answer *a)
{
	printf("# %s 0x%lx: row kind 0x%x cfa %d saved %d, libdw covered %d known %d root %d "
	       "pc 0x%lx sp 0x%lx fp 0x%lx\n",
	       file, (unsigned long)pc, row.kind, row.cfa, row.saved, a->covered, a->known, a->root,
	       (unsigned long)a->caller.pc, (unsigned long)(a->caller.sp - start.sp),
	       (unsigned long)a->caller.fp);
}

/* What a signal handler returns to is also known by its code, of which libdw knows nothing. */
static bool by_code(const struct answer *a, struct pp_unwind_row row)
{
	return row.kind == PP_CFA_SIGNAL && !a->covered;
}

static void compare_at(const char *file, const struct pp_unwind_table *t, Dwarf_CFI *cfi[2],
		       uint64_t pc, struct pp_unwind_row row, struct totals *sum)
{
	bool arm64 = t->machine == EM_AARCH64;
	struct registers r = start;
	struct answer a;

	r.pc = pc;
	a = ask_libdw(cfi[0], pc, &r, arm64);
	if (!a.covered)
		a = ask_libdw(cfi[1], pc, &r, arm64);
	sum->compared++;
	if (by_code(&a, row) || agree(&a, row, &r, arm64))
		return;
	sum->different++;
	if (sum->shown++ < 20)
		show(file, pc, row, &a);
}

/* At the first byte that a row holds for, the last one and one in the middle. */
static void compare_rows(const char *file, const struct pp_unwind_table *t, Dwarf_CFI *cfi[2],
			 struct totals *sum)
{
	for (size_t i = 0; i < t->nrows; i++) {
		uint64_t pc = t->base + t->rows[i].pc;
		uint64_t n = i + 1 < t->nrows ? t->rows[i + 1].pc - t->rows[i].pc : 1;

		if (t->rows[i].kind == PP_CFA_UNSUPPORTED)
			continue;
		compare_at(file, t, cfi, pc, t->rows[i], sum);
		if (n > 1)
			compare_at(file, t, cfi, pc + n - 1, t->rows[i], sum);
		if (n > 2)
			compare_at(file, t, cfi, pc + n / 2, t->rows[i], sum);
	}
}

static void compare(const char *file, int fd, const struct pp_unwind_table *t, struct totals *sum)
{
	Elf *elf = elf_begin(fd, ELF_C_READ, NULL);
	Dwarf *dwarf = elf ? dwarf_begin_elf(elf, DWARF_C_READ, NULL) : NULL;
	Dwarf_CFI *cfi[2] = {elf ? dwarf_getcfi_elf(elf) : NULL,
			     dwarf ? dwarf_getcfi(dwarf) : NULL};

	compare_rows(file, t, cfi, sum);
	if (cfi[0])
		dwarf_cfi_end(cfi[0]); /* the other one is the Dwarf's */
	if (dwarf)
		dwarf_end(dwarf);
	elf_end(elf);
}

static void build(const char *file, int fd, struct pp_unwind_table *t, struct pp_err *err)
{
	uint64_t least = UINT64_MAX;

	for (int i = 0; i < 5; i++) {
		uint64_t from = cpu_ns(), took;

		pp_unwind_table_release(t);
		if (pp_unwind_table_read(t, fd, err) < 0)
			return;
		took = cpu_ns() - from;
		least = took < least ? took : least;
	}
	printf("%s\t%lu fdes\t%zu rows\t%lu unsupported\t%lu skipped\t%.3f ms\n", file,
	       (unsigned long)t->counts.fdes, t->nrows, (unsigned long)t->counts.unsupported,
	       (unsigned long)t->counts.skipped, (double)least / 1e6);
}

static int run(const char *file, bool comparing, struct totals *sum)
{
	struct pp_unwind_table t = {0};
	struct pp_err err = PP_ERR_INIT;
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		perror(file);
		return -1;
	}
	if (!comparing) {
		build(file, fd, &t, &err);
	} else if (pp_unwind_table_read(&t, fd, &err) == 0) {
		sum->files++;
		sum->rows += t.nrows;
		sum->unsupported += t.counts.unsupported;
		compare(file, fd, &t, sum);
	}
	if (err.kind)
		printf("# %s: %s\n", file, err.msg);
	pp_unwind_table_release(&t);
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	bool comparing = argc > 1 && strcmp(argv[1], "compare") == 0;
	struct totals sum = {0};

	if (argc < 3 || (!comparing && strcmp(argv[1], "build") != 0)) {
		fprintf(stderr, "usage: unwind build|compare FILE...\n");
		return 2;
	}
	elf_version(EV_CURRENT);
	for (int i = 2; i < argc; i++)
		if (run(argv[i], comparing, &sum) < 0)
			return 3;
	if (comparing)
		printf("%lu files, %lu rows, %lu unsupported, %lu compared, %lu different\n",
		       (unsigned long)sum.files, (unsigned long)sum.rows,
		       (unsigned long)sum.unsupported, (unsigned long)sum.compared,
		       (unsigned long)sum.different);
	return sum.different != 0;
}
