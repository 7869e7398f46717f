/* SPDX-License-Identifier: Apache-2.0 */
/* Actions that make another tree: tui/steps.h behind keys and names. */
#ifndef PP_TUI_ACTIONS_CHANGE_H
#define PP_TUI_ACTIONS_CHANGE_H

#include "tui/action.h"

extern const struct pp_action pp_actions_change[];
extern const struct pp_action pp_actions_filter[];

#endif
