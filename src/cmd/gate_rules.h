/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of rules for a gate: options by name, one a line, as in TOML:
 *
 *	# what a change may cost
 *	max-increase = "5%"
 *	guard = ["^json\\.", "^main\\.handle$:2%"]
 */
#ifndef PP_CMD_GATE_RULES_H
#define PP_CMD_GATE_RULES_H

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

/* A command line with the options of a file in front, so that what is typed wins. */
struct pp_gate_rules {
	char **argv;
	int argc;
	char **owned; /* NULL-terminated */
};

/* Read a file, to be put in front of a command line. -1 names file and line. Release in either
 * case.
 */
int pp_gate_rules_read(struct pp_gate_rules *r, const char *path, int argc, char **argv,
		       struct pp_err *err) PP_NODISCARD;

/* Its two steps: what a file of that name says, and that in front of what was typed. */
int pp_gate_rules_parse(struct pp_gate_rules *r, const char *path, struct pp_str text,
			struct pp_err *err) PP_NODISCARD;
void pp_gate_rules_join(struct pp_gate_rules *r, int argc, char **argv);

void pp_gate_rules_release(struct pp_gate_rules *r);

#endif
