/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof tui [PROFILE...]: a profile in the terminal. */
#include <config.h>

#include <stdlib.h>

#include "base/alloc.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cmd/cmd.h"
#include "cmd/cmd_info.h"
#include "cmd/defaults.h"
#include "cmd/disassemble.h"
#include "cmd/flame_source.h"
#include "cmd/lens.h"
#include "cmd/report.h"
#include "cmd/symbol_options.h"

#ifdef HAVE_TUI

#include "tui/tui.h"

struct command {
	struct pp_report_options report; /* first: printing finds the rest behind it */
	struct pp_tui_options tui;
	int order, colours; /* of enums; -1: by what is shown */
	int width, delta;
	bool list_keys;
	struct pp_source_paths paths;
	struct pp_disassemble_options disasm;
};

static const char *const deltas[] = {"total", "self", NULL};

static void make_table(struct pp_opt *table, size_t cap, struct command *c)
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
		 "what colours show the change of (default total)", &c->delta, .choices = deltas},
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
	struct command *c = (void *)o;
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

/* The tree, which will be the program's own. */
static struct pp_flame *make_flame(const struct pp_report *r, const struct pp_view *before,
				   const struct pp_view *after, struct pp_err *err)
{
	struct pp_flame *f = pp_xcalloc(1, sizeof(*f));
	struct pp_view views[2];
	uint32_t n = 0;

	if (r->is_diff)
		views[n++] = *before;
	views[n++] = *after;
	if (pp_flame_init(f, views, n, &(struct pp_flame_options){0}, err)) {
		pp_flame_release(f);
		free(f);
		return NULL;
	}
	if (f->overflow)
		pp_cli_warn(r->cli, "the total does not fit into 64 bits and has wrapped");
	return f;
}

/* What the program asks of us. */
struct server {
	struct pp_report *report;
	struct pp_lens *now, *last; /* the last is that of a tree which may still be shown */
	const struct pp_source_paths *paths;
	struct pp_flame_source source; /* of a view, and of the type that it has */
	const struct pp_view *source_of;
	uint32_t source_type;
	const struct pp_disassemble_options *disasm;
	struct pp_report by_address; /* what the code below is of */
	struct pp_report_options by_address_options;
	const char *pattern; /* its only argument */
	struct pp_disassemble *code;
};

static struct pp_flame *grow(void *context, const char *const *filters, const struct pp_view **view,
			     struct pp_err *err)
{
	struct server *s = context;
	struct pp_lens *lens = pp_lens_new(s->report, filters, err);
	struct pp_flame *f;

	if (!lens)
		return NULL;
	f = make_flame(s->report, &lens->before.view, &lens->after.view, err);
	if (!f) {
		pp_lens_free(lens);
		return NULL;
	}
	pp_lens_free(s->last);
	s->last = s->now;
	s->now = lens;
	*view = &lens->after.view;
	return f;
}

static const struct pp_view *view_of(const struct server *s)
{
	return s->now ? &s->now->after.view : &s->report->view;
}

static void forget_lines(struct server *s)
{
	if (s->source_of)
		pp_flame_source_release(&s->source);
	s->source_of = NULL;
}

static const struct pp_lines *lines(void *context, uint32_t type, struct pp_err *err)
{
	struct pp_flame_block_options unused = {0};
	struct server *s = context;
	struct pp_view view = *view_of(s);

	if (s->source_of == view_of(s) && s->source_type == type)
		return &s->source.lines;
	forget_lines(s);
	view.index = type;
	s->source_of = view_of(s);
	s->source_type = type;
	if (pp_flame_source_init(&s->source, &view, s->paths, &unused, err)) {
		forget_lines(s);
		return NULL;
	}
	return &s->source.lines;
}

static const struct pp_text *source(void *context, const struct pp_lines_routine *r,
				    struct pp_err *err)
{
	struct server *s = context;

	return s->source.list.read(s->source.list.context, r, err);
}

static const char *where(void *context, const struct pp_text *text)
{
	const struct server *s = context;

	return s->source.files ? pp_source_path(s->source.files, text) : NULL;
}

static void forget_code(struct server *s)
{
	pp_disassemble_free(s->code);
	pp_frames_release(&s->by_address.frames);
	pp_nodes_release(&s->by_address.nodes);
	s->code = NULL;
}

/* The same report, by addresses. */
static const struct pp_assembly_routine *code(void *context, const char *pattern, uint32_t type,
					      uint32_t *n, struct pp_err *err)
{
	const struct pp_frames_options frames = {
		.granularity = PP_BY_ADDRESS, .noinlines = true, .objects = true};
	struct server *s = context;
	struct pp_report *r = &s->by_address;

	forget_code(s);
	s->pattern = pattern;
	s->by_address_options = *s->report->options;
	s->by_address_options.args = (struct pp_opt_list){.item = &s->pattern, .n = 1};
	*r = (struct pp_report){.cli = s->report->cli,
				.options = &s->by_address_options,
				.profile = s->report->profile, /* borrowed */
				.view = *view_of(s)};
	pp_nodes_init(&r->nodes);
	pp_frames_init(&r->frames, &r->profile, &r->nodes, &frames);
	r->view.index = type;
	r->view.frames = &r->frames;
	r->view.nodes = &r->nodes;
	s->code = pp_disassemble_new(r, s->disasm, err);
	return s->code ? pp_disassemble_routines(s->code, n) : NULL;
}

/* Of the profile as it was before filters have cut it. */
static int info(void *context, struct pp_buf *text, struct pp_err *err)
{
	const struct server *s = context;
	struct pp_report *r = s->report;
	const struct pp_opt_list *args = &r->options->args;
	PP_CLEANUP(pp_freep) char *several = pp_xasprintf("%zu profiles", args->n);
	struct pp_info i = {.file = args->n ? args->item[0] : PP_DEFAULT_PROFILE,
			    .file_bytes = r->profile.nbytes};
	struct pp_uncut now;
	struct pp_out out;
	int rc;

	if (args->n > 1)
		i.file = several;
	pp_uncut_save(&now, &r->profile);
	pp_uncut_restore(&r->uncut, &r->profile);
	pp_out_init_mem(&out);
	rc = pp_info_write(&r->profile, &i, PP_FORMAT_TEXT, &out, err);
	if (rc == 0)
		pp_buf_add(text, out.buf.p, out.buf.n);
	pp_buf_release(&out.buf);
	pp_uncut_restore(&now, &r->profile);
	pp_uncut_release(&now);
	return rc;
}

static int show(struct pp_report *r, struct pp_out *out, struct pp_err *err)
{
	const struct command *c = (const void *)r->options;
	struct pp_tui_options tui = c->tui;
	PP_CLEANUP(pp_buf_release) struct pp_buf report = PP_BUF_INIT;
	struct pp_str unit = pp_str_of(r->options->unit);
	struct server server = {.report = r, .paths = &c->paths, .disasm = &c->disasm};
	int rc;

	tui.input = (struct pp_model_input){
		.flame = make_flame(r, &r->before.view, &r->view, err),
		.view = &r->view,
		.measure = {.type = r->view.index,
			    .width = (enum pp_flame_width)c->width,
			    .normalize = r->options->load.normalize != 0},
		.order = (enum pp_flame_order)c->order,
		.colours = (enum pp_colours)c->colours,
		.by_self = c->delta,
		.unit = pp_str_eq(unit, PP_STR_LIT("minimum")) ? PP_STR_LIT("auto") : unit,
	};
	if (!tui.input.flame)
		return -1;
	pp_header_init(&r->header, &r->view, 0);
	tui.filters = r->options->filter.text;
	tui.services = (struct pp_tui_services){.context = &server,
						.grow = grow,
						.lines = lines,
						.source = source,
						.where = where,
						.code = code,
						.info = info};
	tui.title = r->header.file.n ? pp_str_basename(r->header.file) : PP_STR_LIT("profile");
	tui.report = &report;
	r->cli->mute = true;
	rc = pp_tui_run(&tui, err);
	r->cli->mute = false;
	forget_code(&server);
	forget_lines(&server);
	pp_lens_free(server.last);
	pp_lens_free(server.now);
	if (rc == 0)
		pp_out_bytes(out, report.p, report.n);
	return rc;
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
	struct command c = {.order = -1,
			    .colours = -1,
			    .disasm = {.binary_path = binaries, .programs = getenv("PATH")}};
	struct pp_opt own[24];
	const struct pp_report_kind kind = {
		.untrimmed = true,
		.own = own,
		.two_sides = true,
		.scales = true,
		.refilters = true,
		.check = check,
		.print = show,
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
	pp_err_set(&err, PP_ERR_UNSUPPORTED, "this pyroprof was built without a terminal program");
	pp_err_hint(&err, "install libncurses-dev and configure it with --enable-tui");
	return pp_cli_fail(cli, &err);
}

#endif

const struct pp_command pp_cmd_tui = {
	.name = "tui",
	.summary = "look at a profile in the terminal",
	.run = run,
};
