/* SPDX-License-Identifier: Apache-2.0 */
/* Inflating anything is safe, and what we deflate inflates to the same bytes. */
#include <config.h>

#include "io/gzip.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT (4u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void inflate_hostile(const uint8_t *bytes, size_t n)
{
	struct pp_err err = PP_ERR_INIT;
	uint8_t *out = NULL;
	size_t out_n = 0;

	if (pp_gzip_inflate(bytes, n, LIMIT, &out, &out_n, &err) < 0) {
		if (err.kind == PP_ERR_NONE || !err.msg[0])
			abort();
		return;
	}
	if (out_n > LIMIT)
		abort();
	free(out);
}

static void round_trip(const uint8_t *bytes, size_t n)
{
	struct pp_err err = PP_ERR_INIT;
	uint8_t *packed, *out;
	size_t packed_n, out_n;

	pp_gzip_deflate(bytes, n, &packed, &packed_n);
	if (!pp_gzip_is(packed, packed_n))
		abort();
	if (pp_gzip_inflate(packed, packed_n, LIMIT, &out, &out_n, &err) < 0)
		abort();
	if (out_n != n || (n && memcmp(out, bytes, n) != 0))
		abort();
	free(out);
	free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	inflate_hostile(bytes, n);
	if (n <= LIMIT)
		round_trip(bytes, n);
	return 0;
}
