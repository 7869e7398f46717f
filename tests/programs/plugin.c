/* SPDX-License-Identifier: Apache-2.0 */
/* A library that is loaded while its process is recorded. */
#include <config.h>

#include <stdint.h>
#include <time.h>

void plugin_run(long ms);

static volatile uint64_t sink;

static __attribute__((noinline)) void plugin_work(void)
{
	for (unsigned i = 0; i < 1000000; i++)
		sink = (sink ^ i) * 0x100000001b3ULL;
}

void plugin_run(long ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	for (int64_t end = (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 + ms;
	     (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 < end;
	     clock_gettime(CLOCK_MONOTONIC, &t))
		plugin_work();
}
