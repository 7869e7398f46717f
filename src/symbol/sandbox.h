/* SPDX-License-Identifier: Apache-2.0 */
/* Giving up what a process does not need to read files that are open already. */
#ifndef PP_SYMBOL_SANDBOX_H
#define PP_SYMBOL_SANDBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pp_sandbox {
	const int *fds; /* all that stay open, besides the standard ones */
	size_t nfds;
	bool opens;	 /* it may open files for reading */
	int64_t cpu_ns;	 /* it may take no more of a processor, */
	uint64_t memory; /* and no more memory, in bytes */
};

/*
 * For good, and in a process made for it only, with one thread: close all other descriptors, read
 * and write nothing by the standard ones, drop all capabilities and the means to get them back, be
 * the first to go when memory runs out, and call the kernel for nothing but memory, time and the
 * descriptors that are open (where the kernel has seccomp). With a sanitizer, which needs more than
 * that, only descriptors and capabilities.
 */
void pp_sandbox_enter(const struct pp_sandbox *box);

#endif
