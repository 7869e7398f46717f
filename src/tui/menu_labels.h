/* SPDX-License-Identifier: Apache-2.0 */
/* A menu of the labels that samples have, threads among them, with what each costs; what is chosen
 * becomes a filter. */
#ifndef PP_TUI_MENU_LABELS_H
#define PP_TUI_MENU_LABELS_H

struct pp_tui;

void pp_menu_labels(struct pp_tui *t);

#endif
