/* SPDX-License-Identifier: Apache-2.0 */
/* tui --archive: the entries of an archive as series over time, and what is opened of them. */
#include <config.h>

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "cmd/archive_options.h"
#include "cmd/archive_text.h"
#include "cmd/tui_command.h"

struct browser {
	struct pp_cli *cli;
	const struct pp_report_kind *kind;
	struct pp_tui_command *command;
	struct pp_tui_series *series;
	char **selectors;		       /* [n] */
	const struct pp_entry_labels **labels; /* [n], of a list that is there as long */
	size_t n, cap, selectors_cap, labels_cap;
	/* of what is shown, and of what was opened last; next NULL: `shown` */
	struct pp_report *shown, *next;
	struct pp_tui_server server;
	struct pp_tui_archive ops;
};

/* ---- what there is ---- */

static struct pp_tui_series *find_series(struct browser *b, struct pp_strtab *seen,
					 const struct pp_series *of)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf selector = PP_BUF_INIT;
	struct pp_buf few = PP_BUF_INIT;
	struct pp_tui_series *s;
	uint32_t id;

	pp_entry_labels_print(&of->labels, &selector);
	id = pp_strtab_add(seen, pp_buf_view(&selector));
	if (id <= b->n)
		return &b->series[id - 1];
	b->series = pp_grow(b->series, &b->cap, b->n + 1, sizeof(*b->series));
	b->selectors = pp_grow(b->selectors, &b->selectors_cap, b->n + 1, sizeof(*b->selectors));
	b->labels = pp_grow(b->labels, &b->labels_cap, b->n + 1, sizeof(*b->labels));
	b->selectors[b->n] = pp_xstrdup(selector.p);
	b->labels[b->n] = &of->labels;
	pp_archive_short_labels(&of->labels, &few);
	s = &b->series[b->n++];
	*s = (struct pp_tui_series){
		.labels = few.p,
		.type = pp_archive_short_type(pp_entry_labels_get(&of->labels, "profile_type")),
		.unit = of->types[of->default_type].unit,
	};
	return s;
}

static int64_t floor_seconds(int64_t ns)
{
	return ns / PP_NSEC_PER_SEC - (ns % PP_NSEC_PER_SEC < 0);
}

/* The list is in the order of time. */
static void group(struct browser *b, const struct pp_list *list)
{
	struct pp_strtab seen;

	pp_strtab_init(&seen);
	for (uint32_t i = 0; i < list->n; i++) {
		const struct pp_item *item = &list->items[i];
		const struct pp_series *of = item->entry.series;
		struct pp_tui_series *s = find_series(b, &seen, item->series);

		s->entries = pp_grow(s->entries, &s->cap, s->n + 1, sizeof(*s->entries));
		s->entries[s->n++] = (struct pp_tui_entry){
			.start = floor_seconds(item->entry.start),
			.total = of->ntypes ? item->entry.totals[of->default_type] : 0};
	}
	pp_strtab_release(&seen);
	for (size_t i = 0; i < b->n; i++) {
		struct pp_buf telling = PP_BUF_INIT;

		pp_archive_telling_labels(b->labels[i], b->labels, b->n, &telling);
		b->series[i].telling = telling.p;
	}
}

/* ---- what is opened ---- */

static char *selector(const struct browser *b, const struct pp_tui_range *r)
{
	return pp_xasprintf("%s@@%lld..@%lld", b->selectors[r->series], (long long)r->from,
			    (long long)r->until);
}

static int open_range(void *browser, const struct pp_tui_range *range,
		      const struct pp_tui_range *before, struct pp_tui_opened *opened,
		      struct pp_err *err)
{
	struct browser *b = browser;
	PP_CLEANUP(pp_freep) char *after_text = selector(b, range);
	PP_CLEANUP(pp_freep) char *before_text = before ? selector(b, before) : NULL;
	const char *args[] = {after_text}, *bases[] = {before_text};
	struct pp_report_options *o = &b->command->report;

	o->args = (struct pp_opt_list){.item = args, .n = 1};
	o->load.diff_base = (struct pp_opt_list){.item = bases, .n = before != NULL};
	b->next = pp_tui_load(b->cli, b->kind, o, err);
	o->args = o->load.diff_base = (struct pp_opt_list){0};
	opened->flame = NULL;
	if (b->next)
		opened->flame = pp_tui_flame(b->next, &b->next->before.view, &b->next->view, err);
	if (!opened->flame) {
		pp_tui_free(b->next);
		b->next = NULL;
		return -1;
	}
	pp_tui_server_turn(&b->server, b->next);
	opened->view = &b->next->view;
	opened->title = pp_tui_title(b->next);
	return 0;
}

static void taken(void *browser)
{
	struct browser *b = browser;

	pp_tui_server_turned(&b->server);
	pp_tui_free(b->shown);
	b->shown = b->next;
	b->next = NULL;
}

/* ---- the whole ---- */

static int show(struct browser *b, struct pp_err *err)
{
	struct pp_tui_options tui = b->command->tui;

	b->shown = pp_tui_nothing(b->cli, b->kind, &b->command->report, err);
	if (!b->shown)
		return -1;
	b->ops = (struct pp_tui_archive){.context = b,
					 .series = b->series,
					 .n = b->n,
					 .first = b->series[0].entries[0].start,
					 .last = b->series[0].entries[0].start,
					 .open = open_range,
					 .taken = taken};
	for (size_t i = 0; i < b->n; i++) {
		const struct pp_tui_series *s = &b->series[i];

		b->ops.first =
			s->entries[0].start < b->ops.first ? s->entries[0].start : b->ops.first;
		b->ops.last = s->entries[s->n - 1].start > b->ops.last ? s->entries[s->n - 1].start
								       : b->ops.last;
	}
	tui.archive = &b->ops;
	b->server = (struct pp_tui_server){
		.report = b->shown, .paths = &b->command->paths, .disasm = &b->command->disasm};
	int rc = pp_tui_show(&b->server, &tui, &b->cli->out, err);
	pp_tui_free(b->shown);
	return rc;
}

static void release(struct browser *b)
{
	for (size_t i = 0; i < b->n; i++) {
		free(b->selectors[i]);
		free(b->series[i].labels);
		free(b->series[i].telling);
		free(b->series[i].type);
		free(b->series[i].entries);
	}
	free(b->series);
	free(b->selectors);
	free(b->labels);
}

int pp_tui_browse(struct pp_cli *cli, const struct pp_report_kind *kind, struct pp_tui_command *c,
		  struct pp_err *err)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	PP_CLEANUP(pp_list_release) struct pp_list list = {0};
	struct browser b = {.cli = cli, .kind = kind, .command = c};
	int rc;

	if (kind->check(cli, &c->report, err) ||
	    pp_archive_open_there(&a, c->report.load.archive, err) ||
	    pp_archive_find(cli, &list, &a, NULL, 0, err))
		return -1;
	if (list.n == 0)
		return pp_err_set(err, PP_ERR_NOT_FOUND, "the archive is empty");
	group(&b, &list);
	rc = show(&b, err);
	release(&b);
	return rc;
}
