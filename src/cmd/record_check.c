/* SPDX-License-Identifier: Apache-2.0 */
/* Options of record that go not together. */
#include <config.h>

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cmd/defaults.h"
#include "cmd/record.h"
#include "collect/pull.h"
#include "io/atomic.h"

/* A name, if it was given. */
struct given {
	const char *name;
	bool is;
};

static int refuse_first(const struct given *options, const char *why, struct pp_err *err)
{
	for (; options->name; options++) {
		if (options->is)
			return pp_err_set(err, PP_ERR_USAGE, "%s %s", options->name, why);
	}
	return 0;
}

static bool is_pull(const struct pp_record_options *o)
{
	return o->url || o->targets;
}

/* Options that are about sampling say nothing to a server. */
static int check_pull(struct pp_record_options *o, struct pp_err *err)
{
	const struct given live[] = {
		{"--tid", o->tids.n},
		{"--cgroup", o->cgroup},
		{"--comm", o->comm},
		{"--uid", o->uid},
		{"-C", o->cpus},
		{"--every without --archive", o->url && o->every_ns && !o->archive},
		{"-e", o->event},
		{"-F", o->frequency},
		{"-c", o->period},
		{"--user", o->user_only},
		{"--kernel", o->kernel_only},
		{"--labels", o->labels.n},
		{"--label", o->fixed_labels.n},
		{"--timestamps", o->timestamps},
		{"--stats", o->stats},
		{"--strict", o->strict >= 0},
		{NULL, false},
	};

	if (refuse_first(live, o->url ? "does not go with --url" : "does not go with --targets",
			 err))
		return -1;
	if (o->targets && (!o->every_ns || !o->archive))
		return pp_err_set(err, PP_ERR_USAGE, "--targets needs --every and --archive");
	if (!o->letter_t.n)
		return 0;
	if (pp_opt_parse_choice(pp_pull_types, o->letter_t.item[o->letter_t.n - 1], &o->type, err))
		return pp_err_wrap(err, "option '-t'");
	return 0;
}

static bool is_number(const char *list)
{
	return list[0] && strspn(list, "0123456789,") == strlen(list);
}

/* Without a server, -t is about threads. */
static int check_no_pull(const struct pp_record_options *o, struct pp_err *err)
{
	for (size_t i = 0; i < o->letter_t.n; i++) {
		if (is_number(o->letter_t.item[i]))
			continue;
		pp_err_set(err, PP_ERR_USAGE,
			   "option '-t': '%s' is no thread id, and a TYPE needs --url or "
			   "--targets",
			   o->letter_t.item[i]);
		return -1;
	}
	if (o->type >= 0 || o->cacert || o->cert || o->key || o->bearer_file || o->insecure ||
	    o->headers.n || o->max_size)
		return pp_err_set(err, PP_ERR_USAGE,
				  "--type, TLS and HTTP options need --url or --targets");
	return 0;
}

/* There is one kind of target. Filters alone are of the whole machine. */
static int check_target(struct pp_record_options *o, struct pp_err *err)
{
	bool tasks = o->pids.n || o->tids.n || (!is_pull(o) && o->letter_t.n);
	bool filters = o->cgroup || o->comm || o->uid || o->cpus;
	int targets =
		tasks + o->all + (o->command.n != 0) + (o->url != NULL) + (o->targets != NULL);

	if (targets > 1)
		return pp_err_set(err, PP_ERR_USAGE,
				  "%s, -a, --url, --targets and a command exclude each other",
				  o->tids.n || o->letter_t.n ? "-p and -t" : "-p");
	if (targets)
		return 0;
	if (filters)
		return 0;
	pp_err_set(err, PP_ERR_USAGE, "nothing to record");
	return pp_err_hint(err, "name a process (-p PID), a command (-- COMMAND), all (-a) or "
				"an endpoint (--url URL)");
}

static int check_sampling(const struct pp_record_options *o, struct pp_err *err)
{
	if (o->frequency && o->period)
		return pp_err_set(err, PP_ERR_USAGE, "-F and -c exclude each other");
	if (o->user_only && o->kernel_only)
		return pp_err_set(err, PP_ERR_USAGE, "--user and --kernel exclude each other");
	return 0;
}

static int check_windows(const struct pp_record_options *o, struct pp_err *err)
{
	const struct given whole[] = {
		{"--stats", o->stats},
		{"--strict", o->strict >= 0},
		{"-o -", o->output && strcmp(o->output, "-") == 0},
		{NULL, false},
	};

	if (!o->every_ns)
		return 0;
	if (o->every_ns < PP_NSEC_PER_SEC)
		return pp_err_set(err, PP_ERR_USAGE, "--every: a second is the least");
	return refuse_first(whole, "does not go with --every", err);
}

int pp_record_check_output(const struct pp_record_options *o, struct pp_err *err)
{
	if (strcmp(o->output, "-") == 0 && isatty(STDOUT_FILENO))
		return pp_err_set(err, PP_ERR_USAGE,
				  "a profile is not for a terminal: name a file with -o");
	return pp_atomic_check(o->output, strcmp(o->output, PP_DEFAULT_PROFILE) == 0, err);
}

/* What goes into the archive, and what only goes into files. */
static int check_archive(const struct pp_record_options *o, struct pp_err *err)
{
	if (o->archive && o->output)
		return pp_err_set(err, PP_ERR_USAGE, "-o and --archive exclude each other");
	if (!o->archive && o->entry_labels.n)
		return pp_err_set(err, PP_ERR_USAGE, "-l needs --archive");
	return 0;
}

int pp_record_check(struct pp_record_options *o, struct pp_err *err)
{
	if ((!is_pull(o) && check_no_pull(o, err)) || check_target(o, err) ||
	    (is_pull(o) && check_pull(o, err)) || check_sampling(o, err) || check_windows(o, err) ||
	    check_archive(o, err))
		return -1;
	if (o->strict > 100 || o->strict < 0)
		return pp_err_set(err, PP_ERR_USAGE, "--strict: a percentage is 0 to 100");
	if (!o->output && !o->archive)
		o->output = o->every_ns ? PP_WINDOW_PROFILE : PP_DEFAULT_PROFILE;
	return 0;
}
