/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program to be profiled, whose profile is known beforehand.
 *
 *	demo [--syscalls] [SECONDS]
 *
 * Two threads, worker-0 and worker-1, handle requests until the program is killed or SECONDS have
 * passed. A request runs the same loop over the same block in three functions, 5, 3 and 2 times:
 * 50 % of the CPU time is compress_block's, 30 % checksum_block's, 20 % parse_record's. The stack
 * is main thread -> worker -> handle_request -> one of them. With --syscalls a request reads
 * /dev/zero and asks for the parent's id instead, for profiles that reach into the kernel.
 */
#include <config.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WORKERS	    2
#define BLOCK_BYTES 16384
#define FNV_PRIME   0x100000001b3ULL

/* Frames must stay apart: no inlining, no clones for constant arguments, no tail calls. */
#define FRAME __attribute__((noinline))

/* A leaf that needs no stack gets no frame whatever the flags are, and a walk by frame pointers
 * would then miss its caller: asking for the frame's address makes one. */
static inline void keep_frame(void *frame)
{
	__asm__ volatile("" : : "r"(frame));
}

/* Rounds over a block. Volatile, so that the loops compile alike whatever the counts are. */
static volatile unsigned compress_rounds = 5;
static volatile unsigned checksum_rounds = 3;
static volatile unsigned parse_rounds = 2;

struct job {
	int number;
	bool syscalls;
	int zero_fd;
	uint64_t result;
	uint8_t block[BLOCK_BYTES];
};

/* The three loops are one chain of dependent multiplications: the same time per byte. */
static FRAME uint64_t compress_block(const uint8_t *p, uint64_t h)
{
	keep_frame(__builtin_frame_address(0));
	for (unsigned round = compress_rounds; round; round--)
		for (size_t i = 0; i < BLOCK_BYTES; i++)
			h = (h ^ p[i]) * FNV_PRIME;
	return h;
}

static FRAME uint64_t checksum_block(const uint8_t *p, uint64_t h)
{
	keep_frame(__builtin_frame_address(0));
	for (unsigned round = checksum_rounds; round; round--)
		for (size_t i = 0; i < BLOCK_BYTES; i++)
			h = (h ^ p[i]) * FNV_PRIME;
	return h;
}

static FRAME uint64_t parse_record(const uint8_t *p, uint64_t h)
{
	keep_frame(__builtin_frame_address(0));
	for (unsigned round = parse_rounds; round; round--)
		for (size_t i = 0; i < BLOCK_BYTES; i++)
			h = (h ^ p[i]) * FNV_PRIME;
	return h;
}

static FRAME uint64_t read_block(struct job *job)
{
	ssize_t n = pread(job->zero_fd, job->block, sizeof(job->block), 0);

	return n < 0 ? 0 : (uint64_t)n;
}

static FRAME uint64_t ask_kernel(void)
{
	uint64_t sum = 0;

	/* past the C library, which might answer by itself */
	for (int i = 0; i < 16; i++)
		sum += (uint64_t)syscall(SYS_getppid);
	return sum;
}

static FRAME uint64_t handle_request(struct job *job, uint64_t h)
{
	if (job->syscalls) {
		h += read_block(job);
		h += ask_kernel();
		return h;
	}
	h = compress_block(job->block, h);
	h = checksum_block(job->block, h);
	h = parse_record(job->block, h);
	/* something to do after the last call, so that it is no tail call */
	__asm__ volatile("" : "+r"(h));
	return h;
}

static FRAME void *worker(void *arg)
{
	struct job *job = arg;
	char name[16];

	snprintf(name, sizeof(name), "worker-%d", job->number);
	pthread_setname_np(pthread_self(), name);
	for (uint64_t h = 1;;) {
		h = handle_request(job, h);
		__atomic_store_n(&job->result, h, __ATOMIC_RELAXED);
	}
	return NULL;
}

static int usage(void)
{
	fputs("usage: demo [--syscalls] [SECONDS]\n", stderr);
	return 2;
}

static int start(struct job *job, int number, bool syscalls)
{
	pthread_t thread;

	job->number = number;
	job->syscalls = syscalls;
	for (size_t i = 0; i < sizeof(job->block); i++)
		job->block[i] = (uint8_t)(i * 31);
	job->zero_fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	if (job->zero_fd < 0)
		return -1;
	return pthread_create(&thread, NULL, worker, job) ? -1 : 0;
}

int main(int argc, char **argv)
{
	static struct job jobs[WORKERS];
	bool syscalls = false;
	unsigned long seconds = 0;

	for (int i = 1; i < argc; i++) {
		char *end = argv[i];

		if (strcmp(argv[i], "--syscalls") == 0) {
			syscalls = true;
			continue;
		}
		seconds = strtoul(argv[i], &end, 10); /* pp-allow: checked below */
		if (*end || end == argv[i] || argv[i][0] == '-' || !seconds || seconds > 1000000)
			return usage();
	}

	for (int i = 0; i < WORKERS; i++) {
		if (start(&jobs[i], i, syscalls) < 0) {
			perror("demo");
			return 3;
		}
	}
	if (!seconds)
		for (;;)
			pause();
	for (unsigned left = (unsigned)seconds; left;)
		left = sleep(left);
	return 0;
}
