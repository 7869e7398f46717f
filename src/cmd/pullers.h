/* SPDX-License-Identifier: Apache-2.0 */
/* The targets of `record --targets`: how each is pulled, and how it has gone. */
#ifndef PP_CMD_PULLERS_H
#define PP_CMD_PULLERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/status.h"
#include "base/compiler.h"
#include "base/err.h"
#include "cmd/target_file.h"
#include "cmd/target_pull.h"
#include "collect/pull.h"

struct pp_puller {
	struct pp_endpoint endpoint; /* labels with those of -l */
	char *shown;		     /* the URL that is pulled, for people */
	struct pp_pull_options options;
	bool measures;		     /* all the time */
	int64_t next;		     /* when it is to be pulled, on the monotonic clock */
	struct pp_target_pull *pull; /* that is under way, or NULL */
	unsigned failures;	     /* in a row, its own */
	/* what people are told; times as in pp_status_target */
	enum pp_status_state state;
	int64_t good, took;
	uint64_t entries;
	char *error;
};

struct pp_pullers {
	/* how to pull, but for the URL and how long */
	struct pp_pull_options options;
	const struct pp_entry_labels *labels; /* that all entries get */
	int64_t every;
	struct pp_puller **item;
	size_t n, cap;
};

/* Take over what a file names: who was there goes on, who is gone is stopped, and those who are new
 * begin within the next period, one after the other. -1, and nothing has changed, if a target
 * cannot be. */
int pp_pullers_take(struct pp_pullers *p, struct pp_target_file *f, size_t *fresh, size_t *gone,
		    struct pp_err *err) PP_NODISCARD;

/* Note how the pull has ended, and when the next one is due. 1: it works again; -1: it does not any
 * more; 0: as before. */
int pp_puller_note(struct pp_puller *p, int64_t every, uint32_t random);

/* Describe them all. */
void pp_pullers_status(const struct pp_pullers *p, struct pp_status *s);

/* Nothing may be under way. */
void pp_pullers_release(struct pp_pullers *p);

#endif
