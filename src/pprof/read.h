/* SPDX-License-Identifier: Apache-2.0 */
/* From a file or bytes of a file to a profile: inflate where needed, decode, explain failures. */
#ifndef PP_PPROF_READ_H
#define PP_PPROF_READ_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "profile/profile.h"

/* Read the profile at `path` ("-": standard input) into *p, which the caller releases. */
int pp_pprof_read(struct pp_profile *p, const char *path, struct pp_err *err) PP_NODISCARD;

/* The same for the bytes of such a file, which stay the caller's. */
int pp_pprof_read_bytes(struct pp_profile *p, const uint8_t *bytes, size_t n,
			struct pp_err *err) PP_NODISCARD;

#endif
