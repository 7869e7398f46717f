/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libdeflate does the work, four times as fast as zlib; it does not say what is wrong with a
 * damaged stream, so zlib reads those again to find out.
 */
#include <config.h>

#include "io/gzip.h"

#include <stdlib.h>
#include <string.h>

#include <libdeflate.h>
#include <zlib.h>

#include "base/alloc.h"
#include "base/bytes.h"
#include "base/units.h"
#include "io/prefault.h"

#define GZIP_OVERHEAD	  18	/* header and trailer of a member without optional fields */
#define DEFLATE_MAX_RATIO 1032u /* RFC 1951: at best 258 bytes from 2 bits */
#define FIRST_GUESS	  (64u << 10)
#define LEVEL		  5  /* as small as what gzip -6 makes, in a third of its time */
#define SMALLEST	  10 /* a twentieth less, in six times the time; more gains nothing */
#define LIKELY_RATIO	  8  /* profiles inflate to two to eight times their size */

bool pp_gzip_is(const uint8_t *bytes, size_t n)
{
	return n >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

static int over_limit(uint64_t limit, struct pp_err *err)
{
	char text[PP_QTY_MAX];

	return pp_err_set(
		err, PP_ERR_LIMIT, "inflates to more than the limit of %s",
		pp_units_label(text, (int64_t)limit, PP_STR_LIT("bytes"), PP_STR_LIT("auto")));
}

/* Find out with zlib what libdeflate did not like about the stream. */
static int diagnose(const uint8_t *in, size_t n, struct pp_err *err)
{
	uint8_t scratch[16384];
	z_stream z = {.next_in = (Bytef *)(uintptr_t)in};
	size_t left = n;
	int rc = inflateInit2(&z, 15 + 16);

	while (rc == Z_OK || rc == Z_STREAM_END) {
		if (z.avail_in == 0) {
			z.avail_in = left > (1u << 30) ? 1u << 30 : (uInt)left;
			left -= z.avail_in;
		}
		if (z.avail_in == 0)
			break;
		if (rc == Z_STREAM_END)
			inflateReset(&z);
		z.next_out = scratch;
		z.avail_out = sizeof(scratch);
		rc = inflate(&z, Z_NO_FLUSH);
	}

	size_t at = (size_t)(z.next_in - in);
	if (rc == Z_OK || rc == Z_BUF_ERROR)
		pp_err_set(err, PP_ERR_FORMAT, "gzip stream is truncated at byte %zu", n);
	else
		pp_err_set(err, PP_ERR_FORMAT, "damaged gzip stream at byte %zu: %s", at,
			   z.msg ? z.msg : "not a gzip member");
	inflateEnd(&z);
	return -1;
}

/* The trailer's size field is a good guess for one member, and never trusted beyond what is
 * possible. */
static size_t first_capacity(const uint8_t *in, size_t n, uint64_t limit)
{
	size_t guess = n >= GZIP_OVERHEAD ? pp_load_le32(in + n - 4) : 0;

	if (guess / DEFLATE_MAX_RATIO > n)
		guess = 0;
	if (guess < FIRST_GUESS)
		guess = FIRST_GUESS;
	return guess > limit ? (size_t)limit : guess;
}

struct inflation {
	struct libdeflate_decompressor *d;
	uint8_t *out;
	size_t n, cap;
	struct pp_prefault prefault;
};

/* One member at in[0]; *used is its length. Grows the output as needed, within the limit. */
static int inflate_member(struct inflation *s, const uint8_t *in, size_t n, uint64_t limit,
			  size_t *used, struct pp_err *err)
{
	for (;;) {
		size_t got;
		enum libdeflate_result rc = libdeflate_gzip_decompress_ex(
			s->d, in, n, s->out + s->n, s->cap - s->n, used, &got);

		if (rc == LIBDEFLATE_SUCCESS) {
			s->n += got;
			return 0;
		}
		if (rc != LIBDEFLATE_INSUFFICIENT_SPACE)
			return diagnose(in, n, err);
		if (s->cap >= limit)
			return over_limit(limit, err);
		pp_prefault_finish(&s->prefault);
		s->cap = s->cap > limit / 2 ? (size_t)limit : s->cap * 2;
		s->out = pp_xrealloc(s->out, s->cap, 1);
	}
}

int pp_gzip_inflate(const uint8_t *in, size_t n, uint64_t limit, uint8_t **out, size_t *out_n,
		    struct pp_err *err)
{
	struct inflation s = {.d = libdeflate_alloc_decompressor()};
	int rc = 0;

	if (!s.d)
		return pp_err_set(err, PP_ERR_LIMIT, "out of memory for inflating");
	s.cap = first_capacity(in, n, limit);
	s.out = pp_xrealloc(NULL, s.cap, 1);
	/* no more than is likely: the size that a file claims may be a lie */
	pp_prefault_start(&s.prefault, s.out, s.cap / LIKELY_RATIO < n ? s.cap : n * LIKELY_RATIO);
	for (size_t at = 0, used; at < n && rc == 0; at += used) {
		used = 0;
		rc = inflate_member(&s, in + at, n - at, limit, &used, err);
	}
	pp_prefault_finish(&s.prefault);
	libdeflate_free_decompressor(s.d);
	if (rc) {
		free(s.out);
		return -1;
	}
	*out = s.out;
	*out_n = s.n;
	return 0;
}

static void deflate_at(int level, const uint8_t *in, size_t n, uint8_t **out, size_t *out_n)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(level);

	if (!c)
		pp_alloc_fail();
	size_t cap = libdeflate_gzip_compress_bound(c, n);
	*out = pp_xrealloc(NULL, cap, 1);
	*out_n = libdeflate_gzip_compress(c, in, n, *out, cap);
	libdeflate_free_compressor(c);
}

void pp_gzip_deflate(const uint8_t *in, size_t n, uint8_t **out, size_t *out_n)
{
	deflate_at(LEVEL, in, n, out, out_n);
}

void pp_gzip_deflate_small(const uint8_t *in, size_t n, uint8_t **out, size_t *out_n)
{
	deflate_at(SMALLEST, in, n, out, out_n);
}

int pp_zlib_inflate(const uint8_t *in, size_t n, uint8_t *out, size_t out_n, struct pp_err *err)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();

	if (!d)
		return pp_err_set(err, PP_ERR_LIMIT, "out of memory for inflating");

	enum libdeflate_result rc = libdeflate_zlib_decompress(d, in, n, out, out_n, NULL);
	libdeflate_free_decompressor(d);
	if (rc != LIBDEFLATE_SUCCESS)
		return pp_err_set(err, PP_ERR_FORMAT, "damaged zlib stream");
	return 0;
}
