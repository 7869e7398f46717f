/* SPDX-License-Identifier: Apache-2.0 */
/* Names for commands with options, and what the configuration may be about. */
#ifndef PP_CLI_ALIAS_H
#define PP_CLI_ALIAS_H

#include "base/compiler.h"
#include "base/err.h"
#include "cli/command.h"
#include "cli/config.h"

/* Check that all sections are commands or [color], which is as it should be, and that each alias
 * begins with a command and has not the name of one: so none is hidden, none stands for another,
 * and nothing is run but commands. */
int pp_alias_check(const struct pp_config *c, const struct pp_command *const *commands,
		   struct pp_err *err) PP_NODISCARD;

/* The setting that says what an alias means, or NULL. */
const struct pp_setting *pp_alias_find(const struct pp_config *c, const char *name);

/* A command line of our own, which ends with NULL. Begins as {0}. */
struct pp_words {
	char **word;
	int n;
	size_t cap;
	char *text; /* what those are in that were cut from a text */
};

void pp_words_release(struct pp_words *w);

/* Cut a text at blanks, but not between quotes, which go. -1 if one is not closed. */
int pp_words_split(struct pp_words *w, const char *text) PP_NODISCARD;

/* The words of an alias and behind them the n of `rest`, which are borrowed. -1 for a quote that is
 * not closed, and for no words at all. */
int pp_alias_expand(const struct pp_setting *alias, int n, char *const *rest, struct pp_words *out,
		    struct pp_err *err) PP_NODISCARD;

#endif
