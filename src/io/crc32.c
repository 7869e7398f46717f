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

#define PIECE (256u << 10)

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

/* Four bits at a time: what they become by the polynomial 0x82f63b78 (reflected). */
static uint32_t crc32c_bytes(uint32_t crc, const uint8_t *p, size_t n)
{
	static const uint32_t step[16] = {0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1,
					  0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
					  0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9,
					  0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75};

	for (; n; n--) {
		crc ^= *p++;
		crc = crc >> 4 ^ step[crc & 15];
		crc = crc >> 4 ^ step[crc & 15];
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
	return crc32c_bytes((uint32_t)c, p, n);
}
#endif

uint32_t pp_crc32c(const void *bytes, size_t n)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("sse4.2"))
		return ~crc32c_words(UINT32_MAX, bytes, n);
#endif
	return ~crc32c_bytes(UINT32_MAX, bytes, n);
}
