/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets from files. */
#ifndef PP_COLLECT_SECRET_H
#define PP_COLLECT_SECRET_H

#include "base/compiler.h"
#include "base/err.h"

#define PP_SECRET_MAX (64u << 10) /* bytes */

/* The token in file `path` ("-": standard input) without line ends behind it; free it with
 * pp_secret_free. NULL if the file cannot be read, is empty, is larger than PP_SECRET_MAX or holds
 * control characters. No message shows any of it. */
char *pp_secret_read(const char *path, struct pp_err *err) PP_NODISCARD;

/* Wipe and free; NULL is allowed. */
void pp_secret_free(char *secret);
void pp_secret_freep(char **secret);

#endif
