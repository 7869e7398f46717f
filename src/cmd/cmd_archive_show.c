/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof show [SELECTOR]: all that the archive knows about entries. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "archive/pins.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/units.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cmd/archive_options.h"
#include "cmd/archive_text.h"
#include "cmd/cmd.h"

static const char *const formats[] = {"text", "json", NULL};

struct show {
	struct pp_cli *cli;
	const char *archive;
	uint64_t last;
	int format;
	struct pp_opt_list selectors;
};

static void heading(struct pp_out *o, const char *what)
{
	pp_out_fmt(o, "%-14s ", what);
}

static void time_line(struct pp_out *o, const char *what, int64_t ns)
{
	char text[64];

	heading(o, what);
	pp_clock_format(text, sizeof(text), ns);
	pp_out_fmt(o, "%s\n", text);
}

static void amount(struct pp_out *o, int64_t value, struct pp_str unit)
{
	char text[PP_QTY_MAX];

	pp_out_safe(o, pp_str_of(pp_units_label(text, value, unit, PP_STR_LIT("auto"))));
}

static void types(struct pp_out *o, const struct pp_item *item)
{
	const struct pp_series *s = item->series;

	for (uint32_t i = 0; i < s->ntypes; i++) {
		heading(o, i ? "" : "totals");
		pp_out_safe(o, s->types[i].type);
		pp_out_char(o, ' ');
		amount(o, item->entry.totals[i], s->types[i].unit);
		pp_out_text(o, i == s->default_type && s->ntypes > 1 ? " (default)\n" : "\n");
	}
	if (!s->has_period_type)
		return;
	heading(o, "period");
	pp_out_safe(o, s->period_type.type);
	pp_out_char(o, ' ');
	amount(o, s->period, s->period_type.unit);
	pp_out_char(o, '\n');
}

/* Labels one a line; those that were given afterwards are told apart. */
static void labels(struct pp_out *o, const struct pp_item *item)
{
	const struct pp_entry_labels *all = &item->series->labels,
				     *own = &item->entry.series->labels;

	for (uint32_t i = 0; i < all->n; i++) {
		const struct pp_entry_label *l = &all->pair[i];
		bool later = strcmp(pp_entry_labels_get(own, l->key), l->value) != 0;

		heading(o, i ? "" : "labels");
		pp_out_fmt(o, "%s=", l->key);
		pp_out_safe(o, pp_str_of(l->value));
		pp_out_text(o, later ? " (tag)\n" : "\n");
	}
	for (uint32_t i = 0; i < item->series->nkeys; i++) {
		heading(o, i ? "" : "sample labels");
		pp_out_fmt(o, "%s\n", item->series->keys[i]);
	}
}

static int pins(struct pp_out *o, const struct pp_archive *a, const struct pp_id *id,
		struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};
	struct pp_strtab ids;
	struct pp_err damaged;

	if (pp_pin_names(a, &names, err))
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		pp_strtab_init(&ids);
		if (pp_pin_read(a, names.name[i], &ids, &damaged) == 0 &&
		    pp_strtab_find(&ids, (struct pp_str){(const char *)id->bytes,
							 sizeof(id->bytes)}) != PP_MAP_NONE) {
			heading(o, "pin");
			pp_out_fmt(o, "%s\n", names.name[i]);
		}
		pp_strtab_release(&ids);
	}
	return 0;
}

static int print_text(struct pp_out *o, const struct pp_archive *a, const struct pp_item *item,
		      struct pp_err *err)
{
	const struct pp_entry *e = &item->entry;
	char hex[PP_SHA256_HEX], duration[PP_DURATION_MAX];

	heading(o, "id");
	pp_out_fmt(o, "%s\n", pp_sha256_hex(hex, e->id.bytes));
	heading(o, "received");
	pp_out_fmt(o, "sha256 %s\n", pp_sha256_hex(hex, e->received.bytes));
	time_line(o, "start", e->start);
	heading(o, "duration");
	pp_out_fmt(o, "%s\n", pp_clock_duration(duration, e->duration));
	time_line(o, "added", e->added);
	heading(o, "samples");
	pp_out_fmt(o, "%llu", (unsigned long long)e->samples);
	if (e->profiles != 1)
		pp_out_fmt(o, " of %llu profiles", (unsigned long long)e->profiles);
	pp_out_char(o, '\n');
	heading(o, "size");
	amount(o, (int64_t)e->size, PP_STR_LIT("bytes"));
	pp_out_char(o, '\n');
	types(o, item);
	labels(o, item);
	return pins(o, a, &e->id, err);
}

static int print(const struct show *s, struct pp_err *err)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	PP_CLEANUP(pp_list_release) struct pp_list list = {0};
	const char *selector = s->selectors.n ? s->selectors.item[0] : "@latest";
	struct pp_out *o = &s->cli->out;
	struct pp_json j;

	if (pp_archive_open_there(&a, s->archive, err) ||
	    pp_archive_find(s->cli, &list, &a, selector, s->last, err))
		return -1;
	if (list.n == 0)
		return pp_archive_found_nothing(&a, selector, err);
	pp_json_init(&j, o);
	if (s->format)
		pp_json_open(&j, '[');
	for (uint32_t i = 0; i < list.n; i++) {
		if (s->format) {
			pp_archive_entry_json(&j, &list.items[i]);
			continue;
		}
		if (i)
			pp_out_char(o, '\n');
		if (print_text(o, &a, &list.items[i], err))
			return -1;
	}
	if (s->format)
		pp_json_close(&j, ']');
	return 0;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	struct show s = {.cli = cli};
	const struct pp_opt opts[] = {
		PP_ARCHIVE_OPTION(&s.archive),
		{PP_OPT_NUMBER, 'n', "last", "N", "the newest N only", &s.last, .min = 1},
		{PP_OPT_ENUM, 0, "format", "FORMAT", "output format", &s.format,
		 .choices = formats},
		{PP_OPT_ARGS, 0, NULL, "SELECTOR",
		 "an id, a pin, or what else selects (default: @latest)", &s.selectors, .max = 1,
		 .hint = PP_HINT_SELECTOR, .group = "Arguments"},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc == 0)
		rc = print(&s, &err);
	pp_opt_list_release(&s.selectors);
	return rc < 0 ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}

const struct pp_command pp_cmd_show = {
	.name = "show",
	.summary = "show what the archive knows about an entry",
	.run = run,
};

const struct pp_command pp_cmd_archive_show = {
	.name = "archive show",
	.summary = "show all that is known about an entry",
	.run = run,
};
