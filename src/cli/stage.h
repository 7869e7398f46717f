/* SPDX-License-Identifier: Apache-2.0 */
/* What took how long, for --verbose: a line on standard error for each stage, and a sum. */
#ifndef PP_CLI_STAGE_H
#define PP_CLI_STAGE_H

#include "base/compiler.h"
#include "cli/command.h"

/* What the text names has been done since the stage before, or since the start. */
void pp_stage_done(struct pp_cli *cli, const char *fmt, ...) PP_PRINTF(2, 3);

/* The whole run: time, processor time of all threads, memory. */
void pp_stage_sum(struct pp_cli *cli);

#endif
