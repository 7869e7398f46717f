/* SPDX-License-Identifier: Apache-2.0 */
/* A script whose screens go to a terminal that nobody sees, with the time that each event takes
 * until all bytes for it have been written. */
#ifndef PP_TUI_BENCH_H
#define PP_TUI_BENCH_H

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "tui/screen.h"

struct pp_bench;

struct pp_bench *pp_bench_new(const char *path, bool dark, struct pp_err *err) PP_NODISCARD;

/* Appends what was measured. -1 with an error if there was one on the way. */
int pp_bench_free(struct pp_bench *b, struct pp_buf *report, struct pp_err *err) PP_NODISCARD;

struct pp_screen *pp_bench_screen(struct pp_bench *b);

#endif
