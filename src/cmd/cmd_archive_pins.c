/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof archive pin, unpin and tag: names and labels for entries that are there. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "archive/pins.h"
#include "archive/tags.h"
#include "base/alloc.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cmd/archive_options.h"
#include "cmd/cmd.h"
#include "cmd/report.h"
#include "render/table.h"

struct mark {
	struct pp_cli *cli;
	const char *archive;
	struct pp_opt_list args;
	int format;
};

/* Lock, and find what a selector means. */
static int begin(const struct mark *m, struct pp_archive *a, struct pp_list *list,
		 const char *selector, struct pp_err *err)
{
	if (pp_archive_open_there(a, m->archive, err) || pp_archive_lock(a, err) ||
	    pp_archive_find(m->cli, list, a, selector, 0, err))
		return -1;
	if (list->n == 0)
		return pp_archive_found_nothing(a, selector, err);
	return 0;
}

static int list_pins(const struct mark *m, struct pp_err *err)
{
	static const struct pp_table_column columns[] = {{"pin", false}, {"entries", true}};
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};
	struct pp_table t;
	struct pp_strtab ids;
	struct pp_err wrong = PP_ERR_INIT;

	if (pp_archive_open_there(&a, m->archive, err) || pp_pin_names(&a, &names, err))
		return -1;
	pp_table_init(&t, columns, PP_ARRAY_LEN(columns));
	for (size_t i = 0; i < names.n; i++) {
		pp_strtab_init(&ids);
		if (pp_pin_read(&a, names.name[i], &ids, &wrong)) {
			pp_cli_warn(m->cli, "left out: %s", wrong.msg);
		} else {
			pp_table_text(&t, pp_str_of(names.name[i]), NULL);
			pp_table_number(&t, (int64_t)ids.count - 1, NULL);
		}
		pp_strtab_release(&ids);
	}
	pp_table_write(&t, m->format, &m->cli->out);
	pp_table_release(&t);
	return 0;
}

static int pin(const struct mark *m, struct pp_err *err)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	PP_CLEANUP(pp_list_release) struct pp_list list = {0};
	const char *name = m->args.item[0];

	if (pp_pin_name_check(name, err) || begin(m, &a, &list, m->args.item[1], err))
		return -1;
	PP_CLEANUP(pp_freep) struct pp_id *ids = pp_xcalloc(list.n, sizeof(*ids));
	for (uint32_t i = 0; i < list.n; i++)
		ids[i] = list.items[i].entry.id;
	if (pp_pin_write(&a, name, ids, list.n, err))
		return -1;
	pp_cli_note(m->cli, "pinned %u %s as '%s'", list.n, list.n == 1 ? "entry" : "entries",
		    name);
	return 0;
}

static int pin_or_list(const struct mark *m, struct pp_err *err)
{
	if (m->args.n == 0)
		return list_pins(m, err);
	if (m->args.n == 1)
		return pp_err_set(err, PP_ERR_USAGE, "what is '%s' to stand for? Name a selector",
				  m->args.item[0]);
	return pin(m, err);
}

static int run_pin(struct pp_cli *cli, int argc, char **argv)
{
	struct mark m = {.cli = cli};
	const struct pp_opt opts[] = {
		PP_ARCHIVE_OPTION(&m.archive),
		{PP_OPT_ENUM, 0, "format", "FORMAT", "output format of the list", &m.format,
		 .choices = pp_report_formats},
		{PP_OPT_FLAG, 'q', "quiet", NULL, "say nothing", &cli->quiet},
		{PP_OPT_ARGS, 0, NULL, "NAME SELECTOR",
		 "the name, and the entries that it stands for; without, list the pins", &m.args,
		 .max = 2, .hint = PP_HINT_SELECTOR, .group = "Arguments"},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc == 0)
		rc = pin_or_list(&m, &err);
	pp_opt_list_release(&m.args);
	return rc < 0 ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}

static int unpin(const struct mark *m, struct pp_err *err)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};

	if (pp_archive_open_there(&a, m->archive, err) || pp_archive_lock(&a, err))
		return -1;
	for (size_t i = 0; i < m->args.n; i++) {
		const char *name = m->args.item[i];

		if (pp_pin_remove(&a, name + (name[0] == '@'), err))
			return -1;
	}
	return 0;
}

static int run_unpin(struct pp_cli *cli, int argc, char **argv)
{
	struct mark m = {.cli = cli};
	const struct pp_opt opts[] = {
		PP_ARCHIVE_OPTION(&m.archive),
		{PP_OPT_ARGS, 0, NULL, "NAME", "the pins to forget", &m.args, .min = 1,
		 .hint = PP_HINT_SELECTOR, .group = "Arguments"},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc == 0)
		rc = unpin(&m, &err);
	pp_opt_list_release(&m.args);
	return rc < 0 ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}

static int tag_one(const struct mark *m, const struct pp_archive *a, const struct pp_id *id,
		   struct pp_err *err)
{
	PP_CLEANUP(pp_entry_labels_release) struct pp_entry_labels labels = {0};

	if (pp_tags_read(a, id, &labels, err))
		return -1;
	for (size_t i = 1; i < m->args.n; i++) {
		if (pp_entry_labels_parse(&labels, m->args.item[i], err))
			return -1;
	}
	return pp_tags_write(a, id, &labels, err);
}

static int tag(const struct mark *m, struct pp_err *err)
{
	PP_CLEANUP(pp_entry_labels_release) struct pp_entry_labels labels = {0};
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	PP_CLEANUP(pp_list_release) struct pp_list list = {0};

	if (m->args.n < 2)
		return pp_err_set(err, PP_ERR_USAGE, "no label is given: KEY=VALUE");
	/* all are looked at before the first is written */
	for (size_t i = 1; i < m->args.n; i++) {
		if (pp_entry_labels_parse(&labels, m->args.item[i], err))
			return -1;
	}
	if (begin(m, &a, &list, m->args.item[0], err))
		return -1;
	for (uint32_t i = 0; i < list.n; i++) {
		if (tag_one(m, &a, &list.items[i].entry.id, err))
			return -1;
	}
	pp_cli_note(m->cli, "tagged %u %s", list.n, list.n == 1 ? "entry" : "entries");
	return 0;
}

static int run_tag(struct pp_cli *cli, int argc, char **argv)
{
	struct mark m = {.cli = cli};
	const struct pp_opt opts[] = {
		PP_ARCHIVE_OPTION(&m.archive),
		{PP_OPT_FLAG, 'q', "quiet", NULL, "say nothing", &cli->quiet},
		{PP_OPT_ARGS, 0, NULL, "SELECTOR KEY=VALUE",
		 "the entries, and labels for them; without a value, one is taken away", &m.args,
		 .min = 1, .hint = PP_HINT_SELECTOR, .group = "Arguments"},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc == 0)
		rc = tag(&m, &err);
	pp_opt_list_release(&m.args);
	return rc < 0 ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}

const struct pp_command pp_cmd_archive_pin = {
	.name = "archive pin",
	.summary = "give entries a name, and keep them from being pruned",
	.run = run_pin,
};

const struct pp_command pp_cmd_archive_unpin = {
	.name = "archive unpin",
	.summary = "forget such names",
	.run = run_unpin,
};

const struct pp_command pp_cmd_archive_tag = {
	.name = "archive tag",
	.summary = "give entries further labels",
	.run = run_tag,
};
