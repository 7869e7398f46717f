/* SPDX-License-Identifier: Apache-2.0 */
/* Functions that are inlined, static, exported and called in a library, for the tests of names.
 * Built by the tests themselves, in many ways. */
#include <config.h>

#include <stdlib.h>

static int total;

static inline __attribute__((always_inline)) int innermost(int x)
{
	for (int i = 0; i < 9; i++)
		x = x * 3 + total;
	return x;
}

static __attribute__((noinline)) int hidden(int x)
{
	return innermost(x) + 1;
}

__attribute__((noinline, visibility("default"))) int shown(int x)
{
	return hidden(x) + 2;
}

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

int main(int argc, char **argv)
{
	int values[64];

	(void)argv;
	for (int i = 0; i < 64; i++)
		values[i] = shown(argc * i);
	qsort(values, 64, sizeof(values[0]), compare);
	return values[0] & 1;
}
