/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Colours of text, by what they say. Users choose them in the section [color] of the configuration:
 *
 *	[color]
 *		more = bold red
 *		hint = normal
 */
#ifndef PP_CLI_TINT_H
#define PP_CLI_TINT_H

#include "base/compiler.h"
#include "base/err.h"
#include "cli/command.h"
#include "cli/config.h"

#define PP_CONFIG_TINTS "color" /* the section */

enum pp_tint_role {
	PP_TINT_ERROR, /* what went wrong */
	PP_TINT_HINT,  /* what may help */
	PP_TINT_MORE,  /* costs more than before */
	PP_TINT_LESS,
	PP_TINT_GOOD, /* works; is within bounds */
	PP_TINT_BAD,
	PP_TINT_ROLES
};

enum { PP_TINT_AUTO, PP_TINT_ALWAYS, PP_TINT_NEVER };

/* "auto", "always", "never": choices of --color. */
extern const char *const pp_tint_when[];

/* What switches a colour on and off; two empty texts for none. */
struct pp_tint {
	char on[32];
	const char *off;
};

/* For text that is written to `fd`. With --color=auto only terminals have colours, unless $NO_COLOR
 * says no. */
struct pp_tint pp_tint_of(const struct pp_cli *cli, enum pp_tint_role role, int fd);

/* Whether a setting of the section names a role and colours. */
int pp_tint_check(const struct pp_setting *s, struct pp_err *err) PP_NODISCARD;

#endif
