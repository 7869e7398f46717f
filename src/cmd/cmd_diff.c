/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof diff BEFORE AFTER: what has changed, function by function. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "analyze/compare.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/units.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/tint.h"
#include "cmd/cmd.h"
#include "cmd/cmd_flame.h"
#include "cmd/diff_options.h"
#include "cmd/rename.h"
#include "cmd/report.h"
#include "render/compare.h"

/* A comparison on its way to the paper. */
struct job {
	struct pp_report *report;
	const struct pp_diff_command *command;
	const struct pp_view *views[PP_SIDES];
	struct pp_flat flat[PP_SIDES];
	struct pp_header headers[PP_SIDES];
	struct pp_compare compare;
	const char **renamed; /* ends with NULL */
};

static const struct pp_diff_command *command_of(const struct pp_report *r)
{
	return (const void *)r->options;
}

/* Functions of the side before get the names that they have after. */
static int rename_all(struct pp_report *r, struct pp_err *err)
{
	const struct pp_diff_command *c = command_of(r);

	for (size_t i = 0; i < c->rename_texts.n; i++) {
		const char *text = c->rename_texts.item[i];
		bool found = false;

		if (pp_rename_functions(&r->before.profile, text, &found, err))
			return -1;
		if (!found)
			pp_cli_warn(r->cli, "option '--rename': there is no '%.*s' before",
				    (int)pp_rename_old(text).n, text);
	}
	return 0;
}

static void text_of_type(const struct pp_profile *p, const struct pp_value_type *t,
			 struct pp_buf *out)
{
	struct pp_str type = pp_profile_str(p, t->type), unit = pp_profile_str(p, t->unit);

	pp_buf_fmt(out, "%.*s/%.*s", (int)type.n, type.p, (int)unit.n, unit.p);
}

/* What was sampled is the same; and how often, where samples are counted. */
static int check_periods(const struct job *j, struct pp_err *err)
{
	const struct pp_profile *b = j->views[PP_BEFORE]->profile, *a = j->views[PP_AFTER]->profile;
	PP_CLEANUP(pp_buf_release) struct pp_buf before = PP_BUF_INIT, after = PP_BUF_INIT;
	struct pp_str unit = j->headers[PP_AFTER].unit;

	if (!b->has_period_type || !a->has_period_type)
		return 0;
	text_of_type(b, &b->period_type, &before);
	text_of_type(a, &a->period_type, &after);
	if (strcmp(before.p, after.p) != 0)
		return pp_err_set(err, PP_ERR_FORMAT,
				  "the period is of %.100s before and of %.100s after: other "
				  "things were sampled",
				  before.p, after.p);
	if (j->command->per == PP_PER_TOTAL || b->period == a->period ||
	    !pp_units_convertible(unit, PP_STR_LIT("count")))
		return 0;
	pp_err_set(err, PP_ERR_FORMAT,
		   "the period is %lld %s before and %lld after: counts of samples do not compare",
		   (long long)b->period, before.p, (long long)a->period);
	return pp_err_hint(err, "compare shares: --per=total");
}

static int find_factors(const struct job *j, double factor[PP_SIDES], struct pp_err *err)
{
	static const char *const sides[PP_SIDES] = {"before", "after"};

	for (enum pp_side s = PP_BEFORE; s < PP_SIDES; s++) {
		int64_t total = pp_total_value(&j->flat[s].total);
		int64_t duration = j->views[s]->profile->duration_nanos;

		factor[s] = 1;
		if (j->command->per == PP_PER_TOTAL)
			factor[s] = total ? 1 / (double)total : 0;
		if (j->command->per == PP_PER_UNIT)
			factor[s] = 1 / j->command->units[s];
		if (j->command->per != PP_PER_SECOND)
			continue;
		if (duration <= 0)
			return pp_err_set(err, PP_ERR_FORMAT,
					  "the profile %s does not say how long it is, which "
					  "--per=second needs",
					  sides[s]);
		factor[s] = (double)PP_NSEC_PER_SEC / (double)duration;
	}
	return 0;
}

static void list_renamed(struct job *j)
{
	size_t n = j->command->rename_texts.n;

	j->renamed = pp_xcalloc(n + 1, sizeof(*j->renamed));
	for (size_t i = 0; i < n; i++)
		j->renamed[i] = pp_rename_new(j->command->rename_texts.item[i]);
}

/* What is compared is what the side after shows by itself. */
static void warn_default(const struct job *j)
{
	const struct pp_profile *b = j->views[PP_BEFORE]->profile, *a = j->views[PP_AFTER]->profile;
	struct pp_str before, after = j->headers[PP_AFTER].type;
	struct pp_err no;
	uint32_t index;

	if (j->report->options->sample_index || !b->default_sample_type ||
	    !a->default_sample_type || pp_profile_sample_index(b, NULL, &index, &no))
		return;
	before = pp_profile_str(b, b->sample_types[index].type);
	if (!pp_str_eq(before, after))
		pp_cli_warn(j->report->cli,
			    "compared is %.*s, as the side after has it by default, and not %.*s, "
			    "as that before: --sample-index chooses",
			    (int)after.n, after.p, (int)before.n, before.p);
}

static int prepare(struct job *j, struct pp_err *err)
{
	struct pp_report *r = j->report;
	struct pp_compare_options o = {.cum = r->options->rows.cum,
				       .nodecount = r->options->rows.nodecount,
				       .nodefraction = r->options->rows.nodefraction,
				       .drop_negative = r->options->rows.drop_negative};

	j->views[PP_BEFORE] = &r->before.view;
	j->views[PP_AFTER] = &r->view;
	for (enum pp_side s = PP_BEFORE; s < PP_SIDES; s++) {
		pp_flat_init(&j->flat[s], j->views[s]);
		if (j->flat[s].total.overflow)
			pp_cli_warn(r->cli, "a total does not fit into 64 bits and has wrapped");
		pp_header_init(&j->headers[s], j->views[s], pp_total_value(&j->flat[s].total));
		j->headers[s].out_unit = pp_str_of(r->options->unit);
		j->headers[s].filters = r->options->filter.text;
		if (pp_str_eq(j->headers[s].out_unit, PP_STR_LIT("minimum")))
			j->headers[s].out_unit = PP_STR_LIT("auto");
	}
	if (check_periods(j, err) || find_factors(j, o.factor, err))
		return -1;
	warn_default(j);
	pp_compare_init(&j->compare, j->views, j->flat, &o);
	list_renamed(j);
	return 0;
}

static void release(struct job *j)
{
	for (enum pp_side s = PP_BEFORE; s < PP_SIDES; s++)
		pp_flat_release(&j->flat[s]);
	pp_compare_release(&j->compare);
	free(j->renamed);
}

/* Which bounds are exceeded, by how much. */
struct excess {
	struct job *job;
	bool any;
};

static void tell_excess(void *context, const struct pp_fail_on *f, const struct pp_compare_row *row)
{
	struct excess *e = context;
	struct pp_str name =
		row ? pp_nodes_name(&e->job->report->nodes, row->node) : PP_STR_LIT("the total");

	e->any = true;
	if (!e->job->command->quiet)
		pp_cli_warn(e->job->report->cli, "'%s' holds for %.*s", f->text, (int)name.n,
			    name.p);
}

static int check_bounds(struct job *j, struct pp_err *err)
{
	const struct pp_diff_command *c = j->command;
	const struct pp_fail_on_values values = {.compare = &j->compare,
						 .nodes = &j->report->nodes,
						 .unit = j->headers[PP_AFTER].unit,
						 .shares = c->per == PP_PER_TOTAL};
	struct excess e = {.job = j};

	for (size_t i = 0; i < c->fail_on_texts.n; i++) {
		bool matched;

		if (pp_fail_on_check(&c->fail_on[i], &values, &matched, tell_excess, &e, err))
			return pp_err_wrap(err, "option '--fail-on'");
		if (!matched)
			pp_cli_warn(j->report->cli,
				    "option '--fail-on': '%s' is about nothing that "
				    "is there",
				    c->fail_on[i].text);
	}
	j->report->code = e.any ? PP_EXIT_NO : PP_EXIT_OK;
	return 0;
}

static struct pp_compare_sources sources_of(struct job *j, enum pp_side s)
{
	struct pp_load_sources *l = &j->report->sources[s];

	return (struct pp_compare_sources){.profiles = l->profiles,
					   .covered = l->untimed ? 0 : pp_spans_covered(&l->spans)};
}

static void print_table(struct job *j, struct pp_out *out)
{
	const struct pp_report_options *o = j->report->options;
	const struct pp_tint more = pp_tint_of(j->report->cli, PP_TINT_MORE, out->fd);
	const struct pp_tint less = pp_tint_of(j->report->cli, PP_TINT_LESS, out->fd);
	const struct pp_compare_view v = {
		.compare = &j->compare,
		.nodes = &j->report->nodes,
		.headers = j->headers,
		.sources = {sources_of(j, PP_BEFORE), sources_of(j, PP_AFTER)},
		.per = j->command->per,
		.units = j->command->units,
		.unit = j->headers[PP_AFTER].out_unit,
		.renamed = j->renamed,
		.compact = o->compact,
		.more = more.on,
		.less = less.on,
		.plain = more.off};

	switch ((enum pp_diff_format)o->format) {
	case PP_DIFF_JSON:
		pp_compare_json(&v, out);
		return;
	case PP_DIFF_CSV:
		pp_compare_csv(&v, out);
		return;
	case PP_DIFF_MARKDOWN:
		pp_compare_markdown(&v, out);
		return;
	default:
		pp_compare_text(&v, out);
	}
}

/* The differential flame graph, which compares shares or values. */
static int draw(struct pp_report *r, struct pp_out *out, struct pp_err *err)
{
	const struct pp_diff_command *c = command_of(r);
	struct pp_report own = *r;
	struct pp_flame_command flame;
	int rc;

	if (c->per == PP_PER_SECOND || c->per == PP_PER_UNIT)
		return pp_err_set(
			err, PP_ERR_USAGE,
			"a flame graph compares shares (--per=total) or values as they are "
			"(--per=none)");
	pp_flame_options_init(&flame);
	flame.report = c->report; /* borrowed, so that it is not released */
	flame.report.format = c->report.format == PP_DIFF_SVG ? PP_FLAME_SVG : PP_FLAME_HTML;
	flame.report.load.normalize = c->per == PP_PER_NONE ? 0 : -1;
	if (!flame.report.output)
		flame.report.output = "-";
	own.options = &flame.report;
	rc = pp_flame_options_check(r->cli, &flame.report, err);
	if (rc == 0)
		rc = pp_flame_write(&own, &flame, out, err);
	free(flame.viewer);
	return rc;
}

static int print(struct pp_report *r, struct pp_out *out, struct pp_err *err)
{
	const struct pp_diff_command *c = command_of(r);
	struct job j = {.report = r, .command = c};
	int rc = prepare(&j, err);

	if (rc == 0)
		rc = check_bounds(&j, err);
	if (rc == 0 && !c->quiet) {
		if (c->report.format == PP_DIFF_HTML || c->report.format == PP_DIFF_SVG)
			rc = draw(r, out, err);
		else
			print_table(&j, out);
	}
	release(&j);
	return rc;
}

static int check(struct pp_cli *cli PP_UNUSED, struct pp_report_options *o, struct pp_err *err)
{
	return pp_diff_check((struct pp_diff_command *)(void *)o, err);
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	struct pp_diff_command c;
	struct pp_opt own[PP_DIFF_OPTIONS_MAX];
	const struct pp_report_kind kind = {
		.nodecount = 40,
		.own = own,
		.formats = pp_diff_formats,
		.two_sides = true,
		.compares = true,
		.scales = true,
		.check = check,
		.change = rename_all,
		.print = print,
	};
	int code;

	pp_diff_options_init(&c);
	pp_diff_table(own, &c);
	code = pp_report_main(cli, argc, argv, &kind, &c.report);
	pp_diff_options_release(&c);
	return code;
}

const struct pp_command pp_cmd_diff = {
	.name = "diff",
	.summary = "show what has changed between two profiles",
	.run = run,
	.no = "a bound of --fail-on is exceeded",
};
