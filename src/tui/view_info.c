/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/view_info.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "tui/app.h"

#define WHEEL 3

struct info_view {
	bool known; /* false: it is asked for when it is drawn */
	struct pp_buf bytes;
	struct pp_text text;
	size_t top;
	int rows_seen;
};

static void *open_view(struct pp_tui *t PP_UNUSED)
{
	return pp_xcalloc(1, sizeof(struct info_view));
}

static void forget(struct info_view *v)
{
	if (v->known)
		pp_text_release(&v->text);
	pp_buf_clear(&v->bytes);
	v->known = false;
}

static void close_view(void *view)
{
	struct info_view *v = view;

	forget(v);
	pp_buf_release(&v->bytes);
	free(v);
}

static void ask(struct pp_tui *t, struct info_view *v)
{
	const struct pp_tui_services *with = &t->options->services;
	struct pp_err err = PP_ERR_INIT;

	if (!with->info)
		pp_buf_str(&v->bytes, "nothing is known of this profile");
	else if (with->info(with->context, &v->bytes, &err))
		pp_buf_str(&v->bytes, err.msg);
	pp_text_init(&v->text, v->bytes.p, (uint32_t)v->bytes.n);
	v->known = true;
}

static void scroll(struct info_view *v, long by)
{
	size_t page = v->rows_seen > 0 ? (size_t)v->rows_seen : 1;
	size_t last = v->known && v->text.nlines > page ? v->text.nlines - page : 0;

	if (by < 0)
		v->top = v->top > (size_t)-by ? v->top - (size_t)-by : 0;
	else
		v->top = v->top + (size_t)by < last ? v->top + (size_t)by : last;
}

static void draw(struct pp_tui *t, void *view, struct pp_rect r, bool focused PP_UNUSED)
{
	const struct pp_style s = PP_STYLE(PP_ROLE_TEXT);
	struct info_view *v = view;

	if (!v->known)
		ask(t, v);
	v->rows_seen = r.h;
	scroll(v, 0);
	for (int row = 0; row < r.h && v->top + (size_t)row < v->text.nlines; row++)
		pp_grid_text(&t->grid, r.x + 1, r.y + row, r.w - 1,
			     pp_text_line(&v->text, v->top + (size_t)row + 1), &s);
}

/* Another profile, perhaps. */
static void changed(struct pp_tui *t PP_UNUSED, void *view, unsigned what)
{
	if (what & PP_CHANGED_FUNCS)
		forget(view);
}

static void mouse(struct pp_tui *t PP_UNUSED, void *view, const struct pp_mouse *m)
{
	if (m->kind == PP_MOUSE_WHEEL_UP || m->kind == PP_MOUSE_WHEEL_DOWN)
		scroll(view, m->kind == PP_MOUSE_WHEEL_UP ? -WHEEL : WHEEL);
}

static void go_up(struct pp_tui *t PP_UNUSED, void *view, const char *arg PP_UNUSED)
{
	scroll(view, -1);
}

static void go_down(struct pp_tui *t PP_UNUSED, void *view, const char *arg PP_UNUSED)
{
	scroll(view, 1);
}

static void page_up(struct pp_tui *t PP_UNUSED, void *view, const char *arg PP_UNUSED)
{
	scroll(view, -((struct info_view *)view)->rows_seen);
}

static void page_down(struct pp_tui *t PP_UNUSED, void *view, const char *arg PP_UNUSED)
{
	scroll(view, ((struct info_view *)view)->rows_seen);
}

static void go_top(struct pp_tui *t PP_UNUSED, void *view, const char *arg PP_UNUSED)
{
	((struct info_view *)view)->top = 0;
}

static void go_bottom(struct pp_tui *t PP_UNUSED, void *view, const char *arg PP_UNUSED)
{
	struct info_view *v = view;

	scroll(v, v->known ? (long)v->text.nlines : 0);
}

static const struct pp_action actions[] = {
	{"up", "k Up", "a line up", go_up, NULL},
	{"down", "j Down", "a line down", go_down, NULL},
	{"top", "g Home", "to the beginning", go_top, NULL},
	{"bottom", "G End", "to the end", go_bottom, NULL},
	{"page-down", "PgDn Space", "a page down", page_down, NULL},
	{"page-up", "PgUp b", "a page up", page_up, NULL},
	PP_ACTION_END,
};

const struct pp_tui_view pp_view_info = {
	.name = "info",
	.digit = '6',
	.slot = PP_SLOT_LEFT,
	.actions = actions,
	.open = open_view,
	.close = close_view,
	.draw = draw,
	.mouse = mouse,
	.changed = changed,
};
