/* SPDX-License-Identifier: Apache-2.0 */
/* From a file or bytes of a file to a profile: inflate where needed, decode as profile.proto or as
 * one of the older formats, explain failures. */
#ifndef PP_PPROF_READ_H
#define PP_PPROF_READ_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/steps.h"
#include "profile/profile.h"

struct pp_read_options {
	uint64_t max_input;    /* refuse more inflated bytes than this; 0: as many as we can take */
	struct pp_steps steps; /* of pp_pprof_read_all: files */
};

/* Read the profile at `path` ("-": standard input) into *p, which the caller releases. NULL options
 * are the defaults. */
int pp_pprof_read(struct pp_profile *p, const char *path, const struct pp_read_options *options,
		  struct pp_err *err) PP_NODISCARD;

/* Read n files into profiles[0..n-1], several at a time. On failure none is left; the error is that
 * of the first path that has one. */
int pp_pprof_read_all(struct pp_profile *profiles, const char *const *paths, uint32_t n,
		      const struct pp_read_options *options, struct pp_err *err) PP_NODISCARD;

/* As pp_pprof_read for the bytes of such a file, which stay the caller's. */
int pp_pprof_read_bytes(struct pp_profile *p, const uint8_t *bytes, size_t n,
			const struct pp_read_options *options, struct pp_err *err) PP_NODISCARD;

#endif
