/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands and the state one invocation carries. A command is a function with an option table of
 * its own; nobody else sees the table, so help, completion and the option list ask the command
 * itself: they set `mode` and run it, and pp_opt_parse answers in its stead.
 */
#ifndef PP_CLI_COMMAND_H
#define PP_CLI_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/compiler.h"
#include "base/err.h"
#include "io/out.h"

struct pp_cli;
struct pp_config;
struct pp_progress;

/* Takes a candidate of completion. */
typedef void pp_offer_fn(void *context, const char *text, const char *help);

struct pp_command {
	const char *name; /* one word, or two: the first is a command, too, which explains these */
	const char *summary; /* one line, lower case, no full stop */
	/* argv[0] is the command's name. Returns the exit code. Has no effect before pp_opt_parse
	 * has returned 0. */
	int (*run)(struct pp_cli *cli, int argc, char **argv);
	bool hidden;	       /* not in help, completion or suggestions */
	bool unconfigured;     /* runs whatever is wrong with the configuration */
	const char *group;     /* heading in the overview; NULL: same as the one before */
	const char *no;	       /* what exit code 1 says; NULL: the command never answers no */
	const char *undecided; /* likewise, 4 */
};

/* A line for the overview; shown if its command exists. */
struct pp_example {
	const char *command;
	const char *line;
	const char *says;
};

/* Both end with NULL; src/cmd/table.c has them. */
extern const struct pp_command *const pp_commands[];
extern const struct pp_example pp_examples[];

enum pp_cli_mode {
	PP_CLI_RUN,
	PP_CLI_HELP,	 /* print the help of the command */
	PP_CLI_COMPLETE, /* print candidates for a word of argv */
	PP_CLI_LIST,	 /* check the option table and print it for scripts */
	PP_CLI_DEFAULTS, /* check what the configuration says of the command */
};

struct pp_cli {
	const struct pp_command *const *commands;
	const struct pp_example *examples;
	/* Candidates for a word that selects from the archive that --archive names (NULL: none is
	 * named); without a word, its labels. NULL: there are none. */
	void (*offer_selectors)(const char *archive, const char *word, pp_offer_fn *offer,
				void *context);
	/* Candidates out of a profile: functions as regular expressions that match them. `profile`
	 * is a file or a selector of that archive; NULL: what commands read by default. */
	void (*offer_functions)(const char *archive, const char *profile, pp_offer_fn *offer,
				void *context);
	int behind; /* PP_CLI_COMPLETE: words of argv that stand behind the one to complete */
	const struct pp_command *command; /* NULL until one is chosen */
	enum pp_cli_mode mode;
	const struct pp_config *config; /* NULL: there is none */
	struct pp_err config_err;	/* what is wrong with it; PP_ERR_NONE: nothing */
	bool mute;			/* says nothing: the terminal shows something else */
	bool quiet;			/* no notes and no progress; for an option -q */
	bool verbose;			/* tells what took how long: cli/stage.h */
	int colour;			/* --color: cli/tint.h */
	int64_t start_ns, stage_ns;	/* when all of it, and this stage, began: CLOCK_MONOTONIC */
	struct pp_out out;		/* standard output, written out by pp_cli_finish */
	int err_fd;			/* standard error */
	pid_t pager;			/* that standard output goes through; 0: none */
	struct pp_progress *progress;	/* the line that is on the terminal now, or NULL */
};

/* For standard output and error. Both tables are borrowed. */
void pp_cli_init(struct pp_cli *cli, const struct pp_command *const *commands,
		 const struct pp_example *examples);

/* Do what the command line of the program says; the exit code. */
int pp_cli_run(struct pp_cli *cli, int argc, char **argv) PP_NODISCARD;

/* Write out what is left for standard output and close it, which is when some file systems first
 * tell that there was no room. The final exit code: `code`, or PP_EXIT_FAILED after a message. */
int pp_cli_finish(struct pp_cli *cli, int code) PP_NODISCARD;

/* The command of that name, hidden or not, or NULL. */
const struct pp_command *pp_command_find(const struct pp_command *const *commands,
					 const char *name);

/* The command whose name is the first, or the first two, of n >= 1 words; *used: how many. NULL if
 * there is none. */
const struct pp_command *pp_command_words(const struct pp_command *const *commands, int n,
					  char *const *words, int *used);

/* The second word of the name of a command that has two, the first being `first`; NULL for any
 * other command. */
const char *pp_command_below(const struct pp_command *c, const char *first);

/* Whether the command's name has two words: the overview leaves those to the first. */
bool pp_command_is_below(const struct pp_command *c);

/* As pp_command_find for names that people type: hidden ones are unknown, and for the unknown the
 * error suggests the nearest. */
const struct pp_command *pp_command_get(const struct pp_command *const *commands, const char *name,
					struct pp_err *err) PP_NODISCARD;

#endif
