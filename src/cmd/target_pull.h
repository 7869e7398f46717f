/* SPDX-License-Identifier: Apache-2.0 */
/* One pull from one target into the archive, on a thread of its own. */
#ifndef PP_CMD_TARGET_PULL_H
#define PP_CMD_TARGET_PULL_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "archive/labels.h"
#include "base/compiler.h"
#include "base/err.h"
#include "cmd/record_store.h"
#include "collect/pull.h"

struct pp_target_pull {
	/* what it works on; nobody changes that meanwhile */
	const struct pp_record_store *store;
	struct pp_pull_options options;
	char *url;
	struct pp_entry_labels labels;
	int done_fd; /* an eventfd that is told when it is over */
	/* what others ask for */
	atomic_bool stop;
	/* what has become of it, once `done` */
	atomic_bool done;
	int rc;
	bool kept; /* a profile came: if it has failed all the same, to store it has */
	struct pp_err err;
	int64_t took; /* ns */
	pthread_t thread;
	void *context; /* for the caller */
};

/* Begin. NULL if there can be no further thread. `labels` are copied, as is the URL of the options.
 */
struct pp_target_pull *pp_target_pull_start(const struct pp_record_store *store,
					    const struct pp_pull_options *options,
					    const struct pp_entry_labels *labels, int done_fd,
					    struct pp_err *err) PP_NODISCARD;

/* Have it end soon, if it has not: within a second or so. */
void pp_target_pull_stop(struct pp_target_pull *p);

/* Wait for its end, and free it. */
void pp_target_pull_finish(struct pp_target_pull *p);

#endif
