/* SPDX-License-Identifier: Apache-2.0 */
/* Long text on a terminal goes through a pager, as with git. */
#ifndef PP_CLI_PAGER_H
#define PP_CLI_PAGER_H

#include "cli/command.h"

/*
 * Have cli->out go through $PYROPROF_PAGER, $PAGER or `less` if it is a terminal, and what comes
 * first is more than fits it. What the variable says is cut at blanks and run without a shell; an
 * empty one, `cat`, and a program that cannot be started leave the terminal to us.
 */
void pp_pager_arm(struct pp_cli *cli);

/* After the last output: wait for the user to leave the pager, if there is one. */
void pp_pager_wait(struct pp_cli *cli);

#endif
