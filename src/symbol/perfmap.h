/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of a /tmp/perf-PID.map: lines "START SIZE NAME", the numbers in hexadecimal. Source:
 * linux/tools/perf/Documentation/jit-interface.txt. Internal to symbol/.
 */
#ifndef PP_SYMBOL_PERFMAP_H
#define PP_SYMBOL_PERFMAP_H

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "symbol/jitcode.h"

/* Add what the text says to `c`, which is empty, cut so that of overlapping entries the last one
 * is right, and seal it. Lines that are none, and empty ranges, are left out. -1 with PP_ERR_LIMIT
 * for more than PP_JITCODE_MAX entries, or names of more than 1 GiB. */
int pp_perfmap_read(struct pp_jitcode *c, struct pp_str text, struct pp_err *err) PP_NODISCARD;

#endif
