/* SPDX-License-Identifier: Apache-2.0 */
/* Running another program for what it prints: no shell, bounds on output and time. */
#ifndef PP_IO_RUN_H
#define PP_IO_RUN_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"

/* The file that a shell would run for `name`: looked for in the directories of `path`, a list such
 * as the one in the environment. Owned by the caller; NULL if there is none. */
char *pp_run_find(const char *name, const char *path) PP_NODISCARD;

/*
 * Run the file argv[0] with these arguments (ending with NULL), nothing to read and no environment
 * but LC_ALL=C, and append what it prints to `out`. -1 with PP_ERR_LIMIT if that is more than
 * `limit` bytes or takes longer than `timeout_ns` (it is killed then), with PP_ERR_UNSUPPORTED and
 * the first line of its messages if it fails; otherwise as errno says.
 */
int pp_run_output(const char *const *argv, size_t limit, int64_t timeout_ns, struct pp_buf *out,
		  struct pp_err *err) PP_NODISCARD;

#endif
