/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/offers.h"

#include <string.h>

#include "base/compiler.h"
#include "tui/actions_change.h"
#include "tui/app.h"

/* What was typed, and who takes what may stand in its place. */
struct offering {
	const char *typed;
	pp_prompt_offer *offer;
	void *context;
	struct pp_buf text;
};

/* Offer a command with an argument, which is not trusted, if it begins as what was typed. */
static void offer(struct offering *o, const char *command, const char *between, struct pp_str arg)
{
	pp_buf_clear(&o->text);
	pp_buf_fmt(&o->text, "%s%s", command, between);
	pp_buf_add(&o->text, arg.p, arg.n);
	if (strncmp(o->text.p, o->typed, strlen(o->typed)) == 0)
		o->offer(o->context, o->text.p);
}

/* ---- names ---- */

static void offer_table(void *context, const struct pp_action_table *table)
{
	for (const struct pp_action *a = table->actions; a->name; a++)
		offer(context, a->name, "", PP_STR_LIT(""));
}

static void offer_options(struct offering *o)
{
	for (const struct pp_action *a = pp_actions_filter; a->name; a++)
		offer(o, "--", a->name, PP_STR_LIT("="));
}

/* ---- arguments ---- */

/* Up to n of names that end with NULL. */
static void offer_names(struct offering *o, const char *command, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n && names[i]; i++)
		offer(o, command, " ", pp_str_of(names[i]));
}

static void offer_arguments(const struct pp_tui *t, struct offering *o)
{
	const struct pp_model *m = &t->model;

	offer_names(o, "colors", pp_colours_names, m->is_diff ? SIZE_MAX : PP_COLOURS_DIFF);
	offer_names(o, "diff-delta", pp_tui_deltas, m->is_diff ? SIZE_MAX : 0);
	offer_names(o, "diff-width", pp_flame_widths, m->is_diff ? SIZE_MAX : 0);
	offer_names(o, "order", pp_flame_orders, PP_FLAME_BY_INPUT);
	offer_names(o, "percentages", pp_tui_percents, SIZE_MAX);
	for (uint32_t i = 0; i < m->flame->ntypes; i++)
		offer(o, "type", " ", pp_model_type(m, i));
	for (size_t i = 0; i < t->panes.nviews; i++)
		offer(o, "view", " ", pp_str_of(t->panes.views[i].ops->name));
}

void pp_offer_commands(struct pp_tui *t, const char *text, pp_prompt_offer *take, void *context)
{
	struct offering o = {.typed = text, .offer = take, .context = context};

	if (strchr(text, ' '))
		offer_arguments(t, &o);
	else if (*text == '-')
		offer_options(&o);
	else
		pp_action_each_table(t, offer_table, &o);
	pp_buf_release(&o.text);
}
