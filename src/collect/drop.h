/* SPDX-License-Identifier: Apache-2.0 */
/* Giving up privileges that are no longer needed once a recording is attached. */
#ifndef PP_COLLECT_DROP_H
#define PP_COLLECT_DROP_H

#include <stdbool.h>
#include <stdint.h>

/* What is still to be done. */
struct pp_drop {
	bool bpf;	   /* maps of eBPF programs are read and written */
	bool ends_command; /* a command is to be ended, which may have become another user */
	bool gives_away;   /* files are given to another user, as under sudo */
	const char *const *writes; /* files to be written, NULL at the end; "-" is none */
};

/*
 * Keep, of the capabilities that are there, only those that the rest of a recording needs:
 *
 *	CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH, CAP_CHECKPOINT_RESTORE (CAP_SYS_ADMIN before Linux 5.9)
 *		mappings and files of processes, deleted files by /proc/PID/map_files
 *	CAP_SYSLOG	addresses in /proc/kallsyms
 *	CAP_BPF		with `bpf` (CAP_SYS_ADMIN before Linux 5.8)
 *	CAP_KILL	with `ends_command`
 *	CAP_CHOWN	with `gives_away`
 *	CAP_DAC_OVERRIDE, CAP_FOWNER
 *		if without them a file could not be written, or not be replaced
 *
 * They are gone from all sets, ambient and (with CAP_SETPCAP) bounding included, and no program
 *that is run from here on can gain any. Commands that were started before keep what they have.
 *Returns what is kept, by bits.
 */
uint64_t pp_drop_privileges(const struct pp_drop *d);

#endif
