/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof config: what the configuration says, and whether commands understand it. */
#include <config.h>

#include "cli/config.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/opt.h"
#include "cmd/cmd.h"

static void print(const struct pp_setting *s, bool origin, struct pp_out *out)
{
	if (origin && s->file) {
		pp_out_safe(out, pp_str_of(s->file));
		pp_out_fmt(out, ":%u\t", s->line);
	} else if (origin) {
		pp_out_text(out, "command line\t");
	}
	pp_out_fmt(out, "%s.%s", s->section, s->key);
	if (s->value) {
		pp_out_char(out, '=');
		pp_out_safe(out, pp_str_of(s->value));
	}
	pp_out_char(out, '\n');
}

/* Have each command look at what is said of it; it names what it does not understand. */
static int check(struct pp_cli *cli)
{
	int worst = PP_EXIT_OK;

	cli->mode = PP_CLI_DEFAULTS;
	for (size_t i = 0; cli->commands[i]; i++) {
		char name[] = "";
		char *argv[] = {name, NULL};

		cli->command = cli->commands[i];
		if (cli->command->hidden)
			continue;
		int code = cli->command->run(cli, 1, argv);
		if (code > worst)
			worst = code;
	}
	return worst;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	bool list = false, origin = false;
	const struct pp_opt opts[] = {
		{PP_OPT_FLAG, 'l', "list", NULL, "print all settings, which is the default", &list},
		{PP_OPT_FLAG, 0, "show-origin", NULL, "print where each comes from", &origin},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc < 0)
		return pp_cli_fail(cli, &err);
	if (rc > 0)
		return PP_EXIT_OK;
	for (size_t i = 0; cli->config && i < cli->config->n; i++)
		print(&cli->config->item[i], origin, &cli->out);
	if (cli->config_err.kind != PP_ERR_NONE)
		return pp_cli_fail(cli, &cli->config_err);
	return check(cli);
}

const struct pp_command pp_cmd_config = {
	.name = "config",
	.summary = "show and check the configuration",
	.run = run,
	.unconfigured = true,
};
