/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof raw [PROFILE...]: everything in a profile, for looking at what its writer wrote. */
#include <config.h>

#include "cmd/cmd.h"
#include "cmd/report.h"
#include "render/raw.h"

static int print(struct pp_report *r, struct pp_out *out, struct pp_err *err PP_UNUSED)
{
	struct pp_raw_options options = {.noinlines = r->options->noinlines,
					 .columns = r->options->columns};

	pp_raw_text(&r->profile, &r->filter, &options, out);
	return 0;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	static const struct pp_report_kind kind = {
		.untrimmed = true, .no_frames = true, .print = print};
	PP_CLEANUP(pp_report_options_release) struct pp_report_options o;

	pp_report_options_init(&o);
	return pp_report_main(cli, argc, argv, &kind, &o);
}

const struct pp_command pp_cmd_raw = {
	.name = "raw",
	.summary = "show everything that is in a profile",
	.run = run,
};
