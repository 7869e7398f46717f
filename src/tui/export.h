/* SPDX-License-Identifier: Apache-2.0 */
/* Writing what is shown to a file. */
#ifndef PP_TUI_EXPORT_H
#define PP_TUI_EXPORT_H

struct pp_tui;

/* The tree with all that has been done to it, as the ending of the file's name says: svg, html,
 * folded or json; the profile as filters leave it, pb.gz; or the screen, txt. With a message. A
 * file that is there becomes FILE.old. */
void pp_export(struct pp_tui *t, const char *path);

#endif
