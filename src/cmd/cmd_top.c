/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof top [PROFILE...]: the functions that cost most. */
#include <config.h>

#include "cmd/cmd.h"
#include "cmd/report.h"
#include "render/top.h"

static int print(struct pp_report *r, struct pp_out *out, struct pp_err *err PP_UNUSED)
{
	pp_report_rows(r);
	pp_edges_mark_inlined(&r->rows, &r->view, &r->flat);
	switch ((enum pp_report_format)r->options->format) {
	case PP_FORMAT_TEXT:
		pp_top_text(&r->rows, &r->nodes, &r->header, out);
		break;
	case PP_FORMAT_JSON:
		pp_top_json(&r->rows, &r->nodes, &r->header, out);
		break;
	case PP_FORMAT_CSV:
		pp_top_csv(&r->rows, &r->nodes, &r->header, out);
		break;
	}
	return 0;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	static const struct pp_report_kind kind = {.formats = pp_report_formats, .print = print};
	PP_CLEANUP(pp_report_options_release) struct pp_report_options o;

	pp_report_options_init(&o);
	return pp_report_main(cli, argc, argv, &kind, &o);
}

const struct pp_command pp_cmd_top = {
	.name = "top",
	.summary = "show the functions that cost most",
	.run = run,
	.group = "Look",
};
