/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Output files appear whole or not at all: bytes go to a temporary file in the same directory,
 * which is fsynced and renamed over the target.
 */
#ifndef PP_IO_ATOMIC_H
#define PP_IO_ATOMIC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"
#include "base/err.h"

/* Put n bytes into `path` ("-": standard output). With `keep_old`, an existing file becomes
 * `path`.old. Under sudo the file belongs to the invoking user. On failure nothing at `path` has
 * changed and no temporary file is left. */
int pp_atomic_write(const char *path, const void *bytes, size_t n, bool keep_old,
		    struct pp_err *err) PP_NODISCARD;

/* Whether pp_atomic_write to `path` could work, so that a long recording does not end in a refusal.
 */
int pp_atomic_check(const char *path, bool keep_old, struct pp_err *err) PP_NODISCARD;

/* Whether `path` is the standard output, a pipe or a device, which may take long to be ready. */
bool pp_atomic_is_stream(const char *path);

#endif
