/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof archive seal: loose objects into segments. */
#include <config.h>

#include "archive/seal.h"
#include "base/clock.h"
#include "base/units.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/progress.h"
#include "cmd/archive_options.h"
#include "cmd/cmd.h"

/* Profiles come some time after they began: an hour that is over is left alone for so long. */
#define GRACE (5 * 60 * PP_NSEC_PER_SEC)

struct seal {
	struct pp_cli *cli;
	const char *archive;
	bool all, dry_run;
};

static void print_size(struct pp_out *out, uint64_t bytes)
{
	char text[PP_QTY_MAX];

	pp_units_label(text, (int64_t)bytes, PP_STR_LIT("bytes"), PP_STR_LIT("auto"));
	pp_out_text(out, text);
}

static void sealed(void *context, const struct pp_sealed *s)
{
	const struct seal *seal = context;
	struct pp_out *out = &seal->cli->out;

	pp_out_fmt(out, "%.13s  %u profile%s  ", s->name, s->profiles, s->profiles == 1 ? "" : "s");
	print_size(out, s->before);
	if (s->after) {
		pp_out_text(out, " -> ");
		print_size(out, s->after);
		pp_out_fmt(out, " (%.1fx)", (double)s->before / (double)s->after);
	}
	pp_out_text(out, "  ");
	pp_out_safe(out, pp_str_of(s->labels));
	pp_out_char(out, '\n');
}

static void damaged(void *context, const char *what)
{
	const struct seal *seal = context;

	pp_cli_warn(seal->cli, "left out: %s", what);
}

static int run_seal(struct seal *seal, struct pp_err *err)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	struct pp_seal s = {.archive = &a,
			    .until = pp_clock_real() - GRACE,
			    .all = seal->all,
			    .dry_run = seal->dry_run,
			    .sealed = sealed,
			    .damaged = damaged,
			    .context = seal};

	PP_CLEANUP(pp_progress_done) struct pp_progress progress;
	pp_progress_init(&progress, seal->cli);
	s.steps = pp_progress_steps(&progress, "sealing");
	if (pp_archive_open_there(&a, seal->archive, err) || pp_archive_lock(&a, err) ||
	    pp_seal(&s, err))
		return -1;
	pp_progress_done(&progress);
	pp_cli_note(seal->cli, "%s %llu profile%s in %llu segment%s",
		    seal->dry_run ? "would seal" : "sealed", (unsigned long long)s.profiles,
		    s.profiles == 1 ? "" : "s", (unsigned long long)s.segments,
		    s.segments == 1 ? "" : "s");
	return 0;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	struct seal seal = {.cli = cli};
	const struct pp_opt opts[] = {
		{PP_OPT_FLAG, 0, "all", NULL, "the hours that are not over as well", &seal.all},
		PP_ARCHIVE_OPTION(&seal.archive),
		{PP_OPT_FLAG, 0, "dry-run", NULL, "only say what would be sealed", &seal.dry_run},
		{PP_OPT_FLAG, 'q', "quiet", NULL, "no notes", &cli->quiet},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc == 0)
		rc = run_seal(&seal, &err);
	return rc < 0 ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}

const struct pp_command pp_cmd_archive_seal = {
	.name = "archive seal",
	.summary = "put the profiles of each hour together, which makes them small",
	.run = run,
};
