// SPDX-License-Identifier: Apache-2.0
// The second unit: with link-time optimization it becomes part of the first one.
#include "shape.h"

static inline __attribute__((always_inline)) int deep(int n)
{
	__asm__ volatile(".globl at_deep\nat_deep: nop" ::"r"(n)); // at deep: deep
	return n + shape_sink;
}

static inline __attribute__((always_inline)) int deeper(int n)
{
	return deep(n) * 2; // at deep: deeper
}

__attribute__((noinline)) int shape_far(int n)
{
	return deeper(n) + n; // at deep: shape_far
}
