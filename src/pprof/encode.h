/* SPDX-License-Identifier: Apache-2.0 */
/* A profile to the bytes of a pprof file. */
#ifndef PP_PPROF_ENCODE_H
#define PP_PPROF_ENCODE_H

#include "base/buf.h"
#include "profile/profile.h"

/* Append the profile as a profile.proto message, not compressed. Ids are kept. */
void pp_pprof_encode(const struct pp_profile *p, struct pp_buf *out);

#endif
