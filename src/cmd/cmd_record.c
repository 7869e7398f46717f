/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof record: take a profile of running code. Options; the work is in record_live.c and
 * record_pull.c. */
#include <config.h>

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cmd/cmd.h"
#include "cmd/record.h"
#include "cmd/record_options.h"
#include "cmd/record_store.h"

#define TABLE_MAX 64 /* options */

static bool is_ignored(int signal)
{
	struct sigaction action;

	return sigaction(signal, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/* Those that ask to stop. Background jobs of scripts are born with SIGINT ignored, but it is what
 * ends them on purpose; that SIGHUP is ignored is nohup's doing, which is meant. */
static sigset_t stop_signals(void)
{
	sigset_t stop;

	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	if (!is_ignored(SIGHUP))
		sigaddset(&stop, SIGHUP);
	return stop;
}

int pp_record_stop_fd(void)
{
	sigset_t stop = stop_signals(), blocked = stop;

	/* whoever reads our messages may be gone; what was recorded is written all the same */
	sigaddset(&blocked, SIGPIPE);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	return signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
}

void pp_record_stop_release(void)
{
	sigset_t stop = stop_signals();
	int signal;

	do {
		signal = sigtimedwait(&stop, NULL, &(const struct timespec){0});
	} while (signal > 0 || errno == EINTR);
	sigprocmask(SIG_UNBLOCK, &stop, NULL);
}

bool pp_record_stopped(int stop_fd)
{
	struct signalfd_siginfo info;

	return read(stop_fd, &info, sizeof(info)) == (ssize_t)sizeof(info);
}

static int record(struct pp_cli *cli, struct pp_record_options *o)
{
	struct pp_err err = PP_ERR_INIT;

	PP_CLEANUP(pp_record_store_close) struct pp_record_store store = PP_RECORD_STORE_INIT;

	if (pp_record_check(o, &err) || (o->archive && pp_record_store_open(&store, cli, o, &err)))
		return pp_cli_fail(cli, &err);
	o->store = o->archive ? &store : NULL;
	if (o->targets)
		return pp_record_targets(cli, o);
	return o->url ? pp_record_pull(cli, o) : pp_record_live(cli, o);
}

static void add_targets(struct pp_opt *table, struct pp_record_options *o)
{
	const struct pp_opt opts[] = {
		{PP_OPT_TEXT, 0, "targets", "FILE",
		 "pull from all endpoints in this file, which Prometheus would read as file_sd",
		 &o->targets, .hint = PP_HINT_FILE},
		PP_OPT_END,
	};

	pp_record_add_targets(table, TABLE_MAX, o);
	pp_opt_append(table, TABLE_MAX, opts);
}

static void add_sampling(struct pp_opt *table, struct pp_record_options *o)
{
	const struct pp_opt opts[] = {
		{PP_OPT_DURATION, 'd', "duration", "TIME",
		 "stop after this time, e.g. 10s (default: at the target's end or Ctrl-C; --url: "
		 "30s)",
		 &o->duration_ns, .min = 1, .group = "How"},
		{PP_OPT_DURATION, 0, "every", "TIME",
		 "go on and write a profile each time this is over, named by the date pattern -o "
		 "or into the archive",
		 &o->every_ns, .min = 1},
		PP_OPT_END,
	};

	pp_opt_append(table, TABLE_MAX, opts);
	pp_record_add_sampling(table, TABLE_MAX, o, NULL);
}

static void add_output(struct pp_opt *table, struct pp_record_options *o, bool *quiet)
{
	const struct pp_opt opts[] = {
		{PP_OPT_FLAG, 0, "timestamps", NULL,
		 "keep the time of each sample, as the label timestamp", &o->timestamps},
		{PP_OPT_TEXT, 'o', "output", "FILE",
		 "where to write, - for standard output (default pyroprof.pb.gz; the previous one "
		 "becomes .old)",
		 &o->output, .hint = PP_HINT_FILE, .group = "Output"},
		{PP_OPT_OPTIONAL, 0, "archive", "DIR",
		 "keep it in the archive in DIR ($PYROPROF_ARCHIVE, or that of the user), not in a "
		 "file: of several processes an entry for each, or for each container",
		 &o->archive, .hint = PP_HINT_FILE},
		{PP_OPT_LIST, 'l', NULL, "KEY=VALUE",
		 "give what goes into the archive this label; may be repeated", &o->entry_labels},
		{PP_OPT_FLAG, 0, "stats", NULL,
		 "print how complete the samples and their stacks are", &o->stats},
		{PP_OPT_REAL, 0, "strict", "PERCENT",
		 "fail if fewer stacks are complete; the profile is written all the same",
		 &o->strict},
		{PP_OPT_FLAG, 'q', "quiet", NULL, "no progress and no summary", quiet},
		PP_OPT_END,
	};

	pp_record_add_labels(table, TABLE_MAX, o);
	pp_opt_append(table, TABLE_MAX, opts);
	pp_record_add_names(table, TABLE_MAX, o);
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	struct pp_record_options o = PP_RECORD_OPTIONS_INIT;
	struct pp_opt table[TABLE_MAX] = {PP_OPT_END};
	struct pp_err err = PP_ERR_INIT;
	int code = PP_EXIT_OK;

	add_targets(table, &o);
	add_sampling(table, &o);
	add_output(table, &o, &cli->quiet);
	pp_record_add_pull(table, TABLE_MAX, &o, "With --url or --targets");
	int rc = pp_opt_parse(cli, table, argc, argv, &err);
	if (rc < 0)
		code = pp_cli_fail(cli, &err);
	else if (rc == 0)
		code = record(cli, &o);
	pp_record_options_release(&o);
	return code;
}

const struct pp_command pp_cmd_record = {
	.name = "record",
	.summary = "take a profile of running code",
	.run = run,
	.group = "Record",
};
