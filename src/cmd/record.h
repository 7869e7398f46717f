/* SPDX-License-Identifier: Apache-2.0 */
/* What the two kinds of `pyroprof record` share: sampling processes and pulling from an endpoint.
 */
#ifndef PP_CMD_RECORD_H
#define PP_CMD_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/command.h"
#include "cli/opt.h"

struct pp_record_options {
	/* what */
	uint64_t pid; /* 0: not given */
	bool all;
	struct pp_opt_list command;
	const char *url;
	/* how */
	int64_t duration_ns; /* 0: not given */
	uint64_t frequency;
	int collector;
	const char *output;
	/* pulls only */
	int type; /* index into pp_pull_types, -1: not given */
	const char *cacert, *cert, *key, *bearer_file;
	bool insecure;
	struct pp_opt_list headers;
	uint64_t max_size;
};

/* A descriptor that becomes readable when SIGINT, SIGTERM or SIGHUP ask to stop; these no longer
 * kill the process. */
int pp_record_stop_fd(void);

/* Whether such a signal has come (and take it). */
bool pp_record_stopped(int stop_fd);

/* Do it; the exit code. */
int pp_record_live(struct pp_cli *cli, const struct pp_record_options *o);
int pp_record_pull(struct pp_cli *cli, const struct pp_record_options *o);

#endif
