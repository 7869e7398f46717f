/* SPDX-License-Identifier: Apache-2.0 */
/* A command line cut into options, values and arguments: what parsing and completion share. */
#ifndef PP_CLI_SCAN_H
#define PP_CLI_SCAN_H

#include <stdbool.h>

#include "base/compiler.h"
#include "base/err.h"
#include "cli/opt.h"

enum pp_token_kind {
	PP_TOKEN_END,
	PP_TOKEN_OPTION,   /* opt, and value unless it is a flag */
	PP_TOKEN_NO_VALUE, /* opt wants a value, but the line ends here */
	PP_TOKEN_HELP,
	PP_TOKEN_ARG,	  /* value */
	PP_TOKEN_COMMAND, /* the program's command line begins at argv[next], if there is more */
};

struct pp_token {
	enum pp_token_kind kind;
	const struct pp_opt *opt;
	const char *value; /* borrowed from argv */
	bool by_letter;	   /* opt was given as -x rather than by its long name */
};

struct pp_scan {
	const struct pp_opt *opts;
	int argc;
	char **argv;
	int next;		    /* the word to look at */
	const char *letters;	    /* what is left of a cluster such as -ab, or NULL */
	bool plain;		    /* "--" has been there: no more options */
	const struct pp_opt *words; /* of kind PP_OPT_WORDS, whose words these are, or NULL */
};

/* Start at argv[1]. All is borrowed. */
void pp_scan_init(struct pp_scan *s, const struct pp_opt *opts, int argc, char **argv);

/* The next token. -1 for an unknown option, or a value where none is taken; the word at fault is
 * behind us then, so that completion can go on. Not to be called after PP_TOKEN_COMMAND. */
int pp_scan_next(struct pp_scan *s, struct pp_token *t, struct pp_err *err) PP_NODISCARD;

/* The option of that long name, without dashes; NULL for an unknown one, with the nearest. */
const struct pp_opt *pp_scan_find(const struct pp_opt *opts, const char *name,
				  struct pp_err *err) PP_NODISCARD;

#endif
