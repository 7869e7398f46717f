/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options of a command as one table, positionals included. Parsing, -h, completion and the
 * check against the manual page all follow from it.
 *
 * What is understood: --name=value, --name value, -n5, -n 5, -n=5, clustered flags -ab, "--", and
 * options anywhere among positionals. As Go's pprof has it, one dash before an exact long name
 * works too (-cum, -nodecount=20) and goes before a reading as a cluster; '_' in a long name is
 * the same as '-'. Prefixes of names are refused: a script must not break when an option is added.
 * An option that is given again replaces the earlier value, except for lists.
 */
#ifndef PP_CLI_OPT_H
#define PP_CLI_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "cli/command.h"

enum pp_opt_kind {
	PP_OPT_FLAG,   /* bool *: true, or what --name=true and --name=false say */
	PP_OPT_YES_NO, /* int *: 1 or 0, likewise; for what is something else if it is not given */
	PP_OPT_SET,    /* int *: set to `min`, as a short way to write a PP_OPT_ENUM */
	PP_OPT_TEXT,   /* const char **: borrowed from argv */
	PP_OPT_OPTIONAL, /* const char **: the same, but only what stands behind '='; "" without */
	PP_OPT_NUMBER,	 /* uint64_t *: min..max, max 0: no limit */
	PP_OPT_DURATION, /* int64_t *, nanoseconds */
	PP_OPT_SIZE,	 /* uint64_t *, bytes */
	PP_OPT_FRACTION, /* double *: 0..1 */
	PP_OPT_REAL,	 /* double *: any finite number */
	PP_OPT_ENUM,	 /* int *: index into choices */
	PP_OPT_LIST,	 /* struct pp_opt_list *: option may be repeated */
	PP_OPT_WORDS,	 /* struct pp_opt_list *: takes all words up to the next option */
	PP_OPT_ARGS,	 /* struct pp_opt_list *: the positional arguments; min..max of them */
	PP_OPT_COMMAND,	 /* struct pp_opt_list *: everything after "--" (or from the first
			    positional,  if the table has no PP_OPT_ARGS); min 1: must be there */
};

/* What completion offers for a value. */
enum pp_opt_hint {
	PP_HINT_NONE,
	PP_HINT_FILE,
	PP_HINT_PROFILE,  /* files, and what selects from the archive */
	PP_HINT_SELECTOR, /* the latter only */
	PP_HINT_LABEL,	  /* names of labels in the archive */
	PP_HINT_FUNCTION, /* names of functions in the profile that the line names */
	PP_HINT_PID,
	PP_HINT_COMMAND, /* program names */
	PP_HINT_SUBCOMMAND,
};

/* Texts borrowed from argv. item[n] is NULL, as execvp wants it; item is NULL while n is 0. */
struct pp_opt_list {
	const char **item;
	size_t n;
	size_t cap;
};

/* Append a text, which is borrowed. */
void pp_opt_list_add(struct pp_opt_list *list, const char *text);

/* For PP_CLEANUP; the list is empty afterwards. */
void pp_opt_list_release(struct pp_opt_list *list);

struct pp_opt {
	enum pp_opt_kind kind;
	char letter;	  /* '\0': none */
	const char *name; /* long name without dashes; NULL for positionals */
	const char *arg;  /* metavariable, e.g. "FILE"; NULL for flags. Positionals that differ in
			     meaning: a word for each, "BASE HEAD" */
	const char *help; /* one line, lower case, no full stop */
	void *value;
	const char *const *choices; /* PP_OPT_ENUM: names, ending with NULL; PP_OPT_TEXT and
				       PP_OPT_LIST: what completion offers, not all there is */
	uint64_t min, max;	    /* PP_OPT_NUMBER; number of PP_OPT_ARGS (max 0 = any);
				       PP_OPT_SET: the value is min */
	enum pp_opt_hint hint;
	const char *group; /* heading in -h under which it stands; NULL: same as the one before */
	enum pp_opt_hint first_hint; /* PP_OPT_ARGS: of the first, if that is something else */
};

#define PP_OPT_END           \
	{                    \
		.help = NULL \
	}

/* Append the entries of `more` to `table`, which has room for `cap` with the end. The result ends
 * with PP_OPT_END. */
void pp_opt_append(struct pp_opt *table, size_t cap, const struct pp_opt *more);

/* Whether it has no value, though a flag may be given one behind '='. */
static inline bool pp_opt_is_switch(const struct pp_opt *o)
{
	return o->kind == PP_OPT_FLAG || o->kind == PP_OPT_YES_NO || o->kind == PP_OPT_SET;
}

/* Whether it may stand alone: the next word is not its value. */
static inline bool pp_opt_stands_alone(const struct pp_opt *o)
{
	return pp_opt_is_switch(o) || o->kind == PP_OPT_OPTIONAL;
}

/* Parse a command's arguments; argv[0] is skipped. -h and --help are understood without being in
 * the table, and so are those of cli/common.h. 0: go on; 1: all done (help, completion or the list
 * was written to cli->out), exit 0; -1: wrong usage. Lists may hold something in every case: give
 * them PP_CLEANUP. */
int pp_opt_parse(struct pp_cli *cli, const struct pp_opt *opts, int argc, char **argv,
		 struct pp_err *err) PP_NODISCARD;

/* Parse the options in front of the first argument; *next is its index, or argc. As above, but
 * nothing is written, and the configuration has no say. */
int pp_opt_parse_leading(const struct pp_opt *opts, int argc, char **argv, int *next,
			 struct pp_err *err) PP_NODISCARD;

/* The index of `text` among choices, which end with NULL; PP_ERR_USAGE names them, and the nearest.
 */
int pp_opt_parse_choice(const char *const *choices, const char *text, int *index,
			struct pp_err *err) PP_NODISCARD;

/* Look for mistakes in a table: twice the same letter or name, no help or help that does not read
 * like the others, an enum without choices, ... -1 names the first. */
int pp_opt_check(const struct pp_opt *opts, struct pp_err *err) PP_NODISCARD;

/* The entry of that kind, or NULL. */
const struct pp_opt *pp_opt_find_kind(const struct pp_opt *opts, enum pp_opt_kind kind);

#endif
