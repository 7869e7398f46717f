/* SPDX-License-Identifier: Apache-2.0 */
/* Names of source files for who has the repository before them, rather than the machine that built
 * the program. */
#ifndef PP_CMD_REPOSITORY_PATH_H
#define PP_CMD_REPOSITORY_PATH_H

#include "base/buf.h"
#include "base/str.h"

/* Append `file`, which "" stays, with one of the prefixes of `trim` cut, which are separated by
 * ':'. If that is NULL, with the directory `here` cut, or whatever another directory of its name is
 * in. What is not relative then lies outside, and nothing is left of it but its own name. */
void pp_repository_path(struct pp_buf *out, struct pp_str file, const char *trim, const char *here);

#endif
