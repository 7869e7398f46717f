/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a process that pulls profiles from targets into an archive says of them: status/NAME, a
 * small text file that it writes anew all the time, and status/NAME.lock, flock()ed while it lives.
 */
#ifndef PP_ARCHIVE_STATUS_H
#define PP_ARCHIVE_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "archive/archive.h"
#include "archive/place.h"
#include "base/compiler.h"
#include "base/err.h"

enum pp_status_state { PP_STATUS_WAITING, PP_STATUS_UP, PP_STATUS_DOWN };

/* Times are nanoseconds since the epoch, 0 if there is none. */
struct pp_status_target {
	char *target;		    /* its URL, for people */
	char *labels;		    /* {a="x"} */
	char *error;		    /* of the last pull that failed; "" */
	enum pp_status_state state; /* of the last pull; WAITING: there was none */
	int64_t good;		    /* when the last one that succeeded was over */
	int64_t next;		    /* when the next one begins; 0: one is under way */
	int64_t took;		    /* the last one, in nanoseconds */
	uint64_t entries;
};

struct pp_status {
	char *host, *source; /* where it runs, and the file that names the targets */
	uint64_t pid;
	int64_t started, updated, period;
	struct pp_status_target *item;
	size_t n, cap;
};

/* Add a target, with copies of these texts, which are made safe and cut if they are long. */
struct pp_status_target *pp_status_add(struct pp_status *s, const char *target, const char *labels,
				       const char *error);
void pp_status_release(struct pp_status *s);

#define PP_STATUS_NAME 17 /* with the NUL */

/* The name of the status of targets that a file names to a host. */
void pp_status_name(char out[PP_STATUS_NAME], const char *host, const char *source);

/* Be the one who writes it, until the descriptor that is returned is closed. -1 if somebody else
 * is. */
int pp_status_claim(const struct pp_archive *a, const char *name, struct pp_err *err) PP_NODISCARD;

/* Whether somebody is. */
bool pp_status_is_claimed(const struct pp_archive *a, const char *name);

int pp_status_write(const struct pp_archive *a, const char *name, const struct pp_status *s,
		    struct pp_err *err) PP_NODISCARD;

/* Read it; release after success. -1 with PP_ERR_NOT_FOUND or PP_ERR_FORMAT. */
int pp_status_read(const struct pp_archive *a, const char *name, struct pp_status *s,
		   struct pp_err *err) PP_NODISCARD;

/* Take it away: the end that was meant. */
int pp_status_remove(const struct pp_archive *a, const char *name, struct pp_err *err) PP_NODISCARD;

/* The names of all, in order. */
int pp_status_names(const struct pp_archive *a, struct pp_names *names,
		    struct pp_err *err) PP_NODISCARD;

/* Take away those of processes that have died, and have said nothing since `than` (ns); *n: how
 * many there were. With `dry_run` they are counted only. */
int pp_status_sweep(const struct pp_archive *a, int64_t than, bool dry_run, uint64_t *n,
		    struct pp_err *err) PP_NODISCARD;

/* Whether a file in status/ is one that belongs there; *lock: it has no content. */
bool pp_status_is_ours(const char *file, bool *lock);

#endif
