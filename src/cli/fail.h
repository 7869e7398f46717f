/* SPDX-License-Identifier: Apache-2.0 */
/* Messages for people, on standard error. Control characters in them are made visible. */
#ifndef PP_CLI_FAIL_H
#define PP_CLI_FAIL_H

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "cli/command.h"

/* Say what went wrong and how to mend it, if the error knows. Returns the exit code:
 * PP_EXIT_USAGE for PP_ERR_USAGE, with a pointer to -h, otherwise PP_EXIT_FAILED. */
int pp_cli_fail(struct pp_cli *cli, const struct pp_err *err);

/* "pyroprof: ...": something to look at, though the work goes on. */
void pp_cli_warn(struct pp_cli *cli, const char *fmt, ...) PP_PRINTF(2, 3);

/* The same for what is only good to know; nothing with cli->quiet. */
void pp_cli_note(struct pp_cli *cli, const char *fmt, ...) PP_PRINTF(2, 3);

/* Lines of a table, as they are but for what is unsafe to show; they are printed with cli->quiet,
 * too. */
void pp_cli_text(struct pp_cli *cli, struct pp_str lines);

#endif
