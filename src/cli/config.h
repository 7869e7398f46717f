/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What users want to be different: options that commands have unless the command line says
 * otherwise, and names for commands with options. Text like that of git-config(1):
 *
 *	[top]
 *		cum = true           # an option by its long name
 *	[alias]
 *		hot = top -n 20
 *
 * man/pyroprof-config.1 has the rules.
 */
#ifndef PP_CLI_CONFIG_H
#define PP_CLI_CONFIG_H

#include <stddef.h>

#include "base/arena.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

#define PP_CONFIG_ALIAS "alias" /* a section that is no command */

struct pp_setting {
	const char *section, *key;
	const char *value; /* NULL: the key stands alone */
	const char *file;  /* NULL: it comes from the command line */
	unsigned line;
};

struct pp_config {
	struct pp_arena arena;	 /* all texts */
	struct pp_setting *item; /* as written: later ones win */
	size_t n, cap;
};

void pp_config_init(struct pp_config *c);
void pp_config_release(struct pp_config *c);

/* Add what the text says. `file` is what to call it. -1 with PP_ERR_FORMAT, which names the line;
 * what stands before that is added. */
int pp_config_parse(struct pp_config *c, struct pp_str text, const char *file,
		    struct pp_err *err) PP_NODISCARD;

/* Add "SECTION.KEY=VALUE" or "SECTION.KEY"; PP_ERR_USAGE for anything else. */
int pp_config_set(struct pp_config *c, const char *word, struct pp_err *err) PP_NODISCARD;

/* Put where the setting is, "FILE:LINE", in front of a message about it, and make the error one of
 * the file, rather than of the command line. Returns -1. */
int pp_config_blame(const struct pp_setting *s, struct pp_err *err);

#endif
