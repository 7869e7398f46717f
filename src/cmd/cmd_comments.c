/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof comments [PROFILE...]: the comments in a profile. */
#include <config.h>

#include "cmd/cmd.h"
#include "cmd/report.h"
#include "render/comments.h"

static int print(struct pp_report *r, struct pp_out *out, struct pp_err *err PP_UNUSED)
{
	switch ((enum pp_report_format)r->options->format) {
	case PP_FORMAT_JSON:
		pp_comments_json(&r->profile, out);
		break;
	case PP_FORMAT_CSV:
		pp_comments_csv(&r->profile, out);
		break;
	default:
		pp_comments_text(&r->profile, out);
	}
	return 0;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	static const struct pp_report_kind kind = {
		.untrimmed = true, .no_frames = true, .formats = pp_report_formats, .print = print};
	PP_CLEANUP(pp_report_options_release) struct pp_report_options o;

	pp_report_options_init(&o);
	return pp_report_main(cli, argc, argv, &kind, &o);
}

const struct pp_command pp_cmd_comments = {
	.name = "comments",
	.summary = "show the comments in a profile",
	.run = run,
};
