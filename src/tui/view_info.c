/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/view_info.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/text.h"
#include "tui/app.h"
#include "tui/list.h"

struct info_view {
	struct pp_list list;
	bool known; /* false: it is asked for when it is drawn */
	struct pp_buf bytes;
	struct pp_text text;
	size_t top;
};

static void scroll(struct pp_tui *t, void *view, long rows);

static void *open_view(struct pp_tui *t PP_UNUSED)
{
	struct info_view *v = pp_xcalloc(1, sizeof(*v));

	v->list = (struct pp_list){.move = scroll, .scroll = scroll};
	return v;
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

static void scroll(struct pp_tui *t PP_UNUSED, void *view, long rows)
{
	struct info_view *v = view;
	size_t page = v->list.h > 0 ? (size_t)v->list.h : 1;
	size_t last = v->known && v->text.nlines > page ? v->text.nlines - page : 0;

	if (rows < 0)
		v->top = v->top < (size_t)-rows ? 0 : v->top - (size_t)-rows;
	else
		v->top = last - (v->top < last ? v->top : last) < (size_t)rows
				 ? last
				 : v->top + (size_t)rows;
}

static void draw(struct pp_tui *t, void *view, struct pp_rect r, bool focused PP_UNUSED)
{
	const struct pp_style s = PP_STYLE(PP_ROLE_TEXT);
	struct info_view *v = view;

	if (!v->known)
		ask(t, v);
	v->list.h = r.h;
	scroll(t, v, 0);
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

static void mouse(struct pp_tui *t, void *view, const struct pp_mouse *m)
{
	pp_list_wheel(t, view, m);
}

static const struct pp_action actions[] = {
	{"up", "k Up", "a line up", pp_list_up, NULL},
	{"down", "j Down", "a line down", pp_list_down, NULL},
	{"top", "g Home", "to the beginning", pp_list_top, NULL},
	{"bottom", "G End", "to the end", pp_list_bottom, NULL},
	PP_LIST_PAGES("PgDn Space"),
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
