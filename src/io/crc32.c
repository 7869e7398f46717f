/* SPDX-License-Identifier: Apache-2.0 */
/* Checksums of files, read piece by piece: a file that shrinks meanwhile does no harm. */
#include <config.h>

#include "io/crc32.h"

#include <errno.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"

#ifdef __x86_64__
#include <nmmintrin.h>
#endif

#define PIECE  (256u << 10)
#define CRC32C 0x82f63b78u /* the polynomial, reflected */

int pp_crc32_file(int fd, uint64_t limit, uint32_t *out, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) uint8_t *piece = pp_xcalloc(PIECE, 1);
	uint32_t crc = 0;
	uint64_t at = 0;

	for (;;) {
		ssize_t got = pread(fd, piece, PIECE, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return pp_err_sys(err, errno, "cannot read");
		if (got == 0)
			break;
		at += (uint64_t)got;
		if (at > limit)
			return pp_err_set(err, PP_ERR_LIMIT, "larger than %llu bytes",
					  (unsigned long long)limit);
		crc = libdeflate_crc32(crc, piece, (size_t)got);
	}
	*out = crc;
	return 0;
}

static uint32_t crc32c_bits(uint32_t crc, const uint8_t *p, size_t n)
{
	for (; n; n--) {
		crc ^= *p++;
		for (int i = 0; i < 8; i++)
			crc = crc >> 1 ^ (crc & 1 ? CRC32C : 0);
	}
	return crc;
}

#ifdef __x86_64__
__attribute__((target("sse4.2"))) static uint32_t crc32c_words(uint32_t crc, const uint8_t *p,
							       size_t n)
{
	uint64_t c = crc, word;

	for (; n >= sizeof(word); n -= sizeof(word), p += sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		c = _mm_crc32_u64(c, word);
	}
	return crc32c_bits((uint32_t)c, p, n);
}
#endif

uint32_t pp_crc32c(const void *bytes, size_t n)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("sse4.2"))
		return ~crc32c_words(UINT32_MAX, bytes, n);
#endif
	return ~crc32c_bits(UINT32_MAX, bytes, n);
}
