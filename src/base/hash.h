/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hash functions for tables in memory. They start from a number that differs from process to
 * process, so that no file can be made whose names or ids collide; nothing that is stored or
 * printed may depend on them.
 */
#ifndef PP_BASE_HASH_H
#define PP_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The 64-bit finalizer of MurmurHash3 (Austin Appleby, public domain): every input bit reaches
 * every output bit. */
static inline uint64_t pp_hash_u64(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53ULL;
	x ^= x >> 33;
	return x;
}

/* A random number of this process: the kernel leaves 16 random bytes to every program
 * (getauxval(3)). */
uint64_t pp_hash_seed(void);

/* Where in a table of mask + 1 slots, a power of 2, to begin to look for a hash. */
static inline size_t pp_hash_slot(uint64_t hash, size_t mask)
{
	return (size_t)hash & mask;
}

/* The seed goes into every word before that is mixed: at the start alone, pairs of words could be
 * chosen that cancel out whatever it is. */
static inline uint64_t pp_hash_bytes(uint64_t seed, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	uint64_t h = 0x9e3779b97f4a7c15ULL ^ n;

	for (; n >= 8; n -= 8, p += 8) {
		uint64_t w;

		memcpy(&w, p, 8);
		h = (h ^ pp_hash_u64(w ^ seed)) * 0x9fb21c651e98df25ULL;
	}
	uint64_t tail = 0;
	for (size_t i = 0; i < n; i++)
		tail |= (uint64_t)p[i] << (8 * i);
	return pp_hash_u64(h ^ pp_hash_u64(tail ^ seed));
}

#endif
