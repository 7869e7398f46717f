/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof folded [PROFILE...]: stacks for flamegraph.pl and other tools. */
#include <config.h>

#include <inttypes.h>

#include "cli/fail.h"
#include "cmd/cmd.h"
#include "cmd/report.h"
#include "render/folded.h"

static int print(struct pp_report *r, struct pp_out *out, struct pp_err *err PP_UNUSED)
{
	uint64_t empty;

	pp_report_header(r, 0);
	empty = pp_folded_text(&r->view, &r->header, out);
	if (empty)
		pp_cli_note(r->cli, "left out %" PRIu64 " %s without a stack", empty,
			    empty == 1 ? "sample" : "samples");
	return 0;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	static const struct pp_report_kind kind = {.untrimmed = true, .print = print};
	PP_CLEANUP(pp_report_options_release) struct pp_report_options o;

	pp_report_options_init(&o);
	return pp_report_main(cli, argc, argv, &kind, &o);
}

const struct pp_command pp_cmd_folded = {
	.name = "folded",
	.summary = "write stacks as flamegraph.pl reads them",
	.run = run,
};
