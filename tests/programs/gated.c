/* SPDX-License-Identifier: Apache-2.0 */
/* A program whose truth is known: ten functions that do different work, with some chance in how
 * much, for so many milliseconds of CPU time; `parse` costs HOT percent of what it does in the
 * program that is compared with. */
#include <config.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef HOT
#define HOT 100
#endif
#define NOINLINE __attribute__((noinline))

/* Read at run time, so that the code of both programs is the same, and lies at the same place:
 * where a loop crosses a line of the cache can make it half as dear again by itself. */
static const volatile uint32_t hot = HOT;

static volatile uint32_t sink;
static uint32_t state = 1;

static uint32_t chance(uint32_t below)
{
	state = state * 1664525 + 1013904223;
	return (state >> 8) % below;
}

/* In a register that the compiler cannot see through: what memory costs depends on where code lies.
 */
static NOINLINE void parse(uint32_t n)
{
	uint32_t x = sink, rounds = n * hot / 100;

	for (uint32_t i = 0; i < rounds; i++) {
		x = x * 31 + i;
		__asm__ volatile("" : "+r"(x));
	}
	sink = x;
}

static NOINLINE void hash(uint32_t n)
{
	uint32_t x = sink;

	for (uint32_t i = 0; i < n; i++) {
		x = (x ^ i) * 16777619;
		__asm__ volatile("" : "+r"(x));
	}
	sink = x;
}

static NOINLINE void scale(uint32_t n)
{
	static double v[512];

	for (uint32_t i = 0; i < n; i++)
		v[i % 512] = v[(i * 7) % 512] * 0.5 + i;
	sink = (uint32_t)v[3];
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static NOINLINE void sort(uint32_t n)
{
	static uint32_t v[4096];

	for (uint32_t i = 0; i < n; i++)
		v[i] = chance(1000000);
	qsort(v, n, sizeof(*v), compare);
}

static NOINLINE void copy(uint32_t n)
{
	static char from[1 << 18], to[1 << 18];

	for (uint32_t i = 0; i < n; i++)
		memcpy(to, from + chance(64), sizeof(to) - 64);
	sink = (uint32_t)to[n];
}

static NOINLINE void print(uint32_t n)
{
	char text[64];

	for (uint32_t i = 0; i < n; i++)
		sink += (uint32_t)snprintf(text, sizeof(text), "%u:%s:%g", i, "name", i * 0.5);
}

static NOINLINE void allocate(uint32_t n)
{
	void *all[64] = {NULL};

	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = chance(64);

		free(all[at]);
		all[at] = malloc(16 + chance(2000));
	}
	for (uint32_t i = 0; i < 64; i++)
		free(all[i]);
}

static NOINLINE void serve(void)
{
	parse(50000 + chance(5000));
	hash(20000 + chance(13000));
	scale(9000 + chance(3000));
	sort(300 + chance(200));
	copy(1 + chance(4));
	print(100 + chance(60));
	allocate(500 + chance(500));
}

static double used(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	const char *digit = argc == 2 ? argv[1] : "";
	double length = 0; /* milliseconds */

	for (; *digit >= '0' && *digit <= '9'; digit++)
		length = 10 * length + *digit - '0';
	if (length <= 0 || *digit) {
		fputs("usage: gated MILLISECONDS\n", stderr);
		return 2;
	}
	double end = used() + length / 1e3;
	while (used() < end)
		serve();
	return 0;
}
