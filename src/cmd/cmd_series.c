/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof series and pyroprof labels: what is in the archive, by labels; pyroprof archive stats.
 */
#include <config.h>

#include <string.h>

#include "archive/pins.h"
#include "base/alloc.h"
#include "base/units.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cmd/archive_options.h"
#include "cmd/archive_sums.h"
#include "cmd/archive_text.h"
#include "cmd/cmd.h"
#include "cmd/report.h"
#include "render/table.h"

struct survey {
	struct pp_cli *cli;
	const char *archive;
	int format;
	struct pp_opt_list args;
};

static int find(const struct survey *s, struct pp_archive *a, struct pp_list *list,
		const char *selector, struct pp_err *err)
{
	return pp_archive_open_there(a, s->archive, err) ||
			       pp_archive_find(s->cli, list, a, selector, 0, err)
		       ? -1
		       : 0;
}

static void series_row(struct pp_table *t, const struct pp_sum *sum)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf all = PP_BUF_INIT;
	PP_CLEANUP(pp_buf_release) struct pp_buf few = PP_BUF_INIT;
	const struct pp_entry_labels *labels = &sum->series->labels;
	const char *type = pp_entry_labels_get(labels, "profile_type");
	PP_CLEANUP(pp_freep) char *kind = pp_archive_short_type(type);
	char first[64], last[64];

	pp_archive_time(first, sizeof(first), sum->first);
	pp_archive_time(last, sizeof(last), sum->last);
	pp_table_number(t, sum->entries, NULL);
	pp_table_number(t, sum->first, first);
	pp_table_number(t, sum->last, last);
	pp_table_text(t, pp_str_of(type), kind);
	pp_entry_labels_print(labels, &all);
	pp_archive_short_labels(labels, &few);
	pp_table_text(t, pp_buf_view(&all), few.p);
}

static void series_json(const struct pp_sums *sums, struct pp_out *out)
{
	struct pp_json j;

	pp_json_init(&j, out);
	pp_json_open(&j, '[');
	for (size_t i = 0; i < sums->n; i++) {
		pp_json_open(&j, '{');
		pp_json_pair_int(&j, "entries", sums->sum[i].entries);
		pp_json_pair_int(&j, "first_nanos", sums->sum[i].first);
		pp_json_pair_int(&j, "last_nanos", sums->sum[i].last);
		pp_json_key(&j, "labels");
		pp_archive_labels_json(&j, &sums->sum[i].series->labels);
		pp_json_close(&j, '}');
	}
	pp_json_close(&j, ']');
}

static int print_series(const struct survey *s, struct pp_err *err)
{
	static const struct pp_table_column shown[] = {{"entries", true},
						       {"first", false},
						       {"last", false},
						       {"type", false},
						       {"labels", false}};
	static const struct pp_table_column exact[] = {{"entries", true},
						       {"first_nanos", true},
						       {"last_nanos", true},
						       {"profile_type", false},
						       {"labels", false}};
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	PP_CLEANUP(pp_list_release) struct pp_list list = {0};
	PP_CLEANUP(pp_sums_release) struct pp_sums sums = {0};
	struct pp_table t;

	if (find(s, &a, &list, s->args.n ? s->args.item[0] : NULL, err))
		return -1;
	pp_sums_of_series(&sums, &list);
	if (s->format == PP_FORMAT_JSON) {
		series_json(&sums, &s->cli->out);
		return 0;
	}
	pp_table_init(&t, s->format == PP_FORMAT_CSV ? exact : shown, PP_ARRAY_LEN(shown));
	for (size_t i = 0; i < sums.n; i++)
		series_row(&t, &sums.sum[i]);
	pp_table_write(&t, s->format, &s->cli->out);
	pp_table_release(&t);
	return 0;
}

static int print_labels(const struct survey *s, struct pp_err *err)
{
	static const struct pp_table_column names[] = {
		{"label", false}, {"values", true}, {"entries", true}, {"of", false}};
	static const struct pp_table_column values[] = {{"value", false}, {"entries", true}};
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	PP_CLEANUP(pp_list_release) struct pp_list list = {0};
	PP_CLEANUP(pp_sums_release) struct pp_sums sums = {0};
	const char *name = s->args.n ? s->args.item[0] : NULL;
	struct pp_table t;

	if (find(s, &a, &list, NULL, err))
		return -1;
	pp_sums_of_labels(&sums, &list, name);
	if (name && sums.n == 0)
		return pp_err_set(err, PP_ERR_NOT_FOUND, "no entry has a label '%s'", name);
	pp_table_init(&t, name ? values : names, name ? PP_ARRAY_LEN(values) : PP_ARRAY_LEN(names));
	for (size_t i = 0; i < sums.n; i++) {
		pp_table_text(&t, pp_str_of(sums.sum[i].name), NULL);
		if (!name)
			pp_table_number(&t, sums.sum[i].values, sums.sum[i].of_samples ? "" : NULL);
		pp_table_number(&t, sums.sum[i].entries, NULL);
		if (!name)
			pp_table_text(&t, pp_str_of(sums.sum[i].of_samples ? "samples" : "entries"),
				      NULL);
	}
	pp_table_write(&t, s->format, &s->cli->out);
	pp_table_release(&t);
	return 0;
}

static void fact(struct pp_table *t, const char *name, int64_t value, const char *shown)
{
	pp_table_text(t, pp_str_of(name), NULL);
	pp_table_number(t, value, shown);
}

static void size_fact(struct pp_table *t, const char *name, uint64_t bytes)
{
	char text[PP_QTY_MAX];

	fact(t, name, (int64_t)bytes,
	     pp_units_label(text, (int64_t)bytes, PP_STR_LIT("bytes"), PP_STR_LIT("auto")));
}

static void time_fact(struct pp_table *t, const char *name, int64_t ns)
{
	char text[64];

	pp_archive_time(text, sizeof(text), ns);
	fact(t, name, ns, text);
}

static int print_stats(const struct survey *s, struct pp_err *err)
{
	static const struct pp_table_column columns[] = {{"what", false}, {"value", true}};
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	PP_CLEANUP(pp_list_release) struct pp_list list = {0};
	PP_CLEANUP(pp_sums_release) struct pp_sums sums = {0};
	PP_CLEANUP(pp_names_release) struct pp_names pins = {0};
	struct pp_totals totals = {0};
	struct pp_table t;

	if (find(s, &a, &list, NULL, err) || pp_pin_names(&a, &pins, err) ||
	    pp_archive_totals(&totals, &a, &list, err))
		return -1;
	pp_sums_of_series(&sums, &list);
	pp_table_init(&t, columns, PP_ARRAY_LEN(columns));
	fact(&t, "entries", list.n, NULL);
	fact(&t, "profiles", (int64_t)totals.profiles, NULL);
	fact(&t, "merged_entries", (int64_t)totals.merged, NULL);
	fact(&t, "series", (int64_t)sums.n, NULL);
	fact(&t, "samples", (int64_t)totals.samples, NULL);
	if (list.n) {
		time_fact(&t, "first", list.items[0].entry.start);
		time_fact(&t, "last", list.items[list.n - 1].entry.start);
	}
	fact(&t, "files", (int64_t)totals.files, NULL);
	size_fact(&t, "bytes", totals.bytes);
	size_fact(&t, "bytes_unpacked", totals.unpacked);
	fact(&t, "pins", (int64_t)pins.n, NULL);
	fact(&t, "damaged", (int64_t)list.ndamaged, NULL);
	pp_table_write(&t, s->format, &s->cli->out);
	pp_table_release(&t);
	return 0;
}

static int run_survey(struct pp_cli *cli, int argc, char **argv, const struct pp_opt *own,
		      struct survey *s, int (*print)(const struct survey *, struct pp_err *))
{
	struct pp_opt opts[8] = {PP_OPT_END};
	const struct pp_opt common[] = {
		PP_ARCHIVE_OPTION(&s->archive),
		{PP_OPT_ENUM, 0, "format", "FORMAT", "output format", &s->format,
		 .choices = pp_report_formats},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;

	s->cli = cli;
	pp_opt_append(opts, PP_ARRAY_LEN(opts), common);
	pp_opt_append(opts, PP_ARRAY_LEN(opts), own);
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);
	if (rc == 0)
		rc = print(s, &err);
	pp_opt_list_release(&s->args);
	return rc < 0 ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}

static int run_series(struct pp_cli *cli, int argc, char **argv)
{
	struct survey s = {.format = PP_FORMAT_TEXT};
	const struct pp_opt own[] = {
		{PP_OPT_ARGS, 0, NULL, "SELECTOR", "which entries (default: all)", &s.args,
		 .max = 1, .hint = PP_HINT_SELECTOR, .group = "Arguments"},
		PP_OPT_END,
	};

	return run_survey(cli, argc, argv, own, &s, print_series);
}

static int run_labels(struct pp_cli *cli, int argc, char **argv)
{
	struct survey s = {.format = PP_FORMAT_TEXT};
	const struct pp_opt own[] = {
		{PP_OPT_ARGS, 0, NULL, "NAME",
		 "the label whose values to list (default: the labels)", &s.args, .max = 1,
		 .hint = PP_HINT_LABEL, .group = "Arguments"},
		PP_OPT_END,
	};

	return run_survey(cli, argc, argv, own, &s, print_labels);
}

static int run_stats(struct pp_cli *cli, int argc, char **argv)
{
	struct survey s = {.format = PP_FORMAT_TEXT};
	const struct pp_opt own[] = {PP_OPT_END};

	return run_survey(cli, argc, argv, own, &s, print_stats);
}

const struct pp_command pp_cmd_series = {
	.name = "series",
	.summary = "list the sets of labels in the archive",
	.run = run_series,
};

const struct pp_command pp_cmd_labels = {
	.name = "labels",
	.summary = "list the labels in the archive, or the values of one",
	.run = run_labels,
};

const struct pp_command pp_cmd_archive_stats = {
	.name = "archive stats",
	.summary = "show how much there is",
	.run = run_stats,
};
