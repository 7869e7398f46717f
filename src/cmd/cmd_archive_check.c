/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof archive fsck, verify and gc. */
#include <config.h>

#include <string.h>

#include "archive/fsck.h"
#include "archive/place.h"
#include "archive/seal.h"
#include "archive/status.h"
#include "base/clock.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/progress.h"
#include "cmd/archive_options.h"
#include "cmd/cmd.h"
#include "io/json.h"

#define STATUS_AGE (7 * 86400 * PP_NSEC_PER_SEC) /* of those that nobody will look at any more */

struct check {
	struct pp_cli *cli;
	const char *archive;
	bool repair, json, ids;
};

static const char *const formats[] = {"text", "json", NULL};

static void tell(void *context, const char *file, const char *why, bool stray)
{
	const struct check *c = context;

	/* those that are damaged are what was asked for */
	if (stray)
		pp_cli_note(c->cli, "%s: %s", file, why);
	else
		pp_cli_warn(c->cli, "%s: %s", file, why);
}

static void print_json(const struct pp_fsck *f, struct pp_out *out)
{
	struct pp_json j;

	pp_json_init(&j, out);
	pp_json_open(&j, '{');
	pp_json_pair_int(&j, "files", (int64_t)f->files);
	pp_json_pair_int(&j, "entries", (int64_t)f->entries);
	pp_json_pair_int(&j, "damaged", (int64_t)f->damaged);
	pp_json_pair_int(&j, "moved", (int64_t)f->moved);
	pp_json_pair_int(&j, "rescued", (int64_t)f->rescued);
	pp_json_pair_int(&j, "stray", (int64_t)f->stray);
	pp_json_close(&j, '}');
}

static void print(const struct pp_fsck *f, const struct check *c)
{
	struct pp_out *out = &c->cli->out;

	if (c->json) {
		print_json(f, out);
		return;
	}
	pp_out_fmt(out, "%llu files with %llu entries: ", (unsigned long long)f->files,
		   (unsigned long long)f->entries);
	if (f->damaged)
		pp_out_fmt(out, "%llu damaged", (unsigned long long)f->damaged);
	else
		pp_out_text(out, "all is well");
	if (f->moved)
		pp_out_fmt(out, ", %llu of them moved to bad/", (unsigned long long)f->moved);
	if (f->rescued)
		pp_out_fmt(out, ", %llu %s rescued", (unsigned long long)f->rescued,
			   f->rescued == 1 ? "entry" : "entries");
	pp_out_char(out, '\n');
}

/* 1: something is damaged. */
static int check(struct check *c, struct pp_err *err)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	struct pp_fsck f = {
		.archive = &a, .ids = c->ids, .repair = c->repair, .tell = tell, .context = c};

	PP_CLEANUP(pp_progress_done) struct pp_progress progress;
	pp_progress_init(&progress, c->cli);
	f.steps = pp_progress_steps(&progress, "checking files");
	if (pp_archive_open_there(&a, c->archive, err) || (c->repair && pp_archive_lock(&a, err)) ||
	    pp_fsck(&f, err))
		return -1;
	pp_progress_done(&progress);
	print(&f, c);
	return f.damaged != 0;
}

static int run_check(struct pp_cli *cli, int argc, char **argv, bool ids)
{
	struct check c = {.cli = cli, .ids = ids};
	int format = 0;
	const struct pp_opt repair[] = {
		{PP_OPT_FLAG, 0, "repair", NULL,
		 "move what is damaged to bad/, and keep what is left of segments", &c.repair},
		PP_OPT_END,
	};
	struct pp_opt opts[5] = {
		PP_ARCHIVE_OPTION(&c.archive),
		{PP_OPT_ENUM, 0, "format", "FORMAT", "output format", &format, .choices = formats},
		{PP_OPT_FLAG, 'q', "quiet", NULL,
		 "no notes on files that are none of the archive's", &cli->quiet},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc;

	if (!ids)
		pp_opt_append(opts, PP_ARRAY_LEN(opts), repair);
	rc = pp_opt_parse(cli, opts, argc, argv, &err);
	if (rc > 0)
		return PP_EXIT_OK;
	c.json = format;
	if (rc == 0)
		rc = check(&c, &err);
	if (rc < 0)
		return pp_cli_fail(cli, &err);
	return rc ? PP_EXIT_NO : PP_EXIT_OK;
}

static int run_fsck(struct pp_cli *cli, int argc, char **argv)
{
	return run_check(cli, argc, argv, false);
}

static int run_verify(struct pp_cli *cli, int argc, char **argv)
{
	return run_check(cli, argc, argv, true);
}

static int collect(struct pp_cli *cli, const char *archive, bool dry_run, struct pp_err *err)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	uint64_t n, sealed, dead;

	if (pp_archive_open_there(&a, archive, err) || pp_archive_lock(&a, err) ||
	    pp_place_sweep(&a, dry_run, &n, err) || pp_seal_sweep(&a, dry_run, &sealed, err) ||
	    pp_status_sweep(&a, pp_clock_real() - STATUS_AGE, dry_run, &dead, err))
		return -1;
	pp_cli_note(cli, "%s%llu file%s that dead processes left",
		    dry_run ? "would remove " : "removed ", (unsigned long long)n,
		    n == 1 ? "" : "s");
	if (sealed)
		pp_cli_note(cli, "%s%llu file%s in segments as well",
			    dry_run ? "would remove " : "removed ", (unsigned long long)sealed,
			    sealed == 1 ? " that is" : "s that are");
	if (dead)
		pp_cli_note(cli, "%s%llu status%s of processes that died over a week ago",
			    dry_run ? "would remove " : "removed ", (unsigned long long)dead,
			    dead == 1 ? "" : "es");
	return 0;
}

static int run_gc(struct pp_cli *cli, int argc, char **argv)
{
	const char *archive = NULL;
	bool dry_run = false;
	const struct pp_opt opts[] = {
		PP_ARCHIVE_OPTION(&archive),
		{PP_OPT_FLAG, 0, "dry-run", NULL, "only say what would be removed", &dry_run},
		{PP_OPT_FLAG, 'q', "quiet", NULL, "say nothing", &cli->quiet},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc == 0)
		rc = collect(cli, archive, dry_run, &err);
	return rc < 0 ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}

const struct pp_command pp_cmd_archive_fsck = {
	.name = "archive fsck",
	.summary = "check every byte, and name what is damaged",
	.run = run_fsck,
	.no = "something is damaged",
};

const struct pp_command pp_cmd_archive_verify = {
	.name = "archive verify",
	.summary = "the same, and compute every id anew",
	.run = run_verify,
	.no = "something is damaged",
};

const struct pp_command pp_cmd_archive_gc = {
	.name = "archive gc",
	.summary = "remove what dead processes left, and what is in segments as well",
	.run = run_gc,
};
