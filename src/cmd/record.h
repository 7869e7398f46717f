/* SPDX-License-Identifier: Apache-2.0 */
/* What the two kinds of `pyroprof record` share: sampling processes and pulling from an endpoint.
 */
#ifndef PP_CMD_RECORD_H
#define PP_CMD_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/command.h"
#include "cli/opt.h"
#include "cmd/symbol_options.h"

struct pp_pull_options;
struct pp_record_store;

struct pp_record_options {
	/* what */
	struct pp_opt_list pids, tids; /* each PID[,PID...] */
	struct pp_opt_list letter_t;   /* -t: more of tids, or with --url the type */
	bool all;
	const char *cgroup, *comm, *uid, *cpus;
	struct pp_opt_list command;
	const char *url, *targets;
	/* when */
	int event;	    /* index into pp_sampling_events */
	uint64_t frequency; /* 0: not given */
	uint64_t period;    /* 0: not given */
	bool user_only, kernel_only;
	bool no_idle;	     /* which is so in any case */
	int64_t duration_ns; /* 0: not given */
	int64_t every_ns;    /* 0: not given */
	int collector;
	/* labels */
	struct pp_opt_list labels, fixed_labels;
	bool timestamps;
	/* names */
	bool no_symbolize;
	struct pp_symbol_options symbols;
	/* what comes out */
	const char *output;  /* NULL: the default, or the archive */
	const char *archive; /* NULL: not given; "": the default one */
	struct pp_opt_list entry_labels;
	const struct pp_record_store *store; /* of --archive, once it is open; else NULL */
	bool stats;
	double strict; /* percent of stacks; NaN: not given */
	/* pulls only */
	int type; /* index into pp_pull_types, -1: not given */
	const char *cacert, *cert, *key, *bearer_file;
	bool insecure;
	struct pp_opt_list headers;
	uint64_t max_size;
};

/* Refuse what goes not together, by name, and settle what -t means. */
int pp_record_check(struct pp_record_options *o, struct pp_err *err) PP_NODISCARD;

/* Refuse an output that could not be written, before there is something to write. */
int pp_record_check_output(const struct pp_record_options *o, struct pp_err *err) PP_NODISCARD;

/* A descriptor that becomes readable when SIGINT, SIGTERM or SIGHUP ask to stop; these no longer
 * kill the process, nor does a message that nobody reads (SIGPIPE). What nohup(1) has set to be
 * ignored stays so. */
int pp_record_stop_fd(void);

/* Forget signals that have come, and let the next one kill the process: for work that may have to
 * wait for others. */
void pp_record_stop_release(void);

/* Whether such a signal has come (and take it). */
bool pp_record_stopped(int stop_fd);

/* Do it; the exit code. */
int pp_record_live(struct pp_cli *cli, const struct pp_record_options *o);
int pp_record_pull(struct pp_cli *cli, const struct pp_record_options *o);
int pp_record_targets(struct pp_cli *cli, const struct pp_record_options *o);

/* How to ask servers, but for the URL. *bearer: the secret in it, to be freed as one. */
int pp_record_pull_options(const struct pp_record_options *o, struct pp_pull_options *po,
			   char **bearer, struct pp_err *err) PP_NODISCARD;

/* Set the duration of pulls that come again and again: a server measures CPU time for as long as it
 * is asked to, all the time between two pulls. What else it has is asked for at once: 0. */
int pp_record_pull_duration(struct pp_pull_options *po, int64_t every_ns,
			    struct pp_err *err) PP_NODISCARD;

#endif
