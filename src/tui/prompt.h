/* SPDX-License-Identifier: Apache-2.0 */
/* A line to type in: patterns and commands, with a history and completion. */
#ifndef PP_TUI_PROMPT_H
#define PP_TUI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "tui/grid.h"
#include "tui/key.h"

struct pp_tui;

/* Each has a history of its own. */
enum pp_prompt_history {
	PP_PROMPT_PATTERNS,
	PP_PROMPT_COMMANDS,
	PP_PROMPT_FILES,
	PP_PROMPT_HISTORIES,
};

/* Takes a candidate of completion: a text that may stand in place of all that was typed. */
typedef void pp_prompt_offer(void *context, const char *text);

/* What is asked for; one that is static, as it is kept. */
struct pp_prompt_kind {
	const char *label; /* "/" */
	enum pp_prompt_history history;
	/* Enter was pressed; the prompt is closed already, and may be opened again. */
	void (*accept)(struct pp_tui *t, const char *text);
	/* Offer what begins with `text`; NULL: there is no completion. */
	void (*complete)(struct pp_tui *t, const char *text, pp_prompt_offer *offer, void *context);
};

struct pp_lines_kept {
	char **all;
	size_t n, cap;
};

struct pp_prompt {
	const struct pp_prompt_kind *kind; /* NULL: there is no prompt */
	struct pp_buf text;
	size_t at; /* of the cursor, in bytes */
	struct pp_lines_kept histories[PP_PROMPT_HISTORIES];
	size_t recalled;	      /* of the history; its n: what was typed */
	struct pp_lines_kept offered; /* by completion, while Tab is pressed again */
	size_t offer;
};

/* Ask; `text` is there from the start. */
void pp_prompt_open(struct pp_tui *t, const struct pp_prompt_kind *kind, const char *text);

/* While there is a prompt, it takes all keys. */
void pp_prompt_key(struct pp_tui *t, pp_key key);

/* Draw it in a row; returns the column of the cursor. */
int pp_prompt_draw(const struct pp_prompt *p, struct pp_grid *g, int x, int y, int width);

void pp_prompt_release(struct pp_prompt *p);

#endif
