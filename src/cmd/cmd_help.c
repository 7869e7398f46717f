/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof help [COMMAND]: the manual page if there is one to read, else what -h says. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/compiler.h"
#include "cli/alias.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/help.h"
#include "cli/opt.h"
#include "cmd/cmd.h"

/* An installation outside the usual places is not on man's own path; what the user has put there
 * still comes first. An empty element stands for the default path (manpath(1)). */
static void extend_manpath(void)
{
	const char *path = getenv("MANPATH");
	PP_CLEANUP(pp_freep) char *extended = pp_xasprintf("%s:%s", path ? path : "", PP_MANDIR);

	setenv("MANPATH", extended, 1);
}

/* Whether `man -w` knows the page; false if there is no man. */
static bool page_exists(char *page)
{
	char man[] = "man", where[] = "-w";
	char *words[] = {man, where, page, NULL};
	posix_spawn_file_actions_t files;
	pid_t pid;
	int status = -1;

	if (posix_spawn_file_actions_init(&files) != 0)
		return false;
	posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	int rc = posix_spawnp(&pid, man, &files, NULL, words, environ);
	posix_spawn_file_actions_destroy(&files);
	if (rc != 0)
		return false;
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return false;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Become man, if it has the page: it is the one to handle the terminal and its signals. */
static void show_page(const struct pp_command *command)
{
	/* those of two words are on the page of the first */
	PP_CLEANUP(pp_freep)
	char *page = pp_xasprintf("pyroprof-%.*s", (int)strcspn(command->name, " "), command->name);

	extend_manpath();
	if (page_exists(page))
		execlp("man", "man", page, (char *)NULL);
}

static void explain_alias(const struct pp_setting *alias, struct pp_out *out)
{
	pp_out_fmt(out, "'%s' stands for '", alias->key);
	pp_out_safe(out, pp_str_of(alias->value ? alias->value : ""));
	pp_out_text(out, "'\n");
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	PP_CLEANUP(pp_opt_list_release) struct pp_opt_list names = {0};
	const struct pp_opt opts[] = {
		{.kind = PP_OPT_ARGS,
		 .arg = "COMMAND",
		 .help = "the command to explain",
		 .value = &names,
		 .max = 2,
		 .hint = PP_HINT_SUBCOMMAND,
		 .group = "Arguments"},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc < 0)
		return pp_cli_fail(cli, &err);
	if (rc > 0)
		return PP_EXIT_OK;
	if (names.n == 0) {
		pp_help_overview(cli);
		return PP_EXIT_OK;
	}
	const struct pp_setting *alias = pp_alias_find(cli->config, names.item[0]);
	if (alias && !pp_command_find(cli->commands, alias->key)) {
		explain_alias(alias, &cli->out);
		return PP_EXIT_OK;
	}
	PP_CLEANUP(pp_freep)
	char *name = names.n == 1 ? pp_xstrdup(names.item[0])
				  : pp_xasprintf("%s %s", names.item[0], names.item[1]);
	const struct pp_command *command = pp_command_get(cli->commands, name, &err);
	if (!command) {
		cli->command = NULL; /* the list of commands mends it, our own -h does not */
		return pp_cli_fail(cli, &err);
	}
	if (isatty(STDOUT_FILENO))
		show_page(command);
	cli->command = command;
	cli->mode = PP_CLI_HELP;
	return command->run(cli, argc, argv);
}

const struct pp_command pp_cmd_help = {
	.name = "help",
	.summary = "explain a command",
	.run = run,
	.unconfigured = true,
};
