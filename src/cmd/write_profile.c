/* SPDX-License-Identifier: Apache-2.0 */
/* Encoding, compressing, writing. */
#include <config.h>

#include "cmd/write_profile.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "io/atomic.h"
#include "io/gzip.h"
#include "pprof/encode.h"

int pp_write_profile_check(const char **output, struct pp_err *err)
{
	if (!*output)
		*output = "-";
	if (strcmp(*output, "-") == 0 && isatty(STDOUT_FILENO))
		return pp_err_set(err, PP_ERR_USAGE,
				  "a profile is not for a terminal: name a file with -o");
	return pp_atomic_check(*output, false, err);
}

int pp_write_profile(const char *output, struct pp_profile *p, bool uncompressed, bool keep_old,
		     size_t *size, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) uint8_t *packed = NULL;
	struct pp_buf raw = PP_BUF_INIT;
	int rc;

	pp_pprof_encode(p, &raw);
	pp_profile_release(p);
	if (uncompressed) {
		*size = raw.n;
		rc = pp_atomic_write(output, raw.p, raw.n, keep_old, err);
	} else {
		pp_gzip_deflate((const uint8_t *)raw.p, raw.n, &packed, size);
		pp_buf_release(&raw);
		rc = pp_atomic_write(output, packed, *size, keep_old, err);
	}
	pp_buf_release(&raw);
	return rc;
}
