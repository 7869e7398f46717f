/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Call chains of known shape, for recordings to be held to. What all parts of tests/programs/shapes
 * share: frames that stay what they are, and the leaf that takes the time.
 */
#ifndef PP_TEST_SHAPES_H
#define PP_TEST_SHAPES_H

#include <signal.h>
#include <stdint.h>

/* One frame of its own, whatever the compiler would rather do. */
#ifdef __clang__
#define FRAME __attribute__((noinline))
#else
#define FRAME __attribute__((noipa))
#endif

extern volatile uint64_t shapes_sink;
extern volatile sig_atomic_t shapes_stop;

/* Behind a call: so that it is none that the caller's frame is gone for. */
#define STAY() (shapes_sink++)

/* Compute, so many rounds of a few microseconds; 0: until the time is up. */
void leaf(unsigned long rounds);

/* With three values that live across the call, hence in registers that frames save, rbp among them
 * where it is no frame pointer. */
#define CHAIN_LINK(name, next)                                     \
	static FRAME void name(uint64_t a, uint64_t b, uint64_t c) \
	{                                                          \
		next(a + 1, b + a, c ^ b);                         \
		shapes_sink ^= a;                                  \
		shapes_sink ^= b;                                  \
		shapes_sink ^= c;                                  \
	}

/* Each runs until the time is up; what their call chains are, tests/cli/stacks.bats says. 77: not
 * on this machine. */
int shape_signal(const char *arg);
int shape_signal_syscall(const char *arg);
int shape_altstack(const char *arg);
int shape_altstack_above(const char *arg);
int shape_trap(const char *arg);
int shape_coroutine(const char *arg);
int shape_longjmp(const char *arg);
int shape_jit(const char *arg);
int shape_jit_nofp(const char *arg);
int shape_vfork(const char *arg);
int shape_spawn(const char *arg);
int shape_dlopen(const char *arg);
int shape_threads(const char *arg);
int shape_setns(const char *arg);

/* Of shapes_fp.c, which is built with frame pointers and without unwind tables. */
void fp_outer(void (*next)(void));
void fp_inner(void (*next)(void));
void fp_leaf(void);

#endif
