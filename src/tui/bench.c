/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/bench.h"

#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "tui/script.h"
#include "tui/term.h"

/* By the clock, and of the processor: what others had of it meanwhile is not in the latter. */
enum { WALL, CPU, CLOCKS };

struct times {
	int64_t *all;
	size_t n, cap;
};

struct pp_bench {
	struct pp_screen screen;
	struct pp_script *script;
	struct pp_term *term;
	int64_t begun[CLOCKS]; /* when the last event came */
	bool is_key;	       /* it was one */
	bool is_whole;	       /* it has all of the screen sent anew */
	struct times keys[CLOCKS], whole[CLOCKS];
};

static int64_t now(int clock)
{
	struct timespec ts;

	if (clock == WALL)
		return pp_clock_mono();
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec * PP_NSEC_PER_SEC + ts.tv_nsec;
}

static void note(struct times *t, int64_t time)
{
	t->all = pp_grow(t->all, &t->cap, t->n + 1, sizeof(*t->all));
	t->all[t->n++] = time;
}

static void show(void *data, const struct pp_grid *g, int x, int y)
{
	struct pp_bench *b = data;
	struct pp_screen *term = pp_term_screen(b->term);

	term->show(term->data, g, x, y);
	for (int clock = WALL; clock < CLOCKS; clock++) {
		if (b->is_whole)
			note(&b->whole[clock], now(clock) - b->begun[clock]);
		else if (b->is_key)
			note(&b->keys[clock], now(clock) - b->begun[clock]);
	}
}

static void next(void *data, int timeout, struct pp_event *e)
{
	struct pp_bench *b = data;
	struct pp_screen *script = pp_script_screen(b->script), *term = pp_term_screen(b->term);

	script->next(script->data, timeout, e);
	b->is_key = e->kind == PP_EVENT_KEY || e->kind == PP_EVENT_MOUSE;
	b->is_whole = e->kind == PP_EVENT_RESIZE;
	if (b->is_whole)
		term->redraw(term->data);
	for (int clock = WALL; clock < CLOCKS; clock++)
		b->begun[clock] = now(clock);
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

	b->is_whole = true;
	term->redraw(term->data);
}

static void ignore(void *data PP_UNUSED, bool on PP_UNUSED)
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
				       .lend = ignore,
				       .redraw = redraw,
				       .mouse = ignore};
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

/* One line for times of a kind, and none if there are none. */
static void describe(struct times *t, const char *what, int clock, struct pp_buf *report)
{
	size_t n = t->n;

	if (n) {
		qsort(t->all, n, sizeof(*t->all), compare);
		pp_buf_fmt(report,
			   "%zu %s, %s: p50 %.3f ms, p90 %.3f ms, p99 %.3f ms, max %.3f ms\n", n,
			   what, clock == WALL ? "elapsed" : "cpu", ms(t->all[n / 2]),
			   ms(t->all[n * 9 / 10]), ms(t->all[n * 99 / 100]), ms(t->all[n - 1]));
	}
	free(t->all);
}

int pp_bench_free(struct pp_bench *b, struct pp_buf *report, struct pp_err *err)
{
	int rc = 0;

	for (int clock = WALL; clock < CLOCKS; clock++)
		describe(&b->keys[clock], "keys", clock, report);
	for (int clock = WALL; clock < CLOCKS; clock++)
		describe(&b->whole[clock], "whole screens", clock, report);
	if (pp_term_free(b->term, err))
		rc = -1;
	if (pp_script_free(b->script, err))
		rc = -1;
	free(b);
	return rc;
}
