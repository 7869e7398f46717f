/* SPDX-License-Identifier: Apache-2.0 */
/* Reading profiles. */
#include <config.h>

#include "pprof/read.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/units.h"
#include "io/file.h"
#include "io/gzip.h"
#include "pprof/decode.h"
#include "pprof/flame.h"
#include "pprof/legacy.h"
#include "pprof/sniff.h"

/* Name what was read instead of a profile, if it is something well known. */
static int explain(struct pp_err *err, const char *sniffed)
{
	if (sniffed)
		pp_err_wrap(err, "not a pprof profile but %s", sniffed);
	else if (err->kind == PP_ERR_FORMAT)
		pp_err_wrap(err, "not a valid pprof profile");
	return -1;
}

static uint64_t limit_of(const struct pp_read_options *o)
{
	return o && o->max_input && o->max_input < PP_PPROF_MAX_BYTES ? o->max_input
								      : PP_PPROF_MAX_BYTES;
}

/* The caller's bytes as a buffer of our own: inflated or copied. */
static int inflate_or_copy(const uint8_t *bytes, size_t n, uint64_t limit, uint8_t **out,
			   size_t *out_n, struct pp_err *err)
{
	char text[PP_QTY_MAX];

	if (pp_gzip_is(bytes, n))
		return pp_gzip_inflate(bytes, n, limit, out, out_n, err);
	if (n > limit)
		return pp_err_set(err, PP_ERR_LIMIT, "larger than the limit of %s",
				  pp_units_label(text, (int64_t)limit, PP_STR_LIT("bytes"),
						 PP_STR_LIT("auto")));
	*out = pp_xrealloc(NULL, n, 1);
	*out_n = n;
	if (n)
		memcpy(*out, bytes, n);
	return 0;
}

/* Bytes that are no profile.proto message, for the reason in *err. */
static int decode_legacy(struct pp_profile *p, const uint8_t *bytes, size_t n, struct pp_err *err)
{
	struct pp_err legacy = PP_ERR_INIT;
	int rc = PP_LEGACY_OTHER;

	if (n && err->kind == PP_ERR_FORMAT)
		rc = pp_legacy_read(p, (struct pp_str){(const char *)bytes, n}, &legacy);
	if (rc == PP_LEGACY_OTHER)
		return explain(err, pp_pprof_sniff(bytes, n));
	if (rc)
		*err = legacy;
	return rc;
}

/* Takes the bytes over. */
static int decode(struct pp_profile *p, uint8_t *bytes, size_t n, uint64_t limit,
		  struct pp_err *err)
{
	struct pp_err proto = PP_ERR_INIT;
	struct pp_str file = {(const char *)bytes, n};

	if (pp_flame_is(file)) {
		int rc = pp_flame_read(p, file, limit, err);

		free(bytes);
		return rc;
	}
	if (pp_pprof_try_decode(p, bytes, n, &proto)) {
		int rc = decode_legacy(p, bytes, n, &proto);

		free(bytes);
		if (rc) {
			*err = proto;
			return -1;
		}
	}
	return 0;
}

int pp_pprof_read_bytes(struct pp_profile *p, const uint8_t *bytes, size_t n,
			const struct pp_read_options *options, struct pp_err *err)
{
	uint8_t *own;
	size_t own_n;

	pp_profile_init(p, 0);
	if (inflate_or_copy(bytes, n, limit_of(options), &own, &own_n, err))
		return -1;
	return decode(p, own, own_n, limit_of(options), err);
}

int pp_pprof_read(struct pp_profile *p, const char *path, const struct pp_read_options *options,
		  struct pp_err *err)
{
	struct pp_file f;
	uint8_t *own;
	size_t own_n;

	pp_profile_init(p, 0);
	if (pp_file_read(&f, path, PP_PPROF_MAX_BYTES, err))
		return -1;
	int rc = inflate_or_copy(f.bytes, f.n, limit_of(options), &own, &own_n, err);
	pp_file_release(&f); /* before the tables are built: half of the peak otherwise */
	if (rc == 0)
		rc = decode(p, own, own_n, limit_of(options), err);
	if (rc && err->kind == PP_ERR_LIMIT && limit_of(options) < PP_PPROF_MAX_BYTES)
		pp_err_hint(err, "allow more with --max-input=SIZE");
	if (rc)
		return pp_err_wrap(err, "cannot read '%s'",
				   strcmp(path, "-") ? path : "standard input");
	return 0;
}
