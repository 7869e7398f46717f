/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files by build id from debuginfod servers (debuginfod(8), "WEBAPI"), kept in a folder as
 * debuginfod-find(1) keeps them: BUILD-ID/debuginfo and BUILD-ID/executable.
 */
#ifndef PP_SYMBOL_DEBUGINFOD_H
#define PP_SYMBOL_DEBUGINFOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"

enum pp_debuginfod_kind { PP_DEBUGINFOD_DEBUGINFO, PP_DEBUGINFOD_EXECUTABLE };

struct pp_debuginfod {
	const char *urls;    /* separated by blanks, each asked in turn */
	const char *cache;   /* folder; made when it is needed */
	uint64_t max_bytes;  /* of one file; 0: 2 GiB */
	int64_t deadline_ns; /* of one file; 0: 90 s */
	/* If not NULL, called while bytes come; true gives that file up. */
	bool (*progress)(void *arg, const char *build_id, uint64_t bytes);
	void *progress_arg;

	/* what came of it */
	uint64_t unreachable; /* bit n: the n-th URL did not answer and is not asked again */
	unsigned fetched;
	struct pp_err failed; /* the last failure but "no such file"; kind PP_ERR_NONE: none */
};

/* The file, from the cache or a server; its path is the caller's. The descriptor is -1 if it is not
 * to be had: neither a file with another build id, nor one that is too large, is kept or given. */
int pp_debuginfod_find(struct pp_debuginfod *d, const char *build_id, enum pp_debuginfod_kind kind,
		       char **path);

#endif
