/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof tags [PROFILE...]: the values of labels and what they cost. */
#include <config.h>

#include "cmd/cmd.h"
#include "cmd/report.h"
#include "render/tags.h"

static int print(struct pp_report *r, struct pp_out *out, struct pp_err *err PP_UNUSED)
{
	struct pp_labels labels;
	struct pp_tags tags;

	pp_report_labels(r, &labels);
	pp_tags_init(&tags, &r->view, &labels);
	pp_report_header(r, pp_total_value(&tags.total));
	switch ((enum pp_report_format)r->options->format) {
	case PP_FORMAT_JSON:
		pp_tags_json(&tags, &r->header, out);
		break;
	case PP_FORMAT_CSV:
		pp_tags_csv(&tags, &r->header, out);
		break;
	default:
		pp_tags_text(&tags, &r->header, out);
	}
	pp_tags_release(&tags);
	pp_labels_release(&labels);
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

const struct pp_command pp_cmd_tags = {
	.name = "tags",
	.summary = "show the values of labels and what they cost",
	.run = run,
};
