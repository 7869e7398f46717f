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

/* For all that is kept of trees. What is kept of one with a million nodes takes 5 MB. */
#define KEEP_BYTES ((size_t)48 << 20)

/* ---- what is kept ---- */

static void forget_shelf(struct pp_steps *s)
{
	if (!s->shelf)
		return;
	pp_flame_release(s->shelf);
	free(s->shelf);
	s->shelf = NULL;
}

static void forget(struct pp_steps *s, size_t i)
{
	if (s->all[i].kind == PP_STEP_FILTER && s->all[i].before.bytes)
		forget_shelf(s);
	s->bytes -= s->all[i].before.n;
	pp_flame_pack_release(&s->all[i].before);
}

/* Up to a step that stays. */
static void forget_first(struct pp_steps *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		forget(s, i);
}

/* Behind the last filter of the first n steps. */
static size_t behind_filters(const struct pp_steps *s, size_t n)
{
	while (n && s->all[n - 1].kind != PP_STEP_FILTER)
		n--;
	return n;
}

/* Keep what step i is going to change. If it is too much, those that would be taken back last go
 * first, but for the first since the last filter, from which everything can be done again. */
static void keep_before(struct pp_steps *s, size_t i, const struct pp_flame *f)
{
	size_t first = behind_filters(s, i);

	forget(s, i);
	pp_flame_pack(&s->all[i].before, f);
	s->bytes += s->all[i].before.n;
	if (s->bytes > KEEP_BYTES)
		forget_first(s, first);
	for (size_t k = first + 1; k < i && s->bytes > KEEP_BYTES; k++)
		forget(s, k);
	if (s->bytes > KEEP_BYTES)
		forget(s, i);
}

static void release_step(struct pp_steps *s, size_t i)
{
	struct pp_step *step = &s->all[i];

	forget(s, i);
	free(step->pattern);
	pp_buf_release(&step->func);
	pp_buf_release(&step->name);
}

/* Without the last ones. */
static void shorten(struct pp_steps *s, size_t n)
{
	while (s->n > n)
		release_step(s, --s->n);
}

void pp_steps_release(struct pp_steps *s)
{
	shorten(s, 0);
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

static uint32_t child_of(const struct pp_flame *f, uint32_t node, struct pp_str ref)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf own = PP_BUF_INIT;

	for (uint32_t c = node + 1; c < f->end[node]; c = f->end[c]) {
		if (pp_str_eq(pp_model_func_ref(&f->funcs[f->func[c]], &own), ref))
			return c;
	}
	return 0;
}

/* The node at the end of a step's path; 0, and nothing is changed, if it is not there. */
static uint32_t node_of(const struct pp_flame *f, const struct pp_step *s)
{
	uint32_t node = 0;
	size_t n;

	for (size_t at = 0; at < s->func.n; at += n) {
		memcpy(&n, s->func.p + at, sizeof(n));
		at += sizeof(n);
		node = child_of(f, node, (struct pp_str){s->func.p + at, n});
		if (!node)
			break;
	}
	return node;
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
	case PP_STEP_PATH:
		pp_flame_focus_node(f, node_of(f, s));
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

/* Do to a tree what steps from one on do, filters apart, keeping what each of them changes. */
static void apply_from(struct pp_steps *s, size_t from, struct pp_flame *f)
{
	for (size_t i = from; i < s->n; i++) {
		keep_before(s, i, f);
		apply(f, &s->all[i]);
	}
}

/* Do all steps to a tree that the filters have left. One goes back to none before a filter but by
 * going back to before the filter: what they change is not kept. */
static void apply_all(struct pp_steps *s, struct pp_flame *f)
{
	size_t first = behind_filters(s, s->n);

	for (size_t i = 0; i < first; i++)
		apply(f, &s->all[i]);
	apply_from(s, first, f);
}

/* Begin anew from the profile. */
static int rebuild(struct pp_tui *t, struct pp_err *err)
{
	const struct pp_view *view;
	struct pp_flame *flame;

	/* two trees at once are much */
	pp_model_rest(&t->model);
	flame = grow(t, &view, err);
	if (!flame) {
		pp_model_measure(&t->model);
		return -1;
	}
	forget_first(&t->steps, t->steps.n);
	apply_all(&t->steps, flame);
	pp_model_replace(&t->model, flame, view);
	return 0;
}

static bool has_filters(const struct pp_steps *s, size_t from)
{
	for (size_t i = from; i < s->n; i++) {
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

	if (has_filters(&t->steps, 0)) {
		filtered = grow(t, view, &err);
		if (!filtered) {
			pp_tui_fail(t, "%s", err.msg);
			return flame;
		}
		pp_flame_release(flame);
		free(flame);
		flame = filtered;
	}
	/* which will be gone soon: nothing of it is kept */
	forget_first(&t->steps, t->steps.n);
	for (size_t i = 0; i < t->steps.n; i++)
		apply(flame, &t->steps.all[i]);
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

static void take_last(void *tui, struct pp_flame *f)
{
	struct pp_tui *t = tui;

	apply_from(&t->steps, t->steps.n - 1, f);
}

static void tell_if_empty(struct pp_tui *t)
{
	if (t->model.total[0] == 0 && t->model.total[1] == 0)
		pp_tui_say(t, "nothing is left; u takes it back");
}

static void take_change(struct pp_tui *t)
{
	pp_model_change(&t->model, take_last, t);
	tell_if_empty(t);
}

/* Before the last step, a filter: the nodes are kept in it, and are not in the way of others. */
static void shelve(struct pp_tui *t)
{
	struct pp_steps *s = &t->steps;
	size_t last = s->n - 1;

	/* what is behind two filters would have the functions of another tree */
	forget_first(s, behind_filters(s, last));
	pp_model_rest(&t->model);
	pp_flame_pack(&s->all[last].before, t->model.flame);
	s->bytes += s->all[last].before.n;
	pp_flame_strip(t->model.flame);
}

/* It could not be done: take the nodes back. */
static void unshelve(struct pp_tui *t)
{
	struct pp_steps *s = &t->steps;

	pp_flame_unpack(&s->all[s->n - 1].before, t->model.flame);
	pp_model_measure(&t->model);
	shorten(s, s->n - 1);
}

static void take_filter(struct pp_tui *t)
{
	struct pp_steps *s = &t->steps;
	struct pp_err err = PP_ERR_INIT;
	const struct pp_view *view;
	struct pp_flame *flame;

	shelve(t);
	flame = grow(t, &view, &err);
	if (!flame) {
		unshelve(t);
		pp_tui_fail(t, "%s", err.msg);
		return;
	}
	apply_all(s, flame);
	s->shelf = pp_model_exchange(&t->model, flame, view);
	if (s->bytes > KEEP_BYTES)
		forget_first(s, s->n);
	tell_if_empty(t);
}

void pp_steps_func(struct pp_tui *t, enum pp_step_kind kind, uint32_t func)
{
	struct pp_step *s = add(t, kind);

	if (kind != PP_STEP_COLLAPSE) {
		const struct pp_flame_func *f = &t->model.flame->funcs[func];

		pp_model_func_ref(f, &s->func);
		pp_buf_add(&s->name, f->name.p, f->name.n);
	}
	take_change(t);
	if (kind == PP_STEP_FOCUS && t->model.flame->n > 1)
		pp_model_select(&t->model, 1);
}

void pp_steps_path(struct pp_tui *t, uint32_t node)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf ref = PP_BUF_INIT;
	PP_CLEANUP(pp_freep) uint32_t *path = pp_model_path(&t->model, node);
	const struct pp_flame *f = t->model.flame;
	struct pp_str name = f->funcs[f->func[node]].name;
	struct pp_step *s = add(t, PP_STEP_PATH);

	for (uint32_t i = 0; i < f->depth[node]; i++) {
		pp_model_func_ref(&f->funcs[path[i]], &ref);
		pp_buf_add(&s->func, &ref.n, sizeof(ref.n));
		pp_buf_add(&s->func, ref.p, ref.n);
	}
	pp_buf_add(&s->name, name.p, name.n);
	take_change(t);
	if (t->model.flame->n > 1)
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
	take_change(t);
}

void pp_steps_filter(struct pp_tui *t, int filter, const char *text)
{
	struct pp_step *s = add(t, PP_STEP_FILTER);

	s->filter = filter;
	s->pattern = pp_xstrdup(text);
	take_filter(t);
}

/* Where to begin again: what was before a step, and which one. */
struct start {
	struct pp_steps *steps;
	struct pp_flame_pack before; /* bytes NULL: with the profile */
	size_t step;
};

/* For the tree as it was before step n: what was kept last up to there, but not before a filter,
 * taken out of its step. */
static struct start find_start(struct pp_steps *s, size_t n)
{
	struct start start = {.steps = s, .step = n};
	size_t first = behind_filters(s, n);

	while (start.step > first && !s->all[start.step].before.bytes)
		start.step--;
	start.before = s->all[start.step].before;
	s->all[start.step].before = (struct pp_flame_pack){0};
	s->bytes -= start.before.n;
	return start;
}

static void redo_from(void *context, struct pp_flame *f)
{
	struct start *start = context;

	pp_flame_unpack(&start->before, f);
	apply_from(start->steps, start->step, f);
}

static void begin_again(struct pp_tui *t, struct start *start)
{
	struct pp_err err = PP_ERR_INIT;

	if (start->before.bytes)
		pp_model_change(&t->model, redo_from, start);
	else if (rebuild(t, &err))
		pp_tui_fail(t, "%s", err.msg);
	pp_flame_pack_release(&start->before);
}

/* Whether there is a filter from step n on, and only the last of all. */
static bool has_one_filter(const struct pp_steps *s, size_t n)
{
	size_t behind = behind_filters(s, s->n);

	return behind > n && behind_filters(s, behind - 1) <= n;
}

/* Go back to step n, before the last filter, by what was kept then. False: it was not, or the
 * filter's frames cannot be undone. */
static bool leave_filter(struct pp_tui *t, size_t n)
{
	const struct pp_tui_services *with = &t->options->services;
	struct pp_steps *s = &t->steps;
	const struct pp_view *view;
	struct start start;
	bool done;

	if (!s->shelf || !has_one_filter(s, n))
		return false;
	start = find_start(s, n);
	done = start.before.bytes && with->back(with->context, &view);
	if (done) {
		struct pp_flame *flame = s->shelf;

		s->shelf = NULL;
		pp_model_rest(&t->model);
		pp_flame_strip(t->model.flame);
		shorten(s, n);
		redo_from(&start, flame);
		pp_model_replace(&t->model, flame, view);
	}
	forget_shelf(s);
	pp_flame_pack_release(&start.before);
	return done;
}

static void take_back(struct pp_tui *t, size_t n)
{
	struct pp_steps *s = &t->steps;
	struct start start = {0};

	if (!s->n) {
		pp_tui_say(t, "there is nothing to take back");
		return;
	}
	if (has_filters(s, n)) {
		if (leave_filter(t, n))
			return;
	} else {
		start = find_start(s, n);
	}
	shorten(s, n);
	begin_again(t, &start);
}

void pp_steps_undo(struct pp_tui *t)
{
	take_back(t, t->steps.n ? t->steps.n - 1 : 0);
}

void pp_steps_undo_all(struct pp_tui *t)
{
	take_back(t, 0);
}

/* The first step of a kind; n if there is none. */
static size_t first_of(const struct pp_steps *s, enum pp_step_kind kind)
{
	size_t i = 0;

	while (i < s->n && s->all[i].kind != kind)
		i++;
	return i;
}

void pp_steps_unkeep(struct pp_tui *t)
{
	struct pp_steps *s = &t->steps;
	size_t first = first_of(s, PP_STEP_KEEP), n = first;
	struct start start;

	if (first == s->n)
		return;
	if (has_filters(s, first))
		forget_first(s, s->n);
	start = find_start(s, first);
	for (size_t i = first; i < s->n; i++) {
		if (s->all[i].kind == PP_STEP_KEEP)
			release_step(s, i);
		else
			s->all[n++] = s->all[i];
	}
	s->n = n;
	begin_again(t, &start);
}

/* ---- in words ---- */

static void describe(const struct pp_step *s, struct pp_buf *out)
{
	static const char *const verbs[] = {[PP_STEP_FOCUS] = "focus ",
					    [PP_STEP_PATH] = "below ",
					    [PP_STEP_DROP] = "drop ",
					    [PP_STEP_MERGE] = "merge ",
					    [PP_STEP_COLLAPSE] = "collapse recursion",
					    [PP_STEP_KEEP] = "keep /"};

	pp_buf_clear(out);
	if (s->kind == PP_STEP_FILTER) {
		pp_tui_filter_option(s->filter, s->pattern, out);
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
