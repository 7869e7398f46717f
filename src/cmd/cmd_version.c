/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof version: as --version. */
#include <config.h>

#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/opt.h"
#include "cli/version.h"
#include "cmd/cmd.h"

static int run(struct pp_cli *cli, int argc, char **argv)
{
	const struct pp_opt opts[] = {PP_OPT_END};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc < 0)
		return pp_cli_fail(cli, &err);
	if (rc == 0)
		pp_version_print(&cli->out);
	return PP_EXIT_OK;
}

const struct pp_command pp_cmd_version = {
	.name = "version",
	.summary = "tell the version, and what it was built with",
	.run = run,
	.group = "Help",
};
