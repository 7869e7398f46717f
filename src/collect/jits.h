/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processes that run code which they have made themselves, and what they say of it
 * (symbol/jit.h). They are taken note of while they live, and their files are read when names are
 * wanted.
 */
#ifndef PP_COLLECT_JITS_H
#define PP_COLLECT_JITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "symbol/jit.h"

struct pp_jits_entry {
	uint32_t pid;
	bool seen; /* `process` is there */
	bool read; /* no need to try again */
	struct pp_jit_process process;
	char *dump; /* the path of its jitdump, NULL: it has mapped none */
	struct pp_jit *jit;
	char *refused; /* why what it says is not believed; NULL: it is, or there is nothing */
};

struct pp_jits {
	struct pp_jits_entry *entries;
	size_t n, cap;
	struct pp_map by_pid;
};

void pp_jits_release(struct pp_jits *j);

/* Code that process `pid` has made was sampled. */
void pp_jits_note(struct pp_jits *j, uint32_t pid);

/* It has mapped this file: a jitdump is remembered. */
void pp_jits_mapped(struct pp_jits *j, uint32_t pid, struct pp_str path);

/* It is another program now. */
void pp_jits_exec(struct pp_jits *j, uint32_t pid);

/* Forget all that have ended. */
void pp_jits_compact(struct pp_jits *j);

/* What the process says of its code; reads its files the first time. NULL if it says nothing. */
struct pp_jit *pp_jits_get(struct pp_jits *j, uint32_t pid);

/* Why files of one of the processes asked for are not used; NULL if all are, or there are none. */
const char *pp_jits_refused(const struct pp_jits *j);

#endif
