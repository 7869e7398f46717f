/* SPDX-License-Identifier: Apache-2.0 */
/* The terminal program; what the command has to say about it. */
#ifndef PP_TUI_TUI_H
#define PP_TUI_TUI_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"
#include "profile/filter.h"
#include "tui/archive.h"
#include "tui/follow.h"
#include "tui/model.h"

struct pp_assembly_routine;
struct pp_lines;
struct pp_lines_routine;
struct pp_text;

enum pp_tui_theme { PP_TUI_THEME_AUTO, PP_TUI_DARK, PP_TUI_LIGHT };

/* In the order of the enum, for --theme; NULL-terminated. */
extern const char *const pp_tui_themes[];

/* What colours show the change of, and what percentages are of (enum pp_percent); likewise. */
extern const char *const pp_tui_deltas[], *const pp_tui_percents[];

/* What a tree is filtered by: the kinds of profile/filter.h, labels that become frames, and whether
 * the profile's own drop_frames is left out of it ("": no). */
enum { PP_TUI_TAGROOT = PP_FILTER_KINDS, PP_TUI_TAGLEAF, PP_TUI_ALL_FRAMES, PP_TUI_FILTERS };

/* Append its option with a text: "--tagroot=tenant", "--all-frames". */
void pp_tui_filter_option(int filter, const char *text, struct pp_buf *out);

/* What the command does for the program, which cannot do it by itself. NULL: it cannot be done. */
struct pp_tui_services {
	void *context;

	/* The tree of the profile with these filters [PP_TUI_FILTERS], from malloc, and its view.
	 * The tree that was made before, and its view, hold until this is called again. NULL with
	 * an error. */
	struct pp_flame *(*grow)(void *context, const char *const *filters,
				 const struct pp_view **view, struct pp_err *err);

	/* Be again as before grow() was called last, with the view of then. False: it has to grow.
	 */
	bool (*back)(void *context, const struct pp_view **view);

	/* What the lines of all functions cost, or did before, of a type and as filters are now;
	 * they hold until this is called again for that side. And the source of one of them. NULL
	 * with an error. */
	const struct pp_lines *(*lines)(void *context, bool before, uint32_t type,
					struct pp_err *err);
	const struct pp_text *(*source)(void *context, const struct pp_lines_routine *r,
					struct pp_err *err);

	/* Where such a text is; NULL: that is not known. */
	const char *(*where)(void *context, const struct pp_text *text);

	/* The machine code of functions whose name matches a pattern, with costs of a type, or
	 * those before; it holds until this is called again for that side. NULL with an error. */
	const struct pp_assembly_routine *(*code)(void *context, bool before, const char *pattern,
						  uint32_t type, uint32_t *n, struct pp_err *err);

	/* Append lines that say what the profile is and holds. */
	int (*info)(void *context, struct pp_buf *out, struct pp_err *err);
};

struct pp_tui_options {
	struct pp_model_input input;
	struct pp_str title;	    /* of what is shown; not trusted */
	const char *const *filters; /* [PP_TUI_FILTERS]: texts of the command line; NULL: none */
	struct pp_tui_services services;
	bool upwards;			      /* the root is at the bottom */
	bool inverted;			      /* begin bottom-up */
	int theme;			      /* enum pp_tui_theme */
	const char *script;		      /* keys from a file, no terminal; NULL: none */
	const char *bench;		      /* the same, with times */
	struct pp_buf *report;		      /* what `bench` has to say is appended */
	const struct pp_tui_feed *feed;	      /* what else will come; NULL: nothing */
	const struct pp_tui_archive *archive; /* to begin with; NULL: none */
	/* Write what a view leaves of its profile into a file. */
	int (*save)(const struct pp_view *view, const char *path, struct pp_err *err);
};

/* Whether there is a terminal that can show it; asked before anything is read. */
int pp_tui_check(const struct pp_tui_options *o, struct pp_err *err) PP_NODISCARD;

/* Show it until the user is done. Releases options->input.flame in any case. */
int pp_tui_run(struct pp_tui_options *o, struct pp_err *err) PP_NODISCARD;

/* The list of keys, as the manual has it. */
void pp_tui_manual(struct pp_buf *out);

#endif
