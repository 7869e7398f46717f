/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof record: take a profile of running code. Options; the work is in record_live.c and
 * record_pull.c. */
#include <config.h>

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cmd/cmd.h"
#include "cmd/defaults.h"
#include "cmd/record.h"
#include "collect/pull.h"

#define DEFAULT_FREQUENCY 99 /* not 100: in step with nothing that ticks */
#define MAX_FREQUENCY	  10000

int pp_record_stop_fd(void)
{
	sigset_t stop;

	sigemptyset(&stop);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGHUP);
	sigprocmask(SIG_BLOCK, &stop, NULL);
	return signalfd(-1, &stop, SFD_CLOEXEC | SFD_NONBLOCK);
}

bool pp_record_stopped(int stop_fd)
{
	struct signalfd_siginfo info;

	return read(stop_fd, &info, sizeof(info)) == (ssize_t)sizeof(info);
}

/* Exactly one thing can be recorded, and pulls have options of their own. */
static int check(const struct pp_record_options *o, struct pp_err *err)
{
	int targets = (o->pid != 0) + o->all + (o->command.n != 0) + (o->url != NULL);

	if (targets == 0) {
		pp_err_set(err, PP_ERR_USAGE, "nothing to record");
		return pp_err_hint(err,
				   "name a process (-p PID), a command (-- COMMAND), all (-a) or "
				   "an endpoint (--url URL)");
	}
	if (targets > 1)
		return pp_err_set(err, PP_ERR_USAGE,
				  "-p, -a, --url and a command exclude each other");
	if (!o->url && (o->type >= 0 || o->cacert || o->cert || o->key || o->bearer_file ||
			o->insecure || o->headers.n || o->max_size))
		return pp_err_set(err, PP_ERR_USAGE, "-t, TLS and HTTP options need --url");
	return 0;
}

static int record(struct pp_cli *cli, const struct pp_record_options *o)
{
	struct pp_err err = PP_ERR_INIT;

	if (check(o, &err))
		return pp_cli_fail(cli, &err);
	return o->url ? pp_record_pull(cli, o) : pp_record_live(cli, o);
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	static const char *const collectors[] = {"auto", "bpf", "perf", NULL};
	struct pp_record_options o = {
		.frequency = DEFAULT_FREQUENCY, .output = PP_DEFAULT_PROFILE, .type = -1};
	struct pp_err err = PP_ERR_INIT;
	const struct pp_opt opts[] = {
		{PP_OPT_NUMBER, 'p', "pid", "PID",
		 "record a running process, all its threads and children", &o.pid, .min = 1,
		 .max = INT32_MAX, .hint = PP_HINT_PID, .group = "What to record"},
		{PP_OPT_FLAG, 'a', "all", NULL, "record the whole machine", &o.all},
		{PP_OPT_TEXT, 0, "url", "URL",
		 "pull from a /debug/pprof endpoint; HOST:PORT is enough", &o.url},
		{PP_OPT_COMMAND, 0, NULL, "COMMAND", "run a command and record it until it ends",
		 &o.command, .hint = PP_HINT_COMMAND},
		{PP_OPT_DURATION, 'd', "duration", "TIME",
		 "stop after this time, e.g. 10s (default: at the target's end or Ctrl-C; --url: "
		 "30s)",
		 &o.duration_ns, .group = "How"},
		{PP_OPT_NUMBER, 'F', "frequency", "HZ", "samples per second and CPU (default 99)",
		 &o.frequency, .min = 1, .max = MAX_FREQUENCY},
		{PP_OPT_TEXT, 'o', "output", "FILE",
		 "where to write, - for standard output (default pyroprof.pb.gz; the previous one "
		 "becomes .old)",
		 &o.output, .hint = PP_HINT_FILE},
		{PP_OPT_ENUM, 0, "collector", "KIND", "how samples are taken", &o.collector,
		 .choices = collectors},
		{PP_OPT_FLAG, 'q', "quiet", NULL, "no progress and no summary", &cli->quiet},
		{PP_OPT_ENUM, 't', "type", "TYPE",
		 "which profile to pull (default: what the URL names, or cpu)", &o.type,
		 .choices = pp_pull_types, .group = "With --url"},
		{PP_OPT_TEXT, 0, "cacert", "FILE", "trust these certificate authorities (PEM)",
		 &o.cacert, .hint = PP_HINT_FILE},
		{PP_OPT_TEXT, 0, "cert", "FILE", "show this certificate to the server (PEM)",
		 &o.cert, .hint = PP_HINT_FILE},
		{PP_OPT_TEXT, 0, "key", "FILE", "the certificate's key (PEM)", &o.key,
		 .hint = PP_HINT_FILE},
		{PP_OPT_FLAG, 0, "insecure", NULL, "accept any server certificate", &o.insecure},
		{PP_OPT_LIST, 0, "header", "'NAME: VALUE'", "send this header; may be repeated",
		 &o.headers},
		{PP_OPT_TEXT, 0, "bearer-file", "FILE",
		 "send the token in this file as Authorization: Bearer", &o.bearer_file,
		 .hint = PP_HINT_FILE},
		{PP_OPT_SIZE, 0, "max-size", "SIZE", "refuse larger answers (default 1G)",
		 &o.max_size},
		PP_OPT_END,
	};
	int rc = pp_opt_parse(cli, opts, argc, argv, &err);
	int code = PP_EXIT_OK;

	if (rc < 0)
		code = pp_cli_fail(cli, &err);
	else if (rc == 0)
		code = record(cli, &o);
	pp_opt_list_release(&o.command);
	pp_opt_list_release(&o.headers);
	return code;
}

const struct pp_command pp_cmd_record = {
	.name = "record",
	.summary = "take a profile of running code",
	.run = run,
	.group = "Record",
};
