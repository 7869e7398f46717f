/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4). The only user of libmd. */
#ifndef PP_IO_SHA256_H
#define PP_IO_SHA256_H

#include <stddef.h>
#include <stdint.h>

#include <sha2.h>

#define PP_SHA256_SIZE 32			/* bytes */
#define PP_SHA256_HEX  (2 * PP_SHA256_SIZE + 1) /* with the NUL */

struct pp_sha256 {
	SHA2_CTX context;
};

void pp_sha256_init(struct pp_sha256 *h);
void pp_sha256_add(struct pp_sha256 *h, const void *bytes, size_t n);
void pp_sha256_end(struct pp_sha256 *h, uint8_t out[PP_SHA256_SIZE]);

/* All at once. */
void pp_sha256(const void *bytes, size_t n, uint8_t out[PP_SHA256_SIZE]);

/* In lower-case digits. Returns `out`. */
char *pp_sha256_hex(char out[PP_SHA256_HEX], const uint8_t hash[PP_SHA256_SIZE]);

#endif
