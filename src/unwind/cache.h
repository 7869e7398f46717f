/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unwind tables kept on disk by build id, so that each file is compiled once. A cache is a folder
 * of ours: one that belongs to, or can be written by, somebody else is not used. What is read from
 * it is checked as any input.
 */
#ifndef PP_UNWIND_CACHE_H
#define PP_UNWIND_CACHE_H

#include <stdint.h>

#include "base/str.h"
#include "unwind/table.h"

struct pp_unwind_cache;

/*
 * Use folder `path` (created, mode 0700, with its parents), holding at most `max_bytes`; the least
 * recently used go first. NULL if that cannot be, with the reason in *err: callers go on without.
 */
struct pp_unwind_cache *pp_unwind_cache_open(const char *path, uint64_t max_bytes,
					     struct pp_err *err) PP_NODISCARD;
void pp_unwind_cache_close(struct pp_unwind_cache *c); /* NULL is fine */

/*
 * The table of the file behind `fd` with this build id (hex, "" if it has none): from the cache
 * (which may be NULL), else made and put there, which may fail silently. Safe to call from several
 * threads, and with other processes at the same folder. A build id is what a file says of itself:
 * tables of files that belong neither to root nor to us are always made anew, so that nobody can
 * put a wrong one in the place of a library's. -1 as pp_unwind_table_read.
 */
int pp_unwind_cache_get(struct pp_unwind_cache *c, struct pp_str build_id, int fd,
			struct pp_unwind_table *t, struct pp_err *err) PP_NODISCARD;

#endif
