/* SPDX-License-Identifier: Apache-2.0 */
/* From the program's command line to a command, and from its result to the exit code. */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "cli/command.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/help.h"
#include "cli/suggest.h"
#include "cli/version.h"

void pp_cli_init(struct pp_cli *cli, const struct pp_command *const *commands,
		 const struct pp_example *examples)
{
	*cli = (struct pp_cli){.commands = commands, .examples = examples, .err_fd = STDERR_FILENO};
	pp_out_init_fd(&cli->out, STDOUT_FILENO);
}

const struct pp_command *pp_command_find(const struct pp_command *const *commands, const char *name)
{
	for (; *commands; commands++) {
		if (strcmp((*commands)->name, name) == 0)
			return *commands;
	}
	return NULL;
}

const struct pp_command *pp_command_words(const struct pp_command *const *commands, int n,
					  char *const *words, int *used)
{
	const struct pp_command *command = NULL;

	*used = 2;
	if (n >= 2) {
		PP_CLEANUP(pp_freep) char *name = pp_xasprintf("%s %s", words[0], words[1]);

		command = pp_command_find(commands, name);
	}
	if (command)
		return command;
	*used = 1;
	return pp_command_find(commands, words[0]);
}

const char *pp_command_below(const struct pp_command *c, const char *first)
{
	size_t n = strlen(first);

	return strncmp(c->name, first, n) == 0 && c->name[n] == ' ' ? c->name + n + 1 : NULL;
}

bool pp_command_is_below(const struct pp_command *c)
{
	return strchr(c->name, ' ') != NULL;
}

const struct pp_command *pp_command_get(const struct pp_command *const *commands, const char *name,
					struct pp_err *err)
{
	const struct pp_command *command = pp_command_find(commands, name);
	struct pp_suggest near;

	if (command && !command->hidden)
		return command;
	pp_suggest_init(&near, pp_str_of(name));
	for (; *commands; commands++) {
		if (!(*commands)->hidden)
			pp_suggest_offer(&near, (*commands)->name);
	}
	pp_err_set(err, PP_ERR_USAGE, "unknown command '%s'", name);
	if (near.best)
		pp_err_hint(err, "did you mean '%s'?", near.best);
	return NULL;
}

/* As everywhere, one dash before a long name will do. */
static bool is_option(const char *word, char letter, const char *name)
{
	size_t dashes = strspn(word, "-");

	if (dashes == 1 && word[1] == letter && !word[2])
		return true;
	return (dashes == 1 || dashes == 2) && strcmp(word + dashes, name) == 0;
}

static int unknown_option(struct pp_cli *cli, const char *word)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_suggest near;

	pp_suggest_init(&near, pp_str_of(word + strspn(word, "-")));
	pp_suggest_offer(&near, "help");
	pp_suggest_offer(&near, "version");
	pp_err_set(&err, PP_ERR_USAGE, "unknown option '%s' before the command", word);
	if (near.best)
		pp_err_hint(&err, "did you mean '--%s'?", near.best);
	return pp_cli_fail(cli, &err);
}

int pp_cli_run(struct pp_cli *cli, int argc, char **argv)
{
	struct pp_err err = PP_ERR_INIT;
	int used = 1;

	if (argc < 2 || is_option(argv[1], 'h', "help")) {
		pp_help_overview(cli);
		return PP_EXIT_OK;
	}
	if (is_option(argv[1], 'V', "version")) {
		pp_version_print(&cli->out);
		return PP_EXIT_OK;
	}
	if (argv[1][0] == '-')
		return unknown_option(cli, argv[1]);
	/* hidden commands are for those who know their names exactly */
	cli->command = pp_command_words(cli->commands, argc - 1, argv + 1, &used);
	if (!cli->command)
		cli->command = pp_command_get(cli->commands, argv[1], &err);
	if (!cli->command)
		return pp_cli_fail(cli, &err);
	return cli->command->run(cli, argc - used, argv + used);
}

int pp_cli_finish(struct pp_cli *cli, int code)
{
	struct pp_err err = PP_ERR_INIT;

	if (pp_out_finish(&cli->out, "standard output", &err) < 0)
		return pp_cli_fail(cli, &err);
	if (close(STDOUT_FILENO) < 0 && errno != EBADF) {
		pp_err_sys(&err, errno, "cannot write to standard output");
		return pp_cli_fail(cli, &err);
	}
	return code;
}
