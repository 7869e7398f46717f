/* SPDX-License-Identifier: Apache-2.0 */
/*
 * profile.proto (proto/profile.proto) to columns, in two passes and without ever building the
 * message: the first counts and locates, the second fills the tables; samples stay packed. Verdicts
 * are those of pprof's reader and its CheckValid; messages say what is wrong and at which byte of
 * the inflated stream.
 */
#ifndef PP_PPROF_DECODE_H
#define PP_PPROF_DECODE_H

#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "profile/profile.h"

#define PP_PPROF_MAX_BYTES UINT32_MAX /* inflated; positions are 32-bit */

/* Decode n inflated bytes into *p, which takes the buffer over. On failure *p is empty and the
 * buffer is still the caller's. */
int pp_pprof_try_decode(struct pp_profile *p, uint8_t *bytes, size_t n,
			struct pp_err *err) PP_NODISCARD;

/* The same, but a failure frees the buffer. */
int pp_pprof_decode(struct pp_profile *p, uint8_t *bytes, size_t n,
		    struct pp_err *err) PP_NODISCARD;

#endif
