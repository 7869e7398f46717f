/* SPDX-License-Identifier: Apache-2.0 */
/* Live tables: on a terminal, each in the place of the one before. */
#include <config.h>

#include "cmd/top_live.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cmd/record_options.h"

/* Lines of a table that are not rows, with all that a header can have but filters. */
#define LINES_AROUND 12
#define FEWEST_ROWS  5

/* Where tables go. */
struct show {
	struct pp_cli *cli;
	const struct pp_report_kind *kind;
	struct pp_report_options *o;
	bool terminal;	/* draw in place */
	bool fitted;	/* as many rows as it has room for */
	uint64_t shown; /* tables */
};

void pp_top_live_init(struct pp_top_live *t)
{
	*t = (struct pp_top_live){.what = PP_RECORD_OPTIONS_INIT,
				  .how = {.interval_ns = PP_NSEC_PER_SEC}};
}

void pp_top_live_release(struct pp_top_live *t)
{
	pp_record_options_release(&t->what);
}

void pp_top_live_add_options(struct pp_opt *table, size_t cap, void *top_live)
{
	struct pp_top_live *t = top_live;
	const struct pp_opt opts[] = {
		{PP_OPT_NUMBER, 0, "iterations", "N", "end after so many tables", &t->iterations,
		 .min = 1},
		PP_OPT_END,
	};

	pp_live_source_add_options(table, cap, &t->what, &t->how);
	pp_opt_append(table, cap, opts);
}

/* ---- what goes together ---- */

static int check_live(const struct pp_report_options *o, struct pp_err *err)
{
	if (pp_live_source_refuse(o, err))
		return -1;
	if (o->format <= PP_FORMAT_JSON)
		return 0;
	return pp_err_set(err, PP_ERR_USAGE,
			  "a --format but text and json does not go with what "
			  "is recorded now");
}

static int check_not_live(const struct pp_top_live *t, struct pp_err *err)
{
	if (t->iterations)
		return pp_live_source_is_unused(err);
	return pp_live_source_check_unused(&t->what, &t->how, err);
}

/* ---- tables ---- */

static void fit(struct show *s)
{
	struct winsize size;

	if (!s->fitted || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_row)
		return;
	s->o->rows.nodecount = size.ws_row > LINES_AROUND + FEWEST_ROWS
				       ? (uint64_t)(size.ws_row - LINES_AROUND)
				       : FEWEST_ROWS;
}

/* From the top of the screen, each line to its end, nothing below; lines that are too long are cut
 * off by the terminal. */
static void draw(const struct show *s, struct pp_str text)
{
	struct pp_out *out = &s->cli->out;

	pp_out_text(out, s->shown ? "\033[H\033[?7l" : "\033[2J\033[H\033[?7l");
	while (text.n) {
		const char *end = memchr(text.p, '\n', text.n);
		size_t n = end ? (size_t)(end - text.p) : text.n;

		pp_out_bytes(out, text.p, n);
		pp_out_text(out, "\033[K\n");
		n += end != NULL;
		text = (struct pp_str){text.p + n, text.n - n};
	}
	pp_out_text(out, "\033[J\033[?7h");
}

/* The profile is taken over. */
static int print(struct show *s, struct pp_profile *p, const struct pp_live_state *state,
		 struct pp_err *err)
{
	struct pp_header_live live = {.time_nanos = state->time_real,
				      .counted = state->counted,
				      .samples = state->samples,
				      .lost = state->lost,
				      .rate = state->rate};
	struct pp_out table;

	pp_out_init_mem(&table);
	fit(s);
	int rc = pp_report_profile(s->cli, s->kind, s->o, p, &live, &table, err);
	if (rc == 0 && s->terminal)
		draw(s, pp_buf_view(&table.buf));
	if (rc == 0 && !s->terminal) {
		if (s->shown && s->o->format == PP_FORMAT_TEXT)
			pp_out_char(&s->cli->out, '\n');
		pp_out_str(&s->cli->out, pp_buf_view(&table.buf));
	}
	pp_buf_release(&table.buf);
	s->shown += rc == 0;
	return rc;
}

/* ---- the loop ---- */

/* Whoever has read the tables is gone, as after `| head`: that ends it, and is no error. */
static bool is_unread(struct pp_out *out)
{
	if (pp_out_flush(out) == 0)
		return false;
	if (out->error == EPIPE)
		out->error = 0;
	return true;
}

/* Show what there is. True at the end, and *rc if that is a failure. */
static bool step(struct show *s, struct pp_live *live, int *rc, struct pp_err *err)
{
	struct pp_live_state state;
	struct pp_profile p;

	if (pp_live_take(live, &p, &state))
		*rc = print(s, &p, &state, err);
	if (*rc == 0 && state.err.kind != PP_ERR_NONE) {
		*err = state.err;
		if (state.phase == PP_LIVE_FAILED)
			*rc = -1;
		else
			pp_cli_warn(s->cli, "%s", err->msg);
	}
	return *rc || state.phase != PP_LIVE_RUNS || is_unread(&s->cli->out);
}

static int show_all(struct show *s, struct pp_live *live, int stop_fd, uint64_t iterations,
		    struct pp_err *err)
{
	struct pollfd fds[] = {{.fd = stop_fd, .events = POLLIN},
			       {.fd = pp_live_fd(live), .events = POLLIN}};
	int rc = 0;

	for (;;) {
		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[0].revents && pp_record_stopped(stop_fd)) {
			if (s->shown)
				return 0; /* the last table stays */
			pp_live_stop(live);
		}
		if (fds[1].revents && step(s, live, &rc, err))
			return rc;
		if (iterations && s->shown >= iterations)
			return 0;
	}
}

static int run(struct show *s, struct pp_top_live *t, struct pp_err *err)
{
	struct pp_live_source source;
	int stop_fd;

	if (check_live(s->o, err))
		return -1;
	stop_fd = pp_record_stop_fd();
	if (pp_live_source_open(&source, s->cli, &t->what, &t->how, NULL, err))
		return -1;
	int rc = show_all(s, source.live, stop_fd, t->iterations, err);
	if (rc && t->what.command.n)
		pp_err_wrap(err, "'%s'", t->what.command.item[0]);
	pp_live_source_close(&source);
	close(stop_fd);
	return rc;
}

bool pp_top_live(struct pp_cli *cli, const struct pp_report_kind *kind, struct pp_report_options *o,
		 int *code)
{
	struct pp_top_live *t = kind->context;
	struct pp_err err = PP_ERR_INIT;
	struct show s = {.cli = cli, .kind = kind, .o = o};
	int rc;

	if (!pp_live_source_wanted(&t->what)) {
		if (check_not_live(t, &err) == 0)
			return false;
		*code = pp_cli_fail(cli, &err);
		return true;
	}
	s.terminal = o->format == PP_FORMAT_TEXT && isatty(STDOUT_FILENO);
	s.fitted = s.terminal && o->rows.nodecount == kind->nodecount && o->trim;
	rc = run(&s, t, &err);
	*code = rc ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
	return true;
}
