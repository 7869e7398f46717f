/* SPDX-License-Identifier: Apache-2.0 */
/* Signals while the terminal is taken over: most are told through a pipe, and those that end the
 * program at once leave a terminal that is as it was. */
#ifndef PP_TUI_SIGNALS_H
#define PP_TUI_SIGNALS_H

#include <termios.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

/* Begin; `reset` (copied) is what is sent to `fd` if all is lost, and `modes` what it had. */
int pp_signals_start(int fd, struct pp_str reset, const struct termios *modes,
		     struct pp_err *err) PP_NODISCARD;
void pp_signals_stop(void);

/* To poll(2); readable while there is a signal that has not been taken. */
int pp_signals_fd(void);

/* The next signal, 0 if there is none. */
int pp_signals_take(void);

/* Do what a signal does without us. */
void pp_signals_default(int sig);

#endif
