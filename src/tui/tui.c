/* SPDX-License-Identifier: Apache-2.0 */
/* From events to what they do, and then to the screen. */
#include <config.h>

#include "tui/tui.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "tui/app.h"
#include "tui/bench.h"
#include "tui/script.h"
#include "tui/term.h"

const char *const pp_tui_themes[] = {"auto", "dark", "light", NULL};
const char *const pp_tui_deltas[] = {"total", "self", NULL};
const char *const pp_tui_percents[] = {"all", "zoom", "parent", NULL};

void pp_tui_filter_option(int filter, const char *text, struct pp_buf *out)
{
	if (filter == PP_TUI_ALL_FRAMES)
		pp_buf_str(out, *text ? "--all-frames" : "--no-all-frames");
	else if (filter < PP_FILTER_KINDS)
		pp_buf_fmt(out, "--%s=%s", pp_filter_option((enum pp_filter_kind)filter), text);
	else
		pp_buf_fmt(out, "--%s=%s", filter == PP_TUI_TAGROOT ? "tagroot" : "tagleaf", text);
}

static PP_PRINTF(2, 0) void say(struct pp_tui *t, const char *fmt, va_list args, bool is_error)
{
	vsnprintf(t->message, sizeof(t->message), fmt, args);
	t->is_error = is_error;
}

void pp_tui_say(struct pp_tui *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(t, fmt, args, false);
	va_end(args);
}

void pp_tui_fail(struct pp_tui *t, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(t, fmt, args, true);
	va_end(args);
}

uint32_t pp_tui_subject(struct pp_tui *t)
{
	if (t->model.func != PP_NONE && t->model.func != 0)
		return t->model.func;
	pp_tui_say(t, "no function is selected");
	return PP_NONE;
}

/* ---- events ---- */

static void key(struct pp_tui *t, pp_key key)
{
	t->message[0] = '\0';
	t->key = key;
	if (t->prompt.kind) {
		pp_prompt_key(t, key);
	} else if (t->overlay.is_open) {
		pp_overlay_key(t, key);
	} else if (!pp_action_key(t, key)) {
		struct pp_buf name = PP_BUF_INIT;

		pp_key_name(key, &name);
		pp_tui_say(t, "'%s' does nothing here; ? lists the keys", name.p);
		pp_buf_release(&name);
	}
}

static void command(struct pp_tui *t, const char *text)
{
	t->message[0] = '\0';
	t->key = PP_KEY_NONE;
	if (!pp_action_command(t, text))
		pp_tui_fail(t, "there is no command '%s'; ? lists all", text);
}

static void mouse(struct pp_tui *t, const struct pp_mouse *m)
{
	pp_key named;

	if (t->no_mouse || t->prompt.kind || !pp_tui_fits(t))
		return;
	named = pp_tui_key_at(t, m->x, m->y);
	if (t->overlay.is_open)
		pp_overlay_mouse(t, m);
	else if (named != PP_KEY_NONE && m->kind == PP_MOUSE_PRESS)
		key(t, named);
	else
		pp_panes_mouse(t, m);
}

static void handle(struct pp_tui *t, const struct pp_event *e)
{
	switch (e->kind) {
	case PP_EVENT_KEY:
		key(t, e->key);
		break;
	case PP_EVENT_MOUSE:
		mouse(t, &e->mouse);
		break;
	case PP_EVENT_COMMAND:
		command(t, e->command);
		break;
	case PP_EVENT_RESIZE:
		pp_grid_resize(&t->grid, e->w, e->h);
		break;
	case PP_EVENT_FEED:
		pp_follow_take(t);
		break;
	case PP_EVENT_END:
		t->quit = true;
		break;
	default:
		break;
	}
	if (t->model.changed) {
		unsigned what = t->model.changed;

		t->model.changed = 0;
		pp_panes_changed(t, what);
	}
}

static void loop(struct pp_tui *t)
{
	struct pp_screen *screen = t->screen;

	while (!t->quit) {
		struct pp_event e = {.kind = PP_EVENT_NONE};

		t->grid.ascii = screen->ascii; /* a script may change it */
		pp_tui_draw(t);
		screen->show(screen->data, &t->grid, t->cursor_x, t->cursor_y);
		pp_follow_watch(t);
		screen->next(screen->data, -1, &e);
		handle(t, &e);
	}
}

/* ---- the whole ---- */

/* Dark unless the terminal tells that its background is light: "15;0" are its colours. */
static bool is_dark(int theme)
{
	const char *colours = getenv("COLORFGBG"), *back;

	if (theme != PP_TUI_THEME_AUTO)
		return theme == PP_TUI_DARK;
	back = colours ? strrchr(colours, ';') : NULL;
	return !back || (strcmp(back, ";7") != 0 && strcmp(back, ";15") != 0);
}

static void run(struct pp_tui *t, struct pp_screen *screen)
{
	t->screen = screen;
	pp_grid_init(&t->grid);
	pp_model_init(&t->model, &t->options->input);
	t->model.upwards = t->options->upwards;
	if (t->options->inverted)
		pp_zoom_invert(&t->model);
	pp_model_select(&t->model, 0);
	pp_panes_init(&t->panes);
	if (t->options->archive)
		pp_panes_begin(t, "archive");
	loop(t);
	pp_panes_release(&t->panes);
	pp_prompt_release(&t->prompt);
	pp_overlay_close(t);
	pp_steps_release(&t->steps);
	pp_model_release(&t->model);
	pp_grid_release(&t->grid);
}

/* There is no screen, and so no model that would own the tree. */
static int give_up(const struct pp_tui *t)
{
	pp_flame_release(t->options->input.flame);
	free(t->options->input.flame);
	return -1;
}

static int run_script(struct pp_tui *t, struct pp_err *err)
{
	struct pp_script *script = pp_script_new(t->options->script, err);

	if (!script)
		return give_up(t);
	run(t, pp_script_screen(script));
	return pp_script_free(script, err);
}

static int run_bench(struct pp_tui *t, struct pp_err *err)
{
	struct pp_bench *bench = pp_bench_new(t->options->bench, t->options->input.dark, err);

	if (!bench)
		return give_up(t);
	run(t, pp_bench_screen(bench));
	return pp_bench_free(bench, t->options->report, err);
}

static int run_term(struct pp_tui *t, struct pp_err *err)
{
	struct pp_term *term = pp_term_new(t->options->input.dark, err);

	if (!term)
		return give_up(t);
	run(t, pp_term_screen(term));
	return pp_term_free(term, err);
}

int pp_tui_check(const struct pp_tui_options *o, struct pp_err *err)
{
	return o->script || o->bench ? 0 : pp_term_check(err);
}

int pp_tui_run(struct pp_tui_options *o, struct pp_err *err)
{
	struct pp_tui t = {.options = o, .title = o->title, .follow.feed = o->feed, .cursor_x = -1};

	o->input.dark = is_dark(o->theme);
	if (o->script)
		return run_script(&t, err);
	return o->bench ? run_bench(&t, err) : run_term(&t, err);
}

void pp_tui_manual(struct pp_buf *out)
{
	pp_action_manual(out);
}
