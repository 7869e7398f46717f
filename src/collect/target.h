/* SPDX-License-Identifier: Apache-2.0 */
/* What is to be recorded: processes, threads, a command of ours, or everything. */
#ifndef PP_COLLECT_TARGET_H
#define PP_COLLECT_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/compiler.h"
#include "base/err.h"

/* A process with all that it starts, or a single thread. */
struct pp_target_task {
	pid_t pid; /* the process */
	pid_t tid; /* 0: all threads */
	int pidfd; /* readable when it has ended; -1: not to be had, or it has been seen to end */
	bool ended;
};

struct pp_target {
	pid_t pid; /* the first process; -1: the whole machine */
	struct pp_target_task *tasks;
	size_t ntasks, cap;
	bool is_command; /* started by us, and waiting to be let go */
	int go_fd;	 /* a byte to it lets the command go, closing it gives it up */
	int exec_fd;	 /* tells whether that worked */
	int status;	 /* of a command that has ended, as from waitpid(2) */
	int64_t cpu_ns;	 /* CPU time of a command that has ended, with all that it waited for */
	bool ended;
};

/* Everything that runs, as long as nothing is added. */
void pp_target_all(struct pp_target *t);

/* Add a running process, or a thread of one; PP_ERR_NOT_FOUND if there is none. What is there
 * already is not added again. On failure, too, the target is to be released. */
int pp_target_add_process(struct pp_target *t, pid_t pid, struct pp_err *err) PP_NODISCARD;
int pp_target_add_thread(struct pp_target *t, pid_t tid, struct pp_err *err) PP_NODISCARD;

/* Whether processes and threads have all ended; never for the whole machine. Looks at those that
 * have no pidfd. */
bool pp_target_has_ended(struct pp_target *t);

/* Start a command (NULL-terminated) that waits before its first instruction until pp_target_go. */
int pp_target_command(struct pp_target *t, const char *const *argv,
		      struct pp_err *err) PP_NODISCARD;

/* Let the command go; fails if it cannot be executed. */
int pp_target_go(struct pp_target *t, struct pp_err *err) PP_NODISCARD;

/* End a command of ours that still runs (SIGTERM, SIGKILL after five seconds), wait for it, and
 * close what is open. */
void pp_target_release(struct pp_target *t);

/* All processes into *pids, owned by the caller. */
size_t pp_target_list(pid_t **pids);

/* The threads of a process into *tids, owned by the caller; 0 if it is gone. */
size_t pp_target_threads(pid_t pid, pid_t **tids);

#endif
