/* SPDX-License-Identifier: Apache-2.0 */
/* Handing a file to the program that the desktop has for it. */
#ifndef PP_IO_VIEWER_H
#define PP_IO_VIEWER_H

#include "base/compiler.h"
#include "base/err.h"

/*
 * Run `program`, the file of xdg-open or something like it, on `path`, with our environment, no
 * shell, and a session of its own, so that it outlives us and ^C is not for it. Waits a second for
 * it to fail: -1 with PP_ERR_UNSUPPORTED then, and what its status means.
 */
int pp_viewer_open(const char *program, const char *path, struct pp_err *err) PP_NODISCARD;

#endif
