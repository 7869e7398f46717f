/* SPDX-License-Identifier: Apache-2.0 */
/* The shapes of tests/programs/shapes that signals, other stacks, other code and other processes
 * make. */
#include <config.h>

#include "shapes.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

enum {
	STACK_SIZE = 256 * 1024,
	UNAVAILABLE = 77,
};

/* ---- signals ---- */

static FRAME void on_signal(int sig)
{
	(void)sig;
	leaf(1500);
	STAY();
}

/* `which` (ITIMER_VIRTUAL or ITIMER_REAL) every so often, handled by on_signal. */
static void signal_every(int which, int sig, int flags, long us)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = flags};
	struct itimerval timer = {.it_interval = {0, us}, .it_value = {0, us}};

	sigaction(sig, &action, NULL);
	setitimer(which, &timer, NULL);
}

static FRAME void sig_end(uint64_t a, uint64_t b, uint64_t c)
{
	shapes_sink ^= a ^ b ^ c;
}

CHAIN_LINK(sig_tiny, sig_end)

/* Interrupted anywhere, in the middle of pushes and pops, too. */
static FRAME void sig_outer(void)
{
	while (!shapes_stop)
		sig_tiny(1, 2, 3);
	STAY();
}

int shape_signal(const char *arg)
{
	(void)arg;
	signal_every(ITIMER_VIRTUAL, SIGVTALRM, SA_RESTART, 8000);
	sig_outer();
	STAY();
	return 0;
}

/* Interrupted in a system call, whose registers are those that it was called with. */
int shape_signal_syscall(const char *arg)
{
	(void)arg;
	signal_every(ITIMER_REAL, SIGALRM, 0, 6000);
	while (!shapes_stop)
		pause();
	STAY();
	return 0;
}

static FRAME int alt_run(void *stack)
{
	stack_t alt = {.ss_sp = stack, .ss_size = STACK_SIZE};

	if (sigaltstack(&alt, NULL))
		return 3;
	signal_every(ITIMER_VIRTUAL, SIGVTALRM, SA_RESTART | SA_ONSTACK, 8000);
	sig_outer();
	STAY();
	return 0;
}

static void *map_stack(void)
{
	void *p =
		mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		exit(3);
	return p;
}

int shape_altstack(const char *arg)
{
	(void)arg;

	int status = alt_run(map_stack());

	STAY();
	return status;
}

static FRAME void *above_thread(void *stack)
{
	alt_run(stack);
	STAY();
	return NULL;
}

/* A handler's stack at a higher address than that of what it interrupted. */
int shape_altstack_above(const char *arg)
{
	char stack[STACK_SIZE];
	sigset_t set;
	pthread_t thread;

	(void)arg;
	if (pthread_create(&thread, NULL, above_thread, stack))
		return 3;
	sigemptyset(&set);
	sigaddset(&set, SIGVTALRM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	pthread_join(thread, NULL);
	return 0;
}

#ifdef __x86_64__
/*
 * A function that fails at its very first instruction, where it has no frame yet, right behind one
 * whose frame is large: who looks at the byte before, as is right for return addresses, takes it
 * for that one.
 */
void trap_first(void);
__asm__(".text\n"
	".type trap_before, @function\n"
	"trap_before:\n"
	".cfi_startproc\n"
	"	sub $4096, %rsp\n"
	"	.cfi_adjust_cfa_offset 4096\n"
	"	ud2\n"
	".cfi_endproc\n"
	".size trap_before, .-trap_before\n"
	".globl trap_first\n"
	".type trap_first, @function\n"
	"trap_first:\n"
	".cfi_startproc\n"
	"	ud2\n"
	"	ret\n"
	".cfi_endproc\n"
	".size trap_first, .-trap_first\n");

static FRAME void on_trap(int sig, siginfo_t *info, void *context)
{
	ucontext_t *u = context;

	(void)sig;
	(void)info;
	leaf(1500);
	u->uc_mcontext.gregs[REG_RIP] += 2; /* behind the ud2 */
}

int shape_trap(const char *arg)
{
	struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};

	(void)arg;
	sigaction(SIGILL, &action, NULL);
	while (!shapes_stop)
		trap_first();
	STAY();
	return 0;
}
#else
int shape_trap(const char *arg)
{
	(void)arg;
	return UNAVAILABLE;
}
#endif

/* ---- stacks that are none of a thread's, and frames that are left at once ---- */

static ucontext_t coroutine, scheduler;

static FRAME void co_inner(void)
{
	leaf(300);
	STAY();
}

static void co_body(void)
{
	for (;;) {
		co_inner();
		swapcontext(&coroutine, &scheduler);
	}
}

int shape_coroutine(const char *arg)
{
	(void)arg;
	getcontext(&coroutine);
	coroutine.uc_stack.ss_sp = map_stack();
	coroutine.uc_stack.ss_size = STACK_SIZE;
	makecontext(&coroutine, co_body, 0);
	while (!shapes_stop)
		swapcontext(&scheduler, &coroutine);
	return 0;
}

static jmp_buf back;

static FRAME void jump_away(uint64_t a, uint64_t b, uint64_t c)
{
	leaf(100);
	shapes_sink ^= a ^ b ^ c;
	longjmp(back, 1);
}

CHAIN_LINK(jump_middle, jump_away)

int shape_longjmp(const char *arg)
{
	(void)arg;
	setjmp(back);
	if (!shapes_stop)
		jump_middle(1, 2, 3);
	STAY();
	return 0;
}

/* ---- code that no file has ---- */

static FRAME void jit_callback(void)
{
	leaf(0);
	STAY();
}

#ifdef __x86_64__
static FRAME int run_code(const uint8_t *code, size_t n)
{
	void (*run)(void (*callback)(void));
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);

	if (p == MAP_FAILED)
		return 3;
	memcpy(p, code, n);
	memcpy(&run, &p, sizeof(run));
	run(jit_callback);
	STAY();
	return 0;
}

int shape_jit(const char *arg)
{
	static const uint8_t code[] = {
		0x55,		  /* push %rbp */
		0x48, 0x89, 0xe5, /* mov %rsp, %rbp */
		0xff, 0xd7,	  /* call *%rdi */
		0x5d,		  /* pop %rbp */
		0xc3,		  /* ret */
	};

	(void)arg;

	int status = run_code(code, sizeof(code));

	STAY();
	return status;
}

/* rbp leads nowhere, and nothing else tells where the caller is. */
int shape_jit_nofp(const char *arg)
{
	static const uint8_t code[] = {
		0x55,			      /* push %rbp */
		0xbd, 0x01, 0x00, 0x00, 0x00, /* mov $1, %ebp */
		0xff, 0xd7,		      /* call *%rdi */
		0x5d,			      /* pop %rbp */
		0xc3,			      /* ret */
	};

	(void)arg;

	int status = run_code(code, sizeof(code));

	STAY();
	return status;
}
#else
int shape_jit(const char *arg)
{
	(void)arg;
	jit_callback();
	return UNAVAILABLE;
}

int shape_jit_nofp(const char *arg)
{
	(void)arg;
	return UNAVAILABLE;
}
#endif

/* ---- processes, threads, libraries, namespaces that come and go ---- */

/* The arguments of `shapes deep 30`. */
static void child_arguments(char *argv[4])
{
	static char words[3][8] = {"shapes", "deep", "30"};

	for (int i = 0; i < 3; i++)
		argv[i] = words[i];
	argv[3] = NULL;
}

static FRAME void vfork_child(char *argv[])
{
	leaf(3000);
	execv("/proc/self/exe", argv);
	_exit(3);
}

/* A child in its parent's memory and on its stack, which then becomes `shapes deep`. */
int shape_vfork(const char *arg)
{
	char *argv[4];

	(void)arg;
	child_arguments(argv);
	while (!shapes_stop) {
		pid_t pid = vfork();

		if (pid == 0)
			vfork_child(argv);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
		leaf(3000);
	}
	return 0;
}

int shape_spawn(const char *arg)
{
	char *argv[4];

	(void)arg;
	child_arguments(argv);
	while (!shapes_stop) {
		pid_t pid;

		if (posix_spawn(&pid, "/proc/self/exe", NULL, NULL, argv, environ))
			return 3;
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
		leaf(3000);
	}
	return 0;
}

static FRAME int load_and_run(const char *path)
{
	void *lib = dlopen(path, RTLD_LAZY);
	void *symbol = lib ? dlsym(lib, "lib_run") : NULL;
	void (*run)(unsigned long);

	if (!symbol) {
		fprintf(stderr, "shapes: %s\n", dlerror());
		return 3;
	}
	memcpy(&run, &symbol, sizeof(run));
	run(10000);
	dlclose(lib);
	return 0;
}

/* The library ARG, again and again, each time at another address. */
int shape_dlopen(const char *arg)
{
	int status = 0;

	while (!shapes_stop && !status) {
		status = load_and_run(arg);
		map_stack(); /* where the library was: it cannot come back to there */
	}
	return status;
}

static FRAME void *thread_body(void *arg)
{
	leaf(2000);
	STAY();
	return arg;
}

int shape_threads(const char *arg)
{
	(void)arg;
	while (!shapes_stop) {
		pthread_t two[2];

		for (int i = 0; i < 2; i++) {
			if (pthread_create(&two[i], NULL, thread_body, NULL))
				return 3;
		}
		for (int i = 0; i < 2; i++)
			pthread_join(two[i], NULL);
	}
	return 0;
}

static FRAME void setns_inner(void)
{
	leaf(0);
	STAY();
}

/* Enter the mount namespace ARG, where this program may not be at all. */
int shape_setns(const char *arg)
{
	int fd = open(arg, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || setns(fd, CLONE_NEWNS)) {
		perror("shapes: setns");
		return 3;
	}
	setns_inner();
	STAY();
	return 0;
}
