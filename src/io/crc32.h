/* SPDX-License-Identifier: Apache-2.0 */
/* CRC-32, the checksum of gzip and of .gnu_debuglink (RFC 1952 section 8), and CRC-32C, that of
 * iSCSI (RFC 3720 section 12.1), for which processors have an instruction. */
#ifndef PP_IO_CRC32_H
#define PP_IO_CRC32_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"

/* The checksum of the whole file behind `fd`, whose position does not matter and stays. Refuses
 * more than `limit` bytes. */
int pp_crc32_file(int fd, uint64_t limit, uint32_t *out, struct pp_err *err) PP_NODISCARD;

uint32_t pp_crc32c(const void *bytes, size_t n);

#endif
