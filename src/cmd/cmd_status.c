/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof status: how the targets of `record --targets` are doing. */
#include <config.h>

#include <string.h>

#include "archive/status.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cmd/archive_options.h"
#include "cmd/cmd.h"
#include "cmd/report.h"
#include "render/table.h"

#define LATE	3		       /* periods without a word are too many */
#define LATE_NS (30 * PP_NSEC_PER_SEC) /* or this, if it is longer */

struct view {
	struct pp_cli *cli;
	const char *archive;
	int format;
	int64_t now;
	struct pp_table table;
	bool bad; /* something is not as it should be */
};

/* An instant, as a distance from now without parts of seconds. */
static void add_instant(struct view *v, int64_t time, int64_t distance, const char *before,
			const char *behind)
{
	char text[PP_DURATION_MAX];

	if (distance < 0)
		distance = 0;
	pp_clock_duration(text, distance - distance % PP_NSEC_PER_SEC);
	PP_CLEANUP(pp_freep) char *shown = pp_xasprintf("%s%s%s", before, text, behind);
	pp_table_number(&v->table, time, shown);
}

static void add_took(struct view *v, int64_t ns)
{
	char text[PP_DURATION_MAX];
	int64_t step = ns < PP_NSEC_PER_SEC ? 100000 : 10000000;

	pp_table_number(&v->table, ns, ns ? pp_clock_duration(text, ns - ns % step) : "-");
}

static void add_row(struct view *v, const struct pp_status *s, const struct pp_status_target *t,
		    bool dead)
{
	static const char *const states[] = {"waiting", "up", "down"};
	const char *state = dead ? "dead" : states[t->state];

	pp_table_text(&v->table, pp_str_of(t->target), NULL);
	pp_table_text(&v->table, pp_str_of(state), NULL);
	if (t->good)
		add_instant(v, t->good, v->now - t->good, "", " ago");
	else
		pp_table_number(&v->table, 0, "never");
	pp_table_number(&v->table, (int64_t)t->entries, NULL);
	if (dead)
		pp_table_number(&v->table, 0, "-");
	else if (t->next)
		add_instant(v, t->next, t->next - v->now, "in ", "");
	else
		pp_table_number(&v->table, 0, "now");
	add_took(v, t->took);
	/* people need no explanation of what is over */
	pp_table_text(&v->table, pp_str_of(t->error), t->state == PP_STATUS_DOWN ? NULL : "-");
	if (v->format == PP_FORMAT_TEXT)
		return;
	pp_table_text(&v->table, pp_str_of(t->labels), NULL);
	pp_table_text(&v->table, pp_str_of(s->source), NULL);
	pp_table_text(&v->table, pp_str_of(s->host), NULL);
	pp_table_number(&v->table, (int64_t)s->pid, NULL);
	pp_table_number(&v->table, s->updated, NULL);
}

static void check_recorder(struct view *v, const struct pp_status *s, bool dead)
{
	int64_t late = LATE * s->period, age = v->now - s->updated;
	char text[PP_DURATION_MAX];

	if (!dead && age <= (late > LATE_NS ? late : LATE_NS))
		return;
	v->bad = true;
	pp_clock_duration(text, age > 0 ? age - age % PP_NSEC_PER_SEC : 0);
	pp_cli_warn(v->cli, "'%s' on %s: process %llu %s %s ago", s->source, s->host,
		    (unsigned long long)s->pid,
		    dead ? "has died, its last word was" : "was heard of", text);
}

static void add_rows(struct view *v, const struct pp_status *s, bool dead)
{
	check_recorder(v, s, dead);
	for (size_t i = 0; i < s->n; i++) {
		v->bad |= s->item[i].state == PP_STATUS_DOWN;
		add_row(v, s, &s->item[i], dead);
	}
}

/* One that ends while we look is not there any more. */
static int add_recorder(struct view *v, const struct pp_archive *a, const char *name, size_t *n,
			struct pp_err *err)
{
	bool dead = !pp_status_is_claimed(a, name);
	struct pp_status s;

	if (pp_status_read(a, name, &s, err))
		return err->kind == PP_ERR_NOT_FOUND ? 0 : -1;
	add_rows(v, &s, dead);
	pp_status_release(&s);
	++*n;
	return 0;
}

static int fill(struct view *v, struct pp_err *err)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};
	size_t n = 0;

	if (pp_archive_open_there(&a, v->archive, err) || pp_status_names(&a, &names, err))
		return -1;
	for (size_t i = 0; i < names.n; i++) {
		if (add_recorder(v, &a, names.name[i], &n, err))
			return -1;
	}
	if (n)
		return 0;
	pp_err_set(err, PP_ERR_NOT_FOUND, "nobody pulls from targets into archive '%s'", a.path);
	return pp_err_hint(err, "begin: pyroprof record --targets FILE --every 10s --archive=%s",
			   a.path);
}

static int print(struct view *v, struct pp_err *err)
{
	static const struct pp_table_column shown[] = {
		{"target", false}, {"state", false}, {"last_success", true}, {"entries", true},
		{"next", true},	   {"took", true},   {"error", false},
	};
	static const struct pp_table_column exact[] = {
		{"target", false}, {"state", false},	 {"success_nanos", true},
		{"entries", true}, {"next_nanos", true}, {"took_nanos", true},
		{"error", false},  {"labels", false},	 {"source", false},
		{"host", false},   {"pid", true},	 {"updated_nanos", true},
	};
	bool text = v->format == PP_FORMAT_TEXT;

	v->now = pp_clock_real();
	pp_table_init(&v->table, text ? shown : exact,
		      text ? PP_ARRAY_LEN(shown) : PP_ARRAY_LEN(exact));
	int rc = fill(v, err);
	if (rc == 0)
		pp_table_write(&v->table, v->format, &v->cli->out);
	pp_table_release(&v->table);
	return rc;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	struct view v = {.cli = cli, .format = PP_FORMAT_TEXT};
	const struct pp_opt opts[] = {
		PP_ARCHIVE_OPTION(&v.archive),
		{PP_OPT_ENUM, 0, "format", "FORMAT", "output format", &v.format,
		 .choices = pp_report_formats},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc == 0)
		rc = print(&v, &err);
	if (rc < 0)
		return pp_cli_fail(cli, &err);
	return v.bad ? PP_EXIT_NO : PP_EXIT_OK;
}

const struct pp_command pp_cmd_status = {
	.name = "status",
	.summary = "show how the targets of record are doing",
	.run = run,
	.no = "a target is down or dead",
};
