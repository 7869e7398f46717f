/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/actions_change.h"

#include "base/compiler.h"
#include "tui/app.h"

static void of_subject(struct pp_tui *t, enum pp_step_kind kind)
{
	uint32_t func = pp_tui_subject(t);

	if (func != PP_NONE)
		pp_steps_func(t, kind, func);
}

static void focus_function(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	of_subject(t, PP_STEP_FOCUS);
}

/* A group of nodes is in many places. */
static void focus_path(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	uint32_t node = t->model.node;

	if (t->model.inverted || node == PP_NONE || node == 0)
		pp_tui_say(t, "no frame of the tree is selected");
	else
		pp_steps_path(t, node);
}

static void drop_function(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	of_subject(t, PP_STEP_DROP);
}

static void merge_function(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	of_subject(t, PP_STEP_MERGE);
}

static void collapse_recursion(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	pp_steps_func(t, PP_STEP_COLLAPSE, 0);
}

/* "": all of it again. */
static void keep_pattern(struct pp_tui *t, const char *text)
{
	if (*text)
		pp_steps_pattern(t, PP_STEP_KEEP, text);
	else
		pp_steps_unkeep(t);
}

static void keep(struct pp_tui *t, void *view PP_UNUSED, const char *arg)
{
	static const struct pp_prompt_kind kind = {
		.label = "&", .history = PP_PROMPT_PATTERNS, .accept = keep_pattern};

	if (*arg)
		keep_pattern(t, arg);
	else
		pp_prompt_open(t, &kind, "");
}

static void undo(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	pp_steps_undo(t);
}

static void undo_all(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	pp_steps_undo_all(t);
}

const struct pp_action pp_actions_change[] = {
	{"focus-function", "f", "begin with the selected function", focus_function, NULL},
	{"focus-path", "P", "only what is below the selected frame", focus_path, NULL},
	{"drop-function", "d", "drop the stacks of the function", drop_function, NULL},
	{"merge-function", "m", "merge the function into its callers", merge_function, NULL},
	{"collapse-recursion", "r", "make recursion one frame", collapse_recursion, NULL},
	{"keep", "& F4", "keep stacks with a match; nothing: all", keep, "REGEX"},
	{"undo", "u", "take back the last change or filter", undo, NULL},
	{"undo-all", "U", "take back all of them", undo_all, NULL},
	PP_ACTION_END,
};

/* The filters of the command line, where "" takes one away. */
#define FILTER(function, kind)                                                        \
	static void function(struct pp_tui *t, void *view PP_UNUSED, const char *arg) \
	{                                                                             \
		pp_steps_filter(t, kind, arg);                                        \
	}

FILTER(filter_focus, PP_FILTER_FOCUS)
FILTER(filter_ignore, PP_FILTER_IGNORE)
FILTER(filter_hide, PP_FILTER_HIDE)
FILTER(filter_show, PP_FILTER_SHOW)
FILTER(filter_show_from, PP_FILTER_SHOW_FROM)
FILTER(filter_tagfocus, PP_FILTER_TAGFOCUS)
FILTER(filter_tagignore, PP_FILTER_TAGIGNORE)
FILTER(filter_tagshow, PP_FILTER_TAGSHOW)
FILTER(filter_taghide, PP_FILTER_TAGHIDE)
FILTER(filter_prune_from, PP_FILTER_PRUNE_FROM)
FILTER(filter_tagroot, PP_TUI_TAGROOT)
FILTER(filter_tagleaf, PP_TUI_TAGLEAF)

static void filter_all_frames(struct pp_tui *t, void *view PP_UNUSED, const char *arg PP_UNUSED)
{
	const char *now = pp_steps_filter_text(t, PP_TUI_ALL_FRAMES);

	pp_steps_filter(t, PP_TUI_ALL_FRAMES, now && *now ? "" : "yes");
}

const struct pp_action pp_actions_filter[] = {
	{"focus", "", "only stacks with a frame that matches", filter_focus, "REGEX"},
	{"ignore", "", "no stacks with a frame that matches", filter_ignore, "REGEX"},
	{"hide", "", "without the frames that match", filter_hide, "REGEX"},
	{"show", "", "only the frames that match", filter_show, "REGEX"},
	{"show-from", "", "without the callers of what matches", filter_show_from, "REGEX"},
	{"prune-from", "", "without what is called by what matches", filter_prune_from, "REGEX"},
	{"tagfocus", "", "only samples with such a label", filter_tagfocus, "EXPR"},
	{"tagignore", "", "no samples with such a label", filter_tagignore, "EXPR"},
	{"tagshow", "", "only labels whose key matches", filter_tagshow, "REGEX"},
	{"taghide", "", "no labels whose key matches", filter_taghide, "REGEX"},
	{"tagroot", "", "values of labels as callers of all", filter_tagroot, "KEY,..."},
	{"tagleaf", "", "values of labels as innermost frames", filter_tagleaf, "KEY,..."},
	{"all-frames", "", "with what drop_frames hides, or without", filter_all_frames, NULL},
	PP_ACTION_END,
};
