/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof traces [PROFILE...]: every sample with its stack. */
#include <config.h>

#include "cmd/cmd.h"
#include "cmd/report.h"
#include "render/traces.h"

static int print(struct pp_report *r, struct pp_out *out, struct pp_err *err PP_UNUSED)
{
	struct pp_total total = pp_total_of(&r->view);
	struct pp_labels labels;
	struct pp_traces_view t = {.view = &r->view, .header = &r->header, .labels = &labels};

	pp_report_header(r, pp_total_value(&total));
	pp_report_labels(r, &labels);
	switch ((enum pp_report_format)r->options->format) {
	case PP_FORMAT_JSON:
		pp_traces_json(&t, out);
		break;
	case PP_FORMAT_CSV:
		pp_traces_csv(&t, out);
		break;
	default:
		pp_traces_text(&t, out);
	}
	pp_labels_release(&labels);
	return 0;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	static const struct pp_report_kind kind = {
		.untrimmed = true, .formats = pp_report_formats, .print = print};
	PP_CLEANUP(pp_report_options_release) struct pp_report_options o;

	pp_report_options_init(&o);
	return pp_report_main(cli, argc, argv, &kind, &o);
}

const struct pp_command pp_cmd_traces = {
	.name = "traces",
	.summary = "show every sample with its stack",
	.run = run,
};
