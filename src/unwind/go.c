/* SPDX-License-Identifier: Apache-2.0 */
/* Unwind rows of Go functions. */
#include <config.h>

#include "unwind/go.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "symbol/gotab.h"

#define MAX_ROWS (64u << 20)
#define WINDOW	 (64u << 10)

/* What a function is to a stack. */
enum role {
	PLAIN,
	ROOT,	/* it begins here */
	SIGNAL, /* where signal handlers return to */
	/* It calls others on another stack, without a frame of its own; rbp is still its caller's,
	 * so that the walk goes on behind that: the caller is not seen. On arm64 the frame pointer
	 * does not tell where the caller's frame ends. */
	SWITCH,
};

static const struct {
	const char *name;
	enum role role;
} roles[] = {
	{"runtime.goexit", ROOT},
	{"runtime.mstart", ROOT},
	{"runtime.rt0_go", ROOT},
	{"runtime.mcall", ROOT},
	{"runtime.morestack", ROOT},
	{"_rt0_amd64", ROOT},
	{"_rt0_amd64_linux", ROOT},
	{"_rt0_arm64_linux", ROOT},
	{"runtime.systemstack", SWITCH},
	{"runtime.asmcgocall", SWITCH},
	{"runtime.sigreturn", SIGNAL},
	{"runtime.sigreturn__sigaction", SIGNAL},
	/* the runtime ends its own stacks here, but signals interrupt others */
	{"runtime.sigtramp", PLAIN},
	{"runtime.cgoSigtramp", PLAIN},
};

static enum role role_of(const struct pp_gofunc *f)
{
	for (size_t i = 0; i < PP_ARRAY_LEN(roles); i++) {
		if (pp_str_eq(f->name, pp_str_of(roles[i].name)))
			return roles[i].role;
	}
	return f->flags & PP_GOFUNC_TOP ? ROOT : PLAIN;
}

struct builder {
	struct pp_gotab go;
	uint8_t *code; /* a window of the program's code, `ncode` bytes from `code_at` on */
	size_t ncode;
	uint64_t code_at;
	uint64_t base;
	struct pp_unwind_row *rows;
	size_t n, cap;
	struct pp_unwind_counts counts;
};

static void release(struct builder *b)
{
	pp_gotab_release(&b->go);
	free(b->code);
	free(b->rows);
}

/* n bytes of code at an address; NULL if there are none. Addresses mostly ascend. */
static const uint8_t *code_at(struct builder *b, uint64_t at, size_t n)
{
	const struct pp_elfbytes_part *part;

	if (b->ncode && at >= b->code_at && at - b->code_at <= b->ncode &&
	    n <= b->ncode - (at - b->code_at))
		return b->code + (at - b->code_at);
	part = pp_elfbytes_part(&b->go.elf, at, n);
	b->ncode = 0;
	if (!part)
		return NULL;
	uint64_t left = part->size - (at - part->vaddr);
	size_t take = left < WINDOW ? (size_t)left : WINDOW;

	if (!b->code)
		b->code = pp_xcalloc(WINDOW, 1);
	if (!pp_elfbytes_read(&b->go.elf, at, b->code, take))
		return NULL;
	b->code_at = at;
	b->ncode = take;
	return b->code;
}

static bool same_rule(struct pp_unwind_row a, struct pp_unwind_row b)
{
	return a.cfa == b.cfa && a.saved == b.saved && a.kind == b.kind;
}

static void put(struct builder *b, uint64_t at, struct pp_unwind_row row)
{
	row.pc = (uint32_t)(at - b->base);
	while (b->n && b->rows[b->n - 1].pc >= row.pc)
		b->n--;
	if (b->n && same_rule(b->rows[b->n - 1], row))
		return;
	b->rows = pp_grow(b->rows, &b->cap, b->n + 1, sizeof(*b->rows));
	b->rows[b->n++] = row;
}

static const struct pp_unwind_row no_row = {.kind = PP_CFA_NONE};
static const struct pp_unwind_row root_row = {.kind = PP_CFA_ROOT};
static const struct pp_unwind_row signal_row = {.kind = PP_CFA_SIGNAL};
/* At the frame pointer the caller's is saved, and its return address. */
static const struct pp_unwind_row switch_row = {
	.kind = PP_CFA_SWITCH | PP_FP_AT_CFA, .cfa = 2, .saved = -2};
static const struct pp_unwind_row unsupported_row = {.kind = PP_CFA_UNSUPPORTED};

/* ---- x86-64 ---- */

/* `mov %rbp, d(%rsp)` and `lea d(%rsp), %rbp` have the same form but for the opcode: their length,
 * or 0 for any other instruction. */
static size_t stack_operand(const uint8_t *p, uint8_t opcode, uint32_t d)
{
	if (p[0] != 0x48 || p[1] != opcode || p[3] != 0x24)
		return 0;
	if (p[2] == 0x6c)
		return d < 128 && p[4] == d ? 5 : 0;
	return p[2] == 0xac && pp_load_le32(p + 4) == d ? 8 : 0;
}

struct frame {
	uint64_t saved;	  /* from here on rbp is at CFA - 16; 0: never */
	uint64_t pointer; /* and here on rbp is CFA - 16; 0: never */
};

/* The stack has grown to `depth` at `at`: see whether that is for a frame. From Go 1.21 on rbp is
 * pushed before, earlier versions move it to where it would then be. */
static void find_frame(struct builder *b, struct frame *f, uint64_t at, uint32_t depth)
{
	const uint8_t *p = code_at(b, at - 1, 17);
	size_t n;

	if (!p || depth < 8)
		return;
	if (p[0] == 0x55 && depth == 8) {
		static const uint8_t move[] = {0x48, 0x89, 0xe5};

		f->saved = at;
		if (memcmp(p + 1, move, sizeof(move)) == 0)
			f->pointer = at + sizeof(move);
		return;
	}
	n = stack_operand(p + 1, 0x89, depth - 8);
	if (n == 0)
		return;
	f->saved = at + n;
	n = stack_operand(p + 1 + n, 0x8d, depth - 8);
	if (n)
		f->pointer = f->saved + n;
}

static struct pp_unwind_row amd64_row(struct builder *b, uint32_t depth, bool saved)
{
	struct pp_unwind_row row = {.kind = PP_CFA_SP, .cfa = (int16_t)(depth / 8 + 1)};

	if (depth % 8 || depth / 8 + 1 > INT16_MAX) {
		b->counts.unsupported++;
		return unsupported_row;
	}
	if (saved && depth >= 8) {
		row.kind |= PP_FP_AT_CFA;
		row.saved = -2;
	}
	return row;
}

/* Code that sets rsp to something else than the table says: the frame pointer still tells, if
 * there is one, though not from which stack to which. */
static struct pp_unwind_row written_row(struct builder *b, bool pointer)
{
	if (!pointer) {
		b->counts.unsupported++;
		return unsupported_row;
	}
	return switch_row;
}

static void amd64_plain(struct builder *b, const struct pp_gofunc *f)
{
	struct pp_gowalk w = pp_gotab_walk(&b->go, f, f->sp);
	bool written = f->flags & PP_GOFUNC_WRITES_SP;
	struct frame frame = {0};
	uint64_t at = f->start;

	while (pp_gowalk_next(&w)) {
		uint32_t depth = (uint32_t)w.value;

		if (w.value < 0) {
			put(b, w.start, no_row);
			at = w.next;
			continue;
		}
		if (depth && !frame.saved && w.start > f->start)
			find_frame(b, &frame, w.start, depth);
		put(b, w.start, amd64_row(b, depth, frame.saved && w.start >= frame.saved));
		if (frame.saved > w.start && frame.saved < w.next)
			put(b, frame.saved, amd64_row(b, depth, true));
		if (written && depth) {
			uint64_t from = frame.pointer > w.start ? frame.pointer : w.start;

			if (from < w.next)
				put(b, from, written_row(b, frame.pointer != 0));
		}
		at = w.next;
	}
	if (at < f->limit)
		put(b, at, no_row);
}

/* ---- arm64 ---- */

#define STUR_FP_BELOW_SP   0xf81f83fdu /* stur x29, [sp, #-8] */
#define STP_FP_LR_BELOW_20 0xa93ffa9du /* stp x29, x30, [x20, #-8] */

/* Small frames save x30 as they move sp, and then x29; large ones save both before. */
static uint64_t arm64_saved(struct builder *b, uint64_t at)
{
	const uint8_t *p = code_at(b, at - 8, 12);

	if (!p)
		return 0;
	if (pp_load_le32(p + 8) == STUR_FP_BELOW_SP)
		return at + 4;
	return pp_load_le32(p) == STP_FP_LR_BELOW_20 ? at : 0;
}

static struct pp_unwind_row arm64_row(struct builder *b, uint32_t depth, bool saved)
{
	uint32_t words = depth / 8;

	if (depth == 0)
		return (struct pp_unwind_row){.kind = PP_CFA_SP | PP_ROW_RA_IN_LR};
	if (depth % 8 || words + saved > -INT8_MIN) {
		b->counts.unsupported++;
		return unsupported_row;
	}
	return (struct pp_unwind_row){
		.kind = saved ? PP_CFA_SP | PP_FP_AT_CFA : PP_CFA_SP,
		.cfa = (int16_t)words,
		.saved = (int8_t) - (int)(words + saved),
	};
}

static void arm64_plain(struct builder *b, const struct pp_gofunc *f)
{
	struct pp_gowalk w = pp_gotab_walk(&b->go, f, f->sp);
	uint64_t saved = 0, at = f->start;

	while (pp_gowalk_next(&w)) {
		uint32_t depth = (uint32_t)w.value;
		bool known = w.value == 0 || (w.value > 0 && !(f->flags & PP_GOFUNC_WRITES_SP));

		at = w.next;
		if (!known) {
			put(b, w.start, w.value < 0 ? no_row : unsupported_row);
			b->counts.unsupported += w.value > 0;
			continue;
		}
		if (depth && !saved && w.start >= f->start + 8)
			saved = arm64_saved(b, w.start);
		put(b, w.start, arm64_row(b, depth, saved && w.start >= saved));
		if (saved > w.start && saved < w.next)
			put(b, saved, arm64_row(b, depth, true));
	}
	if (at < f->limit)
		put(b, at, no_row);
}

/* ---- Both ---- */

static void add_function(struct builder *b, const struct pp_gofunc *f)
{
	enum role role = role_of(f);

	b->counts.fdes++;
	if (role == SWITCH)
		put(b, f->start, b->go.elf.file.machine == EM_X86_64 ? switch_row : root_row);
	else if (role == ROOT)
		put(b, f->start, root_row);
	else if (role == SIGNAL && f->start > b->base)
		/* callers are looked up one byte before where they go on, and nobody calls this */
		put(b, f->start - 1, signal_row);
	else if (b->go.elf.file.machine == EM_X86_64)
		amd64_plain(b, f);
	else
		arm64_plain(b, f);
}

/* All functions' rows. The table of functions ends where the last one does. */
static int add_functions(struct builder *b, uint64_t start, struct pp_err *err)
{
	struct pp_gofunc f;
	uint64_t at = start;

	for (size_t i = 0; i < b->go.nfuncs; i++) {
		if (pp_gotab_func(&b->go, i, &f)) {
			add_function(b, &f);
			at = f.limit;
		} else {
			put(b, at, no_row);
			b->counts.skipped++;
		}
		if (b->n > MAX_ROWS)
			return pp_err_set(err, PP_ERR_LIMIT, "more than %u unwind rows", MAX_ROWS);
	}
	return 0;
}

/* Append a table's rows that hold somewhere in [from, to), its own addresses from its own base. */
static void put_range(struct builder *b, const struct pp_unwind_table *t, uint64_t from,
		      uint64_t to)
{
	if (from >= to)
		return;
	put(b, from, pp_unwind_table_find(t, from));
	for (size_t i = 0; i < t->nrows; i++) {
		uint64_t at = t->base + t->rows[i].pc;

		if (at > from && at < to)
			put(b, at, t->rows[i]);
	}
}

/* Put together what the table has before, the Go functions, and what it has behind them. */
static void take_rows(struct pp_unwind_table *t, struct builder *b)
{
	t->counts.fdes += b->counts.fdes;
	t->counts.unsupported += b->counts.unsupported;
	t->counts.skipped += b->counts.skipped;
	t->counts.rows = b->n;
	t->machine = b->go.elf.file.machine;
	t->base = b->base;
	free(t->rows);
	t->rows = b->rows;
	t->nrows = b->n;
	b->rows = NULL;
}

static int build(struct pp_unwind_table *t, struct builder *b, struct pp_err *err)
{
	struct pp_gofunc first, last;
	uint64_t start, end, limit;

	if (!pp_gotab_func(&b->go, 0, &first) || !pp_gotab_func(&b->go, b->go.nfuncs - 1, &last))
		return 0;
	start = first.start;
	limit = end = last.limit;
	b->base = start;
	if (t->nrows) {
		uint64_t theirs = t->base + t->rows[t->nrows - 1].pc + 1;

		b->base = t->base < start ? t->base : start;
		limit = theirs > end ? theirs : end;
	}
	if (limit - b->base > UINT32_MAX)
		return pp_err_set(err, PP_ERR_LIMIT, "more than 4 GiB of code");
	put_range(b, t, b->base, start);
	if (add_functions(b, start, err) < 0)
		return -1;
	put(b, end, no_row);
	put_range(b, t, end, limit);
	if (b->rows[b->n - 1].kind != PP_CFA_NONE)
		put(b, limit, no_row);
	take_rows(t, b);
	return 0;
}

int pp_unwind_go_rows(int fd, struct pp_unwind_table *t, struct pp_err *err)
{
	PP_CLEANUP(release) struct builder b = {0};
	struct pp_err why;

	if (pp_gotab_open(&b.go, fd, &why) < 0) {
		if (why.kind != PP_ERR_LIMIT && why.kind != PP_ERR_IO)
			return 0;
		*err = why;
		return -1;
	}
	if (b.go.elf.file.machine != EM_X86_64 && b.go.elf.file.machine != EM_AARCH64)
		return 0;
	return build(t, &b, err);
}
