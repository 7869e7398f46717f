/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/panes.h"

#include <string.h>

#include "tui/app.h"

#define LEAST_W 20 /* of a pane that is dragged */
#define LEAST_H 4

void pp_panes_init(struct pp_panes *p)
{
	*p = (struct pp_panes){.across = 0.6, .down = 0.65, .split_x = -1, .split_y = -1};
	for (int slot = 0; slot < PP_SLOTS; slot++)
		p->in_slot[slot] = p->home[slot] = -1;
	for (size_t i = 0; pp_tui_views[i]; i++) {
		const struct pp_tui_view *ops = pp_tui_views[i];

		p->views[p->nviews++].ops = ops;
		if (p->in_slot[ops->slot] < 0 && ops->opens)
			p->in_slot[ops->slot] = p->home[ops->slot] = (int)i;
	}
}

void pp_panes_release(struct pp_panes *p)
{
	for (size_t i = 0; i < p->nviews; i++) {
		if (p->views[i].data)
			p->views[i].ops->close(p->views[i].data);
	}
}

static struct pp_pane_view *view_in(struct pp_tui *t, enum pp_slot slot)
{
	struct pp_panes *p = &t->panes;
	struct pp_pane_view *v;

	if (p->in_slot[slot] < 0)
		return NULL;
	v = &p->views[p->in_slot[slot]];
	if (!v->data)
		v->data = v->ops->open(t);
	return v;
}

struct pp_pane_view *pp_panes_focused(struct pp_tui *t)
{
	return view_in(t, t->panes.focus);
}

static bool show(struct pp_tui *t, size_t i)
{
	struct pp_panes *p = &t->panes;
	enum pp_slot slot = p->views[i].ops->slot;

	p->in_slot[slot] = (int)i;
	p->focus = slot;
	return true;
}

bool pp_panes_show(struct pp_tui *t, const char *name)
{
	for (size_t i = 0; i < t->panes.nviews; i++) {
		if (strcmp(t->panes.views[i].ops->name, name) == 0)
			return show(t, i);
	}
	return false;
}

bool pp_panes_begin(struct pp_tui *t, const char *name)
{
	struct pp_panes *p = &t->panes;

	if (!pp_panes_show(t, name))
		return false;
	p->home[p->focus] = p->in_slot[p->focus];
	return true;
}

bool pp_panes_show_digit(struct pp_tui *t, char digit)
{
	for (size_t i = 0; i < t->panes.nviews; i++) {
		if (t->panes.views[i].ops->digit == digit)
			return show(t, i);
	}
	return false;
}

bool pp_panes_close(struct pp_tui *t)
{
	struct pp_panes *p = &t->panes;

	if (p->focus == PP_SLOT_LEFT && p->in_slot[p->focus] == p->home[p->focus])
		return false;
	p->in_slot[p->focus] = p->home[p->focus];
	p->focus = PP_SLOT_LEFT;
	return true;
}

void pp_panes_turn(struct pp_tui *t, int step)
{
	struct pp_panes *p = &t->panes;

	do
		p->focus = (enum pp_slot)(((int)p->focus + step + PP_SLOTS) % PP_SLOTS);
	while (p->in_slot[p->focus] < 0);
}

void pp_panes_changed(struct pp_tui *t, unsigned what)
{
	for (size_t i = 0; i < t->panes.nviews; i++) {
		struct pp_pane_view *v = &t->panes.views[i];

		v->drawn = false;
		if (v->data && v->ops->changed)
			v->ops->changed(t, v->data, what);
	}
}

/* ---- where they are ---- */

static int share(int whole, double part, int least)
{
	int n = (int)(whole * part);

	if (n > whole - least - 1)
		n = whole - least - 1;
	return n < least ? least : n;
}

/* Inside of `r`, which has no frame. */
static void lay_out(struct pp_panes *p, struct pp_rect r, bool tall)
{
	const struct pp_tui_view *left = p->views[p->in_slot[PP_SLOT_LEFT]].ops;
	bool wide = r.w >= PP_PANES_WIDE - 2 && !left->alone;
	bool right = wide && p->in_slot[PP_SLOT_RIGHT] >= 0;
	bool bottom = wide && p->in_slot[PP_SLOT_BOTTOM] >= 0 && tall;

	memset(p->rects, 0, sizeof(p->rects));
	p->split_x = p->split_y = -1;
	if (!right && !bottom) {
		p->rects[p->focus] = r;
		return;
	}
	if (bottom) {
		int h = share(r.h, p->down, LEAST_H);

		p->split_y = r.y + h;
		p->rects[PP_SLOT_BOTTOM] = (struct pp_rect){r.x, p->split_y + 1, r.w, r.h - h - 1};
		r.h = h;
	}
	p->rects[PP_SLOT_LEFT] = r;
	if (right) {
		int w = share(r.w, p->across, LEAST_W);

		p->split_x = r.x + w;
		p->rects[PP_SLOT_LEFT].w = w;
		p->rects[PP_SLOT_RIGHT] = (struct pp_rect){p->split_x + 1, r.y, r.w - w - 1, r.h};
	} else if (p->focus == PP_SLOT_RIGHT) {
		p->rects[PP_SLOT_RIGHT] = r;
		p->rects[PP_SLOT_LEFT].w = 0;
	}
	if (!bottom && p->focus == PP_SLOT_BOTTOM) {
		p->rects[PP_SLOT_BOTTOM] = p->rects[PP_SLOT_LEFT];
		p->rects[PP_SLOT_LEFT].w = 0;
	}
}

/* ---- drawing ---- */

static void draw_title(struct pp_tui *t, enum pp_slot slot)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	struct pp_pane_view *v = view_in(t, slot);
	struct pp_rect r = t->panes.rects[slot];
	bool focused = slot == t->panes.focus;
	const struct pp_style s = PP_STYLE(focused ? PP_ROLE_TITLE : PP_ROLE_BORDER);

	pp_buf_fmt(&text, "%c %s", v->ops->digit, v->ops->name);
	if (v->ops->title)
		v->ops->title(t, v->data, &text);
	pp_buf_char(&text, ' ');
	pp_grid_text(&t->grid, r.x + 1, r.y - 1, r.w - 2, pp_buf_view(&text), &s);
}

static void draw_borders(struct pp_tui *t, struct pp_rect area)
{
	const struct pp_style s = PP_STYLE(PP_ROLE_BORDER);
	const struct pp_panes *p = &t->panes;
	struct pp_grid *g = &t->grid;
	int right = area.x + area.w - 1;

	pp_grid_frame(g, area, &s);
	if (p->split_y >= 0) {
		pp_grid_hline(g, area.x, p->split_y, area.w, &s);
		pp_grid_put(g, area.x, p->split_y, 0x251c, &s);
		pp_grid_put(g, right, p->split_y, 0x2524, &s);
	}
	if (p->split_x >= 0) {
		int bottom = p->split_y >= 0 ? p->split_y : area.y + area.h - 1;

		pp_grid_vline(g, p->split_x, area.y, bottom - area.y, &s);
		pp_grid_put(g, p->split_x, area.y, 0x252c, &s);
		pp_grid_put(g, p->split_x, bottom, 0x2534, &s);
	}
}

void pp_panes_draw(struct pp_tui *t, struct pp_rect area)
{
	struct pp_panes *p = &t->panes;
	struct pp_rect inner = area;
	bool framed = area.w >= PP_PANES_FRAMED && t->grid.h >= 20;

	if (framed)
		inner = (struct pp_rect){area.x + 1, area.y + 1, area.w - 2, area.h - 2};
	lay_out(p, inner, t->grid.h >= PP_PANES_TALL);
	if (framed)
		draw_borders(t, area);
	for (enum pp_slot slot = 0; slot < PP_SLOTS; slot++) {
		struct pp_pane_view *v;

		if (p->rects[slot].w <= 0 || p->rects[slot].h <= 0)
			continue;
		v = view_in(t, slot);
		v->ops->draw(t, v->data, p->rects[slot], slot == p->focus);
		v->drawn = true;
		if (framed)
			draw_title(t, slot);
	}
}

/* ---- the mouse ---- */

static bool drag(struct pp_tui *t, const struct pp_mouse *mouse)
{
	struct pp_panes *p = &t->panes;
	const struct pp_rect *left = &p->rects[PP_SLOT_LEFT];

	if (mouse->kind == PP_MOUSE_PRESS) {
		p->drag_y = mouse->y == p->split_y;
		p->drag_x = !p->drag_y && mouse->x == p->split_x && p->split_x >= 0;
	} else if (mouse->kind == PP_MOUSE_DRAG && p->drag_x) {
		int whole = left->w + 1 + p->rects[PP_SLOT_RIGHT].w;

		p->across = (mouse->x - left->x + 0.5) / whole;
	} else if (mouse->kind == PP_MOUSE_DRAG && p->drag_y) {
		int whole = left->h + 1 + p->rects[PP_SLOT_BOTTOM].h;

		p->down = (mouse->y - left->y + 0.5) / whole;
	} else if (mouse->kind == PP_MOUSE_RELEASE) {
		bool was = p->drag_x || p->drag_y;

		p->drag_x = p->drag_y = false;
		return was;
	}
	return p->drag_x || p->drag_y;
}

void pp_panes_mouse(struct pp_tui *t, const struct pp_mouse *mouse)
{
	struct pp_panes *p = &t->panes;

	if (drag(t, mouse))
		return;
	for (enum pp_slot slot = 0; slot < PP_SLOTS; slot++) {
		struct pp_rect r = p->rects[slot];
		struct pp_pane_view *v;
		struct pp_mouse inside = *mouse;

		if (mouse->x < r.x || mouse->x >= r.x + r.w || mouse->y < r.y ||
		    mouse->y >= r.y + r.h)
			continue;
		v = view_in(t, slot);
		if (mouse->kind == PP_MOUSE_PRESS)
			p->focus = slot;
		inside.x -= r.x;
		inside.y -= r.y;
		if (v->ops->mouse && v->drawn)
			v->ops->mouse(t, v->data, &inside);
		return;
	}
}
