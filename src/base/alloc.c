/* SPDX-License-Identifier: Apache-2.0 */
/* Allocation that cannot fail, because failing is the end of the process. */
#include <config.h>

#include "base/alloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define EXIT_FAILED 3
#define HUGE	    ((size_t)2 << 20) /* a page that large */

void pp_alloc_fail(void)
{
	static const char msg[] = "pyroprof: out of memory\n";

	if (write(STDERR_FILENO, msg, sizeof(msg) - 1) < 0) {
		/* nothing left to tell it to */
	}
	_exit(EXIT_FAILED); /* pp-allow: see the header */
}

void *pp_xcalloc(size_t n, size_t size)
{
	void *p = calloc(n ? n : 1, size ? size : 1);

	if (!p)
		pp_alloc_fail();
	return p;
}

void *pp_xrealloc(void *old, size_t n, size_t size)
{
	void *p = reallocarray(old, n ? n : 1, size ? size : 1);

	if (!p)
		pp_alloc_fail();
	return p;
}

char *pp_xstrdup(const char *s)
{
	char *p = strdup(s);

	if (!p)
		pp_alloc_fail();
	return p;
}

char *pp_xasprintf(const char *fmt, ...)
{
	char *p;
	va_list ap;

	va_start(ap, fmt);
	int n = vasprintf(&p, fmt, ap);
	va_end(ap);
	if (n < 0)
		pp_alloc_fail();
	return p;
}

void *pp_grow(void *old, size_t *cap, size_t need, size_t size)
{
	if (need <= *cap)
		return old;

	size_t grown = *cap + *cap / 2;
	*cap = need > grown ? need : grown;
	if (*cap < 8)
		*cap = 8;
	return pp_xrealloc(old, *cap, size);
}

void pp_alloc_huge(void *p, size_t bytes)
{
	uintptr_t begin = ((uintptr_t)p + HUGE - 1) & ~(HUGE - 1);
	uintptr_t end = ((uintptr_t)p + bytes) & ~(HUGE - 1);

	/* that it fails costs a little speed only */
	if (begin < end)
		(void)madvise((void *)begin, end - begin, MADV_HUGEPAGE); /* NOLINT */
}

void pp_freep(void *p)
{
	void *owned;

	memcpy(&owned, p, sizeof(owned));
	free(owned);
}
