/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of /proc/PID/maps (proc_pid_maps(5)). */
#ifndef PP_SYMBOL_PROCMAPS_H
#define PP_SYMBOL_PROCMAPS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct pp_procmap {
	uint64_t start, limit; /* start < limit */
	uint64_t offset;       /* in the file, of `start` */
	uint64_t inode;	       /* 0: no file */
	uint32_t dev_major, dev_minor;
	bool exec;
	bool deleted;	    /* the path named a file that is gone, or another one by now */
	struct pp_str path; /* borrowed; "" for anonymous memory, "[vdso]" and the like for special;
			     * the kernel writes a newline in it as \012, left as it is */
};

/* Take the next mapping from the front of *rest, skipping malformed lines; false at the end. */
bool pp_procmaps_next(struct pp_str *rest, struct pp_procmap *out);

#endif
