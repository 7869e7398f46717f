/* SPDX-License-Identifier: Apache-2.0 */
/* What is to be recorded: one process, a command of ours, or everything. */
#ifndef PP_COLLECT_TARGET_H
#define PP_COLLECT_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/compiler.h"
#include "base/err.h"

struct pp_target {
	pid_t pid;	 /* -1: the whole machine */
	int pidfd;	 /* readable when the process has ended; -1 for the whole machine */
	bool is_command; /* started by us, and waiting to be let go */
	int go_fd;	 /* a byte to it lets the command go, closing it gives it up */
	int exec_fd;	 /* tells whether that worked */
	int status;	 /* of a command that has ended, as from waitpid(2) */
	bool ended;
};

/* Everything that runs. */
void pp_target_all(struct pp_target *t);

/* A running process; PP_ERR_NOT_FOUND if there is none. */
int pp_target_process(struct pp_target *t, pid_t pid, struct pp_err *err) PP_NODISCARD;

/* Start a command (NULL-terminated) that waits before its first instruction until pp_target_go. */
int pp_target_command(struct pp_target *t, const char *const *argv,
		      struct pp_err *err) PP_NODISCARD;

/* Let the command go; fails if it cannot be executed. */
int pp_target_go(struct pp_target *t, struct pp_err *err) PP_NODISCARD;

/* End a command of ours that still runs (SIGTERM, SIGKILL after five seconds), wait for it, and
 * close what is open. */
void pp_target_release(struct pp_target *t);

/* The threads of a process into *tids, owned by the caller; 0 if it is gone. */
size_t pp_target_threads(pid_t pid, pid_t **tids);

#endif
