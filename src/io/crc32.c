/* SPDX-License-Identifier: Apache-2.0 */
/* Checksums of files, read piece by piece: a file that shrinks meanwhile does no harm. */
#include <config.h>

#include "io/crc32.h"

#include <errno.h>
#include <libdeflate.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"

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
