/* SPDX-License-Identifier: Apache-2.0 */
/* A profile into a file, for the commands that make new ones. */
#ifndef PP_CMD_WRITE_PROFILE_H
#define PP_CMD_WRITE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/err.h"
#include "profile/profile.h"

/* Where to write if the command line said `output` (NULL: nothing): NULL or "-" is standard output,
 * unless that is a terminal, which is PP_ERR_USAGE. Refuses also what cannot be written to. */
int pp_write_profile_check(const char **output, struct pp_err *err) PP_NODISCARD;

/* Write the profile, which is released in the course, in the pprof format; *size is the size of the
 * file. With `keep_old`, an existing file becomes `output`.old. */
int pp_write_profile(const char *output, struct pp_profile *p, bool uncompressed, bool keep_old,
		     size_t *size, struct pp_err *err) PP_NODISCARD;

#endif
