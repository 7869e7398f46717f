/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/prompt.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cells.h"
#include "base/utf8.h"
#include "tui/app.h"

#define HISTORY_MAX 200

static void lines_clear(struct pp_lines_kept *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->all[i]);
	l->n = 0;
}

static void lines_release(struct pp_lines_kept *l)
{
	lines_clear(l);
	free(l->all);
	*l = (struct pp_lines_kept){0};
}

static void lines_add(struct pp_lines_kept *l, const char *text)
{
	l->all = pp_grow(l->all, &l->cap, l->n + 1, sizeof(*l->all));
	l->all[l->n++] = pp_xstrdup(text);
}

/* As the last one, and nowhere else. */
static void remember(struct pp_lines_kept *l, const char *text)
{
	size_t to = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (strcmp(l->all[i], text) == 0 || (i == 0 && l->n == HISTORY_MAX))
			free(l->all[i]);
		else
			l->all[to++] = l->all[i];
	}
	l->n = to;
	lines_add(l, text);
}

void pp_prompt_release(struct pp_prompt *p)
{
	for (int i = 0; i < PP_PROMPT_HISTORIES; i++)
		lines_release(&p->histories[i]);
	lines_release(&p->offered);
	pp_buf_release(&p->text);
}

static void set_text(struct pp_prompt *p, const char *text)
{
	pp_buf_clear(&p->text);
	pp_buf_str(&p->text, text);
	p->at = p->text.n;
}

void pp_prompt_open(struct pp_tui *t, const struct pp_prompt_kind *kind, const char *text)
{
	struct pp_prompt *p = &t->prompt;

	p->kind = kind;
	p->recalled = p->histories[kind->history].n;
	lines_clear(&p->offered);
	set_text(p, text);
}

/* ---- editing ---- */

/* Where the character before, or behind, a place begins, with what combines with it. */
static size_t step(const struct pp_prompt *p, size_t at, int by)
{
	const char *s = p->text.p;
	uint32_t cp;

	do {
		if (by < 0 ? at == 0 : at >= p->text.n)
			return at;
		do
			at += by < 0 ? (size_t)-1 : 1;
		while (at > 0 && at < p->text.n && (s[at] & 0xc0) == 0x80);
	} while (at < p->text.n && pp_utf8_decode((struct pp_str){s + at, p->text.n - at}, &cp) &&
		 pp_cells_of(cp) == 0);
	return at;
}

static void erase(struct pp_prompt *p, size_t from, size_t to)
{
	if (from >= to)
		return;
	memmove(p->text.p + from, p->text.p + to, p->text.n - to);
	p->text.n -= to - from;
	p->text.p[p->text.n] = '\0';
	p->at = from;
}

static void insert(struct pp_prompt *p, pp_key key)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf c = PP_BUF_INIT;

	pp_utf8_add(&c, key);
	pp_buf_reserve(&p->text, c.n);
	memmove(p->text.p + p->at + c.n, p->text.p + p->at, p->text.n - p->at);
	memcpy(p->text.p + p->at, c.p, c.n);
	p->text.n += c.n;
	p->text.p[p->text.n] = '\0';
	p->at += c.n;
}

static size_t word_before(const struct pp_prompt *p)
{
	size_t at = p->at;

	while (at && p->text.p[at - 1] == ' ')
		at--;
	while (at && p->text.p[at - 1] != ' ')
		at--;
	return at;
}

static void recall(struct pp_prompt *p, int by)
{
	const struct pp_lines_kept *h = &p->histories[p->kind->history];

	if (by < 0 ? p->recalled == 0 : p->recalled >= h->n)
		return;
	p->recalled += by < 0 ? (size_t)-1 : 1;
	set_text(p, p->recalled < h->n ? h->all[p->recalled] : "");
}

/* ---- completion ---- */

static void take_offer(void *context, const char *text)
{
	lines_add(context, text);
}

/* The first Tab asks for candidates, further ones go through them. */
static void complete(struct pp_tui *t, int by)
{
	struct pp_prompt *p = &t->prompt;

	if (!p->kind->complete)
		return;
	if (p->offered.n == 0) {
		p->kind->complete(t, p->text.p ? p->text.p : "", take_offer, &p->offered);
		p->offer = by > 0 ? p->offered.n - 1 : 0;
	}
	if (p->offered.n == 0)
		return;
	p->offer = (p->offer + (by > 0 ? 1 : p->offered.n - 1)) % p->offered.n;
	set_text(p, p->offered.all[p->offer]);
	if (p->offered.n == 1)
		lines_clear(&p->offered);
}

/* ---- keys ---- */

static void submit(struct pp_tui *t)
{
	struct pp_prompt *p = &t->prompt;
	const struct pp_prompt_kind *kind = p->kind;
	PP_CLEANUP(pp_freep) char *text = pp_xstrdup(p->text.p ? p->text.p : "");

	p->kind = NULL;
	if (*text)
		remember(&p->histories[kind->history], text);
	kind->accept(t, text);
}

static void move(struct pp_prompt *p, pp_key key)
{
	if (key == PP_KEY_LEFT || key == PP_KEY_CTRL('b'))
		p->at = step(p, p->at, -1);
	else if (key == PP_KEY_RIGHT || key == PP_KEY_CTRL('f'))
		p->at = step(p, p->at, 1);
	else if (key == PP_KEY_HOME || key == PP_KEY_CTRL('a'))
		p->at = 0;
	else if (key == PP_KEY_END || key == PP_KEY_CTRL('e'))
		p->at = p->text.n;
}

static void edit(struct pp_prompt *p, pp_key key)
{
	if (pp_key_is_text(key))
		insert(p, key);
	else if (key == PP_KEY_BACKSPACE && p->text.n == 0)
		p->kind = NULL;
	else if (key == PP_KEY_BACKSPACE)
		erase(p, step(p, p->at, -1), p->at);
	else if (key == PP_KEY_DELETE)
		erase(p, p->at, step(p, p->at, 1));
	else if (key == PP_KEY_CTRL('u'))
		erase(p, 0, p->at);
	else if (key == PP_KEY_CTRL('k'))
		erase(p, p->at, p->text.n);
	else if (key == PP_KEY_CTRL('w'))
		erase(p, word_before(p), p->at);
	else
		move(p, key);
}

void pp_prompt_key(struct pp_tui *t, pp_key key)
{
	struct pp_prompt *p = &t->prompt;

	if (key == PP_KEY_TAB || key == PP_KEY_BACK_TAB) {
		complete(t, key == PP_KEY_TAB ? 1 : -1);
		return;
	}
	lines_clear(&p->offered);
	if (key == PP_KEY_ENTER)
		submit(t);
	else if (key == PP_KEY_ESC || key == PP_KEY_CTRL('c') || key == PP_KEY_CTRL('g'))
		p->kind = NULL;
	else if (key == PP_KEY_UP || key == PP_KEY_CTRL('p'))
		recall(p, -1);
	else if (key == PP_KEY_DOWN || key == PP_KEY_CTRL('n'))
		recall(p, 1);
	else
		edit(p, key);
}

int pp_prompt_draw(const struct pp_prompt *p, struct pp_grid *g, int x, int y, int width)
{
	const struct pp_style plain = PP_STYLE(PP_ROLE_TEXT), key = PP_STYLE(PP_ROLE_KEY);
	int label = pp_grid_text(g, x, y, width, pp_str_of(p->kind->label), &key);
	int room = width - label - 1;
	size_t from = 0;

	if (room < 1)
		return x + label;
	/* what is left of the cursor is seen, as much as there is room for */
	while ((int)pp_cells((struct pp_str){p->text.p + from, p->at - from}) > room)
		from = step(p, from, 1);
	pp_grid_text(g, x + label, y, room + 1, (struct pp_str){p->text.p + from, p->text.n - from},
		     &plain);
	return x + label + (int)pp_cells((struct pp_str){p->text.p + from, p->at - from});
}
