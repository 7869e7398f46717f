/* SPDX-License-Identifier: Apache-2.0 */
/* zstd frames (RFC 8878), whole buffers at a time. The only user of libzstd. */
#ifndef PP_IO_ZSTD_H
#define PP_IO_ZSTD_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"

/* Append the bytes as one frame. */
void pp_zstd_pack(const void *bytes, size_t n, int level, struct pp_buf *out);

/* Unpack frames into the out_n bytes that they must give: PP_ERR_FORMAT if they are damaged or give
 * more or less. */
int pp_zstd_unpack(const void *bytes, size_t n, void *out, size_t out_n,
		   struct pp_err *err) PP_NODISCARD;

#endif
