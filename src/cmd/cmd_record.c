/* SPDX-License-Identifier: Apache-2.0 */
/* pyroprof record: take a profile of running code. Options; the work is in record_live.c and
 * record_pull.c. */
#include <config.h>

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cmd/cmd.h"
#include "cmd/record.h"
#include "cmd/record_store.h"
#include "collect/owner.h"
#include "collect/pull.h"
#include "collect/sampling.h"

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
		{PP_OPT_LIST, 'p', "pid", "PID[,PID...]",
		 "record running processes, all their threads and children; may be repeated",
		 &o->pids, .hint = PP_HINT_PID, .group = "What to record"},
		{PP_OPT_LIST, 0, "tid", "TID[,TID...]", "record single threads; may be repeated",
		 &o->tids},
		{PP_OPT_LIST, 't', NULL, "TID|TYPE",
		 "short for --tid, with --url and --targets for --type", &o->letter_t,
		 .choices = pp_pull_types},
		{PP_OPT_FLAG, 'a', "all", NULL, "record the whole machine", &o->all},
		{PP_OPT_TEXT, 0, "cgroup", "PATH", "only what runs in this cgroup, or below it",
		 &o->cgroup, .hint = PP_HINT_FILE},
		{PP_OPT_TEXT, 0, "comm", "REGEX", "only processes whose names match", &o->comm},
		{PP_OPT_TEXT, 0, "uid", "USER", "only processes of this user, by name or number",
		 &o->uid},
		{PP_OPT_TEXT, 'C', "cpu", "CPU[,CPU-CPU]", "only what runs on these CPUs",
		 &o->cpus},
		{PP_OPT_TEXT, 0, "url", "URL",
		 "pull from a /debug/pprof endpoint; HOST:PORT is enough", &o->url},
		{PP_OPT_TEXT, 0, "targets", "FILE",
		 "pull from all endpoints in this file, which Prometheus would read as file_sd",
		 &o->targets, .hint = PP_HINT_FILE},
		{PP_OPT_COMMAND, 0, NULL, "COMMAND", "run a command and record it until it ends",
		 &o->command, .hint = PP_HINT_COMMAND},
		PP_OPT_END,
	};

	pp_opt_append(table, TABLE_MAX, opts);
}

static void add_sampling(struct pp_opt *table, struct pp_record_options *o)
{
	static const char *const collectors[] = {"auto", "bpf", "perf", NULL};
	const struct pp_opt opts[] = {
		{PP_OPT_DURATION, 'd', "duration", "TIME",
		 "stop after this time, e.g. 10s (default: at the target's end or Ctrl-C; --url: "
		 "30s)",
		 &o->duration_ns, .min = 1, .group = "How"},
		{PP_OPT_DURATION, 0, "every", "TIME",
		 "go on and write a profile each time this is over, named by the date pattern -o "
		 "or into the archive",
		 &o->every_ns, .min = 1},
		{PP_OPT_NUMBER, 'F', "frequency", "HZ", "samples per second and CPU (default 99)",
		 &o->frequency, .min = 1, .max = PP_SAMPLING_MAX_FREQUENCY},
		{PP_OPT_ENUM, 'e', "event", "EVENT", "what to sample", &o->event,
		 .choices = pp_sampling_events},
		{PP_OPT_NUMBER, 'c', "count", "N",
		 "a sample every N events (of a clock: nanoseconds) instead of -F", &o->period,
		 .min = 1, .max = INT64_MAX},
		{PP_OPT_FLAG, 0, "user", NULL, "only samples of user code", &o->user_only},
		{PP_OPT_FLAG, 0, "kernel", NULL, "only samples of the kernel", &o->kernel_only},
		{PP_OPT_FLAG, 0, "no-idle", NULL, "only CPUs that work, which is always so",
		 &o->no_idle},
		{PP_OPT_ENUM, 0, "collector", "KIND", "how samples are taken", &o->collector,
		 .choices = collectors},
		PP_OPT_END,
	};

	pp_opt_append(table, TABLE_MAX, opts);
}

static void add_output(struct pp_opt *table, struct pp_record_options *o, bool *quiet)
{
	const struct pp_opt opts[] = {
		{PP_OPT_LIST, 0, "labels", "LABEL[,LABEL...]",
		 "which labels samples get (default: thread, tid; of several processes comm, pid; "
		 "with -a container_id, pod, namespace, container), or none",
		 &o->labels, .choices = pp_label_names, .group = "Labels"},
		{PP_OPT_LIST, 0, "label", "KEY=VALUE", "a label for all samples; may be repeated",
		 &o->fixed_labels},
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
		PP_SYMBOL_OPTIONS(&o->symbols),
		{PP_OPT_FLAG, 0, "no-symbolize", NULL,
		 "keep addresses only; 'pyroprof symbolize' names them later", &o->no_symbolize},
		PP_OPT_END,
	};

	pp_opt_append(table, TABLE_MAX, opts);
}

static void add_pull(struct pp_opt *table, struct pp_record_options *o)
{
	const struct pp_opt opts[] = {
		{PP_OPT_ENUM, 0, "type", "TYPE",
		 "which profile to pull (default: what the URL names, or cpu)", &o->type,
		 .choices = pp_pull_types, .group = "With --url or --targets"},
		{PP_OPT_TEXT, 0, "cacert", "FILE", "trust these certificate authorities (PEM)",
		 &o->cacert, .hint = PP_HINT_FILE},
		{PP_OPT_TEXT, 0, "cert", "FILE", "show this certificate to the server (PEM)",
		 &o->cert, .hint = PP_HINT_FILE},
		{PP_OPT_TEXT, 0, "key", "FILE", "the certificate's key (PEM)", &o->key,
		 .hint = PP_HINT_FILE},
		{PP_OPT_FLAG, 0, "insecure", NULL, "accept any server certificate", &o->insecure},
		{PP_OPT_LIST, 0, "header", "'NAME: VALUE'", "send this header; may be repeated",
		 &o->headers},
		{PP_OPT_TEXT, 0, "bearer-file", "FILE",
		 "send the token in this file as Authorization: Bearer", &o->bearer_file,
		 .hint = PP_HINT_FILE},
		{PP_OPT_SIZE, 0, "max-size", "SIZE",
		 "refuse larger answers (default 1G, --targets: 128M)", &o->max_size},
		PP_OPT_END,
	};

	pp_opt_append(table, TABLE_MAX, opts);
}

static void release(struct pp_record_options *o)
{
	pp_opt_list_release(&o->pids);
	pp_opt_list_release(&o->tids);
	pp_opt_list_release(&o->letter_t);
	pp_opt_list_release(&o->command);
	pp_opt_list_release(&o->labels);
	pp_opt_list_release(&o->fixed_labels);
	pp_opt_list_release(&o->entry_labels);
	pp_opt_list_release(&o->headers);
	pp_opt_list_release(&o->symbols.debug_dirs);
}

static int run(struct pp_cli *cli, int argc, char **argv)
{
	struct pp_record_options o = {.type = -1, .strict = (double)NAN};
	struct pp_opt table[TABLE_MAX] = {PP_OPT_END};
	struct pp_err err = PP_ERR_INIT;
	int code = PP_EXIT_OK;

	add_targets(table, &o);
	add_sampling(table, &o);
	add_output(table, &o, &cli->quiet);
	add_pull(table, &o);
	int rc = pp_opt_parse(cli, table, argc, argv, &err);
	if (rc < 0)
		code = pp_cli_fail(cli, &err);
	else if (rc == 0)
		code = record(cli, &o);
	release(&o);
	return code;
}

const struct pp_command pp_cmd_record = {
	.name = "record",
	.summary = "take a profile of running code",
	.run = run,
	.group = "Record",
};
