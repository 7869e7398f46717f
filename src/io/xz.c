/* SPDX-License-Identifier: Apache-2.0 */
/* liblzma's decoder, fed once and emptied in steps. */
#include <config.h>

#include "io/xz.h"

#include <lzma.h>
#include <stdbool.h>

#define DICTIONARY_LIMIT (80u << 20) /* what the strongest preset, xz -9, needs is 65 MiB */
#define STEP		 (256u << 10)

static const char *reason(lzma_ret rc)
{
	switch (rc) {
	case LZMA_FORMAT_ERROR:
		return "not an xz stream";
	case LZMA_MEMLIMIT_ERROR:
		return "its dictionary is too large";
	case LZMA_BUF_ERROR:
		return "truncated";
	case LZMA_OPTIONS_ERROR:
		return "unknown options";
	default:
		return "damaged";
	}
}

static int fail(lzma_ret rc, struct pp_err *err)
{
	return pp_err_set(err, rc == LZMA_MEMLIMIT_ERROR ? PP_ERR_LIMIT : PP_ERR_FORMAT,
			  "cannot inflate xz: %s", reason(rc));
}

/* Inflate the next step; false at the end of the stream or with *rc telling what is wrong. */
static bool step(lzma_stream *s, struct pp_buf *out, lzma_ret *rc)
{
	pp_buf_reserve(out, STEP);
	s->next_out = (uint8_t *)out->p + out->n;
	s->avail_out = STEP;
	*rc = lzma_code(s, LZMA_FINISH);
	out->n += STEP - s->avail_out;
	out->p[out->n] = '\0';
	return *rc == LZMA_OK;
}

int pp_xz_inflate(const uint8_t *in, size_t n, uint64_t limit, struct pp_buf *out,
		  struct pp_err *err)
{
	lzma_stream s = LZMA_STREAM_INIT;
	size_t before = out->n;
	lzma_ret rc = lzma_stream_decoder(&s, DICTIONARY_LIMIT, 0);

	if (rc != LZMA_OK)
		return fail(rc, err);
	s.next_in = in;
	s.avail_in = n;
	while (step(&s, out, &rc) && out->n - before <= limit)
		;
	lzma_end(&s);
	if (out->n - before > limit)
		return pp_err_set(err, PP_ERR_LIMIT, "cannot inflate xz: more than %llu bytes",
				  (unsigned long long)limit);
	return rc == LZMA_STREAM_END ? 0 : fail(rc, err);
}
