/* SPDX-License-Identifier: Apache-2.0 */
/* What one can do in all views. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/out.h"
#include "tui/action.h"
#include "tui/actions_change.h"
#include "tui/app.h"
#include "tui/export.h"
#include "tui/menu_labels.h"
#include "tui/offers.h"
#include "tui/view_sandwich.h"
#include "tui/view_source.h"

/* ---- going about ---- */

static void zoom_out(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	if (!pp_zoom_out(&t->model))
		pp_tui_say(t, "all is shown");
}

static void zoom_reset(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	if (t->model.inverted)
		pp_zoom_into_groups(&t->model, NULL, 0);
	else
		pp_zoom_into(&t->model, 0);
}

static void back(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	if (!pp_zoom_travel(&t->model, -1))
		pp_tui_say(t, "nothing to go back to");
}

static void forward(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	if (!pp_zoom_travel(&t->model, 1))
		pp_tui_say(t, "nothing to go forward to");
}

static void cancel(struct pp_tui *t, void *view, const char *arg)
{
	if (t->model.search.text)
		pp_search_end(&t->model);
	else
		zoom_out(t, view, arg);
}

static void show_view(struct pp_tui *t, void *view PP_UNUSED, const char *arg)
{
	bool is_key = t->key >= '1' && t->key <= '9';

	if (!(is_key ? pp_panes_show_digit(t, (char)t->key) : pp_panes_show(t, arg)))
		pp_tui_fail(t, "there is no such view");
}

static void tree(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	pp_panes_show(t, "tree");
}

static void sandwich(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	pp_view_sandwich_open(t);
}

static void annotate(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	if (pp_tui_subject(t) != PP_NONE)
		pp_panes_show(t, "source");
}

static void edit(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	if (pp_tui_subject(t) != PP_NONE)
		pp_source_edit(t);
}

static void next_pane(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	pp_panes_turn(t, 1);
}

static void previous_pane(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	pp_panes_turn(t, -1);
}

static void close_pane(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	if (!pp_panes_close(t))
		t->quit = true;
}

static void quit(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	t->quit = true;
}

/* ---- searching ---- */

static void search_for(struct pp_tui *t, const char *text)
{
	struct pp_err err = PP_ERR_INIT;

	if (pp_search_set(&t->model, text, &err))
		pp_tui_fail(t, "%s", err.msg);
	else if (*text && !t->model.search.nfuncs)
		pp_tui_say(t, "nothing matches '%s'", text);
}

static void search(struct pp_tui *t, void *view PP_UNUSED, const char *arg)
{
	static const struct pp_prompt_kind kind = {
		.label = "/", .history = PP_PROMPT_PATTERNS, .accept = search_for};

	if (*arg)
		search_for(t, arg);
	else
		pp_prompt_open(t, &kind, "");
}

static void step_hit(struct pp_tui *t, int step)
{
	if (!t->model.search.text) {
		pp_tui_say(t, "there is no search (/)");
		return;
	}
	switch (pp_search_step(&t->model, step)) {
	case 0:
		pp_tui_say(t, "nothing matches '%s'", t->model.search.text);
		break;
	case 2:
		pp_tui_say(t, "went on from the %s", step > 0 ? "beginning" : "end");
		break;
	default:
		break;
	}
}

static void next_hit(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	step_hit(t, 1);
}

static void previous_hit(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	step_hit(t, -1);
}

static void search_this(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf pattern = PP_BUF_INIT;
	uint32_t func = pp_tui_subject(t);

	if (func == PP_NONE)
		return;
	pp_search_quote(t->model.flame->funcs[func].name, "", &pattern);
	search_for(t, pattern.p);
}

/* ---- what is shown, and how ---- */

static void invert(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	pp_zoom_invert(&t->model);
}

static void turn(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	t->model.upwards = !t->model.upwards;
	t->model.changed |= PP_CHANGED_LOOK;
}

static int count_names(const char *const *names)
{
	int n = 0;

	while (names[n])
		n++;
	return n;
}

/* Among names, which an argument may choose from: the next, or the one before. */
static int choose(struct pp_tui *t, const char *const *names, int n, int now, int step,
		  const char *arg)
{
	if (!*arg)
		return (now + step + n) % n;
	for (int i = 0; i < n; i++) {
		if (strcmp(names[i], arg) == 0)
			return i;
	}
	pp_tui_fail(t, "there is no '%s'", arg);
	return now;
}

static void step_colours(struct pp_tui *t, int step, const char *arg)
{
	/* those of diffs are the last ones */
	int n = t->model.is_diff ? count_names(pp_colours_names) : PP_COLOURS_DIFF;
	int to = choose(t, pp_colours_names, n, (int)t->model.in.colours, step, arg);

	t->model.in.colours = (enum pp_colours)to;
	t->model.changed |= PP_CHANGED_LOOK;
	pp_tui_say(t, "colours: %s", pp_colours_names[to]);
}

static void next_colours(struct pp_tui *t, void *view PP_UNUSED, const char *arg)
{
	step_colours(t, 1, arg);
}

static void previous_colours(struct pp_tui *t, void *view PP_UNUSED, const char *arg)
{
	step_colours(t, -1, arg);
}

static void step_type(struct pp_tui *t, int step)
{
	uint32_t n = t->model.flame->ntypes;
	uint32_t to = (t->model.in.measure.type + n + (uint32_t)step) % n;

	if (n == 1) {
		pp_tui_say(t, "there is only one sample type");
		return;
	}
	pp_model_set_type(&t->model, to);
}

static void set_type(struct pp_tui *t, const char *name)
{
	for (uint32_t i = 0; i < t->model.flame->ntypes; i++) {
		if (pp_str_eq(pp_model_type(&t->model, i), pp_str_of(name))) {
			pp_model_set_type(&t->model, i);
			return;
		}
	}
	pp_tui_fail(t, "there is no sample type '%s'", name);
}

static void next_type(struct pp_tui *t, void *view PP_UNUSED, const char *arg)
{
	if (*arg)
		set_type(t, arg);
	else
		step_type(t, 1);
}

static void previous_type(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	step_type(t, -1);
}

static void order(struct pp_tui *t, void *view PP_UNUSED, const char *arg)
{
	/* the order of the input is lost when it has been sorted once */
	int n = PP_FLAME_BY_INPUT;
	int now = t->model.in.order < PP_FLAME_BY_INPUT ? (int)t->model.in.order : 0;

	pp_model_set_order(&t->model,
			   (enum pp_flame_order)choose(t, pp_flame_orders, n, now, 1, arg));
}

static void percentages(struct pp_tui *t, void *view PP_UNUSED, const char *arg)
{
	static const char *const whole[] = {"all", "what is zoomed into", "the caller"};
	int to;

	if (t->model.is_diff) {
		pp_tui_say(t, "in a comparison, percentages are of each side's total");
		return;
	}
	to = choose(t, pp_tui_percents, count_names(pp_tui_percents), (int)t->model.percent, 1,
		    arg);
	t->model.percent = (enum pp_percent)to;
	t->model.changed |= PP_CHANGED_LOOK;
	pp_tui_say(t, "percentages are of %s", whole[to]);
}

static void diff_width(struct pp_tui *t, void *view PP_UNUSED, const char *arg)
{
	int to;

	if (!t->model.is_diff) {
		pp_tui_say(t, "this is no comparison (--diff-base)");
		return;
	}
	to = choose(t, pp_flame_widths, count_names(pp_flame_widths),
		    (int)t->model.in.measure.width, 1, arg);
	pp_model_set_width(&t->model, (enum pp_flame_width)to);
	pp_tui_say(t, "widths show: %s", pp_flame_widths[to]);
}

static void diff_delta(struct pp_tui *t, void *view PP_UNUSED, const char *arg)
{
	if (!t->model.is_diff) {
		pp_tui_say(t, "this is no comparison (--diff-base)");
		return;
	}
	pp_model_set_delta(&t->model, choose(t, pp_tui_deltas, 2, t->model.in.by_self, 1, arg));
	pp_tui_say(t, "colours show the change of: %s", pp_tui_deltas[t->model.in.by_self]);
}

static void labels(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	pp_menu_labels(t);
}

/* ---- what is recorded now ---- */

static void freeze(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	pp_follow_freeze(t);
}

static void follow(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	pp_follow_go_on(t);
}

/* ---- copying ---- */

static void copy_name(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	uint32_t func = pp_tui_subject(t);
	struct pp_out out;

	if (func == PP_NONE)
		return;
	pp_out_init_mem(&out);
	pp_out_safe(&out, t->model.flame->funcs[func].name);
	t->screen->copy(t->screen->data, pp_buf_view(&out.buf));
	pp_tui_say(t, "copied the name");
	pp_buf_release(&out.buf);
}

static void copy_stack(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	const struct pp_model *m = &t->model;
	PP_CLEANUP(pp_freep) uint32_t *path = NULL;
	struct pp_out out;

	if (m->node == PP_NONE) {
		pp_tui_say(t, "nothing is selected");
		return;
	}
	path = pp_model_path(m, m->node);
	pp_out_init_mem(&out);
	for (uint32_t i = 0; i < m->flame->depth[m->node]; i++) {
		pp_out_safe(&out, m->flame->funcs[path[i]].name);
		pp_out_char(&out, '\n');
	}
	t->screen->copy(t->screen->data, pp_buf_view(&out.buf));
	pp_tui_say(t, "copied the stack: %u frames", m->flame->depth[m->node]);
	pp_buf_release(&out.buf);
}

static void write_to(struct pp_tui *t, const char *path)
{
	if (*path)
		pp_export(t, path);
}

static void write_file(struct pp_tui *t, void *view PP_UNUSED, const char *arg)
{
	static const struct pp_prompt_kind kind = {
		.label = "write to ", .history = PP_PROMPT_FILES, .accept = write_to};

	if (*arg)
		write_to(t, arg);
	else
		pp_prompt_open(t, &kind, "flame.svg");
}

/* ---- the program ---- */

static void run_command(struct pp_tui *t, const char *text)
{
	if (*text && !pp_action_command(t, text))
		pp_tui_fail(t, "there is no command '%s'; ? lists all", text);
}

static void command_line(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	static const struct pp_prompt_kind kind = {.label = ":",
						   .history = PP_PROMPT_COMMANDS,
						   .accept = run_command,
						   .complete = pp_offer_commands};

	pp_prompt_open(t, &kind, "");
}

static void help(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	pp_overlay_help(t);
}

static void redraw(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	t->screen->redraw(t->screen->data);
}

static void suspend(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	t->screen->suspend(t->screen->data);
}

static void mouse(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	t->no_mouse = !t->no_mouse;
	t->screen->mouse(t->screen->data, !t->no_mouse);
	pp_tui_say(t, t->no_mouse ? "the mouse is the terminal's, to select text"
				  : "the mouse is back");
}

static const struct pp_action going[] = {
	{"zoom-out", "Backspace", "zoom out one step", zoom_out, NULL},
	{"zoom-reset", "0", "show all", zoom_reset, NULL},
	{"back", "[", "back to where one was", back, NULL},
	{"forward", "]", "forward again", forward, NULL},
	{"view", "1 2 3 4 5 6 7", "go to a view", show_view, "NAME"},
	{"tree", "F5", "the call tree", tree, NULL},
	{"sandwich", "s F7", "callers and callees of the selection", sandwich, NULL},
	{"annotate", "a F8", "source of the selected function", annotate, NULL},
	{"edit", "e", "edit the source, with $VISUAL or $EDITOR", edit, NULL},
	{"next-pane", "Tab", "next pane", next_pane, NULL},
	{"previous-pane", "S-Tab", "previous pane", previous_pane, NULL},
	{"close", "q", "close this view; quit at the last", close_pane, NULL},
	{"cancel", "Esc", "clear the search, then zoom out", cancel, NULL},
	PP_ACTION_END,
};

static const struct pp_action searching[] = {
	{"search", "/ F3", "search, with a regular expression", search, "REGEX"},
	{"next", "n", "next match, drawn or not", next_hit, NULL},
	{"previous", "N", "previous match", previous_hit, NULL},
	{"search-this", "* #", "search for the selected function", search_this, NULL},
	PP_ACTION_END,
};

static const struct pp_action showing[] = {
	{"invert", "i", "bottom-up, and back", invert, NULL},
	{"turn", "o", "root at the bottom or at the top", turn, NULL},
	{"colors", "c", "next colours", next_colours, "SCHEME"},
	{"previous-colors", "C", "previous colours", previous_colours, NULL},
	{"type", "v F2", "next sample type", next_type, "TYPE"},
	{"previous-type", "V", "previous sample type", previous_type, NULL},
	{"order", "", "order of siblings: weight or name", order, "HOW"},
	{"percentages", "p", "percentages of all, zoom or caller", percentages, "WHAT"},
	{"diff-width", "D", "what widths show in a comparison", diff_width, "SIDE"},
	{"diff-delta", "", "colours show the change of total or self", diff_delta, "WHAT"},
	{"labels", "t", "only samples with a label, such as a thread", labels, NULL},
	PP_ACTION_END,
};

static const struct pp_action recording[] = {
	{"freeze", "z", "freeze what is shown, and go on", freeze, NULL},
	{"follow", "F", "follow the recording", follow, NULL},
	PP_ACTION_END,
};

static const struct pp_action program[] = {
	{"copy-name", "y", "copy the name", copy_name, NULL},
	{"copy-stack", "Y", "copy the stack", copy_stack, NULL},
	{"write", "w F9", "write it: pb.gz, svg, html, folded, json, txt", write_file, "FILE"},
	{"command", ":", "a command by its name; Tab completes", command_line, NULL},
	{"help", "? F1", "these keys", help, NULL},
	{"mouse", "M", "mouse off, and on", mouse, NULL},
	{"redraw", "C-l", "draw all again", redraw, NULL},
	{"suspend", "C-z", "suspend", suspend, NULL},
	{"quit", "Q C-c F10", "quit", quit, NULL},
	PP_ACTION_END,
};

const struct pp_action_table pp_action_tables[] = {
	{"Going about", going},		{"Searching", searching},
	{"What is shown", showing},	{"Changing the tree", pp_actions_change},
	{"Filters", pp_actions_filter}, {"Recording", recording},
	{"The program", program},	{NULL, NULL},
};
