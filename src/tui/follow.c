/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/follow.h"

#include <stdio.h>

#include "base/clock.h"
#include "tui/app.h"

static bool is_over(const struct pp_follow *f)
{
	return f->news.phase != PP_NEWS_RUNS;
}

void pp_follow_watch(struct pp_tui *t)
{
	const struct pp_follow *f = &t->follow;
	bool busy = f->frozen || t->overlay.is_open || (f->feed && is_over(f));

	t->screen->feed_fd = f->feed && !busy ? f->feed->fd : -1;
	t->screen->stop_fd = f->feed ? f->feed->stop_fd : -1;
}

void pp_follow_take(struct pp_tui *t)
{
	struct pp_follow *f = &t->follow;
	struct pp_tui_news *news = &f->news;

	f->feed->take(f->feed->context, news);
	if (!news->flame)
		return;
	news->flame = pp_steps_redo(t, news->flame, &news->view);
	pp_model_replace(&t->model, news->flame, news->view);
	t->title = news->title;
	f->feed->taken(f->feed->context);
}

/* ---- what is said ---- */

static void add_time(struct pp_buf *out, int64_t ns)
{
	int64_t s = ns / PP_NSEC_PER_SEC;

	if (s < 60)
		pp_buf_fmt(out, "%llds", (long long)s);
	else if (s < 3600)
		pp_buf_fmt(out, "%lldm%02llds", (long long)s / 60, (long long)s % 60);
	else
		pp_buf_fmt(out, "%lldh%02lldm", (long long)s / 3600, (long long)s / 60 % 60);
}

static void add_count(struct pp_buf *out, uint64_t n)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			pp_buf_char(out, ',');
		pp_buf_char(out, digits[i]);
	}
}

static const char *phase_name(const struct pp_follow *f)
{
	static const char *const names[] = {[PP_NEWS_RUNS] = "live",
					    [PP_NEWS_ENDED] = "the target ended after",
					    [PP_NEWS_STOPPED] = "stopped after",
					    [PP_NEWS_FAILED] = "failed after"};

	return f->frozen ? "frozen" : names[f->news.phase];
}

void pp_follow_describe(const struct pp_tui *t, struct pp_buf *out)
{
	const struct pp_follow *f = &t->follow;
	const struct pp_tui_news *news = &f->news;

	if (!f->feed)
		return;
	pp_buf_fmt(out, "%s ", phase_name(f));
	add_time(out, news->elapsed_ns);
	if (news->window_ns && news->window_ns < news->elapsed_ns) {
		pp_buf_str(out, ", the last ");
		add_time(out, news->window_ns);
	}
	if (news->live.counted) {
		pp_buf_str(out, "  ");
		add_count(out, news->live.samples);
		pp_buf_str(out, " samples, ");
		add_count(out, news->live.lost);
		pp_buf_str(out, " lost");
		if (!is_over(f))
			pp_buf_fmt(out, ", %.0f/s", news->live.rate);
	}
}

const char *pp_follow_trouble(const struct pp_tui *t)
{
	const struct pp_err *err = &t->follow.news.err;

	return t->follow.feed && err->kind != PP_ERR_NONE ? err->msg : NULL;
}

/* ---- what one can do ---- */

static bool has_feed(struct pp_tui *t)
{
	if (!t->follow.feed)
		pp_tui_say(t, "nothing is recorded (-p PID does)");
	else if (is_over(&t->follow))
		pp_tui_say(t, "the recording is over");
	return t->follow.feed && !is_over(&t->follow);
}

void pp_follow_freeze(struct pp_tui *t)
{
	if (!has_feed(t))
		return;
	t->follow.frozen = !t->follow.frozen;
	pp_tui_say(t, t->follow.frozen ? "frozen; the recording goes on (F follows it)"
				       : "following the recording");
}

void pp_follow_go_on(struct pp_tui *t)
{
	if (!has_feed(t))
		return;
	t->follow.frozen = false;
	pp_tui_say(t, "following the recording");
}
