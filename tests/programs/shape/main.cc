// SPDX-License-Identifier: Apache-2.0
// Inlined and split functions whose shape is known. A comment "at NAME" marks the line that the
// frames of address at_NAME have, by function.
#include "shape.h"

volatile int shape_sink;

namespace shape {

struct Counter {
	int total = 0;

	inline __attribute__((always_inline)) void add(int n);
};

inline __attribute__((always_inline)) void mark_leaf(int n)
{
	// the instruction after the label is of this line
	__asm__ volatile(".globl at_leaf\nat_leaf: nop" ::"r"(n)); // at leaf: shape::mark_leaf
}

inline __attribute__((always_inline)) void Counter::add(int n)
{
	total += n;
	mark_leaf(n); // at leaf: shape::Counter::add
	shape_sink = total;
}

template <typename T> __attribute__((noinline)) T outer(T n)
{
	Counter c;

	for (T i = 0; i < n; i++)
		c.add(i); // at leaf: outer
	return c.total;
}

__attribute__((noinline, cold)) void report(int n)
{
	shape_sink = n * 3;
}

__attribute__((noinline)) int parted(int n)
{
	if (__builtin_expect(n > 1000, 0)) {
		__asm__ volatile(".globl at_cold\nat_cold: nop" ::"r"(n)); // at cold: shape::parted
		report(n);
		shape_sink = n;
		report(n + 1);
	}
	shape_sink = n;
	return n + 1;
}

} // namespace shape

int main(int argc, char **)
{
	return shape::outer(argc + 3) + shape::parted(argc) + shape_far(argc) == 4711;
}
