/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof graph [PROFILE...]: the calls as a picture. pyroprof callgrind [PROFILE...]: the same
 * for KCachegrind. */
#include <config.h>

#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "analyze/graph.h"
#include "cli/fail.h"
#include "cmd/cmd.h"
#include "cmd/report.h"
#include "io/graphviz.h"
#include "render/callgrind.h"
#include "render/dot.h"

#define NODECOUNT 80 /* pprof's default for graphs */

enum format { DOT, SVG, PNG, PDF, PS, GIF, BY_NAME };

static const char *const formats[] = {"dot", "svg", "png", "pdf", "ps", "gif", NULL};

struct graph_options {
	struct pp_report_options shared; /* first, so that a report's options lead here */
	bool call_tree;
};

/* Make the graph and what is said about it. */
static int build(struct pp_report *r, bool visual, struct pp_graph *g, struct pp_err *err)
{
	const struct graph_options *own = (const void *)r->options;
	struct pp_graph_options o = {
		.rows = r->options->rows,
		.call_tree = own->call_tree,
		.visual = visual,
		.unit = pp_str_of(r->options->unit),
	};

	if (pp_graph_init(g, &r->view, &o, err))
		return -1;
	if (g->overflow)
		pp_cli_warn(r->cli, "the total does not fit into 64 bits and has wrapped");
	pp_report_header(r, g->rows.total);
	pp_header_choose_unit(&r->header, &g->rows, !visual);
	return 0;
}

static int write_dot(struct pp_report *r, struct pp_out *out, struct pp_err *err)
{
	PP_CLEANUP(pp_graph_release) struct pp_graph g;
	struct pp_dot_view view = {.graph = &g, .nodes = &r->nodes, .header = &r->header};

	if (build(r, true, &g, err))
		return -1;
	pp_dot(&view, out);
	return 0;
}

static int draw(struct pp_report *r, const char *format, struct pp_out *out, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf picture = PP_BUF_INIT;
	struct pp_out dot;

	pp_out_init_mem(&dot);
	int rc = write_dot(r, &dot, err);
	if (rc == 0)
		rc = pp_graphviz_draw(pp_buf_view(&dot.buf), format, &picture, err);
	pp_buf_release(&dot.buf);
	if (rc == 0)
		pp_out_bytes(out, picture.p, picture.n);
	return rc;
}

/* The format that the name of the output file asks for; BY_NAME if there is no telling. */
static enum format format_of_name(const char *path)
{
	const char *dot;
	int i;

	if (!path || strcmp(path, "-") == 0)
		return DOT;
	path = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	dot = strrchr(path, '.');
	if (!dot || strcasecmp(dot, ".gv") == 0)
		return DOT;
	for (i = 0; formats[i] && strcasecmp(dot + 1, formats[i]) != 0; i++)
		;
	return (enum format)i;
}

static int choose_format(const struct pp_report *r, enum format *format, struct pp_err *err)
{
	const char *path = r->options->output;

	*format = (enum format)r->options->format;
	if (*format == BY_NAME)
		*format = format_of_name(path);
	if (*format != BY_NAME)
		return 0;
	pp_err_set(err, PP_ERR_USAGE, "cannot tell the format of '%s' from its name", path);
	return pp_err_hint(err,
			   "name it .dot, .gv, .svg, .png, .pdf, .ps or .gif, or say --format");
}

static int print_graph(struct pp_report *r, struct pp_out *out, struct pp_err *err)
{
	enum format format;

	if (choose_format(r, &format, err))
		return -1;
	if (format == DOT)
		return write_dot(r, out, err);
	if (format != SVG && format != PS && out->fd >= 0 && isatty(out->fd)) {
		pp_err_set(err, PP_ERR_UNSUPPORTED, "a terminal cannot show %s", formats[format]);
		return pp_err_hint(err, "write to a file: -o graph.%s", formats[format]);
	}
	return draw(r, formats[format], out, err);
}

static int print_callgrind(struct pp_report *r, struct pp_out *out, struct pp_err *err)
{
	PP_CLEANUP(pp_graph_release) struct pp_graph g;
	struct pp_callgrind_view view = {.graph = &g, .nodes = &r->nodes, .header = &r->header};

	if (build(r, false, &g, err))
		return -1;
	pp_callgrind(&view, out);
	return 0;
}

static int run(struct pp_cli *cli, int argc, char **argv, struct pp_report_kind kind)
{
	struct graph_options o = {.call_tree = false};
	const struct pp_opt own[] = {
		{PP_OPT_FLAG, 0, "call-tree", NULL,
		 "show a function once for each way in which it was called", &o.call_tree,
		 .group = "Calls"},
		PP_OPT_END,
	};

	kind.own = own;
	pp_report_options_init(&o.shared);
	o.shared.format = BY_NAME;
	int code = pp_report_main(cli, argc, argv, &kind, &o.shared);
	pp_report_options_release(&o.shared);
	return code;
}

static int run_graph(struct pp_cli *cli, int argc, char **argv)
{
	return run(cli, argc, argv,
		   (struct pp_report_kind){
			   .nodecount = NODECOUNT, .formats = formats, .print = print_graph});
}

static int run_callgrind(struct pp_cli *cli, int argc, char **argv)
{
	return run(cli, argc, argv,
		   (struct pp_report_kind){.untrimmed = true,
					   .fixed = true,
					   .granularity = PP_BY_ADDRESS,
					   .objects = true,
					   .print = print_callgrind});
}

const struct pp_command pp_cmd_graph = {
	.name = "graph",
	.summary = "draw who calls whom",
	.run = run_graph,
};

const struct pp_command pp_cmd_callgrind = {
	.name = "callgrind",
	.summary = "write a profile for KCachegrind",
	.run = run_callgrind,
};
