/* SPDX-License-Identifier: Apache-2.0 */
/* gzip, whole buffers at a time. The only user of zlib and libdeflate. */
#ifndef PP_IO_GZIP_H
#define PP_IO_GZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"

/* Whether the bytes begin as a gzip member does (RFC 1952 section 2.3.1). */
bool pp_gzip_is(const uint8_t *bytes, size_t n);

/* Inflate all members of a gzip stream into a buffer that the caller frees with free(). Refuses
 * more than `limit` inflated bytes, truncation, bad checksums and trailing bytes that are no
 * member, and says where. */
int pp_gzip_inflate(const uint8_t *in, size_t n, uint64_t limit, uint8_t **out, size_t *out_n,
		    struct pp_err *err) PP_NODISCARD;

/* Deflate into one gzip member; free with free(). The bytes depend on the input alone: no
 * name, no time stamp. */
void pp_gzip_deflate(const uint8_t *in, size_t n, uint8_t **out, size_t *out_n);

/* The same, as small as can be, for what is written once and short. */
void pp_gzip_deflate_small(const uint8_t *in, size_t n, uint8_t **out, size_t *out_n);

/* Inflate a zlib stream (RFC 1950) whose size is known, such as a compressed section, into `out`.
 * PP_ERR_FORMAT if it is damaged or does not give exactly out_n bytes. */
int pp_zlib_inflate(const uint8_t *in, size_t n, uint8_t *out, size_t out_n,
		    struct pp_err *err) PP_NODISCARD;

#endif
