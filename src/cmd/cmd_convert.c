/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof convert PROFILE... and pyroprof merge PROFILE...: profiles rewritten, into one file. */
#include <config.h>

#include "cmd/cmd.h"
#include "cmd/rewrite.h"

static int run(struct pp_cli *cli, int argc, char **argv, struct pp_rewrite_command *c,
	       const struct pp_opt *own)
{
	const struct pp_report_kind kind = {.writes_file = true,
					    .untrimmed = true,
					    .own = own,
					    .print = pp_rewrite_command_print};
	int code = pp_report_main(cli, argc, argv, &kind, &c->report);

	pp_report_options_release(&c->report);
	return code;
}

static int run_convert(struct pp_cli *cli, int argc, char **argv)
{
	static const char *const formats[] = {"pprof", NULL};
	struct pp_rewrite_command c;
	const struct pp_opt own[] = {
		{PP_OPT_ENUM, 0, "to", "FORMAT",
		 "what to write (default: what the name of FILE says)", &c.format,
		 .choices = formats, .group = "What to write"},
		{PP_OPT_FLAG, 0, "uncompressed", NULL,
		 "leave pprof output uncompressed, as for FILE.pb", &c.uncompressed},
		{PP_OPT_FLAG, 'q', "quiet", NULL, "no summary", &cli->quiet},
		PP_OPT_END,
	};

	pp_rewrite_command_init(&c);
	return run(cli, argc, argv, &c, own);
}

static int run_merge(struct pp_cli *cli, int argc, char **argv)
{
	struct pp_rewrite_command c;
	const struct pp_opt own[] = {
		{PP_OPT_FLAG, 'q', "quiet", NULL, "no summary", &cli->quiet,
		 .group = "What to write"},
		PP_OPT_END,
	};

	pp_rewrite_command_init(&c);
	return run(cli, argc, argv, &c, own);
}

const struct pp_command pp_cmd_convert = {
	.name = "convert",
	.summary = "rewrite a profile in another form",
	.run = run_convert,
};

const struct pp_command pp_cmd_merge = {
	.name = "merge",
	.summary = "add profiles up, or subtract them, into one file",
	.run = run_merge,
	.group = "Rework",
};
