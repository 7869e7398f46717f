/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/action.h"

#include <string.h>

#include "tui/app.h"

static struct pp_action_table table_of(const struct pp_tui_view *view)
{
	return (struct pp_action_table){view->name, view->actions};
}

void pp_action_each_table(const struct pp_tui *t,
			  void (*each)(void *context, const struct pp_action_table *table),
			  void *context)
{
	const struct pp_panes *p = &t->panes;
	struct pp_action_table own = table_of(p->views[p->in_slot[p->focus]].ops);

	if (pp_tui_fits(t))
		each(context, &own);
	for (const struct pp_action_table *table = pp_action_tables; table->title; table++)
		each(context, table);
}

/* The next of the words in a text; n 0 at its end. */
static struct pp_str next_word(const char **at)
{
	struct pp_str word;

	*at += strspn(*at, " ");
	word = (struct pp_str){*at, strcspn(*at, " ")};
	*at += word.n;
	return word;
}

static bool has_key(const struct pp_action *a, pp_key key)
{
	const char *at = a->keys;

	for (struct pp_str name = next_word(&at); name.n; name = next_word(&at)) {
		if (pp_key_parse(name) == key)
			return true;
	}
	return false;
}

/* What is looked for, and what was found. */
struct look {
	pp_key key;
	const char *name;
	const struct pp_action *action;
	const struct pp_action *of; /* the table it is in */
};

static void look_in(void *context, const struct pp_action_table *table)
{
	struct look *l = context;

	for (const struct pp_action *a = table->actions; a->name && !l->action; a++) {
		if (l->name ? strcmp(a->name, l->name) != 0 : !has_key(a, l->key))
			continue;
		l->action = a;
		l->of = table->actions;
	}
}

static int run(struct pp_tui *t, const struct look *l, const char *arg)
{
	struct pp_pane_view *v = pp_panes_focused(t);

	if (!l->action)
		return 0;
	if (l->of != v->ops->actions)
		l->action->run(t, NULL, arg);
	else if (v->drawn)
		l->action->run(t, v->data, arg);
	else
		pp_tui_say(t, "there is no room for that");
	return 1;
}

int pp_action_key(struct pp_tui *t, pp_key key)
{
	struct look l = {.key = key};

	pp_action_each_table(t, look_in, &l);
	return run(t, &l, "");
}

const struct pp_action *pp_action_for_key(const struct pp_tui *t, pp_key key)
{
	struct look l = {.key = key};

	pp_action_each_table(t, look_in, &l);
	return l.action;
}

const struct pp_action *pp_action_find(const struct pp_tui *t, const char *name)
{
	struct look l = {.name = name};

	pp_action_each_table(t, look_in, &l);
	return l.action;
}

int pp_action_command(struct pp_tui *t, const char *command)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf name = PP_BUF_INIT;
	const char *at = command;
	struct pp_str word;
	struct look l = {0};

	if (strncmp(command, "--", 2) == 0) { /* as on the command line: --focus=main */
		at += 2;
		word = (struct pp_str){at, strcspn(at, "= ")};
		at += word.n + (at[word.n] == '=');
	} else {
		word = next_word(&at);
	}
	pp_buf_add(&name, word.p, word.n);
	l.name = name.p;
	pp_action_each_table(t, look_in, &l);
	at += strspn(at, " ");
	if (l.action && *at && !l.action->arg) {
		pp_tui_fail(t, "'%s' takes no argument", l.name);
		return 1;
	}
	return run(t, &l, at);
}

/* ---- the manual ---- */

static void manual_table(const struct pp_action_table *table, struct pp_buf *out)
{
	pp_buf_fmt(out, ".Ss %s\n.Bl -tag -width Ds\n", table->title);
	for (const struct pp_action *a = table->actions; a->name; a++) {
		const char *at = a->keys;

		pp_buf_fmt(out, ".It Ic %s", a->name);
		if (a->arg)
			pp_buf_fmt(out, " Op Ar %s", a->arg);
		for (struct pp_str key = next_word(&at); key.n; key = next_word(&at)) {
			/* what mdoc takes for punctuation, and troff for its own */
			pp_buf_str(out, at - key.n == a->keys ? " Pq Li " : " ");
			if (key.n == 1 && key.p[0] == '^')
				pp_buf_str(out, "\\(ha");
			else if (key.n == 1 && key.p[0] == '\\')
				pp_buf_str(out, "\\e");
			else
				pp_buf_fmt(out, "%s%.*s", key.n == 1 ? "\\&" : "", (int)key.n,
					   key.p);
		}
		pp_buf_fmt(out, "\n%s\n", a->help);
	}
	pp_buf_str(out, ".El\n");
}

void pp_action_manual(struct pp_buf *out)
{
	for (const struct pp_action_table *table = pp_action_tables; table->title; table++)
		manual_table(table, out);
	for (size_t i = 0; pp_tui_views[i]; i++) {
		struct pp_action_table own = table_of(pp_tui_views[i]);

		manual_table(&own, out);
	}
}
