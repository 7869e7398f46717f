/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the user has done to the tree, step by step: filters, which are those of the command line,
 * and changes of the tree that filters have left (analyze/flame_change.h). What nodes were there
 * before a change, and before the last filter, is kept as long as there is room, to go back to;
 * other filters begin anew from the profile.
 */
#ifndef PP_TUI_STEPS_H
#define PP_TUI_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyze/flame_pack.h"
#include "base/buf.h"
#include "profile/filter.h"

struct pp_flame;
struct pp_tui;
struct pp_view;

enum pp_step_kind {
	PP_STEP_FOCUS, /* of a function: what is left begins with it */
	PP_STEP_PATH,  /* of a node: only what is below it */
	PP_STEP_DROP,
	PP_STEP_MERGE,
	PP_STEP_COLLAPSE, /* of all functions */
	PP_STEP_KEEP,	  /* of a pattern */
	PP_STEP_FILTER,	  /* of a pattern; the last of a kind holds, "" is none */
};

struct pp_step {
	enum pp_step_kind kind;
	int filter; /* below PP_TUI_FILTERS */
	char *pattern;
	/* What a function goes by, see pp_model_func_ref(); of a path, those from below the root to
	 * its end, each behind its size. */
	struct pp_buf func;
	struct pp_buf name;	     /* and what is shown of it */
	struct pp_flame_pack before; /* what it has changed, with the filters of then; bytes NULL:
				      * that is not known. Of filters, only the last has it */
};

struct pp_steps {
	struct pp_step *all;
	size_t n, cap;
	size_t bytes; /* in all[].before */
	/* The tree before the last filter, without its nodes: what is kept of steps up to there is
	 * in its functions. NULL: it is not known. */
	struct pp_flame *shelf;
};

void pp_steps_release(struct pp_steps *s);

/* One step more, shown at once; with a message, and nothing done, if it cannot be. The function of
 * those that are of one is `func`. */
void pp_steps_func(struct pp_tui *t, enum pp_step_kind kind, uint32_t func);
void pp_steps_path(struct pp_tui *t, uint32_t node);
void pp_steps_pattern(struct pp_tui *t, enum pp_step_kind kind, const char *pattern);
void pp_steps_filter(struct pp_tui *t, int filter, const char *text);

/* Take back the last step, or all. */
void pp_steps_undo(struct pp_tui *t);
void pp_steps_undo_all(struct pp_tui *t);

/* Keep all stacks again: without the steps that are of kind PP_STEP_KEEP. */
void pp_steps_unkeep(struct pp_tui *t);

/* The text of a filter as it is now; NULL or "": none. */
const char *pp_steps_filter_text(const struct pp_tui *t, int filter);

/* Do all steps to a tree of new data and its view, both as they come from the feed; the tree that
 * is returned takes the place of `flame`. What cannot be done is told, and not done. */
struct pp_flame *pp_steps_redo(struct pp_tui *t, struct pp_flame *flame,
			       const struct pp_view **view);

/* Append "-idle  focus serve  2 steps (u undo)", in so many columns. */
void pp_steps_describe(const struct pp_tui *t, int width, struct pp_buf *out);

#endif
