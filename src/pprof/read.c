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
#include "pprof/folded.h"
#include "pprof/legacy.h"
#include "pprof/sniff.h"

/* Name what was read instead of a profile, if it is something well known. */
static int explain(struct pp_err *err, const char *sniffed)
{
	if (sniffed)
		pp_err_wrap(err, "not a pprof profile but %s", sniffed);
	else if (err->kind == PP_ERR_FORMAT)
		pp_err_wrap(err, "not a valid pprof profile");
	if (sniffed && strcmp(sniffed, PP_SNIFFED_PAGE) == 0)
		pp_err_hint(err, "a flame graph holds its profile if pyroprof has made it, without "
				 "--no-js or --data=none");
	return -1;
}

static uint64_t limit_of(const struct pp_read_options *o)
{
	return o && o->max_input && o->max_input < PP_PPROF_MAX_BYTES ? o->max_input
								      : PP_PPROF_MAX_BYTES;
}

static int over_limit(uint64_t limit, struct pp_err *err)
{
	char text[PP_QTY_MAX];

	return pp_err_set(
		err, PP_ERR_LIMIT, "larger than the limit of %s",
		pp_units_label(text, (int64_t)limit, PP_STR_LIT("bytes"), PP_STR_LIT("auto")));
}

/* Bytes that are no profile.proto message, for the reason in *err. */
static int decode_text(struct pp_profile *p, struct pp_str file, struct pp_err *err)
{
	struct pp_err text = PP_ERR_INIT;
	int rc = PP_LEGACY_OTHER;

	if (file.n && err->kind == PP_ERR_FORMAT)
		rc = pp_legacy_read(p, file, &text);
	if (rc == PP_LEGACY_OTHER && file.n && err->kind == PP_ERR_FORMAT)
		rc = pp_folded_read(p, file, &text);
	if (rc == PP_LEGACY_OTHER)
		return explain(err, pp_pprof_sniff((const uint8_t *)file.p, file.n));
	if (rc)
		*err = text;
	return rc;
}

/* What is known by its first bytes, and needs no copy. PP_LEGACY_OTHER: it is nothing of that. */
static int decode_known(struct pp_profile *p, struct pp_str file, uint64_t limit,
			struct pp_err *err)
{
	if (pp_flame_is(file))
		return pp_flame_read(p, file, limit, err);
	return pp_folded_is(file) ? pp_folded_read(p, file, err) : PP_LEGACY_OTHER;
}

/* All the rest; takes the bytes over. */
static int decode(struct pp_profile *p, uint8_t *bytes, size_t n, struct pp_err *err)
{
	struct pp_err proto = PP_ERR_INIT;
	int rc;

	if (pp_pprof_try_decode(p, bytes, n, &proto) == 0)
		return 0;
	rc = decode_text(p, (struct pp_str){(const char *)bytes, n}, &proto);
	free(bytes);
	if (rc)
		*err = proto;
	return rc ? -1 : 0;
}

/* Read n bytes, those of *f unless f is NULL. A file is released when it is no longer needed:
 * before the tables of what was inflated or copied are built, since it would be half of the peak.
 */
static int read_from(struct pp_profile *p, const uint8_t *bytes, size_t n, struct pp_file *f,
		     uint64_t limit, struct pp_err *err)
{
	uint8_t *own = NULL;
	int rc;

	if (!pp_gzip_is(bytes, n) && n > limit)
		return over_limit(limit, err);
	if (pp_gzip_is(bytes, n)) {
		if (pp_gzip_inflate(bytes, n, limit, &own, &n, err))
			return -1;
		bytes = own;
		if (f)
			pp_file_release(f);
	}
	rc = decode_known(p, (struct pp_str){(const char *)bytes, n}, limit, err);
	if (rc != PP_LEGACY_OTHER) {
		free(own);
		return rc;
	}
	if (!own) {
		own = pp_xrealloc(NULL, n, 1);
		if (bytes)
			memcpy(own, bytes, n);
		if (f)
			pp_file_release(f);
	}
	return decode(p, own, n, err);
}

int pp_pprof_read_bytes(struct pp_profile *p, const uint8_t *bytes, size_t n,
			const struct pp_read_options *options, struct pp_err *err)
{
	pp_profile_init(p, 0);
	return read_from(p, bytes, n, NULL, limit_of(options), err);
}

int pp_pprof_read(struct pp_profile *p, const char *path, const struct pp_read_options *options,
		  struct pp_err *err)
{
	struct pp_file f;
	int rc;

	pp_profile_init(p, 0);
	if (pp_file_read(&f, path, PP_PPROF_MAX_BYTES, err))
		return -1;
	rc = read_from(p, f.bytes, f.n, &f, limit_of(options), err);
	pp_file_release(&f);
	if (rc && err->kind == PP_ERR_LIMIT && limit_of(options) < PP_PPROF_MAX_BYTES)
		pp_err_hint(err, "allow more with --max-input=SIZE");
	if (rc)
		return pp_err_wrap(err, "cannot read '%s'",
				   strcmp(path, "-") ? path : "standard input");
	return 0;
}
