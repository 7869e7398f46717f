/* SPDX-License-Identifier: Apache-2.0 */
/* libmd's. libcrypto's is several times as fast, but linked it costs every command 1.5 ms. */
#include <config.h>

#include "io/sha256.h"

void pp_sha256_init(struct pp_sha256 *h)
{
	SHA256Init(&h->context);
}

void pp_sha256_add(struct pp_sha256 *h, const void *bytes, size_t n)
{
	if (n)
		SHA256Update(&h->context, bytes, n);
}

void pp_sha256_end(struct pp_sha256 *h, uint8_t out[PP_SHA256_SIZE])
{
	SHA256Final(out, &h->context);
}

void pp_sha256(const void *bytes, size_t n, uint8_t out[PP_SHA256_SIZE])
{
	struct pp_sha256 h;

	pp_sha256_init(&h);
	pp_sha256_add(&h, bytes, n);
	pp_sha256_end(&h, out);
}

char *pp_sha256_hex(char out[PP_SHA256_HEX], const uint8_t hash[PP_SHA256_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < PP_SHA256_SIZE; i++) {
		out[2 * i] = digits[hash[i] >> 4];
		out[2 * i + 1] = digits[hash[i] & 15];
	}
	out[2 * PP_SHA256_SIZE] = '\0';
	return out;
}
