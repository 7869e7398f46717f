/* SPDX-License-Identifier: Apache-2.0 */
/* The terminal. ncurses sets it up, knows its keys and its mouse, and puts it back as it was; that
 * is also done when a signal ends the program. */
#ifndef PP_TUI_TERM_H
#define PP_TUI_TERM_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/err.h"
#include "tui/screen.h"

struct pp_term;

/* Whether standard output is a terminal that can show anything. PP_ERR_USAGE if not. */
int pp_term_check(struct pp_err *err) PP_NODISCARD;

/* Take it over; only one at a time. Keys come from /dev/tty if standard input is something else. */
struct pp_term *pp_term_new(bool dark, struct pp_err *err) PP_NODISCARD;

/* One of 256 colours that nobody sees, for measuring. */
struct pp_term *pp_term_new_hidden(bool dark, struct pp_err *err) PP_NODISCARD;

/* Give it back. If a signal has ended it, the program ends by that here. */
int pp_term_free(struct pp_term *t, struct pp_err *err) PP_NODISCARD;

struct pp_screen *pp_term_screen(struct pp_term *t);

#endif
