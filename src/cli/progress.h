/* SPDX-License-Identifier: Apache-2.0 */
/* One line on standard error that says how far a long piece of work is. */
#ifndef PP_CLI_PROGRESS_H
#define PP_CLI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/steps.h"
#include "cli/command.h"

struct pp_progress {
	struct pp_cli *cli;
	int64_t start_ns; /* CLOCK_MONOTONIC */
	int64_t shown_ns; /* when the line was last written; 0: it is not there */
	const char *what; /* is being done, for pp_progress_steps */
	bool enabled;	  /* standard error is a terminal, and the user wants to hear of it */
};

/* Start the clock: nothing is shown in the first second. */
void pp_progress_init(struct pp_progress *p, struct pp_cli *cli);

/* Show the text instead of the one before: on a terminal, ten times a second at most, cut to the
 * terminal's width, made safe. Cheap enough to be called from inner loops now and then. */
void pp_progress_update(struct pp_progress *p, const char *fmt, ...) PP_PRINTF(2, 3);

/* The same by numbers: "what: 12 of 340, 5.1/s, 1m4s left", since pp_progress_init. all 0: nobody
 * knows how many there are. */
void pp_progress_count(struct pp_progress *p, const char *what, uint64_t done, uint64_t all);

/* Have work show its steps as that. `what` is borrowed. */
struct pp_steps pp_progress_steps(struct pp_progress *p, const char *what);

/* Remove the line, if there is one. Messages do that by themselves. */
void pp_progress_done(struct pp_progress *p);

#endif
