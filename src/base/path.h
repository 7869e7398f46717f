/* SPDX-License-Identifier: Apache-2.0 */
/* File names as text, without asking the file system. */
#ifndef PP_BASE_PATH_H
#define PP_BASE_PATH_H

#include "base/buf.h"
#include "base/str.h"

/* Append the shortest name that means the same: no "//", no ".", no "x/.."; "" becomes ".". The
 * rules are those of Go's path/filepath.Clean. */
void pp_path_clean(struct pp_buf *out, struct pp_str path);

#endif
