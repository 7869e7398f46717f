/* SPDX-License-Identifier: Apache-2.0 */
/* How many columns of a terminal a text takes: as wcwidth(3), whatever the locale is. */
#ifndef PP_BASE_CELLS_H
#define PP_BASE_CELLS_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* 2 for wide characters of East Asia and emoji, 0 for those that combine with the one before,
 * else 1. Controls are 1: they are to be escaped. */
unsigned pp_cells_of(uint32_t cp);

/* Of a text; a byte that is not UTF-8 is 1. */
size_t pp_cells(struct pp_str s);

/* Bytes from the front of s that take at most *cells, with what combines with the last of them;
 * *cells becomes what they take. */
size_t pp_cells_fit(struct pp_str s, size_t *cells);

#endif
