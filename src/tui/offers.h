/* SPDX-License-Identifier: Apache-2.0 */
/* What Tab offers behind ':'. */
#ifndef PP_TUI_OFFERS_H
#define PP_TUI_OFFERS_H

#include "tui/prompt.h"

/* Names of actions, what those that choose may be given, and options of the command line. */
void pp_offer_commands(struct pp_tui *t, const char *text, pp_prompt_offer *offer, void *context);

#endif
