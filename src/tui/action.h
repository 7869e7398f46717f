/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one can do. Every action has a name and perhaps keys, in a table; what keys do, the help,
 * the names behind ':' and the list in the manual all come from these tables. A view has a table
 * of its own, which goes before those of all views (actions.c).
 */
#ifndef PP_TUI_ACTION_H
#define PP_TUI_ACTION_H

#include "base/buf.h"
#include "tui/key.h"

struct pp_tui;

struct pp_action {
	const char *name; /* "zoom-in" */
	const char *keys; /* names as of pp_key_parse, with blanks between; "" is for none */
	const char *help; /* lower case, no full stop; up to 50 characters */
	/* `view` is the data of the view whose table it is in, else NULL; `arg` what stands behind
	 * the name, "" without. */
	void (*run)(struct pp_tui *t, void *view, const char *arg);
	const char *arg; /* what it takes, "REGEX"; NULL: nothing */
};

/* A table ends with an action without a name. */
struct pp_action_table {
	const char *title;
	const struct pp_action *actions;
};

#define PP_ACTION_END        \
	{                    \
		.name = NULL \
	}

/* Those that hold in all views; ends with one without a title. actions.c has the list. */
extern const struct pp_action_table pp_action_tables[];

/* Do what a key or a command ("zoom-in", "search json") does in the view that has the focus; false
 * if there is no such thing. */
int pp_action_key(struct pp_tui *t, pp_key key);
int pp_action_command(struct pp_tui *t, const char *command);

/* The action of a key, or of a name, in the view that has the focus, or NULL. */
const struct pp_action *pp_action_for_key(const struct pp_tui *t, pp_key key);
const struct pp_action *pp_action_find(const struct pp_tui *t, const char *name);

/* Call `each` for all tables that hold now, the view's first unless nothing fits on the screen. */
void pp_action_each_table(const struct pp_tui *t,
			  void (*each)(void *context, const struct pp_action_table *table),
			  void *context);

/* The list of all actions of all views as the manual has it, in mdoc(7). */
void pp_action_manual(struct pp_buf *out);

#endif
