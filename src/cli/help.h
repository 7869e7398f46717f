/* SPDX-License-Identifier: Apache-2.0 */
/* What is said about commands, all of it from their tables. */
#ifndef PP_CLI_HELP_H
#define PP_CLI_HELP_H

#include "base/buf.h"
#include "cli/command.h"
#include "cli/opt.h"

/* The text of -h for cli->command, to cli->out: as wide as its terminal, 80 columns elsewhere. */
void pp_help_command(struct pp_cli *cli, const struct pp_opt *opts);

/* What plain `pyroprof` says: the commands by group, and examples. */
void pp_help_overview(struct pp_cli *cli);

/* The table for scripts, -h included: a line for each option with its letter, its name and its
 * metavariable, separated by tabs, empty where there is none. */
void pp_help_list(struct pp_cli *cli, const struct pp_opt *opts);

/* The metavariable as help shows it: a short list of choices is shown itself. */
void pp_help_metavar(struct pp_buf *b, const struct pp_opt *o);

#endif
