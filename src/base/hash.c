/* SPDX-License-Identifier: Apache-2.0 */
/* Where the randomness of hashes comes from. */
#include <config.h>

#include "base/hash.h"

#include <sys/auxv.h>

uint64_t pp_hash_seed(void)
{
	const void *random =
		(const void *)getauxval(AT_RANDOM); /* NOLINT(performance-no-int-to-ptr) */
	uint64_t seed = 0x9e3779b97f4a7c15ULL;

	if (random)
		memcpy(&seed, random, sizeof(seed));
	return seed;
}
