/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof disasm REGEX|ADDRESS [PROFILE...]: functions that match, instruction by instruction. */
#include <config.h>

#include <stdlib.h>

#include "base/alloc.h"
#include "cmd/cmd.h"
#include "cmd/disassemble.h"
#include "cmd/report.h"
#include "cmd/symbol_options.h"
#include "render/disasm.h"

struct disasm {
	struct pp_report_options report; /* first: what print() is given points to it */
	struct pp_disassemble_options own;
};

static int print(struct pp_report *r, struct pp_out *out, struct pp_err *err)
{
	const struct disasm *d = (const struct disasm *)r->options;
	struct pp_disassemble *all = pp_disassemble_new(r, &d->own, err);
	const struct pp_assembly_routine *routines;
	uint32_t n;

	if (!all)
		return -1;
	routines = pp_disassemble_routines(all, &n);
	switch ((enum pp_report_format)r->options->format) {
	case PP_FORMAT_TEXT:
		pp_disasm_text(routines, n, &r->header, out);
		break;
	case PP_FORMAT_JSON:
		pp_disasm_json(routines, n, &r->header, out);
		break;
	case PP_FORMAT_CSV:
		pp_disasm_csv(routines, n, &r->header, out);
		break;
	}
	pp_disassemble_free(all);
	return 0;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	PP_CLEANUP(pp_freep) char *path = pp_binary_path_standard();
	struct disasm d = {.own = {.binary_path = path, .programs = getenv("PATH")}};
	const struct pp_opt own[] = {
		{PP_OPT_TEXT, 0, "binary-path", "DIR:...",
		 "where to look for binaries (default: $PPROF_BINARY_PATH or ~/pprof/binaries)",
		 &d.own.binary_path, .group = "Where the instructions are"},
		{PP_OPT_FLAG, 0, "intel-syntax", NULL, "show assembly in Intel's syntax",
		 &d.own.intel},
		PP_OPT_END,
	};
	const struct pp_report_kind kind = {
		.takes_regex = true,
		.untrimmed = true,
		.fixed = true,
		.granularity = PP_BY_ADDRESS,
		.noinlines = true,
		.objects = true,
		.own = own,
		.formats = pp_report_formats,
		.print = print,
	};

	pp_report_options_init(&d.report);
	int code = pp_report_main(cli, argc, argv, &kind, &d.report);
	pp_report_options_release(&d.report);
	return code;
}

const struct pp_command pp_cmd_disasm = {
	.name = "disasm",
	.summary = "show functions that match instruction by instruction",
	.run = run,
};
