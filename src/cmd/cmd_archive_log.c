/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof log [SELECTOR]: what is in the archive, the newest last. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/map.h"
#include "base/units.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cmd/archive_options.h"
#include "cmd/archive_text.h"
#include "cmd/cmd.h"
#include "cmd/report.h"
#include "render/table.h"

#define SHOWN_DIGITS 12 /* of an id */

/* What is the same for all entries of a series, or for many in a row. */
struct seen {
	bool profiles;	  /* how many an entry stands for is shown: of interest where some do for
			     several */
	struct pp_map at; /* by address of the series */
	struct texts {
		char *type;
		struct pp_buf labels;
	} * texts;
	size_t cap;
	uint32_t n;
	struct pp_archive_minute minute;
	int64_t duration;
	char duration_text[PP_QTY_MAX];
};

static const struct texts *texts_of(struct seen *seen, const struct pp_series *s, bool exact)
{
	uint32_t at = *pp_map_put(&seen->at, (uint64_t)(uintptr_t)s, seen->n);
	const char *type = pp_entry_labels_get(&s->labels, "profile_type");

	if (at < seen->n)
		return &seen->texts[at];
	seen->texts = pp_grow(seen->texts, &seen->cap, (size_t)seen->n + 1, sizeof(*seen->texts));
	struct texts *fresh = &seen->texts[seen->n++];
	*fresh = (struct texts){.type = exact ? pp_xstrdup(type) : pp_archive_short_type(type)};
	if (exact)
		pp_entry_labels_print(&s->labels, &fresh->labels);
	else
		pp_archive_short_labels(&s->labels, &fresh->labels);
	return fresh;
}

static void release_seen(struct seen *seen)
{
	for (uint32_t i = 0; i < seen->n; i++) {
		free(seen->texts[i].type);
		pp_buf_release(&seen->texts[i].labels);
	}
	free(seen->texts);
	pp_map_release(&seen->at);
}

/* With `exact`, what is shown to people is left out: it is not wanted. */
static void add_row(struct pp_table *t, const struct pp_item *item, struct seen *seen, bool exact)
{
	const struct pp_entry *e = &item->entry;
	char hex[PP_SHA256_HEX], total[PP_QTY_MAX] = "";
	const struct pp_series *s = item->series;
	const struct texts *texts = texts_of(seen, s, exact);

	pp_sha256_hex(hex, e->id.bytes);
	pp_table_text(t, (struct pp_str){hex, exact ? strlen(hex) : SHOWN_DIGITS}, NULL);
	pp_table_number(t, e->start, exact ? "" : pp_archive_minute_time(&seen->minute, e->start));
	if (!exact && (e->duration != seen->duration || !seen->duration_text[0])) {
		seen->duration = e->duration;
		pp_units_label(seen->duration_text, e->duration, PP_STR_LIT("ns"),
			       PP_STR_LIT("auto"));
	}
	pp_table_number(t, e->duration, seen->duration_text);
	if (seen->profiles)
		pp_table_number(t, (int64_t)e->profiles, NULL);
	pp_table_number(t, (int64_t)e->samples, NULL);
	if (!exact)
		pp_units_label(total, e->totals[s->default_type], s->types[s->default_type].unit,
			       PP_STR_LIT("auto"));
	pp_table_number(t, e->totals[s->default_type], total);
	pp_table_text(t, pp_str_of(texts->type), NULL);
	pp_table_text(t, pp_buf_view(&texts->labels), NULL);
}

static bool any_merged(const struct pp_list *list)
{
	for (uint32_t i = 0; i < list->n; i++) {
		if (list->items[i].entry.profiles != 1)
			return true;
	}
	return false;
}

static void print_table(const struct pp_list *list, int format, struct pp_out *out)
{
	static const struct pp_table_column columns[] = {
		{"id", false},	   {"start", false}, {"duration", true}, {"profiles", true},
		{"samples", true}, {"total", true},  {"type", false},	 {"labels", false},
	};
	static const struct pp_table_column single[] = {
		{"id", false},	 {"start", false}, {"duration", true}, {"samples", true},
		{"total", true}, {"type", false},  {"labels", false},
	};
	static const struct pp_table_column numbers[] = {
		{"id", false},		 {"start_nanos", true}, {"duration_nanos", true},
		{"profiles", true},	 {"samples", true},	{"total", true},
		{"profile_type", false}, {"labels", false},
	};
	bool profiles = format != PP_FORMAT_TEXT || any_merged(list);
	struct seen seen = {.profiles = profiles};
	struct pp_table t;

	pp_table_init(&t,
		      format != PP_FORMAT_TEXT ? numbers
		      : profiles	       ? columns
					       : single,
		      profiles ? PP_ARRAY_LEN(columns) : PP_ARRAY_LEN(single));
	for (uint32_t i = 0; i < list->n; i++)
		add_row(&t, &list->items[i], &seen, format != PP_FORMAT_TEXT);
	release_seen(&seen);
	if (format == PP_FORMAT_CSV)
		pp_table_csv(&t, out);
	else if (list->n)
		pp_table_print(&t, out);
	pp_table_release(&t);
}

static void print_json(const struct pp_list *list, struct pp_out *out)
{
	struct pp_json j;

	pp_json_init(&j, out);
	pp_json_open(&j, '[');
	for (uint32_t i = 0; i < list->n; i++)
		pp_archive_entry_json(&j, &list->items[i]);
	pp_json_close(&j, ']');
}

struct log {
	const char *archive;
	uint64_t last;
	int format;
	struct pp_opt_list selectors;
};

static int print(struct pp_cli *cli, const struct log *log, struct pp_err *err)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	PP_CLEANUP(pp_list_release) struct pp_list list = {0};
	const char *selector = log->selectors.n ? log->selectors.item[0] : NULL;

	if (pp_archive_open_there(&a, log->archive, err) ||
	    pp_archive_find(cli, &list, &a, selector, log->last, err))
		return -1;
	if (log->format == PP_FORMAT_JSON)
		print_json(&list, &cli->out);
	else
		print_table(&list, log->format, &cli->out);
	return 0;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	struct log log = {.archive = NULL};
	const struct pp_opt opts[] = {
		PP_ARCHIVE_OPTION(&log.archive),
		{PP_OPT_NUMBER, 'n', "last", "N", "the newest N only", &log.last, .min = 1},
		{PP_OPT_ENUM, 0, "format", "FORMAT", "output format", &log.format,
		 .choices = pp_report_formats},
		{PP_OPT_ARGS, 0, NULL, "SELECTOR",
		 "what to list, e.g. '{host=\"web1\"}@now-1h..' (default: everything)",
		 &log.selectors, .max = 1, .hint = PP_HINT_SELECTOR, .group = "Arguments"},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc == 0)
		rc = print(cli, &log, &err);
	pp_opt_list_release(&log.selectors);
	return rc < 0 ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}

const struct pp_command pp_cmd_log = {
	.name = "log",
	.summary = "list what is in the archive",
	.run = run,
};

const struct pp_command pp_cmd_archive_log = {
	.name = "archive log",
	.summary = "list entries, the newest last",
	.run = run,
};
