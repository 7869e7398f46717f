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
		{.kind = PP_OPT_NUMBER,
		 .letter = 'p',
		 .name = "pid",
		 .arg = "PID",
		 .help = "record a running process, all its threads and children",
		 .value = &o.pid,
		 .min = 1,
		 .max = INT32_MAX,
		 .hint = PP_HINT_PID,
		 .group = "What to record"},
		{.kind = PP_OPT_FLAG,
		 .letter = 'a',
		 .name = "all",
		 .help = "record the whole machine",
		 .value = &o.all},
		{.kind = PP_OPT_TEXT,
		 .name = "url",
		 .arg = "URL",
		 .help = "pull from a /debug/pprof endpoint; HOST:PORT is enough",
		 .value = &o.url},
		{.kind = PP_OPT_COMMAND,
		 .arg = "COMMAND",
		 .help = "run a command and record it until it ends",
		 .value = &o.command,
		 .hint = PP_HINT_COMMAND},
		{.kind = PP_OPT_DURATION,
		 .letter = 'd',
		 .name = "duration",
		 .arg = "TIME",
		 .help = "stop after this time, e.g. 10s (default: at the target's end or Ctrl-C; "
			 "--url: 30s)",
		 .value = &o.duration_ns,
		 .group = "How"},
		{.kind = PP_OPT_NUMBER,
		 .letter = 'F',
		 .name = "frequency",
		 .arg = "HZ",
		 .help = "samples per second and CPU (default 99)",
		 .value = &o.frequency,
		 .min = 1,
		 .max = MAX_FREQUENCY},
		{.kind = PP_OPT_TEXT,
		 .letter = 'o',
		 .name = "output",
		 .arg = "FILE",
		 .help = "where to write, - for standard output (default pyroprof.pb.gz; the "
			 "previous "
			 "one becomes .old)",
		 .value = &o.output,
		 .hint = PP_HINT_FILE},
		{.kind = PP_OPT_ENUM,
		 .name = "collector",
		 .arg = "KIND",
		 .help = "how samples are taken",
		 .value = &o.collector,
		 .choices = collectors},
		{.kind = PP_OPT_FLAG,
		 .letter = 'q',
		 .name = "quiet",
		 .help = "no progress and no summary",
		 .value = &cli->quiet},
		{.kind = PP_OPT_ENUM,
		 .letter = 't',
		 .name = "type",
		 .arg = "TYPE",
		 .help = "which profile to pull (default: what the URL names, or cpu)",
		 .value = &o.type,
		 .choices = pp_pull_types,
		 .group = "With --url"},
		{.kind = PP_OPT_TEXT,
		 .name = "cacert",
		 .arg = "FILE",
		 .help = "trust these certificate authorities (PEM)",
		 .value = &o.cacert,
		 .hint = PP_HINT_FILE},
		{.kind = PP_OPT_TEXT,
		 .name = "cert",
		 .arg = "FILE",
		 .help = "show this certificate to the server (PEM)",
		 .value = &o.cert,
		 .hint = PP_HINT_FILE},
		{.kind = PP_OPT_TEXT,
		 .name = "key",
		 .arg = "FILE",
		 .help = "the certificate's key (PEM)",
		 .value = &o.key,
		 .hint = PP_HINT_FILE},
		{.kind = PP_OPT_FLAG,
		 .name = "insecure",
		 .help = "accept any server certificate",
		 .value = &o.insecure},
		{.kind = PP_OPT_LIST,
		 .name = "header",
		 .arg = "'NAME: VALUE'",
		 .help = "send this header; may be repeated",
		 .value = &o.headers},
		{.kind = PP_OPT_TEXT,
		 .name = "bearer-file",
		 .arg = "FILE",
		 .help = "send the token in this file as Authorization: Bearer",
		 .value = &o.bearer_file,
		 .hint = PP_HINT_FILE},
		{.kind = PP_OPT_SIZE,
		 .name = "max-size",
		 .arg = "SIZE",
		 .help = "refuse larger answers (default 1G)",
		 .value = &o.max_size},
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
