/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof flame [PROFILE...]: stacks as a flame graph, in an SVG or a page of its own. */
#include <config.h>

#include "cmd/cmd_flame.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/units.h"
#include "cli/fail.h"
#include "cmd/cmd.h"
#include "cmd/flame_limit.h"
#include "cmd/flame_options.h"
#include "cmd/flame_source.h"
#include "cmd/report.h"
#include "io/atomic.h"
#include "io/viewer.h"
#include "render/flame.h"
#include "render/folded.h"

/* Everything that one run makes. */
struct job {
	struct pp_report *report;
	const struct pp_flame_command *command;
	struct pp_flame flame;
	double *extents;
	struct pp_buf title;
	char **filters; /* ends with NULL */
	struct pp_header header;
	struct pp_flame_source source; /* with --with-source */
	struct pp_flame_view view;
};

static bool is_picture(const struct pp_flame_command *c)
{
	return c->report.format == PP_FLAME_SVG || c->report.format == PP_FLAME_HTML;
}

/* "demo", or what the file is. */
static void make_title(struct job *j)
{
	struct pp_str program = pp_str_basename(j->header.file);

	if (j->command->look.title)
		pp_buf_str(&j->title, j->command->look.title);
	else if (program.n)
		pp_buf_add(&j->title, program.p, program.n);
	else
		pp_buf_str(&j->title, j->report->is_diff ? "Comparison" : "Flame graph");
}

static void add_filter(struct job *j, size_t *n, size_t *cap, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	j->filters = pp_grow(j->filters, cap, *n + 2, sizeof(*j->filters));
	j->filters[*n] = pp_xasprintf("--%s=%s", name, text);
	j->filters[++*n] = NULL;
}

/* What a page says of the options that it was made with. */
static void list_filters(struct job *j)
{
	const struct pp_report_options *o = &j->command->report;
	size_t n = 0, cap = 0;

	for (enum pp_filter_kind kind = 0; kind < PP_FILTER_KINDS; kind++)
		add_filter(j, &n, &cap, pp_filter_option(kind), o->filter.text[kind]);
	add_filter(j, &n, &cap, "tagroot", o->tagroot);
	add_filter(j, &n, &cap, "tagleaf", o->tagleaf);
}

static int build(struct job *j, struct pp_err *err)
{
	const struct pp_flame_command *c = j->command;
	struct pp_report *r = j->report;
	/* pictures turn the tree around themselves, and back again */
	const struct pp_flame_options o = {
		.reverse = c->look.reverse && !is_picture(c),
		.by_time = c->flamechart,
	};
	const struct pp_view *first = &r->before.view, *last = &r->view;
	struct pp_view views[2];
	uint32_t nviews = 0;

	if (r->is_diff)
		views[nviews++] = c->negate ? *last : *first;
	views[nviews++] = c->negate ? *first : *last;
	j->view.view = c->negate ? first : last;
	if (pp_flame_init(&j->flame, views, nviews, &o, err))
		return -1;
	if (j->flame.overflow)
		pp_cli_warn(r->cli, "the total does not fit into 64 bits and has wrapped");
	return 0;
}

static void describe(struct job *j)
{
	const struct pp_flame_command *c = j->command;
	struct pp_flame_block_options *block = &j->view.block;

	block->order = (enum pp_flame_order)c->order;
	block->measure = (struct pp_flame_measure){
		.type = j->report->view.index,
		.width = (enum pp_flame_width)c->width,
		.normalize = c->report.load.normalize != 0,
	};
	block->by_self = c->delta;
	block->filters = (const char *const *)j->filters;
	block->labels = !c->no_labels;
	block->times = !c->no_times;
}

/* Of the side after, whichever that is; --divide-by has changed the values themselves. */
static void describe_values(struct job *j)
{
	const struct pp_report_options *o = &j->command->report;
	uint32_t after = pp_flame_after(&j->flame, j->report->view.index);

	pp_header_init(&j->header, j->view.view, pp_flame_total(&j->flame, after)[0]);
	j->header.out_unit = pp_str_of(o->unit);
	if (pp_str_eq(j->header.out_unit, PP_STR_LIT("minimum")))
		j->header.out_unit = PP_STR_LIT("auto");
	if (!pp_str_eq(j->header.out_unit, PP_STR_LIT("auto")))
		j->view.block.unit = j->header.out_unit;
	j->header.filters = o->filter.text;
	j->header.compact = o->compact;
}

/* The tree, sorted, with all that is said about it. */
static int prepare(struct job *j, struct pp_err *err)
{
	static const char *const none[] = {NULL};
	struct pp_flame_view *v = &j->view;

	if (build(j, err))
		return -1;
	describe_values(j);
	make_title(j);
	list_filters(j);
	describe(j);
	if (!j->filters)
		v->block.filters = none;
	v->block.title = j->title.p ? j->title.p : "";
	j->extents = pp_flame_extents(&j->flame, &v->block.measure);
	pp_flame_sort(&j->flame, v->block.order, j->extents);
	v->flame = &j->flame;
	v->extents = j->extents;
	v->header = &j->header;
	v->look = j->command->look;
	v->look.title = v->block.title;
	if (!j->command->with_source || !is_picture(j->command))
		return 0;
	return pp_flame_source_init(&j->source, v->view, &j->command->paths, &v->block, err);
}

static void release(struct job *j)
{
	for (size_t i = 0; j->filters && j->filters[i]; i++)
		free(j->filters[i]);
	free(j->filters);
	free(j->extents);
	pp_flame_source_release(&j->source);
	pp_buf_release(&j->title);
	pp_flame_release(&j->flame);
}

/* What was left out, so that nobody takes the rest for all. */
static void tell_limit(struct job *j, const struct pp_flame_limit *l)
{
	const struct pp_flame_block_options *b = &j->view.block;
	char size[PP_QTY_MAX];

	pp_units_label(size, (int64_t)l->max, PP_STR_LIT("bytes"), PP_STR_LIT("auto"));
	if (b->pruned_nodes)
		pp_cli_note(j->report->cli,
			    "%u of %u frames, each below %.2g%% of the total, are merged to keep "
			    "the file below %s (--max-size); all sums are exact",
			    b->pruned_nodes, l->nodes, b->pruned_below * 100, size);
	if (l->no_times)
		pp_cli_note(j->report->cli, "the file has no times of samples, to keep it below %s",
			    size);
	if (l->no_labels)
		pp_cli_note(j->report->cli, "the file has no labels, to keep it below %s", size);
}

static int draw(struct job *j, struct pp_out *out, struct pp_err *err)
{
	const struct pp_flame_look *look = &j->view.look;
	bool is_svg = j->command->report.format == PP_FLAME_SVG;
	struct pp_flame_limit limit = {
		.max = look->data == PP_FLAME_DATA_AUTO ? j->command->max_size : 0,
		.write = is_svg ? pp_flame_svg : pp_flame_html,
	};
	int rc = pp_flame_limit_write(&limit, &j->view, out, err);

	if (rc == 0)
		tell_limit(j, &limit);
	pp_flame_limit_release(&limit);
	return rc;
}

static int write_speedscope(struct job *j, struct pp_out *out, struct pp_err *err)
{
	const struct pp_flame *f = &j->flame;

	for (uint32_t column = 0; column < f->ncolumns; column++) {
		for (uint32_t i = 0; i < f->n; i++) {
			if (f->self[column][i] >= 0)
				continue;
			pp_err_set(err, PP_ERR_UNSUPPORTED,
				   "speedscope cannot show values below 0, which this profile has");
			return pp_err_hint(err, "--diff-base instead of --base makes two profiles");
		}
	}
	pp_flame_speedscope(&j->view, out);
	return 0;
}

static void write_folded(struct job *j, struct pp_out *out)
{
	struct pp_report *r = j->report;
	const struct pp_flame_command *c = j->command;
	uint64_t empty;

	if (r->is_diff || c->look.reverse || c->flamechart) {
		pp_flame_folded(&j->view, out);
		return;
	}
	empty = pp_folded_text(&r->view, &j->header, out);
	if (empty)
		pp_cli_note(r->cli, "left out %" PRIu64 " %s without a stack", empty,
			    empty == 1 ? "sample" : "samples");
}

static int write(struct job *j, struct pp_out *out, struct pp_err *err)
{
	switch ((enum pp_flame_format)j->command->report.format) {
	case PP_FLAME_SPEEDSCOPE:
		return write_speedscope(j, out, err);
	case PP_FLAME_FOLDED:
		write_folded(j, out);
		return 0;
	case PP_FLAME_JSON:
		pp_flame_json(&j->view, out);
		return 0;
	case PP_FLAME_BOXES:
		return pp_flame_boxes(&j->view, j->command->boxes, out, err);
	default:
		return draw(j, out, err);
	}
}

/* To where it belongs; a file is there whole or not at all. */
static int deliver(struct pp_cli *cli, const struct pp_flame_command *c, struct pp_out *out,
		   struct pp_err *err)
{
	const char *path = c->report.output;

	if (strcmp(path, "-") == 0) {
		pp_out_bytes(&cli->out, out->buf.p, out->buf.n);
		return 0;
	}
	if (pp_atomic_write(path, out->buf.p, out->buf.n, false, err))
		return -1;
	if (c->is_default_output) {
		char size[PP_QTY_MAX];

		pp_units_label(size, (int64_t)out->buf.n, PP_STR_LIT("bytes"), PP_STR_LIT("auto"));
		pp_cli_note(cli, "%s (%s)", path, size);
	}
	return c->open ? pp_viewer_open(c->viewer, path, err) : 0;
}

int pp_flame_write(struct pp_report *r, const struct pp_flame_command *c, struct pp_out *out,
		   struct pp_err *err)
{
	struct job j = {.report = r, .command = c};
	int rc = prepare(&j, err);

	if (rc == 0)
		rc = write(&j, out, err);
	release(&j);
	return rc;
}

static int print(struct pp_report *r, struct pp_out *unused PP_UNUSED, struct pp_err *err)
{
	const struct pp_flame_command *c = (const void *)r->options;
	struct pp_out out;
	int rc;

	pp_out_init_mem(&out);
	rc = pp_flame_write(r, c, &out, err);
	if (rc == 0)
		rc = deliver(r->cli, c, &out, err);
	pp_buf_release(&out.buf);
	return rc;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	struct pp_flame_command c;
	struct pp_opt own[PP_FLAME_OPTIONS_MAX];
	const struct pp_report_kind kind = {
		.untrimmed = true,
		.own = own,
		.formats = pp_flame_formats,
		.output_help = "write to FILE (default flame.html, flame.svg or standard output)",
		.writes_file = true,
		.two_sides = true,
		.scales = true,
		.check = pp_flame_options_check,
		.print = print,
	};
	int code;

	pp_flame_options_init(&c);
	pp_flame_options_table(own, &c, cli);
	code = pp_report_main(cli, argc, argv, &kind, &c.report);
	pp_flame_options_release(&c);
	return code;
}

const struct pp_command pp_cmd_flame = {
	.name = "flame",
	.summary = "draw stacks as a flame graph",
	.run = run,
};
