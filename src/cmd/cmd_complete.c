/* SPDX-License-Identifier: Apache-2.0 */
/* What the tables know, for programs: completion stubs and the check of the manual pages. */
#include <config.h>

#include <string.h>

#include "cli/complete.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/help.h"
#include "cli/leading.h"
#include "cli/opt.h"
#include "cmd/cmd.h"

static int run_complete(struct pp_cli *cli, int argc, char **argv)
{
	return pp_complete_words(cli, argc - 1, argv + 1);
}

const struct pp_command pp_cmd_complete = {
	.name = "__complete",
	.summary = "print candidates for the last of the words given",
	.run = run_complete,
	.hidden = true,
};

static void list_commands(struct pp_cli *cli)
{
	for (size_t i = 0; cli->commands[i]; i++) {
		if (!cli->commands[i]->hidden)
			pp_out_fmt(&cli->out, "%s\t%s\n", cli->commands[i]->name,
				   cli->commands[i]->summary);
	}
}

static int list_leading(struct pp_cli *cli)
{
	PP_CLEANUP(pp_leading_release) struct pp_leading leading = {.no_config = false};
	struct pp_opt table[PP_LEADING_MAX];
	struct pp_err err = PP_ERR_INIT;

	pp_leading_options(&leading, cli, table);
	if (pp_opt_check(table, &err))
		return pp_cli_fail(cli, &err);
	pp_help_list(cli, table);
	return PP_EXIT_OK;
}

/* Without an argument, the commands; else the options of one, its table having been checked. Of
 * "pyroprof" they are those that stand before a command. */
static int run_options(struct pp_cli *cli, int argc, char **argv)
{
	struct pp_err err = PP_ERR_INIT;

	if (argc < 2) {
		list_commands(cli);
		return PP_EXIT_OK;
	}
	if (strcmp(argv[1], "pyroprof") == 0)
		return list_leading(cli);
	int used = 1;
	const struct pp_command *command =
		pp_command_words(cli->commands, argc - 1, argv + 1, &used);
	if (!command || command->hidden)
		command = pp_command_get(cli->commands, argv[1], &err);
	if (!command)
		return pp_cli_fail(cli, &err);
	cli->command = command;
	cli->mode = PP_CLI_LIST;
	return command->run(cli, argc - used, argv + used);
}

const struct pp_command pp_cmd_options = {
	.name = "__options",
	.summary = "print the commands, or the option table of one",
	.run = run_options,
	.hidden = true,
};
