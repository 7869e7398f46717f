/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The small files of an archive: lines of text, of which the first says what it is and the last is
 * "sha256 " and the checksum of all before.
 */
#ifndef PP_ARCHIVE_TEXTFILE_H
#define PP_ARCHIVE_TEXTFILE_H

#include <stdbool.h>

#include "archive/archive.h"
#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

#define PP_TEXTFILE_MAX (64u << 20) /* bytes */

/* Put dir/name in place, with the lines of `text` (each with its end) between the first and the
 * last. With `keep` a file that is there stays. */
int pp_textfile_write(const struct pp_archive *a, const char *dir, const char *name,
		      const char *first, struct pp_str text, bool keep,
		      struct pp_err *err) PP_NODISCARD;

/* Read one and check it: `out` has the lines between. -1 with PP_ERR_NOT_FOUND or PP_ERR_FORMAT. */
int pp_textfile_read(const struct pp_archive *a, const char *dir, const char *name,
		     const char *first, struct pp_buf *out, struct pp_err *err) PP_NODISCARD;

#endif
