/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes to be recorded, each of which does one thing that recorders get wrong:
 *
 *	target ROLE [ARG]
 *
 * All work is done in functions whose names say who called them. Roles are in the table at the end.
 * Built without sanitizers and with frame pointers, whatever the rest is built with.
 */
#include <config.h>

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define FRAME	     __attribute__((noinline))

static volatile uint64_t sink;

static int64_t now_ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Compute for a while by the clock given; 0: for ever. */
static inline void work(clockid_t clock, long ms)
{
	int64_t end = now_ms(clock) + ms;

	do {
		for (unsigned i = 0; i < 100000; i++)
			sink = (sink ^ i) * 0x100000001b3ULL;
	} while (!ms || now_ms(clock) < end);
}

static FRAME int spin_work(long ms)
{
	work(CLOCK_PROCESS_CPUTIME_ID, ms);
	return 0;
}

static FRAME void seven_tenths(unsigned n)
{
	for (unsigned i = 0; i < 700 * n; i++)
		sink = (sink ^ i) * 0x100000001b3ULL;
}

static FRAME void three_tenths(unsigned n)
{
	for (unsigned i = 0; i < 300 * n; i++)
		sink = (sink ^ i) * 0x100000001b3ULL;
}

/*
 * Both in turn, until it is killed, or for so many milliseconds of CPU time. Turns are of uneven
 * length, about 0.5 to 2 ms, so that no rate of sampling is in step with them.
 */
static int shares(const char *arg)
{
	long ms = atol(arg); /* pp-allow: our own tests' */
	int64_t end = now_ms(CLOCK_PROCESS_CPUTIME_ID) + ms;
	uint32_t random = 1;

	do {
		random = random * 1664525 + 1013904223; /* Numerical Recipes' */
		unsigned n = 500 + (random >> 16) % 1501;

		seven_tenths(n);
		three_tenths(n);
	} while (!ms || now_ms(CLOCK_PROCESS_CPUTIME_ID) < end);
	return 0;
}

static FRAME void child_work(long ms)
{
	work(CLOCK_PROCESS_CPUTIME_ID, ms);
}

static FRAME void parent_work(long ms)
{
	sink++; /* no copy of the above: the compiler would make one of the two */
	work(CLOCK_PROCESS_CPUTIME_ID, ms);
}

static FRAME void *thread_work(void *arg)
{
	work(CLOCK_THREAD_CPUTIME_ID, *(long *)arg);
	return NULL;
}

/* Use so much CPU time. */
static int spin(const char *arg)
{
	return spin_work(atol(arg)); /* pp-allow: our own tests' */
}

/* Compute in a child first, which does not exec, then in this process. */
static int forks(const char *arg)
{
	long ms = atol(arg); /* pp-allow: our own tests' */
	pid_t pid = fork();

	if (pid == 0) {
		/* a test that kills this one has no way to kill the child */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		child_work(ms);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	parent_work(ms);
	return 0;
}

/* Threads one after the other, each for 20 ms, until they have used so much CPU time. */
static int brief_threads(const char *arg)
{
	int64_t end = atol(arg); /* pp-allow: our own tests' */

	for (unsigned i = 0; now_ms(CLOCK_PROCESS_CPUTIME_ID) < end; i++) {
		pthread_t thread;
		char name[16];
		long ms = 20;

		snprintf(name, sizeof(name), "brief-%u", i % 3);
		if (pthread_create(&thread, NULL, thread_work, &ms))
			return 3;
		pthread_setname_np(thread, name);
		pthread_join(thread, NULL);
	}
	return 0;
}

/* Wait for SIGUSR1, then load a library and have its plugin_work compute for a second. */
static int plugin(const char *arg)
{
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigwait(&set, &sig);

	void *lib = dlopen(arg, RTLD_NOW);
	void (*run)(long) = NULL;
	void *symbol = lib ? dlsym(lib, "plugin_run") : NULL;

	memcpy(&run, &symbol, sizeof(run));
	if (!run) {
		fprintf(stderr, "target: %s\n", dlerror());
		return 3;
	}
	run(1000);
	return 0;
}

/* Wait for SIGUSR1 (not with an argument of 0), use a second of CPU in each of two threads, and
 * print how much CPU time this process has used in all, and how long the threads took, in
 * milliseconds. */
static int meter(const char *arg)
{
	pthread_t threads[2];
	long ms = 1000;
	int64_t start;
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	if (strcmp(arg, "0") != 0)
		sigwait(&set, &sig);
	start = now_ms(CLOCK_MONOTONIC);
	for (unsigned i = 0; i < 2; i++) {
		if (pthread_create(&threads[i], NULL, thread_work, &ms))
			return 3;
	}
	for (unsigned i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	printf("%lld %lld\n", (long long)now_ms(CLOCK_PROCESS_CPUTIME_ID),
	       (long long)(now_ms(CLOCK_MONOTONIC) - start));
	return 0;
}

/* The first thread ends; another goes on for so long. */
static int headless(const char *arg)
{
	static long ms;
	pthread_t thread;

	ms = atol(arg); /* pp-allow: our own tests' */
	if (pthread_create(&thread, NULL, thread_work, &ms))
		return 3;
	pthread_exit(NULL);
}

/* Work with the stack pointer and the frame pointer elsewhere, so that no stack can be found. */
static FRAME int astray_work(long ms)
{
	int64_t end = now_ms(CLOCK_PROCESS_CPUTIME_ID) + ms;

	do {
#if defined(__x86_64__)
		__asm__ volatile("mov %%rsp, %%r12\n\t"
				 "mov %%rbp, %%r13\n\t"
				 "mov $8, %%esp\n\t"
				 "mov $8, %%ebp\n\t"
				 "mov $2000000, %%ecx\n"
				 "1:\tdec %%ecx\n\t"
				 "jnz 1b\n\t"
				 "mov %%r13, %%rbp\n\t"
				 "mov %%r12, %%rsp"
				 :
				 :
				 : "r12", "r13", "rcx", "cc");
#elif defined(__aarch64__)
		__asm__ volatile("mov x20, sp\n\t"
				 "mov x21, x29\n\t"
				 "mov x22, #16\n\t"
				 "mov sp, x22\n\t"
				 "mov x29, x22\n\t"
				 "mov x22, #0x100000\n"
				 "1:\tsubs x22, x22, #1\n\t"
				 "b.ne 1b\n\t"
				 "mov x29, x21\n\t"
				 "mov sp, x20"
				 :
				 :
				 : "x20", "x21", "x22", "cc");
#endif
	} while (now_ms(CLOCK_PROCESS_CPUTIME_ID) < end);
	return 0;
}

static int astray(const char *arg)
{
	return astray_work(atol(arg)); /* pp-allow: our own tests' */
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(const char *arg);
	} roles[] = {
		{"spin", spin},	    {"fork", forks},	{"brief-threads", brief_threads},
		{"plugin", plugin}, {"meter", meter},	{"headless", headless},
		{"astray", astray}, {"shares", shares},
	};
	sigset_t set;

	/* so that sigwait has it, however early it comes */
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (size_t i = 0; argc == 3 && i < ARRAY_LEN(roles); i++) {
		if (strcmp(argv[1], roles[i].name) == 0)
			return roles[i].run(argv[2]);
	}
	fputs("usage: target ROLE ARG\n", stderr);
	return 2;
}
