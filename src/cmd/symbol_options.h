/* SPDX-License-Identifier: Apache-2.0 */
/* The options, progress and messages about names, of commands that look them up in files. */
#ifndef PP_CMD_SYMBOL_OPTIONS_H
#define PP_CMD_SYMBOL_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "cli/command.h"
#include "cli/opt.h"
#include "cli/progress.h"
#include "symbol/symbolizer.h"

struct pp_symbol_options {
	bool no_inlines, no_lines, debuginfod;
	struct pp_opt_list debug_dirs; /* release it with pp_opt_list_release */
};

/* Their entries in a table of options; o points to the above. */
#define PP_SYMBOL_OPTIONS(o)                                                               \
	{PP_OPT_FLAG,                                                                      \
	 0,                                                                                \
	 "no-inlines",                                                                     \
	 NULL,                                                                             \
	 "name only the function that was compiled, not those inlined into it",            \
	 &(o)->no_inlines,                                                                 \
	 .group = "Names"},                                                                \
		{PP_OPT_FLAG,	0, "no-lines", NULL, "look up no files and lines: faster", \
		 &(o)->no_lines},                                                          \
		{PP_OPT_LIST,                                                              \
		 0,                                                                        \
		 "debug-dir",                                                              \
		 "DIR:...",                                                                \
		 "look for debug information here first; may be repeated",                 \
		 &(o)->debug_dirs,                                                         \
		 .hint = PP_HINT_FILE},                                                    \
	{                                                                                  \
		PP_OPT_FLAG, 0, "debuginfod", NULL,                                        \
			"get debug information that is not here from $DEBUGINFOD_URLS",    \
			&(o)->debuginfod                                                   \
	}

/* -1 with PP_ERR_USAGE for --debuginfod without a server. */
int pp_symbol_options_check(const struct pp_symbol_options *o, struct pp_err *err) PP_NODISCARD;

/* Where binaries are looked for unless --binary-path says so, as pprof has it; owned by the caller.
 * NULL: nowhere. */
char *pp_binary_path_standard(void) PP_NODISCARD;

/* Say that the kernel hides its symbols, and what mends it. */
void pp_symbol_explain_hidden(struct pp_cli *cli);

/* What the options become for the time of one symbolization. */
struct pp_symbol_settings {
	struct pp_debuginfod server;
	struct pp_progress progress;
	char *dirs, *cache;
};

/* Fill *to, which borrows from *s, and show progress from now on. */
void pp_symbol_settings_begin(struct pp_symbol_settings *s, struct pp_cli *cli,
			      const struct pp_symbol_options *o, struct pp_symbolizer_options *to);

/* Progress is over. Say what went wrong on the way, if anything did. */
void pp_symbol_settings_end(struct pp_symbol_settings *s, const struct pp_symbolizer_stats *stats);

/* $DEBUGINFOD_URLS; NULL if it names none. */
const char *pp_debuginfod_urls(void);

#endif
