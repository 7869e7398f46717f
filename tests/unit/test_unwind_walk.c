/* SPDX-License-Identifier: Apache-2.0 */
/* Single steps on made-up memory, by every rule and on both machines, and walks over stacks. */
#include <config.h>

#include "unit.h"

#include <elf.h>
#include <string.h>

#include "base/compiler.h"
#include "machine.h"
#include "unwind/frame.h"
#include "unwind/walk.h"

enum pp_unwind_end walk_arm64(const struct pp_unwind_stack *stack,
			      const struct pp_unwind_regs *regs, pp_unwind_find_fn *find,
			      void *context, struct pp_unwind_frame *frames, size_t *n);

/* ---- Single steps ---- */

struct step {
	const char *what;
	struct pp_unwind_row row;
	bool called; /* not the innermost frame */
	int end;
	struct registers caller; /* where end is PP_UNWIND_MORE */
	bool exact;
};

#define S     0x7000	       /* sp; words there say in their value where they are */
#define F     0x7100	       /* fp */
#define W(at) ((at) + 0x10000) /* the word at an address */

static int words(uint64_t at, uint64_t *word)
{
	if (at < S - 0x100 || at >= S + 0x1000 || at % 8)
		return -1;
	*word = at == S + 0x80 ? 0 : W(at);
	return 0;
}

static const struct registers start = {
	.pc = 0x1000b, .sp = S, .fp = F, .lr = 0x2222, .scratch = S + 0x200};

static void run_steps(const struct step *s, size_t n,
		      int (*turn)(struct memory *, struct registers *, struct pp_unwind_row,
				  bool *))
{
	for (size_t i = 0; i < n; i++) {
		struct memory m = {.rest = words};
		struct registers r = start;
		bool exact = !s[i].called;
		int end = turn(&m, &r, s[i].row, &exact);

		if (end != s[i].end)
			fail_msg("%s: ends with %d, not %d", s[i].what, end, s[i].end);
		if (end == PP_UNWIND_MORE && (r.pc != s[i].caller.pc || r.sp != s[i].caller.sp ||
					      r.fp != s[i].caller.fp || exact != s[i].exact))
			fail_msg("%s: pc 0x%lx sp 0x%lx fp 0x%lx exact %d", s[i].what,
				 (unsigned long)r.pc, (unsigned long)r.sp, (unsigned long)r.fp,
				 exact);
	}
}

#define ROW(k, c, s)                                  \
	{                                             \
		.kind = (k), .cfa = (c), .saved = (s) \
	}
#define TO(p, s, f)                             \
	{                                       \
		.pc = (p), .sp = (s), .fp = (f) \
	}

static const struct step x86_steps[] = {
	{"sp", ROW(PP_CFA_SP, 2, 0), false, 0, TO(W(S + 8), S + 16, F), false},
	{"sp, fp saved", ROW(PP_CFA_SP | PP_FP_AT_CFA, 4, -2), true, 0,
	 TO(W(S + 24), S + 32, W(S + 16)), false},
	{"fp saved further away", ROW(PP_CFA_SP | PP_FP_AT_CFA, 6, -4), false, 0,
	 TO(W(S + 40), S + 48, W(S + 16)), false},
	{"fp", ROW(PP_CFA_FP | PP_FP_AT_CFA, 2, -2), false, 0, TO(W(F + 8), F + 16, W(F)), false},
	{"fp saved at fp", ROW(PP_CFA_SP | PP_FP_AT_FP, 2, -1), false, 0,
	 TO(W(S + 8), S + 16, W(F - 8)), false},
	{"fp saved at sp", ROW(PP_CFA_SP | PP_FP_AT_SP, 200, 1), false, 0,
	 TO(W(S + 1592), S + 1600, W(S + 8)), false},
	{"below the sixth of a PLT entry's bytes", ROW(PP_CFA_PLT, 12, 0), false, 0,
	 TO(W(S), S + 8, F), false},
	{"from there on", ROW(PP_CFA_PLT, 11, 0), false, 0, TO(W(S + 8), S + 16, F), false},
	{"r10", ROW(PP_CFA_SCRATCH, 1, 0), false, 0, TO(W(S + 0x200), S + 0x208, F), false},
	{"r10 of a caller", ROW(PP_CFA_SCRATCH, 1, 0), true, PP_UNWIND_UNSUPPORTED, TO(0, 0, 0),
	 false},
	{"root", ROW(PP_CFA_ROOT, 0, 0), false, PP_UNWIND_ROOT, TO(0, 0, 0), false},
	{"unsupported", ROW(PP_CFA_UNSUPPORTED, 0, 0), false, PP_UNWIND_UNSUPPORTED, TO(0, 0, 0),
	 false},
	{"unknown", ROW(15, 0, 0), false, PP_UNWIND_UNSUPPORTED, TO(0, 0, 0), false},
	{"a return address of 0", ROW(PP_CFA_SP, 17, 0), false, PP_UNWIND_ZERO, TO(0, 0, 0), false},
	{"below", ROW(PP_CFA_SP, -1, 0), false, PP_UNWIND_LOOP, TO(0, 0, 0), false},
	{"a frame of no size", ROW(PP_CFA_SP, 0, 0), false, PP_UNWIND_LOOP, TO(0, 0, 0), false},
	{"no memory", ROW(PP_CFA_SP, 2000, 0), false, PP_UNWIND_UNREADABLE, TO(0, 0, 0), false},
	{"no memory for fp", ROW(PP_CFA_SP | PP_FP_AT_CFA, 500, 20), false, PP_UNWIND_UNREADABLE,
	 TO(0, 0, 0), false},
	{"no memory for fp, below sp", ROW(PP_CFA_SP | PP_FP_AT_FP, 2, -128), false, 0,
	 TO(W(S + 8), S + 16, F), false},
	{"no memory at fp", ROW(PP_CFA_FP_DEREF, -128, 0), false, PP_UNWIND_UNREADABLE, TO(0, 0, 0),
	 false},
	{"a signal", ROW(PP_CFA_SIGNAL, 2, 0), true, 0,
	 TO(W(S + 16 + 168), W(S + 16 + 160), W(S + 16 + 120)), true},
	{"by frame pointer", ROW(PP_CFA_NONE, 0, 0), false, 0, TO(W(F + 8), F + 16, W(F)), false},
};

static const struct step arm64_steps[] = {
	{"a leaf", ROW(PP_CFA_SP | PP_ROW_RA_IN_LR, 0, 0), false, 0, TO(0x2222, S, F), false},
	{"no leaf", ROW(PP_CFA_SP | PP_ROW_RA_IN_LR, 0, 0), true, PP_UNWIND_LOOP, TO(0, 0, 0),
	 false},
	{"no leaf, with a frame", ROW(PP_CFA_SP | PP_ROW_RA_IN_LR, 2, 0), true,
	 PP_UNWIND_UNSUPPORTED, TO(0, 0, 0), false},
	{"sp", ROW(PP_CFA_SP | PP_FP_AT_CFA, 4, -4), true, 0, TO(W(S + 8), S + 32, W(S)), false},
	{"fp", ROW(PP_CFA_FP | PP_FP_AT_CFA, 2, -2), true, 0, TO(W(F + 8), F + 16, W(F)), false},
	{"large, by sp", ROW(PP_CFA_SP | PP_FP_AT_SP, 300, 0), true, 0,
	 TO(W(S + 8), S + 2400, W(S)), false},
	{"large, by fp", ROW(PP_CFA_FP | PP_FP_AT_FP, 300, 0), true, 0,
	 TO(W(F + 8), F + 2400, W(F)), false},
	{"x30 alone", ROW(PP_CFA_SP, 2, -2), true, 0, TO(W(S), S + 16, F), false},
	{"x29 alone", ROW(PP_CFA_SP | PP_FP_AT_CFA | PP_ROW_RA_IN_LR, 2, -2), false, 0,
	 TO(0x2222, S + 16, W(S)), false},
	{"nothing to read", ROW(PP_CFA_SP, 2, -64), false, PP_UNWIND_UNREADABLE, TO(0, 0, 0),
	 false},
	{"r10 is of another machine", ROW(PP_CFA_ROOT, 0, 0), false, PP_UNWIND_ROOT, TO(0, 0, 0),
	 false},
	{"a signal", ROW(PP_CFA_SIGNAL, 0, 0), true, 0,
	 TO(W(S + 312 + 32 * 8), W(S + 312 + 31 * 8), W(S + 312 + 29 * 8)), true},
	{"by frame pointer", ROW(PP_CFA_NONE, 0, 0), true, 0, TO(W(F + 8), F + 16, W(F)), false},
};

static void test_steps_x86(void **state)
{
	(void)state;
	run_steps(x86_steps, PP_ARRAY_LEN(x86_steps), turn_x86);
}

static void test_steps_arm64(void **state)
{
	(void)state;
	run_steps(arm64_steps, PP_ARRAY_LEN(arm64_steps), turn_arm64);
}

static void test_words_that_are_followed(void **state)
{
	const struct word list[] = {{S + 16, S + 0x180}, {F - 8, S + 0x300}};
	struct memory m = {.words = list, .n = PP_ARRAY_LEN(list), .rest = words};
	struct registers r = start;
	bool exact = true;

	(void)state;
	assert_int_equal(turn_x86(&m, &r, (struct pp_unwind_row)ROW(PP_CFA_SP_DEREF, 2, 0), &exact),
			 0);
	assert_int_equal(r.sp, S + 0x180);
	assert_int_equal(r.pc, W(S + 0x178));
	r = start;
	assert_int_equal(
		turn_x86(&m, &r,
			 (struct pp_unwind_row)ROW(PP_CFA_SP_DEREF | PP_ROW_PLUS_WORD, 2, 0),
			 &exact),
		0);
	assert_int_equal(r.sp, S + 0x188);
	r = start;
	assert_int_equal(turn_x86(&m, &r,
				  (struct pp_unwind_row)ROW(PP_CFA_FP_DEREF | PP_FP_AT_FP, -1, 0),
				  &exact),
			 0);
	assert_int_equal(r.sp, S + 0x300);
	assert_int_equal(r.pc, W(S + 0x2f8));
	assert_int_equal(r.fp, W(F));
}

/* Bits of a signature above an address are not part of it. */
static void test_signed_return_addresses(void **state)
{
	const struct word list[] = {{S, 0x7777}, {S + 8, 0x12ab000000401234}};
	struct memory m = {.words = list, .n = PP_ARRAY_LEN(list)};
	struct registers r = start;
	bool exact = false;

	(void)state;
	assert_int_equal(turn_arm64(&m, &r,
				    (struct pp_unwind_row)ROW(PP_CFA_SP | PP_FP_AT_CFA, 2, -2),
				    &exact),
			 0);
	assert_int_equal(r.pc, 0x401234);
	assert_int_equal(r.fp, 0x7777);
}

static void test_frame_pointers_that_are_none(void **state)
{
	static const struct {
		uint64_t fp;
		int end;
	} cases[] = {
		{0, PP_UNWIND_FP_ZERO},
		{S - 8, PP_UNWIND_NO_FRAME},
		{S + 1, PP_UNWIND_NO_FRAME},
		{S + (1 << 20), PP_UNWIND_NO_FRAME},
		{S + (1 << 20) - 8, PP_UNWIND_UNREADABLE},
		{S + 0x78, PP_UNWIND_ZERO}, /* the word above is 0 */
		{S, PP_UNWIND_MORE},
	};

	(void)state;
	for (size_t i = 0; i < PP_ARRAY_LEN(cases); i++) {
		struct memory m = {.rest = words};
		struct registers r = start;
		bool exact = true;

		r.fp = cases[i].fp;
		assert_int_equal(turn_x86(&m, &r, (struct pp_unwind_row){0}, &exact), cases[i].end);
	}
}

/* ---- Walks ---- */

#define TEXT  0x400000 /* a file of 0x1000 bytes, loaded at its own addresses */
#define MADE  0x500000 /* 0x1000 bytes of code made at run time */
#define LATER 0x600000 /* a file whose table is not there yet */
#define STACK 0x7ffff000

struct process {
	struct pp_unwind_table table;
	uint64_t seen[PP_UNWIND_MAX_FRAMES + 2]; /* what was asked for */
	size_t nseen;
};

static struct pp_unwind_code find(void *context, uint64_t pc)
{
	struct process *p = context;
	struct pp_unwind_code c = {.kind = PP_UNWIND_CODE_NONE};

	p->seen[p->nseen++] = pc;
	if (pc >= TEXT && pc < TEXT + 0x1000)
		c = (struct pp_unwind_code){PP_UNWIND_CODE_TABLE, &p->table, pc};
	else if (pc >= MADE && pc < MADE + 0x1000)
		c.kind = PP_UNWIND_CODE_MADE;
	else if (pc >= LATER && pc < LATER + 0x1000)
		c.kind = PP_UNWIND_CODE_NO_TABLE;
	return c;
}

/* A function with a frame of two words, one that keeps a frame pointer, the return of a signal
 * handler, the beginning of a thread, and what has no information. */
enum {
	PLAIN = TEXT,
	FRAMED = TEXT + 0x100,
	RESTORE = TEXT + 0x200,
	ROOT = TEXT + 0x300,
	GAP = TEXT + 0x400
};

static struct pp_unwind_row rows[] = {
	{.pc = 0, .kind = PP_CFA_SP, .cfa = 2},
	{.pc = 0x100, .kind = PP_CFA_FP | PP_FP_AT_CFA, .cfa = 2, .saved = -2},
	{.pc = 0x1ff, .kind = PP_CFA_SIGNAL},
	{.pc = 0x209, .kind = PP_CFA_NONE}, /* the end of its one system call */
	{.pc = 0x300, .kind = PP_CFA_ROOT},
	{.pc = 0x400, .kind = PP_CFA_NONE},
};

struct walk {
	struct process process;
	uint64_t words[4096];
	struct pp_unwind_stack stack;
	struct pp_unwind_regs regs;
	struct pp_unwind_frame frames[PP_UNWIND_MAX_FRAMES];
	size_t n;
};

static struct walk w;

static void set_up(uint64_t pc, uint64_t fp)
{
	memset(&w, 0, sizeof(w));
	w.process.table = (struct pp_unwind_table){
		.base = TEXT, .rows = rows, .nrows = PP_ARRAY_LEN(rows), .machine = EM_X86_64};
	w.stack = (struct pp_unwind_stack){(const uint8_t *)w.words, sizeof(w.words), STACK};
	w.regs = (struct pp_unwind_regs){.pc = pc, .sp = STACK, .fp = fp};
}

static int walk(void)
{
	return (int)pp_unwind_walk(&w.stack, &w.regs, find, &w.process, w.frames, &w.n);
}

static void check_frames(const uint64_t *pcs, size_t n)
{
	assert_int_equal(w.n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(w.frames[i].pc, pcs[i]);
}

static void test_walk_to_the_root(void **state)
{
	(void)state;
#ifdef __aarch64__
	PP_SKIP("the stacks are those of x86-64");
#endif
	set_up(PLAIN + 5, STACK + 4 * 8);
	w.words[1] = FRAMED + 9;    /* returns into a function with frame pointer */
	w.words[4] = 0x1234;	    /* its caller's */
	w.words[5] = PLAIN + 0x100; /* called at the last byte of its code: looked up there */
	w.words[7] = ROOT + 1;
	assert_int_equal(walk(), PP_UNWIND_ROOT);
	check_frames((const uint64_t[]){PLAIN + 5, FRAMED + 9, PLAIN + 0x100, ROOT + 1}, 4);
	assert_true(w.frames[0].exact);
	assert_false(w.frames[1].exact);
	assert_int_equal(w.process.seen[0], PLAIN + 5);
	assert_int_equal(w.process.seen[2], PLAIN + 0xff);
}

static void test_walk_through_a_signal(void **state)
{
	(void)state;
#ifdef __aarch64__
	PP_SKIP("the stacks are those of x86-64");
#endif
	set_up(PLAIN, 0);
	w.words[1] = RESTORE;		   /* the handler returns there, with sp behind this word */
	w.words[2 + 15] = STACK + 100 * 8; /* rbp, rsp, rip of what was interrupted */
	w.words[2 + 20] = STACK + 50 * 8;
	w.words[2 + 21] = FRAMED; /* at its first byte: not to be looked up before it */
	w.words[100] = 0;
	w.words[101] = GAP + 1; /* no information: by the frame pointer, which is 0 */
	assert_int_equal(walk(), PP_UNWIND_FP_ZERO);
	check_frames((const uint64_t[]){PLAIN, RESTORE, FRAMED, GAP + 1}, 4);
	assert_false(w.frames[1].exact);
	assert_true(w.frames[2].exact);
	assert_false(w.frames[3].exact);
}

/* Behind `pop %rbp`, whose word is not in a copy that begins at sp. */
static void test_walk_from_behind_a_pop(void **state)
{
	static struct pp_unwind_row popped[] = {
		{.pc = 0, .kind = PP_CFA_SP | PP_FP_AT_CFA, .cfa = 1, .saved = -2},
		{.pc = 0x100, .kind = PP_CFA_SP | PP_FP_AT_CFA, .cfa = 1, .saved = -3},
		{.pc = 0x200, .kind = PP_CFA_FP | PP_FP_AT_CFA, .cfa = 2, .saved = -2},
		{.pc = 0x300, .kind = PP_CFA_ROOT},
	};

	(void)state;
#ifdef __aarch64__
	PP_SKIP("the stacks are those of x86-64");
#endif
	for (uint64_t pc = TEXT + 5; pc < TEXT + 0x200; pc += 0x100) {
		set_up(pc, STACK + 8 * 8);
		w.process.table.rows = popped;
		w.process.table.nrows = PP_ARRAY_LEN(popped);
		w.words[0] = TEXT + 0x205; /* a function with frame pointer */
		w.words[9] = ROOT + 1;
		assert_int_equal(walk(), PP_UNWIND_ROOT);
		check_frames((const uint64_t[]){pc, TEXT + 0x205, ROOT + 1}, 3);
	}
}

/* In the system call that ends a handler, there is no more code behind. */
static void test_walk_from_the_end_of_a_signal(void **state)
{
	(void)state;
#ifdef __aarch64__
	PP_SKIP("the stacks are those of x86-64");
#endif
	set_up(RESTORE + 9, 0);
	w.words[15] = 0; /* rbp, rsp, rip of what was interrupted */
	w.words[20] = STACK + 50 * 8;
	w.words[21] = ROOT;
	assert_int_equal(walk(), PP_UNWIND_ROOT);
	check_frames((const uint64_t[]){RESTORE + 9, ROOT}, 2);
	/* other functions' rows end where they end */
	set_up(GAP, 0);
	assert_int_equal(walk(), PP_UNWIND_FP_ZERO);
}

static void test_walk_through_code_made_at_run_time(void **state)
{
	(void)state;
#ifdef __aarch64__
	PP_SKIP("the stacks are those of x86-64");
#endif
	set_up(MADE + 3, STACK + 3 * 8);
	w.words[3] = STACK + 9 * 8;
	w.words[4] = GAP + 7; /* a gap: by frame pointer, too */
	w.words[9] = 7;
	w.words[10] = PLAIN + 4; /* and by table again */
	w.words[12] = LATER + 8;
	assert_int_equal(walk(), PP_UNWIND_NO_TABLE);
	check_frames((const uint64_t[]){MADE + 3, GAP + 7, PLAIN + 4, LATER + 8}, 4);
}

static void test_walks_that_end(void **state)
{
	(void)state;
#ifdef __aarch64__
	PP_SKIP("the stacks are those of x86-64");
#endif
	set_up(PLAIN, 0);
	w.words[1] = 0x99;
	assert_int_equal(walk(), PP_UNWIND_NO_CODE);
	check_frames((const uint64_t[]){PLAIN}, 1);

	set_up(0x99, 0); /* called through a bad pointer: that much is known */
	assert_int_equal(walk(), PP_UNWIND_NO_CODE);
	check_frames((const uint64_t[]){0x99}, 1);

	set_up(PLAIN, 0);
	w.stack.n = 15; /* not all of the return address */
	w.words[1] = PLAIN + 1;
	assert_int_equal(walk(), PP_UNWIND_UNREADABLE);
	assert_int_equal(w.n, 1);

	set_up(PLAIN, 0);
	w.regs.sp = UINT64_MAX - 3;
	assert_int_equal(walk(), PP_UNWIND_LOOP); /* wraps around */

	set_up(PLAIN, 0);
	for (size_t i = 0; i < PP_ARRAY_LEN(w.words); i++)
		w.words[i] = PLAIN + 1;
	assert_int_equal(walk(), PP_UNWIND_TRUNCATED);
	assert_int_equal(w.n, PP_UNWIND_MAX_FRAMES);
}

static void test_walk_arm64(void **state)
{
	static struct pp_unwind_row arm[] = {
		{.pc = 0, .kind = PP_CFA_SP | PP_ROW_RA_IN_LR},
		{.pc = 0x100, .kind = PP_CFA_FP | PP_FP_AT_CFA, .cfa = 2, .saved = -2},
		{.pc = 0x300, .kind = PP_CFA_ROOT},
		{.pc = 0x400, .kind = PP_CFA_NONE},
	};

	(void)state;
	set_up(PLAIN, STACK + 2 * 8);
	w.process.table.rows = arm;
	w.process.table.nrows = PP_ARRAY_LEN(arm);
	w.regs.lr = 0x00ff000000000000 | (FRAMED + 4); /* signed */
	w.words[2] = STACK + 8 * 8;
	w.words[3] = MADE + 4;
	w.words[8] = 0;
	w.words[9] = ROOT + 4;
	assert_int_equal(walk_arm64(&w.stack, &w.regs, find, &w.process, w.frames, &w.n),
			 PP_UNWIND_ROOT);
	check_frames((const uint64_t[]){PLAIN, FRAMED + 4, MADE + 4, ROOT + 4}, 4);

	w.process.nseen = 0;
	w.words[9] = PLAIN + 4; /* a leaf that has called */
	assert_int_equal(walk_arm64(&w.stack, &w.regs, find, &w.process, w.frames, &w.n),
			 PP_UNWIND_LOOP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps_x86),
		cmocka_unit_test(test_steps_arm64),
		cmocka_unit_test(test_words_that_are_followed),
		cmocka_unit_test(test_signed_return_addresses),
		cmocka_unit_test(test_frame_pointers_that_are_none),
		cmocka_unit_test(test_walk_to_the_root),
		cmocka_unit_test(test_walk_through_a_signal),
		cmocka_unit_test(test_walk_from_behind_a_pop),
		cmocka_unit_test(test_walk_from_the_end_of_a_signal),
		cmocka_unit_test(test_walk_through_code_made_at_run_time),
		cmocka_unit_test(test_walks_that_end),
		cmocka_unit_test(test_walk_arm64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
