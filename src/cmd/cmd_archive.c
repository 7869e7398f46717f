/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof archive: what it can do; pyroprof archive init: make one. */
#include <config.h>

#include <stdlib.h>

#include "base/alloc.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/help.h"
#include "cmd/archive_options.h"
#include "cmd/cmd.h"

/* Only what has no second word, or one that is none of ours, comes here. */
static int run(struct pp_cli *cli, int argc, char **argv)
{
	PP_CLEANUP(pp_opt_list_release) struct pp_opt_list args = {0};
	const struct pp_opt opts[] = {
		{PP_OPT_ARGS, 0, NULL, "COMMAND", "one of those below, with its own options", &args,
		 .group = "Arguments"},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc < 0)
		return pp_cli_fail(cli, &err);
	if (rc > 0)
		return PP_EXIT_OK;
	if (args.n == 0) {
		pp_help_command(cli, opts);
		return PP_EXIT_OK;
	}
	PP_CLEANUP(pp_freep) char *name = pp_xasprintf("archive %s", args.item[0]);
	const struct pp_command *command = pp_command_get(cli->commands, name, &err);
	return command ? command->run(cli, argc, argv) : pp_cli_fail(cli, &err);
}

const struct pp_command pp_cmd_archive = {
	.name = "archive",
	.summary = "keep profiles in a directory: add, find, pin, check, ...",
	.run = run,
	.group = "Keep",
};

static int init(struct pp_cli *cli, const char *option, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *where = pp_archive_where(option);
	bool fresh;

	if (!where)
		return pp_err_set(err, PP_ERR_USAGE,
				  "no archive is named, and there is no home directory: use "
				  "--archive");
	if (pp_archive_init(where, &fresh, err))
		return -1;
	if (fresh)
		pp_cli_note(cli, "made archive '%s'", where);
	else
		pp_cli_note(cli, "archive '%s' is there already", where);
	return 0;
}

static int run_init(struct pp_cli *cli, int argc, char **argv)
{
	const char *archive = NULL;
	const struct pp_opt opts[] = {
		PP_ARCHIVE_OPTION(&archive),
		{PP_OPT_FLAG, 'q', "quiet", NULL, "say nothing", &cli->quiet},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc == 0)
		rc = init(cli, archive, &err);
	return rc < 0 ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}

const struct pp_command pp_cmd_archive_init = {
	.name = "archive init",
	.summary = "make an archive",
	.run = run_init,
};
