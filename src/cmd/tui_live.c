/* SPDX-License-Identifier: Apache-2.0 */
/* tui -p, -a, --url, -- COMMAND: what is recorded, while it is. */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cmd/tui_command.h"

/* Snapshots as the terminal program wants them. */
struct feed {
	struct pp_cli *cli;
	const struct pp_report_kind *kind;
	struct pp_tui_command *command;
	struct pp_live_source source;
	struct pp_report *shown, *next; /* of the flame that was taken last; next NULL: `shown` */
	enum pp_live_phase phase;
	struct pp_err err; /* why it has failed */
	struct pp_tui_server server;
	struct pp_tui_feed ops;
};

/* Reports of it say nothing on the standard error output, which has the screen. */
static const struct pp_header_live quiet = {0};

void pp_tui_free(struct pp_report *r)
{
	if (!r)
		return;
	pp_report_close(r);
	free(r);
}

/* The profile is taken over. NULL with an error. */
static struct pp_report *make_report(struct pp_cli *cli, const struct pp_report_kind *kind,
				     const struct pp_report_options *o, struct pp_profile *p,
				     struct pp_err *err)
{
	struct pp_report *r = pp_xcalloc(1, sizeof(*r));

	if (pp_report_open(r, cli, kind, o, p, &quiet, err) == 0)
		return r;
	pp_tui_free(r);
	return NULL;
}

struct pp_report *pp_tui_nothing(struct pp_cli *cli, const struct pp_report_kind *kind,
				 struct pp_report_options *o, struct pp_err *err)
{
	const char *index = o->sample_index;
	struct pp_profile p;

	pp_profile_init(&p, 0);
	if (pp_profile_add_string(&p, PP_STR_LIT(""), err) == PP_NONE ||
	    !(p.sample_types = pp_arena_array(&p.arena, 1, sizeof(*p.sample_types), err))) {
		pp_profile_release(&p);
		return NULL;
	}
	p.nsample_types = 1;
	p.sample_types[0] = (struct pp_value_type){0};
	o->sample_index = NULL;
	struct pp_report *r = make_report(cli, kind, o, &p, err);
	o->sample_index = index;
	return r;
}

struct pp_report *pp_tui_load(struct pp_cli *cli, const struct pp_report_kind *kind,
			      const struct pp_report_options *o, struct pp_err *err)
{
	struct pp_report *r = pp_xcalloc(1, sizeof(*r));

	if (pp_report_load(r, cli, kind, o, &quiet, err) == 0)
		return r;
	pp_tui_free(r);
	return NULL;
}

/* ---- what the terminal program asks for ---- */

static void tell_state(const struct feed *f, const struct pp_live_state *state,
		       struct pp_tui_news *news)
{
	static const enum pp_news_phase phases[] = {[PP_LIVE_RUNS] = PP_NEWS_RUNS,
						    [PP_LIVE_TARGET_ENDED] = PP_NEWS_ENDED,
						    [PP_LIVE_STOPPED] = PP_NEWS_STOPPED,
						    [PP_LIVE_FAILED] = PP_NEWS_FAILED};

	/* what is known stays known if it fails */
	if (state->phase == PP_LIVE_FAILED) {
		news->phase = PP_NEWS_FAILED;
		news->err = state->err;
		return;
	}
	*news = (struct pp_tui_news){.phase = phases[state->phase],
				     .err = state->err,
				     .elapsed_ns = state->elapsed_ns,
				     .window_ns = f->command->how.window_ns,
				     .live = {.time_nanos = state->time_real,
					      .counted = state->counted,
					      .samples = state->samples,
					      .lost = state->lost,
					      .rate = state->rate}};
}

static void take(void *feed, struct pp_tui_news *news)
{
	struct feed *f = feed;
	struct pp_live_state state;
	struct pp_profile p;
	bool fresh = pp_live_take(f->source.live, &p, &state);

	tell_state(f, &state, news);
	news->flame = NULL;
	f->phase = state.phase;
	f->err = state.err;
	if (!fresh)
		return;
	f->next = make_report(f->cli, f->kind, &f->command->report, &p, &news->err);
	news->flame = f->next ? pp_tui_flame(f->next, NULL, &f->next->view, &news->err) : NULL;
	if (!news->flame) {
		pp_tui_free(f->next);
		f->next = NULL;
		return;
	}
	pp_tui_server_turn(&f->server, f->next);
	news->view = &f->next->view;
	/* of all that runs, the first binary says nothing */
	news->title = f->command->what.all ? PP_STR_LIT("all that runs") : pp_tui_title(f->next);
}

static void taken(void *feed)
{
	struct feed *f = feed;

	pp_tui_server_turned(&f->server);
	pp_tui_free(f->shown);
	f->shown = f->next;
	f->next = NULL;
}

/* ---- starting and ending ---- */

/* The terminal is not the command's: what it reads and writes goes nowhere. `saved` is what was
 * there before, for give_back(). */
static int take_away(int saved[3], struct pp_err *err)
{
	int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
	int rc = nowhere < 0 ? -1 : 0;

	for (int fd = 0; fd < 3; fd++) {
		/* none may be there, where we have been started without */
		saved[fd] = rc < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);
		if (rc >= 0)
			rc = dup2(nowhere, fd); /* pp-allow: the command is to have it */
	}
	if (rc < 0)
		pp_err_sys(err, errno, "cannot keep the terminal from the command");
	if (nowhere >= 0)
		close(nowhere);
	return rc < 0 ? -1 : 0;
}

static void give_back(const int saved[3])
{
	for (int fd = 0; fd < 3; fd++) {
		if (saved[fd] < 0)
			continue;
		dup2(saved[fd], fd); /* pp-allow: as it was */
		close(saved[fd]);
	}
}

static int open_source(struct feed *f, struct pp_err *err)
{
	struct pp_tui_command *c = f->command;
	int saved[3] = {-1, -1, -1};
	int rc = c->what.command.n ? take_away(saved, err) : 0;

	if (rc == 0)
		rc = pp_live_source_open(&f->source, f->cli, &c->what, &c->how, NULL, err);
	give_back(saved);
	return rc;
}

/* A recording that has failed is a failure, however long it was looked at. */
static int result(const struct feed *f, int rc, struct pp_err *err)
{
	if (rc || f->phase != PP_LIVE_FAILED)
		return rc;
	*err = f->err;
	if (f->command->what.command.n)
		pp_err_wrap(err, "'%s'", f->command->what.command.item[0]);
	return -1;
}

static int show(struct feed *f, struct pp_err *err)
{
	struct pp_tui_options tui = f->command->tui;

	f->shown = pp_tui_nothing(f->cli, f->kind, &f->command->report, err);
	if (!f->shown)
		return -1;
	f->ops.fd = pp_live_fd(f->source.live);
	f->server = (struct pp_tui_server){
		.report = f->shown, .paths = &f->command->paths, .disasm = &f->command->disasm};
	tui.feed = &f->ops;
	int rc = pp_tui_show(&f->server, &tui, &f->cli->out, err);
	pp_tui_free(f->shown);
	return result(f, rc, err);
}

static int run(struct feed *f, struct pp_err *err)
{
	struct pp_tui_command *c = f->command;

	if (pp_live_source_refuse(&c->report, err))
		return -1;
	/* beside each other they stay where they are, whatever their weights do */
	if (c->order < 0)
		c->order = PP_FLAME_BY_NAME;
	if (f->kind->check(f->cli, &c->report, err))
		return -1;
	f->ops = (struct pp_tui_feed){
		.context = f, .stop_fd = pp_record_stop_fd(), .take = take, .taken = taken};
	if (open_source(f, err))
		return -1;
	int rc = show(f, err);
	pp_live_source_close(&f->source);
	close(f->ops.stop_fd);
	return rc;
}

/* Alone, --archive asks for all of it. */
static void archive_is_optional(struct pp_opt *table)
{
	for (struct pp_opt *o = table; o->help; o++) {
		if (o->name && strcmp(o->name, "archive") == 0)
			o->kind = PP_OPT_OPTIONAL;
	}
}

void pp_tui_live_add_options(struct pp_opt *table, size_t cap, void *command)
{
	struct pp_tui_command *c = command;

	archive_is_optional(table);
	pp_live_source_add_options(table, cap, &c->what, &c->how);
}

bool pp_tui_live(struct pp_cli *cli, const struct pp_report_kind *kind,
		 struct pp_report_options *o PP_UNUSED, int *code)
{
	struct pp_tui_command *c = kind->context;
	struct feed f = {.cli = cli, .kind = kind, .command = c, .err = PP_ERR_INIT};
	struct pp_err err = PP_ERR_INIT;
	bool browses = o->load.archive && !o->args.n && !o->load.base.n && !o->load.diff_base.n;
	int rc;

	if (o->load.archive && !*o->load.archive)
		o->load.archive = NULL;
	if (pp_live_source_wanted(&c->what)) {
		rc = run(&f, &err);
	} else {
		rc = pp_live_source_check_unused(&c->what, &c->how, &err);
		if (rc == 0 && !browses)
			return false;
		if (rc == 0)
			rc = pp_tui_browse(cli, kind, c, &err);
	}
	*code = rc ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
	return true;
}
