/* SPDX-License-Identifier: Apache-2.0 */
/* The options that all commands have, unless one means something else by a name or letter. */
#ifndef PP_CLI_COMMON_H
#define PP_CLI_COMMON_H

#include "cli/command.h"
#include "cli/opt.h"

#define PP_COMMON_MAX 4 /* with the end */

/* They set members of `cli`. */
void pp_common_options(struct pp_cli *cli, struct pp_opt table[PP_COMMON_MAX]);

/* The table of a command with those behind it that it has not itself. Owned by the caller. */
struct pp_opt *pp_common_join(struct pp_cli *cli, const struct pp_opt *opts) PP_NODISCARD;

#endif
