/* SPDX-License-Identifier: Apache-2.0 */
/* How much an archive takes. */
#ifndef PP_ARCHIVE_PRUNE_SIZE_H
#define PP_ARCHIVE_PRUNE_SIZE_H

#include <stdint.h>

#include "archive/archive.h"
#include "base/compiler.h"
#include "base/err.h"

/* Bytes of all files but those below new/ and seg/, and those under way. */
int pp_archive_size_apart(const struct pp_archive *a, uint64_t *size,
			  struct pp_err *err) PP_NODISCARD;

#endif
