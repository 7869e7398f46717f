/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Allocation for sizes that we choose ourselves: running out is fatal, with a message and exit 3.
 * Memory whose size outside input decides comes from a budgeted arena instead (base/arena.h).
 */
#ifndef PP_BASE_ALLOC_H
#define PP_BASE_ALLOC_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

/* A size that is counted in 64 bits, for the functions here: one that this machine cannot address
 * becomes one that there is no memory for. */
static inline size_t pp_alloc_size(uint64_t n)
{
	return n < SIZE_MAX ? (size_t)n : SIZE_MAX;
}

/* Memory of n elements of `size` bytes, zeroed. Never NULL; free with free(). */
void *pp_xcalloc(size_t n, size_t size) PP_NODISCARD;

/* `old` resized to n elements of `size` bytes; the product is checked for overflow. Never NULL. */
void *pp_xrealloc(void *old, size_t n, size_t size) PP_NODISCARD;

/* A NUL-terminated copy, owned by the caller. */
char *pp_xstrdup(const char *s) PP_NODISCARD;

/* printf into a string owned by the caller. */
char *pp_xasprintf(const char *fmt, ...) PP_PRINTF(1, 2) PP_NODISCARD;

/* Make room for `need` elements: returns `old`, possibly moved, with *cap >= need. Grows by half,
 * so appending one by one costs amortized constant time. */
void *pp_grow(void *old, size_t *cap, size_t need, size_t size) PP_NODISCARD;

/* Have the kernel use large pages, where it can, for a large table that is read in no order. What
 * is in it does not change. */
void pp_alloc_huge(void *p, size_t bytes);

/* What the above do when there is no memory, for libraries that allocate by themselves. */
PP_NORETURN void pp_alloc_fail(void);

/* For PP_CLEANUP on a pointer variable of any type: free(*p). */
void pp_freep(void *p);

#endif
