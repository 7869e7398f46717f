/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names as bytes, for the way from a worker process to us. The worker has read hostile files: what
 * comes from it is checked like a file.
 */
#ifndef PP_SYMBOL_ANSWERS_WIRE_H
#define PP_SYMBOL_ANSWERS_WIRE_H

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "symbol/sources.h"

void pp_answers_encode(const struct pp_named *named, struct pp_buf *out);

/* Names of n addresses from bytes that must be all of them, and no more. The caller releases *named
 * after success. */
int pp_answers_decode(struct pp_named *named, size_t n, const uint8_t *bytes, size_t nbytes,
		      struct pp_err *err) PP_NODISCARD;

#endif
