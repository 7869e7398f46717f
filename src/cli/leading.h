/* SPDX-License-Identifier: Apache-2.0 */
/* The options that stand before a command. */
#ifndef PP_CLI_LEADING_H
#define PP_CLI_LEADING_H

#include <stdbool.h>

#include "cli/command.h"
#include "cli/opt.h"

#define PP_LEADING_MAX 8 /* with the end */

/* What they say; the common ones (cli/common.h) say it to the cli. Begins as {0}. */
struct pp_leading {
	struct pp_opt_list settings; /* of options -c */
	bool no_config, no_pager, version;
};

void pp_leading_release(struct pp_leading *l);

void pp_leading_options(struct pp_leading *l, struct pp_cli *cli,
			struct pp_opt table[PP_LEADING_MAX]);

#endif
