/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/bench.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "tui/script.h"
#include "tui/term.h"

struct pp_bench {
	struct pp_screen screen;
	struct pp_script *script;
	struct pp_term *term;
	int64_t begun;	/* when the last event came; 0: none yet */
	bool is_key;	/* it was one */
	int64_t whole;	/* the longest of whole screens */
	int64_t *times; /* of keys */
	size_t n, cap;
};

static void show(void *data, const struct pp_grid *g, int x, int y)
{
	struct pp_bench *b = data;
	struct pp_screen *term = pp_term_screen(b->term);
	int64_t now;

	term->show(term->data, g, x, y);
	now = pp_clock_mono();
	if (b->begun && b->is_key) {
		b->times = pp_grow(b->times, &b->cap, b->n + 1, sizeof(*b->times));
		b->times[b->n++] = now - b->begun;
	} else if (b->begun && now - b->begun > b->whole) {
		b->whole = now - b->begun;
	}
}

static void next(void *data, int timeout, struct pp_event *e)
{
	struct pp_bench *b = data;
	struct pp_screen *script = pp_script_screen(b->script), *term = pp_term_screen(b->term);

	script->next(script->data, timeout, e);
	b->is_key = e->kind == PP_EVENT_KEY || e->kind == PP_EVENT_MOUSE;
	/* all is sent anew after a change of size */
	if (e->kind == PP_EVENT_RESIZE)
		term->redraw(term->data);
	b->begun = pp_clock_mono();
}

static void copy(void *data PP_UNUSED, struct pp_str text PP_UNUSED)
{
}

static void nothing(void *data PP_UNUSED)
{
}

static void redraw(void *data)
{
	struct pp_bench *b = data;
	struct pp_screen *term = pp_term_screen(b->term);

	/* what is timed is a whole screen, not a key */
	b->is_key = false;
	term->redraw(term->data);
}

static void no_mouse(void *data PP_UNUSED, bool on PP_UNUSED)
{
}

struct pp_screen *pp_bench_screen(struct pp_bench *b)
{
	return &b->screen;
}

struct pp_bench *pp_bench_new(const char *path, bool dark, struct pp_err *err)
{
	struct pp_bench *b = pp_xcalloc(1, sizeof(*b));

	b->script = pp_script_new(path, err);
	b->term = b->script ? pp_term_new_hidden(dark, err) : NULL;
	if (!b->term) {
		struct pp_err unused;

		if (b->script && pp_script_free(b->script, &unused))
			*err = unused;
		free(b);
		return NULL;
	}
	b->screen = (struct pp_screen){.data = b,
				       .show = show,
				       .next = next,
				       .copy = copy,
				       .suspend = nothing,
				       .redraw = redraw,
				       .mouse = no_mouse};
	return b;
}

static int compare(const void *x, const void *y)
{
	int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;

	return a < b ? -1 : a > b;
}

static double ms(int64_t ns)
{
	return (double)ns / 1e6;
}

int pp_bench_free(struct pp_bench *b, struct pp_buf *report, struct pp_err *err)
{
	size_t n = b->n;
	int rc = 0;

	if (n) {
		qsort(b->times, n, sizeof(*b->times), compare);
		pp_buf_fmt(report, "%zu keys: p50 %.3f ms, p90 %.3f ms, p99 %.3f ms, max %.3f ms\n",
			   n, ms(b->times[n / 2]), ms(b->times[n * 9 / 10]),
			   ms(b->times[n * 99 / 100]), ms(b->times[n - 1]));
	}
	pp_buf_fmt(report, "whole screen: max %.3f ms\n", ms(b->whole));
	if (pp_term_free(b->term, err))
		rc = -1;
	if (pp_script_free(b->script, err))
		rc = -1;
	free(b->times);
	free(b);
	return rc;
}
