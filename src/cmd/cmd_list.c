/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof list REGEX [PROFILE...]: functions that match, with their source. */
#include <config.h>

#include <stdlib.h>

#include "analyze/lines.h"
#include "base/regex.h"
#include "cli/fail.h"
#include "cmd/cmd.h"
#include "cmd/report.h"
#include "render/list.h"
#include "symbol/source.h"

struct list {
	struct pp_report_options report; /* first: what print() is given points to it */
	struct pp_source_paths paths;
};

static const struct list *list_of(const struct pp_report *r)
{
	return (const struct list *)r->options;
}

static void shown(void *context, struct pp_str name, struct pp_buf *out)
{
	const struct pp_source_paths *paths = context;

	pp_source_name(paths, name, out);
}

static const struct pp_text *read_source(void *context, const struct pp_lines_routine *r,
					 struct pp_err *err)
{
	return pp_source_read(context, r->file, r->source, err);
}

static void print_lines(const struct pp_report *r, const struct pp_lines *l, struct pp_out *out)
{
	struct pp_sources *sources = pp_sources_new(&list_of(r)->paths);
	const struct pp_list_sources s = {.read = read_source, .context = sources};

	switch ((enum pp_report_format)r->options->format) {
	case PP_FORMAT_TEXT:
		pp_list_text(l, &s, &r->header, out);
		break;
	case PP_FORMAT_JSON:
		pp_list_json(l, &s, &r->header, out);
		break;
	case PP_FORMAT_CSV:
		pp_list_csv(l, &r->header, out);
		break;
	}
	pp_sources_free(sources);
}

static int print(struct pp_report *r, struct pp_out *out, struct pp_err *err)
{
	PP_CLEANUP(pp_regex_freep) struct pp_regex *re = pp_report_regex(r, err);
	struct pp_source_paths paths = list_of(r)->paths;
	struct pp_lines lines;
	int rc = 0;

	if (!re)
		return -1;
	pp_lines_init(&lines, &r->view, re, r->options->rows.drop_negative, shown, &paths);
	if (lines.total.overflow)
		pp_cli_warn(r->cli, "the total does not fit into 64 bits and has wrapped");
	pp_report_header(r, pp_total_value(&lines.total));
	if (lines.n == 0)
		rc = pp_err_set(err, PP_ERR_NOT_FOUND, "no matches found for regexp: %s",
				r->options->args.item[0]);
	else
		print_lines(r, &lines, out);
	pp_lines_release(&lines);
	return rc;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	struct list l;
	const struct pp_opt own[] = {
		{PP_OPT_TEXT, 0, "source-path", "DIR:...",
		 "where to look for source, in parents too (default: the current directory)",
		 &l.paths.search, .group = "Where the source is"},
		{PP_OPT_TEXT, 0, "trim-path", "PREFIX:...", "cut these from the names of files",
		 &l.paths.trim},
		PP_OPT_END,
	};
	const struct pp_report_kind kind = {
		.takes_regex = true,
		.untrimmed = true,
		.fixed = true,
		.granularity = PP_BY_LINE,
		.objects = true,
		.whole_files = true,
		.own = own,
		.formats = pp_report_formats,
		.print = print,
	};

	l.paths = (struct pp_source_paths){
		.goroot = getenv("GOROOT"),
		.gopath = getenv("GOPATH"),
		.gomodcache = getenv("GOMODCACHE"),
		.home = getenv("HOME"),
	};
	pp_report_options_init(&l.report);
	int code = pp_report_main(cli, argc, argv, &kind, &l.report);
	pp_report_options_release(&l.report);
	return code;
}

const struct pp_command pp_cmd_list = {
	.name = "list",
	.summary = "show the source of functions that match, with the cost of its lines",
	.run = run,
};
