/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A jit-PID.dump: a log of the code that a program has made, with times and lines. Source:
 * linux/tools/perf/Documentation/jitdump-specification.txt. Internal to symbol/, but for
 * pp_jitdump_is_name.
 */
#ifndef PP_SYMBOL_JITDUMP_H
#define PP_SYMBOL_JITDUMP_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "symbol/jitcode.h"

/* Whether a mapped file is one by its name: jit-DIGITS.dump. Programs map it, executable, to tell
 * profilers of it. */
bool pp_jitdump_is_name(struct pp_str path);

/*
 * Add what the file behind `fd` says to `c`, which is empty, and seal it. A file that ends within a
 * record, as one that is being written does, gives what comes before. Times are those of the file,
 * CLOCK_MONOTONIC; where it has another clock all are 0, and the last code is right. V8 gives the
 * addresses of lines 64 bytes too high, for the sake of `perf inject`; that is mended.
 * -1 with PP_ERR_FORMAT for other files, PP_ERR_UNSUPPORTED for one of another byte order or of
 * another version, PP_ERR_LIMIT for more than PP_JITCODE_MAX entries, 32 Mi lines or 1 GiB of
 * names.
 */
int pp_jitdump_read(struct pp_jitcode *c, int fd, struct pp_err *err) PP_NODISCARD;

#endif
