/* SPDX-License-Identifier: Apache-2.0 */
/* A search over the whole tree: each name is tried once, and nothing depends on what is drawn, so
 * that percentages are exact. src/render/web/core/search.js is the same. */
#ifndef PP_TUI_SEARCH_H
#define PP_TUI_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

struct pp_model;
struct pp_regex;

#define PP_SEARCH_MARKS 1024 /* parts of the width that are told apart in the overview */

struct pp_search {
	char *text;	 /* NULL: there is none */
	uint8_t *funcs;	 /* [nfuncs]: 1 if the name matches */
	uint32_t nfuncs; /* how many do */
	uint32_t *hits;	 /* nodes of these, ascending */
	size_t nhits;
	int64_t matched;      /* in or below outermost hits, of the side after */
	int64_t matched_zoom; /* the same of the subtree zoomed to, without what is above */
	int64_t zoom_total;
	uint8_t marks[PP_SEARCH_MARKS / 8]; /* bits: where there are hits in the whole width */
	bool has_back;			    /* where one was before going from hit to hit */
	uint32_t *back;
	size_t nback;
	size_t back_place; /* of the history */
};

/* Compile a pattern: case matters where it has a capital. */
struct pp_regex *pp_search_regex(const char *text, struct pp_err *err) PP_NODISCARD;

/* Append a pattern that is exactly a text; characters of `more` are escaped, too. */
void pp_search_quote(struct pp_str text, const char *more, struct pp_buf *out);

/* Search for a regular expression. "" ends the search. -1 if
 * it does not compile, and what was is kept. */
int pp_search_set(struct pp_model *m, const char *text, struct pp_err *err) PP_NODISCARD;

/* End it, and go back to where one was before the first hit was gone to. */
void pp_search_end(struct pp_model *m);

/* Select the next (1) or previous (-1) hit, zooming out or in until it can be seen. 0: there is
 * none; 1: there; 2: it has begun anew from the other end. */
int pp_search_step(struct pp_model *m, int step);

/* The number (from 1) of the selected node among the hits; 0: it is none. */
size_t pp_search_position(const struct pp_model *m);

/* Whether a function is found. */
bool pp_search_has(const struct pp_search *s, uint32_t func);

/* What a change of tree or zoom has made of the sums. `rematch`: functions are others. */
void pp_search_update(struct pp_model *m, bool rematch);
void pp_search_update_zoom(struct pp_model *m);

/* Select a node, zooming until it is at least a cell wide in the graph. */
void pp_search_show_node(struct pp_model *m, uint32_t node);

void pp_search_release(struct pp_search *s);

#endif
