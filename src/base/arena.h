/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bump allocator that owns everything of one profile: no per-object free, one release. A budget
 * bounds what outside input can make us allocate.
 */
#ifndef PP_BASE_ARENA_H
#define PP_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

struct pp_arena_block;

struct pp_arena {
	struct pp_arena_block *blocks; /* newest first */
	size_t used;		       /* bytes handed out, headers included */
	size_t budget;		       /* 0 = no limit */
};

/* An empty arena that refuses to hand out more than `budget` bytes (0: no limit). */
void pp_arena_init(struct pp_arena *a, size_t budget);

/* Give everything back. The arena is empty and usable afterwards. */
void pp_arena_release(struct pp_arena *a);

/* n zeroed elements of `size` bytes, aligned for any type and owned by the arena. NULL with
 * PP_ERR_LIMIT when the budget does not allow it. n == 0 gives a valid pointer. */
void *pp_arena_array(struct pp_arena *a, size_t n, size_t size, struct pp_err *err) PP_NODISCARD;

/* A NUL-terminated copy of s in the arena; NULL as above. */
char *pp_arena_strdup(struct pp_arena *a, struct pp_str s, struct pp_err *err) PP_NODISCARD;

#endif
