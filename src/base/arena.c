/* SPDX-License-Identifier: Apache-2.0 */
/* Bump allocation in blocks; large requests get a block of their own. */
#include <config.h>

#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK_BYTES (64u << 10)
#define ALIGNMENT   16u

struct pp_arena_block {
	struct pp_arena_block *next;
	size_t used;
	size_t size;
	_Alignas(ALIGNMENT) unsigned char bytes[];
};

void pp_arena_init(struct pp_arena *a, size_t budget)
{
	*a = (struct pp_arena){.budget = budget};
}

void pp_arena_release(struct pp_arena *a)
{
	struct pp_arena_block *b = a->blocks;

	while (b) {
		struct pp_arena_block *next = b->next;

		free(b);
		b = next;
	}
	pp_arena_init(a, a->budget);
}

/* calloc, so that large blocks are untouched zero pages until they are used. */
static struct pp_arena_block *add_block(struct pp_arena *a, size_t size, struct pp_err *err)
{
	if (a->budget && size > a->budget - a->used) {
		pp_err_set(err, PP_ERR_LIMIT, "memory budget of %zu MiB exhausted",
			   a->budget >> 20);
		return NULL;
	}

	struct pp_arena_block *b = calloc(1, sizeof(*b) + size);
	if (!b) {
		pp_err_set(err, PP_ERR_LIMIT, "out of memory for %zu bytes", size);
		return NULL;
	}
	b->size = size;
	a->used += size;
	if (a->blocks && size > BLOCK_BYTES) {
		/* keep filling the current small block */
		b->next = a->blocks->next;
		a->blocks->next = b;
	} else {
		b->next = a->blocks;
		a->blocks = b;
	}
	return b;
}

void *pp_arena_array(struct pp_arena *a, size_t n, size_t size, struct pp_err *err)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX / 2) {
		pp_err_set(err, PP_ERR_LIMIT, "%zu elements of %zu bytes are too many", n, size);
		return NULL;
	}
	bytes = (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);

	struct pp_arena_block *b = a->blocks;
	if (!b || b->size - b->used < bytes)
		b = add_block(a, bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES, err);
	if (!b)
		return NULL;

	void *p = b->bytes + b->used;
	b->used += bytes;
	return p;
}

char *pp_arena_strdup(struct pp_arena *a, struct pp_str s, struct pp_err *err)
{
	char *p = pp_arena_array(a, s.n + 1, 1, err);

	if (p && s.n)
		memcpy(p, s.p, s.n);
	return p;
}
