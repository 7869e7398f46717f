/* SPDX-License-Identifier: Apache-2.0 */
/* From the PROFILE arguments of a command, and --base or --diff-base, to one profile. Each is a
 * file, or what a selector finds in the archive (archive/selector.h). */
#ifndef PP_CMD_LOAD_H
#define PP_CMD_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/spans.h"
#include "cli/command.h"
#include "cli/opt.h"
#include "pprof/read.h"
#include "profile/profile.h"

struct pp_load_options {
	struct pp_opt_list paths;	    /* at least one */
	struct pp_opt_list base, diff_base; /* at most one of them */
	int normalize;			    /* 1, 0, or -1: nobody has said */
	struct pp_read_options read;
	const char *archive; /* as --archive says; NULL: the standard one */
	uint64_t last;	     /* of what a selector finds, the newest so many; 0: all */
	bool delta;	     /* of what counts since a program's start, what is new in that */
	struct pp_cli *cli;  /* whom to tell what is odd about what a selector finds */
};

/* Whether any of them is a selector. */
bool pp_load_selects(const struct pp_opt_list *paths);

void pp_load_options_release(struct pp_load_options *o);

/* -1 with PP_ERR_USAGE for options that do not go together, or not with these paths. */
int pp_load_check(const struct pp_load_options *o, struct pp_err *err) PP_NODISCARD;

/* Read all of them at the same time, combine, subtract the base. A single profile without a base is
 * as in its file. */
int pp_load(struct pp_profile *p, const struct pp_load_options *o, struct pp_err *err) PP_NODISCARD;

/* What a side was added up from. */
struct pp_load_sources {
	uint64_t profiles;
	struct pp_spans spans; /* when they were taken, ns */
	bool untimed;	       /* of some that is not known */
};

/* The same without subtracting: the profiles of --diff-base, of which there are some, become
 * *before, and both sides get the sample types that they share, in the finest units. To normalize
 * is left to the caller. sources[] are those before and after, empty at first. All are to be
 * released in either case. */
int pp_load_sides(struct pp_profile *after, struct pp_profile *before,
		  struct pp_load_sources sources[2], const struct pp_load_options *o,
		  struct pp_err *err) PP_NODISCARD;

#endif
