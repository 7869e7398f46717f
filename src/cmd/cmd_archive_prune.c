/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof archive prune: merge what is old, remove what is older. */
#include <config.h>

#include "archive/prune.h"
#include "base/clock.h"
#include "base/units.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/progress.h"
#include "cmd/archive_options.h"
#include "cmd/cmd.h"

struct prune {
	struct pp_cli *cli;
	const char *archive, *policy;
	uint64_t max_size;
	bool dry_run;
};

static const char *size_text(char text[PP_QTY_MAX], uint64_t bytes)
{
	return pp_units_label(text, (int64_t)bytes, PP_STR_LIT("bytes"), PP_STR_LIT("auto"));
}

static const char *plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

/* The same whether it is done or not, so that one can be compared with the other. */
static void pruned(void *context, const struct pp_pruned *p)
{
	const struct prune *prune = context;
	struct pp_out *out = &prune->cli->out;
	char before[PP_QTY_MAX], after[PP_QTY_MAX];

	pp_out_fmt(out, "%s  %s %llu profile%s", p->hour, p->into ? "merge" : "remove",
		   (unsigned long long)p->profiles, plural(p->profiles));
	if (p->into)
		pp_out_fmt(out, " into %u", p->into);
	pp_out_fmt(out, "  %s", size_text(before, p->before));
	if (p->after)
		pp_out_fmt(out, " -> %s", size_text(after, p->after));
	pp_out_text(out, "  ");
	pp_out_safe(out, pp_str_of(p->labels));
	pp_out_char(out, '\n');
}

static void left(void *context, const char *what)
{
	const struct prune *prune = context;

	pp_cli_warn(prune->cli, "left as it is: %s", what);
}

static void report(const struct prune *prune, const struct pp_archive_prune *p)
{
	const char *would = prune->dry_run ? "would have " : "";
	char size[PP_QTY_MAX];

	pp_cli_note(prune->cli, "%smerged %llu profile%s into %llu, removed %llu; %s is left",
		    would, (unsigned long long)p->merged, plural(p->merged),
		    (unsigned long long)p->into, (unsigned long long)p->removed,
		    size_text(size, p->size));
	if (prune->max_size && p->size > prune->max_size)
		pp_cli_warn(prune->cli,
			    "this is more than --max-size: what is pinned or of this hour stays");
}

static int run_prune(struct prune *prune, struct pp_err *err)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	const char *text = prune->policy;
	struct pp_policy policy;
	struct pp_archive_prune p = {.archive = &a,
				     .max_size = prune->max_size,
				     .now = pp_clock_real(),
				     .dry_run = prune->dry_run,
				     .pruned = pruned,
				     .left = left,
				     .context = prune};

	if (!text && !prune->max_size)
		text = PP_POLICY_DEFAULT;
	if (text) {
		if (pp_policy_parse(&policy, text, err))
			return -1;
		p.policy = &policy;
	}
	PP_CLEANUP(pp_progress_done) struct pp_progress progress;
	pp_progress_init(&progress, prune->cli);
	p.steps = pp_progress_steps(&progress, "pruning");
	if (pp_archive_open_there(&a, prune->archive, err) || pp_archive_lock(&a, err) ||
	    pp_archive_prune(&p, err))
		return -1;
	pp_progress_done(&progress);
	report(prune, &p);
	return 0;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	struct prune prune = {.cli = cli};
	const struct pp_opt opts[] = {
		{PP_OPT_TEXT, 0, "policy", "POLICY",
		 "how long to keep what by which windows (default: " PP_POLICY_DEFAULT ")",
		 &prune.policy},
		{PP_OPT_SIZE, 0, "max-size", "SIZE",
		 "remove the oldest hours until the archive is no larger", &prune.max_size},
		PP_ARCHIVE_OPTION(&prune.archive),
		{PP_OPT_FLAG, 0, "dry-run", NULL, "only say what would be done", &prune.dry_run},
		{PP_OPT_FLAG, 'q', "quiet", NULL, "no notes", &cli->quiet},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc == 0)
		rc = run_prune(&prune, &err);
	return rc < 0 ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}

const struct pp_command pp_cmd_archive_prune = {
	.name = "archive prune",
	.summary = "merge profiles that are old, and remove those that are older",
	.run = run,
};
