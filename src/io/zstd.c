/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "io/zstd.h"

#include <zstd.h>

#include "base/alloc.h"

void pp_zstd_pack(const void *bytes, size_t n, int level, struct pp_buf *out)
{
	size_t room = ZSTD_compressBound(n);

	pp_buf_reserve(out, room);
	size_t got = ZSTD_compress(out->p + out->n, room, bytes, n, level);
	if (ZSTD_isError(got))
		pp_alloc_fail(); /* there is room, so that nothing else is left */
	out->n += got;
	out->p[out->n] = '\0';
}

int pp_zstd_unpack(const void *bytes, size_t n, void *out, size_t out_n, struct pp_err *err)
{
	size_t got = ZSTD_decompress(out, out_n, bytes, n);

	if (ZSTD_isError(got))
		return pp_err_set(err, PP_ERR_FORMAT, "cannot unpack zstd: %s",
				  ZSTD_getErrorName(got));
	if (got != out_n)
		return pp_err_set(err, PP_ERR_FORMAT,
				  "cannot unpack zstd: %zu bytes instead of %zu", got, out_n);
	return 0;
}
