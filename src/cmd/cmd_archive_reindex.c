/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof archive reindex: a copy, or what somebody has worked on, into shape. */
#include <config.h>

#include <stdlib.h>
#include <sys/stat.h>

#include "archive/mend.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cmd/archive_options.h"
#include "cmd/cmd.h"
#include "io/json.h"

static const char *const formats[] = {"text", "json", NULL};

struct reindex {
	struct pp_cli *cli;
	const char *archive;
	int format;
	uint64_t told;
};

static void tell(void *context, const char *what)
{
	struct reindex *r = context;

	r->told++;
	pp_cli_warn(r->cli, "%s", what);
}

static void print_json(struct pp_out *out, const struct pp_mended *m, const struct pp_inventory *v)
{
	struct pp_json j;

	pp_json_init(&j, out);
	pp_json_open(&j, '{');
	pp_json_pair_int(&j, "made", (int64_t)m->made);
	pp_json_pair_int(&j, "modes", (int64_t)m->modes);
	pp_json_pair_int(&j, "removed", (int64_t)m->removed);
	pp_json_pair_int(&j, "entries", (int64_t)v->entries);
	pp_json_pair_int(&j, "loose", (int64_t)v->loose);
	pp_json_pair_int(&j, "segments", (int64_t)v->segments);
	pp_json_pair_int(&j, "from_nanos", v->from);
	pp_json_pair_int(&j, "until_nanos", v->until);
	pp_json_pair_int(&j, "pins", (int64_t)v->pins);
	pp_json_pair_int(&j, "dangling_pins", (int64_t)v->dangling);
	pp_json_close(&j, '}');
}

static void line(struct pp_out *out, const char *what, uint64_t n)
{
	pp_out_fmt(out, "%-34s %llu\n", what, (unsigned long long)n);
}

static void print_text(struct pp_out *out, const struct pp_mended *m, const struct pp_inventory *v)
{
	char from[64], until[64];

	line(out, "directories and files made", m->made);
	line(out, "modes changed", m->modes);
	line(out, "needless files removed", m->removed);
	line(out, "entries", v->entries);
	line(out, "entries that are loose", v->loose);
	line(out, "segments", v->segments);
	line(out, "pins", v->pins);
	if (v->entries == 0)
		return;
	pp_clock_format(from, sizeof(from), v->from);
	pp_clock_format(until, sizeof(until), v->until);
	pp_out_fmt(out, "%-34s %s\n%-34s %s\n", "first start", from, "last start", until);
}

/* ARCHIVE is made anew if a copy came without, but not in any directory. */
static int open_archive(struct reindex *r, struct pp_archive *a, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *where = pp_archive_where(r->archive);
	bool fresh;

	if (pp_archive_open_there(a, r->archive, err) == 0)
		return 0;
	if (err->kind == PP_ERR_FORMAT && where)
		return pp_err_hint(err,
				   "if it is of this version, move '%s/ARCHIVE' away, and run "
				   "this again: it is made anew",
				   where);
	if (err->kind != PP_ERR_NOT_FOUND || !where)
		return -1;
	PP_CLEANUP(pp_freep) char *loose = pp_xasprintf("%s/new", where);
	PP_CLEANUP(pp_freep) char *segments = pp_xasprintf("%s/seg", where);
	struct stat st;
	if (stat(loose, &st) < 0 && stat(segments, &st) < 0)
		return -1;
	pp_archive_close(a);
	if (pp_archive_init(where, &fresh, err) || pp_archive_open_there(a, r->archive, err))
		return -1;
	pp_cli_note(r->cli, "made '%s/ARCHIVE' anew", where);
	return 0;
}

static int reindex(struct reindex *r, struct pp_err *err)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	struct pp_mended m;
	struct pp_inventory v;

	if (open_archive(r, &a, err) || pp_archive_lock(&a, err) || pp_archive_mend(&a, &m, err) ||
	    pp_archive_inventory(&a, &v, tell, r, err))
		return -1;
	if (r->format)
		print_json(&r->cli->out, &m, &v);
	else
		print_text(&r->cli->out, &m, &v);
	return r->told != 0;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	struct reindex r = {.cli = cli};
	const struct pp_opt opts[] = {
		PP_ARCHIVE_OPTION(&r.archive),
		{PP_OPT_ENUM, 0, "format", "FORMAT", "output format", &r.format,
		 .choices = formats},
		{PP_OPT_FLAG, 'q', "quiet", NULL, "no notes", &cli->quiet},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc > 0)
		return PP_EXIT_OK;
	if (rc == 0)
		rc = reindex(&r, &err);
	if (rc < 0)
		return pp_cli_fail(cli, &err);
	return rc ? PP_EXIT_NO : PP_EXIT_OK;
}

const struct pp_command pp_cmd_archive_reindex = {
	.name = "archive reindex",
	.summary = "bring a copy into shape, and say what is in it",
	.run = run,
	.no = "something is damaged, or missing",
};
