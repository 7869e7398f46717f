/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames that only frame pointers lead out of: built without unwind tables, whatever the rest of
 * tests/programs/shapes is built with.
 */
#include <config.h>

#include "shapes.h"

FRAME void fp_outer(void (*next)(void))
{
	next();
	STAY();
}

FRAME void fp_inner(void (*next)(void))
{
	next();
	STAY();
}

FRAME void fp_leaf(void)
{
	while (!shapes_stop)
		shapes_sink = (shapes_sink ^ 5) * 0x100000001b3ULL;
}
