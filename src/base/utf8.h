/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8: decoding, and making untrusted text safe to show. */
#ifndef PP_BASE_UTF8_H
#define PP_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

/* Decode the character at s (s.n > 0) into *cp; returns its length in bytes, or 0 if the bytes are
 * not well-formed UTF-8 (overlong forms, surrogates and values above U+10FFFF included). */
size_t pp_utf8_decode(struct pp_str s, uint32_t *cp);

/* Append a character. */
void pp_utf8_add(struct pp_buf *out, uint32_t cp);

/* Characters of s, for aligning columns; a byte that is not UTF-8 is one. */
size_t pp_utf8_count(struct pp_str s);

/* True for what must never reach a terminal or a document as it is: C0 and C1 controls, DEL, line
 * and paragraph separators, and the bidirectional controls. */
bool pp_utf8_is_unsafe(uint32_t cp);

/* Whether all of s is UTF-8 without such characters. */
bool pp_utf8_is_safe(struct pp_str s);

#endif
