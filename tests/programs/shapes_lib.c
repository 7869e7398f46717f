/* SPDX-License-Identifier: Apache-2.0 */
/* A library that tests/programs/shapes loads, runs and unloads again and again. */
#include <config.h>

#include "shapes.h"

void lib_run(unsigned long rounds);

static volatile uint64_t sink;

static FRAME void lib_leaf(unsigned long rounds)
{
	while (rounds--) {
		for (unsigned i = 0; i < 1000; i++)
			sink = (sink ^ i) * 0x100000001b3ULL;
	}
}

static FRAME void lib_inner(unsigned long rounds)
{
	lib_leaf(rounds);
	sink++;
}

FRAME void lib_run(unsigned long rounds)
{
	lib_inner(rounds);
	sink++;
}
