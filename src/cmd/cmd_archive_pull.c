/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof archive pull DIR [SELECTOR]: what another archive has, into this one. */
#include <config.h>

#include "archive/pull.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cli/progress.h"
#include "cmd/archive_options.h"
#include "cmd/cmd.h"

struct pull {
	struct pp_cli *cli;
	const char *archive;
	struct pp_opt_list args; /* DIR, SELECTOR */
};

static void tell(void *context, const char *what)
{
	struct pp_cli *cli = context;

	pp_cli_warn(cli, "left out: %s", what);
}

static void report(struct pp_cli *cli, const struct pp_pull *p)
{
	pp_cli_note(cli, "%llu of %llu %s new here, %llu tagged, %llu pinned",
		    (unsigned long long)p->fresh, (unsigned long long)p->found,
		    p->found == 1 ? "entry is" : "entries are", (unsigned long long)p->tagged,
		    (unsigned long long)p->pinned);
}

/* The one in DIR, which is named as an archive that is there. */
static int open_both(const struct pull *pull, struct pp_archive *to, struct pp_archive *from,
		     struct pp_err *err)
{
	if (pp_archive_open_there(to, pull->archive, err) ||
	    pp_archive_open(from, pull->args.item[0], err) || pp_archive_lock(to, err))
		return -1;
	return 0;
}

static int pull_all(struct pull *pull, struct pp_err *err)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive from = {.root = -1, .lock = -1};
	PP_CLEANUP(pp_archive_close) struct pp_archive to = {.root = -1, .lock = -1};
	PP_CLEANUP(pp_selector_release) struct pp_selector s = {0};
	const char *selector = pull->args.n > 1 ? pull->args.item[1] : NULL;
	struct pp_pull p = {.from = &from, .to = &to, .tell = tell, .context = pull->cli};

	PP_CLEANUP(pp_progress_done) struct pp_progress progress;
	pp_progress_init(&progress, pull->cli);
	p.steps = pp_progress_steps(&progress, "pulling entries");
	if (open_both(pull, &to, &from, err) ||
	    (selector && pp_archive_select(&s, selector, err)) ||
	    pp_archive_pull(&p, selector ? &s : NULL, err))
		return -1;
	pp_progress_done(&progress);
	if (selector && p.found == 0)
		return pp_archive_found_nothing(&from, selector, err);
	report(pull->cli, &p);
	if (p.damaged)
		return pp_err_set(err, PP_ERR_FORMAT, "archive '%s' is damaged", from.path);
	return 0;
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	struct pull pull = {.cli = cli};
	const struct pp_opt opts[] = {
		PP_ARCHIVE_OPTION(&pull.archive),
		{PP_OPT_FLAG, 'q', "quiet", NULL, "no summary", &cli->quiet},
		{PP_OPT_ARGS, 0, NULL, "DIR SELECTOR",
		 "the other archive, and which of its entries (default: all)", &pull.args, .min = 1,
		 .max = 2, .hint = PP_HINT_FILE, .group = "Arguments"},
		PP_OPT_END,
	};
	struct pp_err err = PP_ERR_INIT;
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);

	if (rc == 0)
		rc = pull_all(&pull, &err);
	pp_opt_list_release(&pull.args);
	return rc < 0 ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}

const struct pp_command pp_cmd_archive_pull = {
	.name = "archive pull",
	.summary = "take over what another archive has",
	.run = run,
};
