/* SPDX-License-Identifier: Apache-2.0 */
/* Putting loose objects together into segments: doc/ARCHIVE.md, 4. */
#ifndef PP_ARCHIVE_SEAL_H
#define PP_ARCHIVE_SEAL_H

#include <stdbool.h>
#include <stdint.h>

#include "archive/archive.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/steps.h"

/* A segment that was, or would be, written. */
struct pp_sealed {
	const char *name;   /* "2026-11-20/12-HEX.seg"; of one that is not written, its hour */
	uint32_t profiles;  /* in it */
	uint64_t before;    /* bytes of the files that it replaces */
	uint64_t after;	    /* its own; 0 if it is not written */
	const char *labels; /* of what is in it, but those in which it differs */
};

struct pp_seal {
	struct pp_archive *archive; /* locked */
	int64_t until;		    /* what starts in an hour that ends after this stays loose, */
	bool all;		    /* unless everything is sealed */
	bool dry_run;
	/* Told of each segment; of damaged files, which are left alone. */
	void (*sealed)(void *context, const struct pp_sealed *s);
	void (*damaged)(void *context, const char *what);
	void *context;
	struct pp_steps steps; /* groups */
	uint64_t segments, profiles;
};

/* Seal what there is. What was sealed before an error stays. */
int pp_seal(struct pp_seal *s, struct pp_err *err) PP_NODISCARD;

/* Take away what is in segments as well: loose objects, segments that others replace. The archive
 * is locked. *n: how many files; with `dry_run` they are counted only. Segments are checked before
 * that, every byte and id, and nothing goes for one that is damaged. */
int pp_seal_sweep(struct pp_archive *a, bool dry_run, uint64_t *n, struct pp_err *err) PP_NODISCARD;

#endif
