/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 (RFC 4648, section 4): padded, without line breaks. */
#ifndef PP_BASE_BASE64_H
#define PP_BASE_BASE64_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

/* Append n bytes as text. */
void pp_base64_encode(const uint8_t *bytes, size_t n, struct pp_buf *out);

/* Append the bytes that a text stands for. Strict: the one text that encoding makes of these bytes
 * and no other. -1 with PP_ERR_FORMAT and the byte of the text. */
int pp_base64_decode(struct pp_str text, struct pp_buf *out, struct pp_err *err) PP_NODISCARD;

#endif
