/* SPDX-License-Identifier: Apache-2.0 */
/* A borrowed span of bytes: names in profiles may hold NUL, newlines and invalid UTF-8. */
#ifndef PP_BASE_STR_H
#define PP_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct pp_str {
	const char *p; /* not terminated; may be NULL when n == 0 */
	size_t n;
};

#define PP_STR_LIT(lit) ((struct pp_str){lit, sizeof(lit) - 1})

static inline struct pp_str pp_str_of(const char *s)
{
	return (struct pp_str){s, strlen(s)};
}

static inline bool pp_str_eq(struct pp_str a, struct pp_str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* <0, 0 or >0 by bytes, then by length. */
static inline int pp_str_cmp(struct pp_str a, struct pp_str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	if (c)
		return c;
	return a.n < b.n ? -1 : a.n > b.n;
}

static inline bool pp_str_starts(struct pp_str s, struct pp_str prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

/* The part after the last '/', as basename(3) of a path with no trailing slash. */
static inline struct pp_str pp_str_basename(struct pp_str path)
{
	const char *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;

	if (!slash)
		return path;
	return (struct pp_str){slash + 1, path.n - (size_t)(slash + 1 - path.p)};
}

#endif
