/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A terminal that is none: keys come from a file, and what is shown can be written to others. Each
 * line of the file is one of
 *
 *     # a remark
 *     j j Enter F1               names of keys
 *     "json                      keys that type this, to the end of the line
 *     @press 10 5                the mouse: press double drag release up down, at a column and row
 *     :size 80x24                the size; the first line has it, later ones resize
 *     :colors none|ascii|full    what it can show: nothing but text, ASCII at that, all (default)
 *     :save-screen FILE [styles] write what is seen; styles as of pp_grid_save()
 *     :save-copied FILE          write what was last copied to the clipboard
 *     :wait-data                 wait for new data, and show it
 *     :search json               any other: the action of that name
 *
 * At its end the program is left.
 */
#ifndef PP_TUI_SCRIPT_H
#define PP_TUI_SCRIPT_H

#include "base/compiler.h"
#include "base/err.h"
#include "tui/screen.h"

struct pp_script;

/* Read one; NULL with an error. */
struct pp_script *pp_script_new(const char *path, struct pp_err *err) PP_NODISCARD;

/* -1 with an error if there was one on the way. */
int pp_script_free(struct pp_script *s, struct pp_err *err) PP_NODISCARD;

struct pp_screen *pp_script_screen(struct pp_script *s);

#endif
