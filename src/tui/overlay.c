/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/overlay.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cells.h"
#include "tui/app.h"

#define PAD	 2 /* columns beside the text */
#define GAP	 2 /* between key, text and detail */
#define TEXT_MAX 200

static void free_items(struct pp_overlay *o)
{
	for (size_t i = 0; i < o->n; i++) {
		free(o->items[i].key);
		free(o->items[i].text);
		free(o->items[i].detail);
	}
	free(o->items);
	free(o->title);
}

void pp_overlay_close(struct pp_tui *t)
{
	free_items(&t->overlay);
	t->overlay = (struct pp_overlay){0};
}

void pp_overlay_open(struct pp_tui *t, const char *title, pp_overlay_choose *choose)
{
	pp_overlay_close(t);
	t->overlay =
		(struct pp_overlay){.is_open = true, .title = pp_xstrdup(title), .choose = choose};
}

/* With \0 left out: a text for people. */
static char *copy(struct pp_str s)
{
	char *text = pp_xcalloc(s.n + 1, 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i])
			text[n++] = s.p[i];
	}
	return text;
}

struct pp_item *pp_overlay_add(struct pp_tui *t, const char *key, struct pp_str text,
			       const char *detail)
{
	struct pp_overlay *o = &t->overlay;

	o->items = pp_grow(o->items, &o->cap, o->n + 1, sizeof(*o->items));
	o->items[o->n] = (struct pp_item){.key = key ? pp_xstrdup(key) : NULL,
					  .text = copy(text),
					  .detail = detail ? pp_xstrdup(detail) : NULL};
	return &o->items[o->n++];
}

/* ---- drawing ---- */

struct columns {
	int key, text, detail;
};

static int wider(int w, const char *text)
{
	int cells = text ? (int)pp_cells(pp_str_of(text)) : 0;

	return cells > w ? cells : w;
}

static struct columns columns_of(const struct pp_overlay *o)
{
	struct columns c = {0};

	for (size_t i = 0; i < o->n; i++) {
		c.key = wider(c.key, o->items[i].key);
		c.text = wider(c.text, o->items[i].text);
		c.detail = wider(c.detail, o->items[i].detail);
	}
	if (c.text > TEXT_MAX)
		c.text = TEXT_MAX;
	return c;
}

static void place(struct pp_overlay *o, const struct pp_grid *g, const struct columns *c)
{
	int w = c->text + 2 * PAD + 2, title = (int)pp_cells(pp_str_of(o->title)) + 6;

	w += c->key ? c->key + GAP : 0;
	w += c->detail ? c->detail + GAP : 0;
	o->w = w < title ? title : w;
	o->h = (int)(o->n < PP_GRID_MAX ? o->n : PP_GRID_MAX) + 2;
	if (o->w > g->w)
		o->w = g->w;
	if (o->h > g->h)
		o->h = g->h;
	o->x = (g->w - o->w) / 2;
	o->y = (g->h - o->h) / 2;
}

/* How many lines are seen. */
static size_t page_of(const struct pp_overlay *o)
{
	return o->h > 2 ? (size_t)o->h - 2 : 1;
}

static void scroll(struct pp_overlay *o)
{
	size_t page = page_of(o);

	if (!o->choose) {
		o->top = o->at;
		return;
	}
	if (o->at < o->top)
		o->top = o->at;
	if (o->at >= o->top + page)
		o->top = o->at - page + 1;
}

static void draw_item(struct pp_grid *g, const struct pp_overlay *o, const struct columns *c,
		      size_t i, int y)
{
	const struct pp_item *item = &o->items[i];
	struct pp_style text = PP_STYLE(item->is_title ? PP_ROLE_TITLE : PP_ROLE_MENU);
	struct pp_style key = PP_STYLE(PP_ROLE_KEY);
	int x = o->x + 1 + PAD, right = o->x + o->w - 1 - PAD;

	if (o->choose && i == o->at) {
		text = key = PP_STYLE(PP_ROLE_SELECTED);
		pp_grid_fill(g, (struct pp_rect){o->x + 1, y, o->w - 2, 1}, ' ', &text);
	}
	if (c->key && !item->is_title) {
		pp_grid_text(g, x, y, right - x, pp_str_of(item->key ? item->key : ""), &key);
		x += c->key + GAP;
	}
	if (item->detail) {
		pp_grid_right(g, right - c->detail, y, c->detail, pp_str_of(item->detail), &text);
		right -= c->detail + GAP;
	}
	pp_grid_text(g, x, y, right - x, pp_str_of(item->text), &text);
}

void pp_overlay_draw(struct pp_tui *t)
{
	struct pp_overlay *o = &t->overlay;
	struct pp_grid *g = &t->grid;
	const struct pp_style menu = PP_STYLE(PP_ROLE_MENU), title = PP_STYLE(PP_ROLE_TITLE);
	struct columns c = columns_of(o);

	place(o, g, &c);
	scroll(o);
	pp_grid_fill(g, (struct pp_rect){o->x, o->y, o->w, o->h}, ' ', &menu);
	pp_grid_frame(g, (struct pp_rect){o->x, o->y, o->w, o->h}, &menu);
	pp_grid_fmt(g, o->x + 2, o->y, o->w - 4, &title, " %s ", o->title);
	for (size_t i = 0; i < page_of(o) && o->top + i < o->n; i++)
		draw_item(g, o, &c, o->top + i, o->y + 1 + (int)i);
	if (o->top + page_of(o) < o->n)
		pp_grid_fmt(g, o->x + o->w - 5, o->y + o->h - 1, 3, &title, " \xe2\x86\x93 ");
}

/* ---- keys ---- */

static void choose(struct pp_tui *t, size_t i)
{
	struct pp_overlay o = t->overlay; /* may be opened anew by what was chosen */

	if (!o.choose || i >= o.n || o.items[i].is_title)
		return;
	t->overlay = (struct pp_overlay){0};
	o.choose(t, &o.items[i]);
	free_items(&o);
}

static void move(struct pp_overlay *o, long by)
{
	size_t last = o->n ? o->n - 1 : 0;

	if (!o->choose)
		last = o->n > page_of(o) ? o->n - page_of(o) : 0;
	if (by < 0)
		o->at = o->at > (size_t)-by ? o->at - (size_t)-by : 0;
	else
		o->at = o->at + (size_t)by < last ? o->at + (size_t)by : last;
	/* headings are passed over, on the way that one goes */
	while (o->choose && o->n && o->items[o->at].is_title && o->at + 1 < o->n &&
	       (by >= 0 || o->at == 0))
		o->at++;
	while (o->choose && o->n && o->items[o->at].is_title && by < 0 && o->at > 0)
		o->at--;
}

static bool choose_letter(struct pp_tui *t, pp_key key)
{
	const struct pp_overlay *o = &t->overlay;

	for (size_t i = 0; o->choose && i < o->n; i++) {
		if (o->items[i].key && pp_key_parse(pp_str_of(o->items[i].key)) == key) {
			choose(t, i);
			return true;
		}
	}
	return false;
}

void pp_overlay_key(struct pp_tui *t, pp_key key)
{
	struct pp_overlay *o = &t->overlay;
	long page = (long)page_of(o);

	if (choose_letter(t, key))
		return;
	if (key == PP_KEY_ENTER)
		o->choose ? choose(t, o->at) : pp_overlay_close(t);
	else if (key == PP_KEY_ESC || key == 'q' || key == '?' || key == PP_KEY_F0 + 1 ||
		 key == PP_KEY_CTRL('c'))
		pp_overlay_close(t);
	else if (key == PP_KEY_DOWN || key == 'j')
		move(o, 1);
	else if (key == PP_KEY_UP || key == 'k')
		move(o, -1);
	else if (key == PP_KEY_PAGE_DOWN || key == ' ')
		move(o, page);
	else if (key == PP_KEY_PAGE_UP || key == 'b')
		move(o, -page);
	else if (key == PP_KEY_CTRL('d'))
		move(o, (page + 1) / 2);
	else if (key == PP_KEY_CTRL('u'))
		move(o, -((page + 1) / 2));
	else if (key == PP_KEY_HOME || key == 'g')
		move(o, -(long)o->n);
	else if (key == PP_KEY_END || key == 'G')
		move(o, (long)o->n);
}

void pp_overlay_mouse(struct pp_tui *t, const struct pp_mouse *mouse)
{
	struct pp_overlay *o = &t->overlay;
	int row = mouse->y - o->y - 1;
	bool inside = mouse->x >= o->x && mouse->x < o->x + o->w && mouse->y >= o->y &&
		      mouse->y < o->y + o->h;

	if (mouse->kind == PP_MOUSE_WHEEL_DOWN)
		move(o, 1);
	else if (mouse->kind == PP_MOUSE_WHEEL_UP)
		move(o, -1);
	else if (mouse->kind == PP_MOUSE_PRESS && !inside)
		pp_overlay_close(t);
	else if (mouse->kind == PP_MOUSE_PRESS && row >= 0 && (size_t)row < page_of(o))
		choose(t, o->top + (size_t)row);
}

/* ---- help ---- */

static void add_table(void *context, const struct pp_action_table *table)
{
	struct pp_tui *t = context;

	pp_overlay_add(t, NULL, pp_str_of(table->title), NULL)->is_title = true;
	for (const struct pp_action *a = table->actions; a->name; a++)
		pp_overlay_add(t, *a->keys ? a->keys : ":", pp_str_of(a->help), a->name);
}

void pp_overlay_help(struct pp_tui *t)
{
	pp_overlay_open(t, "keys", NULL);
	pp_action_each_table(t, add_table, t);
}
