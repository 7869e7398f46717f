// SPDX-License-Identifier: Apache-2.0
// Exceptions, thrown and caught in a loop: shapes_cxx MS. Samples hit the unwinder of the language
// while it takes the stack down.
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <sys/time.h>

#ifdef __clang__
#define FRAME __attribute__((noinline))
#else
#define FRAME __attribute__((noipa))
#endif

static volatile std::uint64_t sink;
static volatile std::sig_atomic_t stop;

namespace shapes
{

struct Guard {
	FRAME ~Guard()
	{
		sink = sink + 1;
	}
};

FRAME void thrower(int n)
{
	sink = sink + 1;
	if (n >= 0)
		throw n;
}

// A frame with something to clean up, for each level one landing.
FRAME void middle(int n)
{
	Guard guard;

	if (n > 0)
		middle(n - 1);
	else
		thrower(n);
	sink = sink + 1;
}

FRAME void leaf()
{
	for (unsigned i = 0; i < 3000; i++)
		sink = (sink ^ i) * 0x100000001b3ULL;
}

FRAME void catcher()
{
	try {
		middle(5);
	} catch (int n) {
		sink = sink + static_cast<unsigned>(n);
		leaf();
	}
}

FRAME void loop()
{
	while (!stop)
		catcher();
	sink = sink + 1;
}

} // namespace shapes

static void time_is_up(int)
{
	stop = 1;
}

int main(int argc, char **argv)
{
	long ms = argc > 1 ? std::strtol(argv[1], nullptr, 10) : 0;
	itimerval once = {{0, 0}, {ms / 1000, ms % 1000 * 1000}};

	std::signal(SIGPROF, time_is_up);
	setitimer(ITIMER_PROF, &once, nullptr);
	shapes::loop();
	sink = sink + 1;
	return 0;
}
