/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Completion, from the same tables as everything else. Candidates go to cli->out, a line each, as
 * WORD<TAB>DESCRIPTION; the stubs for the shells need not know anything about pyroprof. What a
 * shell can find better by itself is asked for by a last line: ":file" for file names or ":command"
 * for programs on the path, both for what is behind the '=' of a word such as --output=.
 */
#ifndef PP_CLI_COMPLETE_H
#define PP_CLI_COMPLETE_H

#include "cli/command.h"
#include "cli/opt.h"

/* Candidates for words[n - 1], the words before it being what follows "pyroprof". If the first is
 * --behind=N, the last N are what stands behind the word, which may say what it can be. */
int pp_complete_words(struct pp_cli *cli, int n, char **words);

/* Candidates for the last word of a command's argv but for the cli->behind ones; argv[0] is its
 * name. */
void pp_complete_command(struct pp_cli *cli, const struct pp_opt *opts, int argc, char **argv);

#endif
