/* SPDX-License-Identifier: Apache-2.0 */
/* Names of functions: brackets that match, and C++ operators, which look like brackets. */
#ifndef PP_RENDER_NAME_SCAN_H
#define PP_RENDER_NAME_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

#define PP_NAME_NESTED 64 /* brackets within brackets; what is deeper is not understood */

/* Letters, digits, '_', '$' and whatever is not ASCII. */
static inline bool pp_name_is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

static inline bool pp_name_is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static inline bool pp_name_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline struct pp_str pp_name_slice(struct pp_str s, size_t from, size_t to)
{
	return (struct pp_str){s.p + from, to - from};
}

/* Whether `text` is at `at`. */
static inline bool pp_name_at(struct pp_str s, size_t at, const char *text)
{
	return at <= s.n && pp_str_starts(pp_name_slice(s, at, s.n), pp_str_of(text));
}

/* The end of the words that begin at `at`. */
size_t pp_name_words(struct pp_str s, size_t at);

/* Behind the bracket that matches the one at `at`, one of ( [ { <; or `at`. */
size_t pp_name_group(struct pp_str s, size_t at);

/* Behind the C++ operator at `at` ("operator<<", "operator new[]", "operator std::string"), with a
 * blank between it and '<'; or `at`. */
size_t pp_name_operator(struct pp_str s, size_t at);

#endif
