// SPDX-License-Identifier: Apache-2.0
// A program whose names are mangled: a template, a lambda, an operator, an anonymous namespace.
#include <chrono>
#include <cstdint>
#include <vector>

// gcc leaves out the frame of a function that does not use it
#define KEEP_FRAME asm volatile("" : : "r"(__builtin_frame_address(0)))

namespace shapes
{
template <typename T> struct Grid {
	std::vector<T> cells = std::vector<T>(4096);

	__attribute__((noinline)) T sum(const char *) const
	{
		T s = 0;

		KEEP_FRAME;
		for (int round = 0; round < 200; round++)
			for (T c : cells)
				s = (s ^ c) * 31;
		return s;
	}

	__attribute__((noinline)) T operator()(unsigned n)
	{
		T s = 0;

		KEEP_FRAME;
		for (unsigned i = 0; i < n; i++)
			s = (s ^ cells[i % 4096]) * 31;
		return s;
	}
};
} // namespace shapes

namespace
{
volatile uint64_t sink;

__attribute__((noinline)) void hidden(shapes::Grid<uint64_t> &grid)
{
	sink = grid.sum("x");
	sink = grid(800000);
}
} // namespace

int main()
{
	auto until = [end = std::chrono::steady_clock::now() + std::chrono::seconds(120)] {
		return std::chrono::steady_clock::now() < end;
	};
	shapes::Grid<uint64_t> grid;

	while (until())
		hidden(grid);
	return 0;
}
