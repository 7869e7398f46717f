/* SPDX-License-Identifier: Apache-2.0 */
/* From the program's command line to a command, and from its result to the exit code. */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/suggest.h"
#include "cli/alias.h"
#include "cli/command.h"
#include "cli/config_file.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/help.h"
#include "cli/leading.h"
#include "cli/opt.h"
#include "cli/pager.h"
#include "cli/stage.h"
#include "cli/version.h"

void pp_cli_init(struct pp_cli *cli, const struct pp_command *const *commands,
		 const struct pp_example *examples)
{
	*cli = (struct pp_cli){.commands = commands, .examples = examples, .err_fd = STDERR_FILENO};
	pp_out_init_fd(&cli->out, STDOUT_FILENO);
	cli->start_ns = cli->stage_ns = pp_clock_mono();
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

/* The command line comes after the file, and so wins. */
static int configure(struct pp_config *c, const struct pp_leading *s,
		     const struct pp_command *const *commands, struct pp_err *err)
{
	if (!s->no_config && pp_config_load(c, err))
		return -1;
	for (size_t i = 0; i < s->settings.n; i++) {
		if (pp_config_set(c, s->settings.item[i], err))
			return -1;
	}
	return pp_alias_check(c, commands, err);
}

/* Run the command that the words name, or an alias of one. */
static int run_words(struct pp_cli *cli, int n, char **words)
{
	PP_CLEANUP(pp_words_release) struct pp_words expanded = {0};
	struct pp_err err = PP_ERR_INIT;
	int used = 1;

	/* hidden commands are for those who know their names exactly */
	cli->command = pp_command_words(cli->commands, n, words, &used);
	const struct pp_setting *alias = cli->command ? NULL : pp_alias_find(cli->config, words[0]);
	if (alias && cli->config_err.kind == PP_ERR_NONE) {
		if (pp_alias_expand(alias, n - 1, words + 1, &expanded, &err))
			return pp_cli_fail(cli, &err);
		n = expanded.n;
		words = expanded.word;
		cli->command = pp_command_words(cli->commands, n, words, &used);
	}
	if (cli->config_err.kind != PP_ERR_NONE &&
	    !(cli->command && (cli->command->unconfigured || cli->command->hidden))) {
		cli->command = NULL;
		return pp_cli_fail(cli, &cli->config_err);
	}
	if (!cli->command)
		cli->command = pp_command_get(cli->commands, words[0], &err);
	if (!cli->command)
		return pp_cli_fail(cli, &err);
	return cli->command->run(cli, n - used + 1, words + used - 1);
}

/* Do what the options say that need no command. False: there is one. */
static bool run_without_command(struct pp_cli *cli, const struct pp_leading *s, bool help,
				bool command)
{
	if (s->version && !help)
		pp_version_print(&cli->out);
	else if (help || !command)
		pp_help_overview(cli);
	else
		return false;
	return true;
}

int pp_cli_run(struct pp_cli *cli, int argc, char **argv)
{
	PP_CLEANUP(pp_leading_release) struct pp_leading s = {.no_config = false};
	PP_CLEANUP(pp_config_release) struct pp_config config;
	struct pp_opt table[PP_LEADING_MAX];
	struct pp_err err = PP_ERR_INIT;
	int next = argc;

	pp_config_init(&config);
	pp_leading_options(&s, cli, table);
	int rc = pp_opt_parse_leading(table, argc, argv, &next, &err);
	if (rc < 0)
		return pp_cli_fail(cli, &err);
	if (!s.no_pager)
		pp_pager_arm(cli);
	if (run_without_command(cli, &s, rc > 0, next < argc))
		return PP_EXIT_OK;
	cli->config = &config;
	/* what is wrong is not in the way of commands that explain or mend it */
	cli->config_err = (struct pp_err)PP_ERR_INIT;
	if (configure(&config, &s, cli->commands, &err))
		cli->config_err = err;
	int code = run_words(cli, argc - next, argv + next);
	cli->config = NULL;
	return code;
}

int pp_cli_finish(struct pp_cli *cli, int code)
{
	struct pp_err err = PP_ERR_INIT;

	int written = pp_out_finish(&cli->out, "standard output", &err);
	pp_pager_wait(cli);
	pp_stage_sum(cli);
	if (written < 0)
		return pp_cli_fail(cli, &err);
	if (close(STDOUT_FILENO) < 0 && errno != EBADF) {
		pp_err_sys(&err, errno, "cannot write to standard output");
		return pp_cli_fail(cli, &err);
	}
	return code;
}
