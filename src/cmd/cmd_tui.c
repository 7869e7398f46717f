/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof tui [PROFILE...]: a profile in the terminal. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cmd/cmd.h"
#include "cmd/report.h"
#include "cmd/symbol_options.h"

#ifdef HAVE_TUI

#include "base/clock.h"
#include "cmd/record_options.h"
#include "cmd/tui_command.h"

static void make_table(struct pp_opt *table, size_t cap, struct pp_tui_command *c)
{
	const struct pp_opt opts[] = {
		{PP_OPT_FLAG, 0, "inverted", NULL, "begin bottom-up: with what is called",
		 &c->tui.inverted, .group = "How it looks"},
		{PP_OPT_FLAG, 0, "upwards", NULL, "the root is at the bottom", &c->tui.upwards},
		{PP_OPT_ENUM, 0, "order", "HOW",
		 "of siblings (default weight; name in a comparison)", &c->order,
		 .choices = pp_flame_orders},
		{PP_OPT_ENUM, 0, "colors", "SCHEME",
		 "what colours tell (default pkg; diff in a comparison)", &c->colours,
		 .choices = pp_colours_names},
		{PP_OPT_ENUM, 0, "theme", "THEME",
		 "what the terminal's background is (default auto: as COLORFGBG says, or dark)",
		 &c->tui.theme, .choices = pp_tui_themes},
		{PP_OPT_ENUM, 0, "diff-width", "SIDE", "what widths show (default after)",
		 &c->width, .choices = pp_flame_widths, .group = "Comparing (--diff-base)"},
		{PP_OPT_ENUM, 0, "diff-delta", "WHAT",
		 "what colours show the change of (default total)", &c->delta,
		 .choices = pp_tui_deltas},
		{PP_OPT_SET, 0, "no-normalize", NULL, "compare values as they are",
		 &c->report.load.normalize},
		{PP_OPT_TEXT, 0, "source-path", "DIR:...",
		 "where to look for source, in parents too (default: the current directory)",
		 &c->paths.search, .group = "Where the source is"},
		{PP_OPT_TEXT, 0, "trim-path", "PREFIX:...", "cut these from the names of files",
		 &c->paths.trim},
		{PP_OPT_TEXT, 0, "binary-path", "DIR:...",
		 "where to look for binaries (default: $PPROF_BINARY_PATH or ~/pprof/binaries)",
		 &c->disasm.binary_path},
		{PP_OPT_TEXT, 0, "bench-keys", "FILE",
		 "replay keys without a terminal and print how long they take", &c->tui.bench,
		 .group = "Help for developers", .hint = PP_HINT_FILE},
		{PP_OPT_FLAG, 0, "list-keys", NULL, "print the keys as the manual has them",
		 &c->list_keys},
		PP_OPT_END,
	};

	table[0] = (struct pp_opt)PP_OPT_END;
	pp_opt_append(table, cap, opts);
}

static int check(struct pp_cli *cli PP_UNUSED, struct pp_report_options *o, struct pp_err *err)
{
	struct pp_tui_command *c = (void *)o;
	bool is_diff = o->load.diff_base.n != 0;

	if (o->mean) {
		pp_err_set(err, PP_ERR_USAGE,
			   "a tree cannot show means: a frame is as wide as those above it "
			   "together");
		return pp_err_hint(err, "'pyroprof top --mean' can");
	}
	if (!is_diff && (c->width || c->delta || c->colours >= PP_COLOURS_DIFF))
		return pp_err_set(err, PP_ERR_USAGE, "%s needs --diff-base",
				  c->width   ? "--diff-width"
				  : c->delta ? "--diff-delta"
					     : "these --colors");
	if (c->order < 0)
		c->order = is_diff ? PP_FLAME_BY_NAME : PP_FLAME_BY_WEIGHT;
	if (c->colours < 0)
		c->colours = is_diff ? PP_COLOURS_DIFF : PP_COLOURS_PKG;
	c->tui.script = getenv("PYROPROF_TUI_SCRIPT");
	return pp_tui_check(&c->tui, err);
}

struct pp_str pp_tui_title(struct pp_report *r)
{
	pp_header_init(&r->header, &r->view, 0);
	return r->header.file.n ? pp_str_basename(r->header.file) : PP_STR_LIT("profile");
}

int pp_tui_show(struct pp_tui_server *server, struct pp_tui_options *tui, struct pp_out *out,
		struct pp_err *err)
{
	struct pp_report *r = server->report; /* the server may have another one in the end */
	struct pp_cli *cli = r->cli;
	const struct pp_tui_command *c = (const void *)r->options;
	PP_CLEANUP(pp_buf_release) struct pp_buf report = PP_BUF_INIT;
	struct pp_str unit = pp_str_of(r->options->unit);
	const char *filters[PP_TUI_FILTERS];
	int rc;

	tui->input = (struct pp_model_input){
		.flame = pp_tui_flame(r, &r->before.view, &r->view, err),
		.view = &r->view,
		.measure = {.type = r->view.index,
			    .width = (enum pp_flame_width)c->width,
			    .normalize = r->options->load.normalize != 0},
		.order = (enum pp_flame_order)c->order,
		.colours = (enum pp_colours)c->colours,
		.by_self = c->delta,
		.unit = pp_str_eq(unit, PP_STR_LIT("minimum")) ? PP_STR_LIT("auto") : unit,
	};
	if (!tui->input.flame)
		return -1;
	memcpy(filters, r->options->filter.text, sizeof(r->options->filter.text));
	filters[PP_TUI_TAGROOT] = r->options->tagroot;
	filters[PP_TUI_TAGLEAF] = r->options->tagleaf;
	filters[PP_TUI_ALL_FRAMES] = r->options->filter.all_frames ? "yes" : "";
	tui->filters = filters;
	tui->services = pp_tui_server_services(server);
	tui->title = tui->archive ? PP_STR_LIT("archive") : pp_tui_title(r);
	tui->save = pp_tui_save;
	tui->report = &report;
	cli->mute = true;
	rc = pp_tui_run(tui, err);
	cli->mute = false;
	pp_tui_server_release(server);
	if (rc == 0)
		pp_out_bytes(out, report.p, report.n);
	return rc;
}

static int show(struct pp_report *r, struct pp_out *out, struct pp_err *err)
{
	const struct pp_tui_command *c = (const void *)r->options;
	struct pp_tui_server server = {.report = r, .paths = &c->paths, .disasm = &c->disasm};
	struct pp_tui_options tui = c->tui;

	return pp_tui_show(&server, &tui, out, err);
}

/* --list-keys is asked for without a profile. */
static int print_keys(struct pp_cli *cli)
{
	struct pp_buf text = PP_BUF_INIT;

	pp_tui_manual(&text);
	pp_out_bytes(&cli->out, text.p, text.n);
	pp_buf_release(&text);
	return PP_EXIT_OK;
}

static bool wants_keys(int argc, char **argv)
{
	return argc == 2 && pp_str_eq(pp_str_of(argv[1]), PP_STR_LIT("--list-keys"));
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	PP_CLEANUP(pp_freep) char *binaries = pp_binary_path_standard();
	struct pp_tui_command c = {.order = -1,
				   .colours = -1,
				   .disasm = {.binary_path = binaries, .programs = getenv("PATH")},
				   .what = PP_RECORD_OPTIONS_INIT,
				   .how = {.interval_ns = PP_NSEC_PER_SEC}};
	struct pp_opt own[24];
	const struct pp_report_kind kind = {
		.untrimmed = true,
		.own = own,
		.two_sides = true,
		.scales = true,
		.refilters = true,
		.check = check,
		.print = show,
		.add_options = pp_tui_live_add_options,
		.instead = pp_tui_live,
		.context = &c,
	};
	int code;

	if (cli->mode == PP_CLI_RUN && wants_keys(argc, argv))
		return print_keys(cli);
	c.paths = (struct pp_source_paths){
		.goroot = getenv("GOROOT"),
		.gopath = getenv("GOPATH"),
		.gomodcache = getenv("GOMODCACHE"),
		.home = getenv("HOME"),
	};
	pp_report_options_init(&c.report);
	make_table(own, PP_ARRAY_LEN(own), &c);
	code = pp_report_main(cli, argc, argv, &kind, &c.report);
	pp_report_options_release(&c.report);
	pp_record_options_release(&c.what);
	return code;
}

#else

static int run(struct pp_cli *cli, int argc, char **argv)
{
	const struct pp_opt none[] = {PP_OPT_END};
	struct pp_err err = PP_ERR_INIT;

	if (cli->mode != PP_CLI_RUN)
		return pp_opt_parse(cli, none, argc, argv, &err) < 0 ? pp_cli_fail(cli, &err)
								     : PP_EXIT_OK;
	pp_err_set(&err, PP_ERR_UNSUPPORTED,
		   "this pyroprof was built without the terminal program");
	pp_err_hint(&err, "install one that was configured without --disable-tui");
	return pp_cli_fail(cli, &err);
}

#endif

const struct pp_command pp_cmd_tui = {
	.name = "tui",
	.summary = "look at a profile in the terminal",
	.run = run,
};
