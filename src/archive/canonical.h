/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A profile as bytes that depend on what it says and not on how its file was made: doc/ARCHIVE.md,
 * 2. Nothing is added up: equal samples stay as many as they were.
 */
#ifndef PP_ARCHIVE_CANONICAL_H
#define PP_ARCHIVE_CANONICAL_H

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "profile/profile.h"

/* Append a profile.proto message, not compressed. -1 with PP_ERR_LIMIT if it were too large to be
 * read again. */
int pp_canonical(const struct pp_profile *p, struct pp_buf *out, struct pp_err *err) PP_NODISCARD;

#endif
