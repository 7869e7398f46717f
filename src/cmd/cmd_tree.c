/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof tree [PROFILE...] and pyroprof peek REGEX [PROFILE...]: functions with their callers and
 * callees. */
#include <config.h>

#include "base/regex.h"
#include "cmd/cmd.h"
#include "cmd/report.h"
#include "render/tree.h"

#define NODECOUNT 80 /* pprof's default for trees */

static void print_tree(struct pp_report *r, struct pp_regex *only, struct pp_out *out)
{
	struct pp_edges edges;
	struct pp_tree_view tree = {.rows = &r->rows,
				    .edges = &edges,
				    .nodes = &r->nodes,
				    .header = &r->header,
				    .only = only};

	pp_edges_init(&edges, &r->view, &r->rows);
	switch ((enum pp_report_format)r->options->format) {
	case PP_FORMAT_JSON:
		pp_tree_json(&tree, out);
		break;
	case PP_FORMAT_CSV:
		pp_tree_csv(&tree, out);
		break;
	default:
		pp_tree_text(&tree, out);
	}
	pp_edges_release(&edges);
}

static int print_all(struct pp_report *r, struct pp_out *out, struct pp_err *err PP_UNUSED)
{
	pp_report_rows(r);
	print_tree(r, NULL, out);
	return 0;
}

/* 0 if some row matches, and no other may have; else -1 with an error. */
static int check_match(const struct pp_report *r, struct pp_regex *only, struct pp_err *err)
{
	const char *text = r->options->args.item[0];
	bool any = false;

	for (uint32_t i = 0; i < r->rows.n; i++)
		any |= pp_regex_match(only, pp_nodes_name(&r->nodes, r->rows.all[i].node));
	if (pp_regex_gave_up(only))
		return pp_err_set(err, PP_ERR_LIMIT, "'%s' takes too long to match", text);
	if (any)
		return 0;
	return pp_err_set(err, PP_ERR_NOT_FOUND, "no matches found for regexp: %s", text);
}

static int print_matching(struct pp_report *r, struct pp_out *out, struct pp_err *err)
{
	PP_CLEANUP(pp_regex_freep) struct pp_regex *only = pp_report_regex(r, err);

	if (!only)
		return -1;
	pp_report_rows(r);
	if (check_match(r, only, err))
		return -1;
	print_tree(r, only, out);
	return 0;
}

static int run_tree(struct pp_cli *cli, int argc, char **argv)
{
	static const struct pp_report_kind kind = {
		.nodecount = NODECOUNT, .formats = pp_report_formats, .print = print_all};
	PP_CLEANUP(pp_report_options_release) struct pp_report_options o;

	pp_report_options_init(&o);
	return pp_report_main(cli, argc, argv, &kind, &o);
}

static int run_peek(struct pp_cli *cli, int argc, char **argv)
{
	static const struct pp_report_kind kind = {.takes_regex = true,
						   .untrimmed = true,
						   .formats = pp_report_formats,
						   .print = print_matching};
	PP_CLEANUP(pp_report_options_release) struct pp_report_options o;

	pp_report_options_init(&o);
	return pp_report_main(cli, argc, argv, &kind, &o);
}

const struct pp_command pp_cmd_tree = {
	.name = "tree",
	.summary = "show functions with their callers and callees",
	.run = run_tree,
};

const struct pp_command pp_cmd_peek = {
	.name = "peek",
	.summary = "show the callers and callees of functions that match",
	.run = run_peek,
};
