/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/list.h"

#include <limits.h>
#include <string.h>

#include "render/fit.h"
#include "render/header.h"

#define WHEEL 3 /* rows */

static void move(struct pp_tui *t, void *view, long rows)
{
	const struct pp_list *l = view;

	l->move(t, view, rows);
}

static long page(const void *view)
{
	const struct pp_list *l = view;

	return l->h > 1 ? l->h - 1 : 1;
}

void pp_list_up(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	move(t, view, -1);
}

void pp_list_down(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	move(t, view, 1);
}

void pp_list_top(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	move(t, view, -LONG_MAX);
}

void pp_list_bottom(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	move(t, view, LONG_MAX);
}

void pp_list_page_up(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	move(t, view, -page(view));
}

void pp_list_page_down(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	move(t, view, page(view));
}

void pp_list_half_up(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	move(t, view, -((page(view) + 1) / 2));
}

void pp_list_half_down(struct pp_tui *t, void *view, const char *arg PP_UNUSED)
{
	move(t, view, (page(view) + 1) / 2);
}

bool pp_list_wheel(struct pp_tui *t, void *view, const struct pp_mouse *mouse)
{
	const struct pp_list *l = view;

	if (mouse->kind != PP_MOUSE_WHEEL_UP && mouse->kind != PP_MOUSE_WHEEL_DOWN)
		return false;
	l->scroll(t, view, mouse->kind == PP_MOUSE_WHEEL_UP ? -WHEEL : WHEEL);
	return true;
}

/* ---- what stands in rows ---- */

struct pp_style pp_list_row(struct pp_tui *t, struct pp_rect row, bool selected)
{
	struct pp_style s = PP_STYLE(selected ? PP_ROLE_SELECTED : PP_ROLE_TEXT);

	pp_grid_fill(&t->grid, row, ' ', &s);
	return s;
}

static void draw_share(struct pp_tui *t, int x, int y, const char *percent,
		       const struct pp_style *s)
{
	/* an exponent would be cut off */
	if (strlen(percent) >= PP_LIST_SHARE)
		percent = strchr(percent, '-') ? "<0.001%" : "huge";
	pp_grid_right(&t->grid, x, y, PP_LIST_SHARE, pp_str_of(percent), s);
}

void pp_list_share(struct pp_tui *t, int x, int y, int64_t value, uint32_t node,
		   const struct pp_style *s)
{
	char percent[PP_PERCENT_MAX];

	draw_share(t, x, y, pp_model_percent(&t->model, value, node, percent), s);
}

void pp_list_share_before(struct pp_tui *t, int x, int y, int64_t value, const struct pp_style *s)
{
	char percent[PP_PERCENT_MAX];

	draw_share(t, x, y, pp_header_percent(percent, value, t->model.total[0]), s);
}

void pp_list_points(struct pp_tui *t, int x, int y, const struct pp_flame_delta *d,
		    const struct pp_style *s)
{
	struct pp_style own = *s;
	char points[32];

	if (own.role == PP_ROLE_TEXT) {
		own.role = d->points > 0 ? PP_ROLE_MORE : PP_ROLE_LESS;
		if (!d->significant)
			own.role = PP_ROLE_DIM;
	}
	pp_grid_right(&t->grid, x, y, PP_LIST_SHARE, pp_str_of(pp_model_points(d, points)), &own);
}

void pp_list_name(struct pp_tui *t, int x, int y, int w, uint32_t func, const struct pp_style *s)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
	struct pp_style own = *s;

	if (w < 2)
		return;
	if (own.role == PP_ROLE_TEXT && pp_search_has(&t->model.search, func))
		own.role = PP_ROLE_MATCH;
	pp_fit_name(t->model.flame->funcs[func].name, (size_t)w, &text);
	pp_grid_text(&t->grid, x, y, w, pp_buf_view(&text), &own);
}
