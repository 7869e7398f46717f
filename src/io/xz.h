/* SPDX-License-Identifier: Apache-2.0 */
/* Inflating xz streams, whole buffers at a time. The only user of liblzma. */
#ifndef PP_IO_XZ_H
#define PP_IO_XZ_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"

/* Append what an xz stream inflates to. Refuses more than `limit` bytes of it, streams that need
 * more memory than their limit allows, truncation and bad checksums; what was appended by then
 * stays in `out`. */
int pp_xz_inflate(const uint8_t *in, size_t n, uint64_t limit, struct pp_buf *out,
		  struct pp_err *err) PP_NODISCARD;

#endif
