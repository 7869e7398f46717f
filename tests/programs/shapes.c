/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Call chains of known shape, so that each sample of a recording can be told right or wrong:
 *
 *	shapes SHAPE MS [ARG]
 *
 * runs one for so many milliseconds of CPU time (0: for ever). Built as programs mostly are,
 *without frame pointers; the scenarios build it in other ways, too. Here is what needs no help of
 *the system; shapes_os.c has the rest.
 */
#include <config.h>

#include "shapes.h"

#include <alloca.h> /* pp-allow: see below */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

volatile uint64_t shapes_sink;
volatile sig_atomic_t shapes_stop;

FRAME void leaf(unsigned long rounds)
{
	do {
		for (unsigned i = 0; i < 1000; i++)
			shapes_sink = (shapes_sink ^ i) * 0x100000001b3ULL;
	} while (!shapes_stop && (!rounds || --rounds));
}

static FRAME void leaf_forever(uint64_t a, uint64_t b, uint64_t c)
{
	leaf(0);
	shapes_sink ^= a ^ b ^ c;
}

/* ---- plain ---- */

CHAIN_LINK(deep_8, leaf_forever)
CHAIN_LINK(deep_7, deep_8)
CHAIN_LINK(deep_6, deep_7)
CHAIN_LINK(deep_5, deep_6)
CHAIN_LINK(deep_4, deep_5)
CHAIN_LINK(deep_3, deep_4)
CHAIN_LINK(deep_2, deep_3)
CHAIN_LINK(deep_1, deep_2)

static FRAME int shape_deep(const char *arg)
{
	(void)arg;
	deep_1(1, 2, 3);
	STAY();
	return 0;
}

static FRAME void recurse(unsigned long n)
{
	if (n > 1)
		recurse(n - 1);
	else
		leaf(0);
	STAY();
}

/* `recurse` ARG times. */
static FRAME int shape_recursion(const char *arg)
{
	recurse(strtoul(arg, NULL, 10)); /* pp-allow: our own tests' */
	STAY();
	return 0;
}

/* ---- sizes of frames ---- */

static FRAME void frame_fixed(void)
{
	volatile char fixed[50000];

	fixed[0] = 1;
	leaf(0);
	shapes_sink += (uint64_t)fixed[0];
}

static FRAME void frame_variable(unsigned n)
{
	volatile char variable[n];

	variable[n / 2] = 1;
	frame_fixed();
	shapes_sink += (uint64_t)variable[n / 2];
}

static FRAME void frame_alloca(unsigned n)
{
	volatile char *p = alloca(n); /* pp-allow: its frame is what is tested */

	p[0] = 1;
	frame_variable(n / 3);
	shapes_sink += (uint64_t)p[0];
}

static FRAME int shape_frames(const char *arg)
{
	(void)arg;
	frame_alloca(7000);
	STAY();
	return 0;
}

/* ---- a stack pointer that is aligned by hand ---- */

static FRAME void realigned(unsigned n)
{
	volatile char wide[64] __attribute__((aligned(64)));
	volatile char *p = alloca(n); /* pp-allow: its frame is what is tested */

	wide[n % 64] = p[0] = 1;
	leaf(3);
	shapes_sink += (uint64_t)(wide[n % 64] + p[0]);
}

/* Hardly more than a prologue, so that samples hit that. */
static FRAME void realigned_tiny(unsigned n)
{
	volatile char wide[64] __attribute__((aligned(64)));
	volatile char *p = alloca(n); /* pp-allow: its frame is what is tested */

	wide[n % 64] = p[0] = 1;
	shapes_sink += (uint64_t)wide[n % 64];
}

static FRAME int shape_realign(const char *arg)
{
	(void)arg;
	for (unsigned i = 0; !shapes_stop; i++) {
		realigned(i % 500 + 1);
		for (unsigned j = 0; j < 1000; j++)
			realigned_tiny(j % 50 + 1);
	}
	return 0;
}

/* ---- prologues, tail calls, stubs ---- */

static FRAME void tiny_end(uint64_t a, uint64_t b, uint64_t c)
{
	shapes_sink ^= a ^ b ^ c;
}

CHAIN_LINK(tiny_4, tiny_end)
CHAIN_LINK(tiny_3, tiny_4)
CHAIN_LINK(tiny_2, tiny_3)
CHAIN_LINK(tiny_1, tiny_2)

/* Nothing but calls, so that samples hit pushes and pops. */
static FRAME int shape_prologue(const char *arg)
{
	(void)arg;
	for (unsigned i = 0; !shapes_stop; i++)
		tiny_1(i, i, i);
	return 0;
}

static FRAME void tail_last(unsigned long n)
{
	leaf(n);
	STAY();
}

/* Its frame is gone when tail_last runs. */
static FRAME void tail_jump(unsigned long n)
{
	shapes_sink += n;
	tail_last(n);
}

static FRAME int shape_tail(const char *arg)
{
	(void)arg;
	while (!shapes_stop)
		tail_jump(1000);
	return 0;
}

/* rand_r is a few instructions, and as much time goes by in the stub that jumps there. */
static FRAME int shape_plt(const char *arg)
{
	unsigned seed = 1;

	(void)arg;
	while (!shapes_stop)
		rand_r(&seed);
	STAY();
	return 0;
}

/* ---- called by the library ---- */

static FRAME int qsort_compare(const void *a, const void *b)
{
	leaf(100);
	return *(const int *)a - *(const int *)b;
}

static FRAME int bsearch_compare(const void *a, const void *b)
{
	leaf(100);
	return *(const int *)a - *(const int *)b;
}

static FRAME int shape_qsort(const char *arg)
{
	(void)arg;
	while (!shapes_stop) {
		int v[16];

		for (int i = 0; i < 16; i++)
			v[i] = i * 7 % 16;
		qsort(v, 16, sizeof(v[0]), qsort_compare);
	}
	return 0;
}

static FRAME int shape_bsearch(const char *arg)
{
	/* not the one of the header, which is inlined */
	void *(*volatile search)(const void *, const void *, size_t, size_t,
				 int (*)(const void *, const void *)) = bsearch;
	int v[16];

	(void)arg;
	for (int i = 0; i < 16; i++)
		v[i] = i;
	for (int i = 0; !shapes_stop; i++) {
		int key = i % 16;

		search(&key, v, 16, sizeof(v[0]), bsearch_compare);
	}
	return 0;
}

/* ---- in the kernel ---- */

static FRAME void kernel_inner(int fd, char *buf, size_t n)
{
	for (int i = 0; i < 1000; i++)
		syscall(SYS_getppid);
	if (read(fd, buf, n) < 0)
		exit(3);
	STAY();
}

static FRAME void kernel_outer(int fd, char *buf, size_t n)
{
	while (!shapes_stop)
		kernel_inner(fd, buf, n);
}

static FRAME int shape_kernel(const char *arg)
{
	static char buf[1 << 20];

	(void)arg;
	kernel_outer(open("/dev/zero", O_RDONLY | O_CLOEXEC), buf, sizeof(buf));
	STAY();
	return 0;
}

/* ---- frame pointers instead of tables ---- */

static FRAME void mixed_end(void)
{
	leaf(0);
	STAY();
}

/* By tables between two by frame pointer, with rbp used for something else. */
static FRAME void mixed_between(uint64_t a, uint64_t b, uint64_t c)
{
	fp_inner(mixed_end);
	shapes_sink ^= a;
	shapes_sink ^= b;
	shapes_sink ^= c;
}

static FRAME void mixed_start(void)
{
	mixed_between(1, shapes_sink, shapes_sink);
	STAY();
}

static FRAME int shape_mixed(const char *arg)
{
	(void)arg;
	fp_outer(mixed_start);
	STAY();
	return 0;
}

static FRAME int shape_fp_leaf(const char *arg)
{
	(void)arg;
	fp_outer(fp_leaf);
	STAY();
	return 0;
}

/* ---- */

static void time_is_up(int sig)
{
	(void)sig;
	shapes_stop = 1;
}

static void stop_after(long ms)
{
	struct itimerval once = {.it_value = {ms / 1000, ms % 1000 * 1000}};

	signal(SIGPROF, time_is_up); /* pp-allow: one handler, one shot */
	setitimer(ITIMER_PROF, &once, NULL);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(const char *arg);
	} shapes[] = {
		{"deep", shape_deep},	      {"recursion", shape_recursion},
		{"frames", shape_frames},     {"realign", shape_realign},
		{"prologue", shape_prologue}, {"tail", shape_tail},
		{"plt", shape_plt},	      {"qsort", shape_qsort},
		{"bsearch", shape_bsearch},   {"kernel", shape_kernel},
		{"mixed", shape_mixed},	      {"fp-leaf", shape_fp_leaf},
		{"signal", shape_signal},     {"signal-syscall", shape_signal_syscall},
		{"altstack", shape_altstack}, {"altstack-above", shape_altstack_above},
		{"trap", shape_trap},	      {"coroutine", shape_coroutine},
		{"longjmp", shape_longjmp},   {"jit", shape_jit},
		{"jit-nofp", shape_jit_nofp}, {"vfork", shape_vfork},
		{"spawn", shape_spawn},	      {"dlopen", shape_dlopen},
		{"threads", shape_threads},   {"setns", shape_setns},
	};

	for (size_t i = 0; argc >= 3 && i < ARRAY_LEN(shapes); i++) {
		if (strcmp(argv[1], shapes[i].name) == 0) {
			stop_after(atol(argv[2])); /* pp-allow: our own tests' */

			int status = shapes[i].run(argc > 3 ? argv[3] : "");

			STAY();
			return status;
		}
	}
	fputs("usage: shapes SHAPE MS [ARG]\n", stderr);
	return 2;
}
