/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work that is counted, for what recording it costs to be measured:
 *
 *	units DEPTH THREADS FILE
 *
 * Each thread computes below so many frames, and counts what it has done in FILE, a 64-bit number
 * every 64 bytes.
 */
#include <config.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	MAX_THREADS = 64,
	LINE = 64 / sizeof(uint64_t),
	BUFFER = 32768,
};

static volatile uint64_t sink;
static volatile uint64_t *counts;
static long depth;

/* Some of the stack's caches, too: what a recorder displaces has to be loaded again. */
static __attribute__((noinline)) void unit(uint64_t *buffer, uint64_t seed)
{
	for (unsigned i = 0; i < 2000; i++) {
		seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
		buffer[(seed >> 33) % BUFFER] += seed;
	}
	sink = seed;
}

static __attribute__((noinline)) void descend(long frames, size_t thread)
{
	static uint64_t buffers[MAX_THREADS][BUFFER];

	if (frames > 1) {
		descend(frames - 1, thread);
		sink++;
		return;
	}
	for (uint64_t i = 0; counts; i++) {
		unit(buffers[thread], i);
		counts[thread * LINE] = i;
	}
}

static void *run(void *thread)
{
	descend(depth, (size_t)(uintptr_t)thread);
	return NULL;
}

int main(int argc, char **argv)
{
	long threads = argc == 4 ? atol(argv[2]) : 0; /* pp-allow: our own benchmarks' */
	int fd = threads > 0 ? open(argv[3], O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
	const size_t size = MAX_THREADS * LINE * sizeof(uint64_t);
	pthread_t thread;

	if (fd < 0 || threads > MAX_THREADS || ftruncate(fd, (off_t)size)) {
		fputs("usage: units DEPTH THREADS FILE\n", stderr);
		return 2;
	}
	depth = atol(argv[1]); /* pp-allow: our own benchmarks' */
	counts = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (counts == MAP_FAILED)
		return 3;
	for (long i = 1; i < threads; i++) {
		if (pthread_create(&thread, NULL, run, (void *)(uintptr_t)i))
			return 3;
	}
	run(NULL);
	return 0;
}
