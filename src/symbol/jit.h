/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of the code that a process has made while it ran: what it says in its jitdump, or else in
 * its perf map. The recorder begins with a process (pp_jit_process) when it sees it first, since
 * its root is only to be had while it lives, and reads (pp_jit_open) at the end, or when it exits;
 * the files stay. Programs are asked for them so:
 *
 *   node --perf-basic-prof, --perf-prof     java -XX:+DumpPerfMapAtExit; jcmd PID Compiler.perfmap
 *   python3.12 -X perf
 */
#ifndef PP_SYMBOL_JIT_H
#define PP_SYMBOL_JIT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

/* A process, as far as its files need it. */
struct pp_jit_process {
	uint32_t pid_inside; /* in its own pid namespace, which names its files */
	uid_t uid;	     /* whose files it may have: its effective user */
	int root; /* an O_PATH descriptor of its root directory, in its mount namespace */
};

/* Take what a running process has. -1 with PP_ERR_NOT_FOUND or PP_ERR_PERMISSION. */
int pp_jit_process(struct pp_jit_process *p, uint32_t pid, struct pp_err *err) PP_NODISCARD;
void pp_jit_process_release(struct pp_jit_process *p);

struct pp_jit;

/*
 * Read its jitdump `dump` (an absolute path of the process that pp_jitdump_is_name, which it has
 * mapped executable; "": it has mapped none), or if there is no answer from it
 * /tmp/perf-PID.map. Paths are looked up under the process's root and never leave it. Other users
 * may have put files there, so they are only read if they are regular, belong to the process's user
 * or to root, and can be written by nobody else. NULL with PP_ERR_NOT_FOUND if there is neither,
 * PP_ERR_PERMISSION for files of others, PP_ERR_LIMIT for a map of more than 256 MiB, else as
 * pp_jitdump_read. Free with pp_jit_free.
 */
struct pp_jit *pp_jit_open(const struct pp_jit_process *p, struct pp_str dump,
			   struct pp_err *err) PP_NODISCARD;
void pp_jit_free(struct pp_jit *jit);

struct pp_jit_frame {
	struct pp_str system_name; /* as the program has it */
	struct pp_str name;	   /* see symbol/jitname.h */
	struct pp_str file;	   /* "": unknown */
	uint32_t line;		   /* of the address; 0: unknown */
	uint32_t start_line;	   /* where the function begins; 0: unknown */
	uint64_t start;		   /* where its code begins */
};

/*
 * The code at an address of the process at a time, in nanoseconds of CLOCK_MONOTONIC; UINT64_MAX:
 * the last code there. Perf maps know no times. False if nothing is known there. Strings live until
 * the next call or pp_jit_free. A perf map has a function's first line only, which is given as
 * `line`, too.
 */
bool pp_jit_find(struct pp_jit *jit, uint64_t address, uint64_t time, struct pp_jit_frame *out);

#endif
