/* SPDX-License-Identifier: Apache-2.0 */
/* What the terminal can show. */
#ifndef PP_CLI_TERMINAL_H
#define PP_CLI_TERMINAL_H

#include <stdbool.h>

/* Whether the terminal, or whoever reads, takes UTF-8: as setlocale(3) finds the character set. */
bool pp_terminal_is_utf8(void);

/* Whether what is written to `fd` may have colours: on a terminal that has them, unless $NO_COLOR
 * says no. */
bool pp_terminal_has_colours(int fd);

#endif
