/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/steps.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/flame_change.h"
#include "base/alloc.h"
#include "base/cells.h"
#include "base/regex.h"
#include "tui/app.h"

static void release_step(struct pp_step *s)
{
	free(s->pattern);
	pp_buf_release(&s->func);
	pp_buf_release(&s->name);
}

void pp_steps_release(struct pp_steps *s)
{
	while (s->n)
		release_step(&s->all[--s->n]);
	free(s->all);
	*s = (struct pp_steps){0};
}

const char *pp_steps_filter_text(const struct pp_tui *t, int filter)
{
	const char *text = t->options->filters ? t->options->filters[filter] : NULL;

	for (size_t i = 0; i < t->steps.n; i++) {
		const struct pp_step *s = &t->steps.all[i];

		if (s->kind == PP_STEP_FILTER && s->filter == filter)
			text = s->pattern;
	}
	return text;
}

/* ---- what steps do ---- */

/* The function that a step is of; 0, of which nothing is changed, if it is not there. */
static uint32_t func_of(const struct pp_flame *f, const struct pp_step *s)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf ref = PP_BUF_INIT;

	for (uint32_t i = 1; i < f->nfuncs; i++) {
		if (pp_str_eq(pp_model_func_ref(&f->funcs[i], &ref), pp_buf_view(&s->func)))
			return i;
	}
	return 0;
}

static void keep(struct pp_flame *f, const struct pp_step *s)
{
	PP_CLEANUP(pp_freep) uint8_t *marked = pp_xcalloc(f->nfuncs, 1);
	PP_CLEANUP(pp_regex_freep) struct pp_regex *re = NULL;
	struct pp_err ignored = PP_ERR_INIT; /* it has been compiled before */

	re = pp_search_regex(s->pattern, &ignored);
	for (uint32_t i = 1; re && i < f->nfuncs; i++)
		marked[i] = pp_regex_match(re, f->funcs[i].name);
	pp_flame_keep(f, marked);
}

static void apply(struct pp_flame *f, const struct pp_step *s)
{
	switch (s->kind) {
	case PP_STEP_FOCUS:
		pp_flame_focus(f, func_of(f, s));
		break;
	case PP_STEP_DROP:
		pp_flame_drop(f, func_of(f, s));
		break;
	case PP_STEP_MERGE:
		pp_flame_merge(f, func_of(f, s));
		break;
	case PP_STEP_COLLAPSE:
		pp_flame_collapse(f, PP_NONE);
		break;
	case PP_STEP_KEEP:
		keep(f, s);
		break;
	case PP_STEP_FILTER:
		break;
	}
}

void pp_steps_apply(const struct pp_tui *t, struct pp_flame *flame)
{
	for (size_t i = 0; i < t->steps.n; i++)
		apply(flame, &t->steps.all[i]);
}

/* The tree of the profile as the filters leave it now. */
static struct pp_flame *grow(const struct pp_tui *t, const struct pp_view **view,
			     struct pp_err *err)
{
	const struct pp_tui_services *with = &t->options->services;
	const char *filters[PP_TUI_FILTERS];

	if (!with->grow) {
		pp_err_set(err, PP_ERR_UNSUPPORTED, "this tree cannot be changed");
		return NULL;
	}
	for (int i = 0; i < PP_TUI_FILTERS; i++)
		filters[i] = pp_steps_filter_text(t, i);
	return with->grow(with->context, filters, view, err);
}

/* Begin anew from the profile. */
static int rebuild(struct pp_tui *t, struct pp_err *err)
{
	const struct pp_view *view;
	struct pp_flame *flame = grow(t, &view, err);

	if (!flame)
		return -1;
	pp_steps_apply(t, flame);
	pp_model_replace(&t->model, flame, view);
	return 0;
}

static bool has_filters(const struct pp_steps *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->all[i].kind == PP_STEP_FILTER)
			return true;
	}
	return false;
}

struct pp_flame *pp_steps_redo(struct pp_tui *t, struct pp_flame *flame,
			       const struct pp_view **view)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_flame *filtered;

	if (has_filters(&t->steps)) {
		filtered = grow(t, view, &err);
		if (!filtered) {
			pp_tui_fail(t, "%s", err.msg);
			return flame;
		}
		pp_flame_release(flame);
		free(flame);
		flame = filtered;
	}
	pp_steps_apply(t, flame);
	return flame;
}

/* ---- more and fewer ---- */

static struct pp_step *add(struct pp_tui *t, enum pp_step_kind kind)
{
	struct pp_steps *s = &t->steps;

	s->all = pp_grow(s->all, &s->cap, s->n + 1, sizeof(*s->all));
	s->all[s->n] = (struct pp_step){.kind = kind};
	return &s->all[s->n++];
}

static void take_step(struct pp_tui *t)
{
	struct pp_err err = PP_ERR_INIT;

	if (rebuild(t, &err)) {
		release_step(&t->steps.all[--t->steps.n]);
		pp_tui_fail(t, "%s", err.msg);
	} else if (t->model.total[0] == 0 && t->model.total[1] == 0) {
		pp_tui_say(t, "nothing is left; u takes it back");
	}
}

void pp_steps_func(struct pp_tui *t, enum pp_step_kind kind, uint32_t func)
{
	struct pp_step *s = add(t, kind);

	if (kind != PP_STEP_COLLAPSE) {
		const struct pp_flame_func *f = &t->model.flame->funcs[func];

		pp_model_func_ref(f, &s->func);
		pp_buf_add(&s->name, f->name.p, f->name.n);
	}
	take_step(t);
	if (kind == PP_STEP_FOCUS && t->model.flame->n > 1)
		pp_model_select(&t->model, 1);
}

void pp_steps_pattern(struct pp_tui *t, enum pp_step_kind kind, const char *pattern)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_regex *re = pp_search_regex(pattern, &err);

	if (!re) {
		pp_tui_fail(t, "%s", err.msg);
		return;
	}
	pp_regex_free(re);
	add(t, kind)->pattern = pp_xstrdup(pattern);
	take_step(t);
}

void pp_steps_filter(struct pp_tui *t, int filter, const char *text)
{
	struct pp_step *s = add(t, PP_STEP_FILTER);

	s->filter = filter;
	s->pattern = pp_xstrdup(text);
	take_step(t);
}

static void take_back(struct pp_tui *t, size_t n)
{
	struct pp_err err = PP_ERR_INIT;

	if (!t->steps.n) {
		pp_tui_say(t, "there is nothing to take back");
		return;
	}
	while (t->steps.n > n)
		release_step(&t->steps.all[--t->steps.n]);
	if (rebuild(t, &err))
		pp_tui_fail(t, "%s", err.msg);
}

void pp_steps_undo(struct pp_tui *t)
{
	take_back(t, t->steps.n ? t->steps.n - 1 : 0);
}

void pp_steps_undo_all(struct pp_tui *t)
{
	take_back(t, 0);
}

void pp_steps_unkeep(struct pp_tui *t)
{
	struct pp_steps *s = &t->steps;
	struct pp_err err = PP_ERR_INIT;
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->all[i].kind == PP_STEP_KEEP)
			release_step(&s->all[i]);
		else
			s->all[n++] = s->all[i];
	}
	if (n == s->n)
		return;
	s->n = n;
	if (rebuild(t, &err))
		pp_tui_fail(t, "%s", err.msg);
}

/* ---- in words ---- */

static void describe(const struct pp_step *s, struct pp_buf *out)
{
	static const char *const verbs[] = {[PP_STEP_FOCUS] = "focus ",
					    [PP_STEP_DROP] = "drop ",
					    [PP_STEP_MERGE] = "merge ",
					    [PP_STEP_COLLAPSE] = "collapse recursion",
					    [PP_STEP_KEEP] = "keep /"};

	pp_buf_clear(out);
	if (s->kind == PP_STEP_FILTER) {
		pp_buf_fmt(out, "--%s=%s", pp_tui_filter_option(s->filter), s->pattern);
	} else {
		pp_buf_str(out, verbs[s->kind]);
		if (s->kind == PP_STEP_KEEP)
			pp_buf_str(out, s->pattern);
		pp_buf_add(out, s->name.p, s->name.n);
	}
}

void pp_steps_describe(const struct pp_tui *t, int width, struct pp_buf *out)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf one = PP_BUF_INIT;
	const struct pp_steps *s = &t->steps;
	size_t from = s->n, cells = 0;

	for (; from > 0; from--) {
		describe(&s->all[from - 1], &one);
		cells += pp_cells(pp_buf_view(&one)) + 2;
		if (cells + 20 > (size_t)(width > 0 ? width : 0))
			break;
	}
	if (from && s->n)
		pp_buf_str(out, "\xe2\x80\xa6  ");
	for (size_t i = from; i < s->n; i++) {
		describe(&s->all[i], &one);
		pp_buf_add(out, one.p, one.n);
		pp_buf_str(out, "  ");
	}
	if (s->n)
		pp_buf_fmt(out, "%zu %s (u undo)", s->n, s->n == 1 ? "step" : "steps");
}
