/* SPDX-License-Identifier: Apache-2.0 */
/* The options that say what is recorded, and how. */
#include <config.h>

#include "cmd/record_options.h"

#include "collect/owner.h"
#include "collect/pull.h"
#include "collect/sampling.h"

void pp_record_add_targets(struct pp_opt *table, size_t cap, struct pp_record_options *o)
{
	const struct pp_opt opts[] = {
		{PP_OPT_LIST, 'p', "pid", "PID[,PID...]",
		 "record running processes, all their threads and children; may be repeated",
		 &o->pids, .hint = PP_HINT_PID, .group = "What to record"},
		{PP_OPT_LIST, 0, "tid", "TID[,TID...]", "record single threads; may be repeated",
		 &o->tids},
		{PP_OPT_LIST, 't', NULL, "TID|TYPE", "short for --tid, with a server for --type",
		 &o->letter_t, .choices = pp_pull_types},
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
		{PP_OPT_COMMAND, 0, NULL, "COMMAND", "run a command and record it until it ends",
		 &o->command, .hint = PP_HINT_COMMAND},
		PP_OPT_END,
	};

	pp_opt_append(table, cap, opts);
}

void pp_record_add_sampling(struct pp_opt *table, size_t cap, struct pp_record_options *o,
			    const char *group)
{
	static const char *const collectors[] = {"auto", "bpf", "perf", NULL};
	const struct pp_opt opts[] = {
		{PP_OPT_NUMBER, 'F', "frequency", "HZ", "samples per second and CPU (default 99)",
		 &o->frequency, .min = 1, .max = PP_SAMPLING_MAX_FREQUENCY, .group = group},
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

	pp_opt_append(table, cap, opts);
}

void pp_record_add_labels(struct pp_opt *table, size_t cap, struct pp_record_options *o)
{
	const struct pp_opt opts[] = {
		{PP_OPT_LIST, 0, "labels", "LABEL[,LABEL...]",
		 "which labels samples get (default: thread, tid; of several processes comm, pid; "
		 "with -a container_id, pod, namespace, container), or none",
		 &o->labels, .choices = pp_label_names, .group = "Labels"},
		{PP_OPT_LIST, 0, "label", "KEY=VALUE", "a label for all samples; may be repeated",
		 &o->fixed_labels},
		PP_OPT_END,
	};

	pp_opt_append(table, cap, opts);
}

void pp_record_add_names(struct pp_opt *table, size_t cap, struct pp_record_options *o)
{
	const struct pp_opt opts[] = {
		PP_SYMBOL_OPTIONS(&o->symbols),
		{PP_OPT_FLAG, 0, "no-symbolize", NULL,
		 "keep addresses only; 'pyroprof symbolize' names them later", &o->no_symbolize},
		PP_OPT_END,
	};

	pp_opt_append(table, cap, opts);
}

void pp_record_add_pull(struct pp_opt *table, size_t cap, struct pp_record_options *o,
			const char *group)
{
	const struct pp_opt opts[] = {
		{PP_OPT_ENUM, 0, "type", "TYPE",
		 "which profile to pull (default: what the URL names, or cpu)", &o->type,
		 .choices = pp_pull_types, .group = group},
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
		 "refuse larger answers (default 1G; of many servers 128M)", &o->max_size},
		PP_OPT_END,
	};

	pp_opt_append(table, cap, opts);
}

void pp_record_options_release(struct pp_record_options *o)
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
