/* SPDX-License-Identifier: Apache-2.0 */
/* Letting the user edit a file. */
#ifndef PP_IO_EDITOR_H
#define PP_IO_EDITOR_H

#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"

/*
 * Run `command`, words with blanks between as in $EDITOR, with "+LINE" (if it is not 0) and a file
 * behind them, without a shell, and wait for its end. It has our environment, and the terminal: the
 * caller must have given that back. -1 if it cannot be run or fails.
 */
int pp_editor_run(const char *command, const char *path, int64_t line,
		  struct pp_err *err) PP_NODISCARD;

#endif
