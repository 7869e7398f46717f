/* SPDX-License-Identifier: Apache-2.0 */
/*
 * This process unwinds itself, out of a signal handler on a stack of its own, through qsort of the
 * C library, to where the program began: frame by frame what libgcc's unwinder says.
 */
#include <config.h>

#include "unit.h"

#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/compiler.h"
#include "regs_fixture.h"
#include "unwind/walk.h"

#define MAX_MODULES 64

struct module {
	uint64_t start, end, bias;
	struct pp_unwind_table table;
};

struct process {
	struct module modules[MAX_MODULES];
	size_t n;
};

static struct {
	void *theirs[64];
	int ntheirs;
	struct pp_unwind_regs regs;
	uint8_t *copy;
	uint64_t from, to;
	int memory; /* /proc/self/mem */
	ssize_t copied;
	int signals;
} seen;

/* ---- What is to be unwound ---- */

__attribute__((noinline)) static void take_stack(void)
{
	ucontext_t u;

	seen.ntheirs = backtrace(seen.theirs, PP_ARRAY_LEN(seen.theirs));
	getcontext(&u);
	seen.regs = regs_of(&u);
	/* by the kernel: sanitizers mind being read */
	seen.copied = pread(seen.memory, seen.copy, seen.to - seen.from, (off_t)seen.from);
	seen.signals++;
}

static void on_signal(int number)
{
	(void)number;
	take_stack();
}

static int compare(const void *a, const void *b)
{
	if (seen.signals == 0)
		raise(SIGUSR1);
	return memcmp(a, b, 4);
}

__attribute__((noinline)) static void sort_something(void)
{
	volatile char aligned[64] __attribute__((aligned(64))) = "dcba"; /* realigns the stack */
	int numbers[] = {3, 1, 2};

	qsort(numbers, 3, sizeof(numbers[0]), compare);
	assert_int_equal((uintptr_t)aligned % 64, 0);
	assert_int_equal(aligned[0], 'd');
}

/* ---- Where code is ---- */

static int add_module(struct dl_phdr_info *info, size_t size, void *context)
{
	struct process *p = context;
	const char *path = info->dlpi_name[0] ? info->dlpi_name : "/proc/self/exe";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct pp_err err = PP_ERR_INIT;

	(void)size;
	if (fd < 0) /* the vdso, which this does not pass through */
		return 0;
	for (int i = 0; i < info->dlpi_phnum && p->n < MAX_MODULES; i++) {
		const ElfW(Phdr) *h = &info->dlpi_phdr[i];
		struct module *m = &p->modules[p->n];

		if (h->p_type != PT_LOAD || !(h->p_flags & PF_X))
			continue;
		m->bias = info->dlpi_addr;
		m->start = info->dlpi_addr + h->p_vaddr;
		m->end = m->start + h->p_memsz;
		assert_int_equal(pp_unwind_table_read(&m->table, fd, &err), 0);
		p->n++;
	}
	close(fd);
	return 0;
}

static struct pp_unwind_code find(void *context, uint64_t pc)
{
	const struct process *p = context;

	for (size_t i = 0; i < p->n; i++) {
		const struct module *m = &p->modules[i];

		if (pc >= m->start && pc < m->end)
			return (struct pp_unwind_code){PP_UNWIND_CODE_TABLE, &m->table,
						       pc - m->bias};
	}
	return (struct pp_unwind_code){.kind = PP_UNWIND_CODE_NONE};
}

/* The end of the mapping of the stack. */
static uint64_t stack_end(void)
{
	FILE *f = fopen("/proc/self/maps", "re");
	uint64_t here = (uint64_t)(uintptr_t)__builtin_frame_address(0), end = 0;
	char line[512];

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		char *dash;
		uint64_t from = strtoull(line, &dash, 16);  /* pp-allow: what the kernel prints */
		uint64_t to = strtoull(dash + 1, NULL, 16); /* pp-allow: the same */

		if (here >= from && here < to)
			end = to;
	}
	fclose(f);
	assert_int_not_equal(end, 0);
	return end;
}

static void test_through_a_signal_to_the_root(void **state)
{
	char alternate[65536]; /* in the stack, so that all is in one copy */
	const stack_t stack = {.ss_sp = alternate, .ss_size = sizeof(alternate)};
	const stack_t off = {.ss_flags = SS_DISABLE};
	const struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
	static struct pp_unwind_frame frames[PP_UNWIND_MAX_FRAMES];
	static struct process process;
	struct pp_unwind_stack copied;
	void *warm[4];
	size_t n;
	int end, exact = 0;

	(void)state;
	assert_true(backtrace(warm, 4) > 0); /* loads libgcc, which a signal handler must not */
	seen.to = stack_end();
	seen.from = (uint64_t)(uintptr_t)__builtin_frame_address(0) - (160 << 10);
	seen.copy = pp_xcalloc(seen.to - seen.from, 1);
	seen.memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	assert_true(seen.memory >= 0);
	assert_int_equal(sigaltstack(&stack, NULL), 0);
	assert_int_equal(sigaction(SIGUSR1, &action, NULL), 0);
	sort_something();
	assert_int_equal(sigaltstack(&off, NULL), 0);
	assert_int_equal(seen.signals, 1);
	assert_int_equal(seen.copied, seen.to - seen.from);

	dl_iterate_phdr(add_module, &process);
	copied = (struct pp_unwind_stack){seen.copy, seen.to - seen.from, seen.from};
	end = (int)pp_unwind_walk(&copied, &seen.regs, find, &process, frames, &n);
	assert_int_equal(end, PP_UNWIND_ROOT);
	/* a sanitizer has a function of its own around backtrace */
	assert_in_range(seen.ntheirs, n, n + 1);
	for (size_t i = 1; i < n; i++) {
		size_t theirs = (size_t)seen.ntheirs - n + i;

		assert_int_equal(frames[i].pc, (uint64_t)(uintptr_t)seen.theirs[theirs]);
		exact += frames[i].exact;
	}
	assert_int_equal(exact, 1); /* what the signal interrupted */
	for (size_t i = 0; i < process.n; i++)
		pp_unwind_table_release(&process.modules[i].table);
	close(seen.memory);
	free(seen.copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_through_a_signal_to_the_root),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
