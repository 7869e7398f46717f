/* SPDX-License-Identifier: Apache-2.0 */
/* record --targets: pull from all servers that a file names, again and again, each in its own time.
 * One thread keeps time and accounts; each pull has a thread of its own. */
#include <config.h>

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/status.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "cli/exitcode.h"
#include "cli/fail.h"
#include "cmd/pullers.h"
#include "cmd/record.h"
#include "cmd/record_store.h"
#include "cmd/target_file.h"
#include "cmd/target_pull.h"
#include "collect/secret.h"

#define AT_ONCE	 1000			/* pulls; each mostly waits */
#define FILES	 4			/* of a pull: connections, and what is written */
#define RESERVE	 32			/* pulls' worth of files for everything else */
#define BEAT_MAX (10 * PP_NSEC_PER_SEC) /* between two looks at the file */
#define SETTLED	 (2 * PP_NSEC_PER_SEC)	/* the age from which its time tells of any change */
#define MAX_SIZE (128ull << 20)		/* of an answer: there are many */

struct recorder {
	struct pp_cli *cli;
	const struct pp_record_options *o;
	struct pp_pullers all;
	struct pp_target_pull **running;
	size_t nrunning, cap, at_once;
	bool is_short; /* of threads */
	uint64_t lost; /* profiles that could not be stored */
	int stop_fd, done_fd;
	bool stopped;
	/* the file */
	struct stat seen;
	bool settled;
	char *told; /* what is wrong with it, or "" */
	/* the status */
	char name[PP_STATUS_NAME];
	char *host, *source;
	int64_t started;
	bool untold; /* it could not be written */
};

/* ---- the file ---- */

static int64_t modified(const struct stat *st)
{
	return st->st_mtim.tv_sec * PP_NSEC_PER_SEC + st->st_mtim.tv_nsec;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
	       modified(a) == modified(b);
}

static int read_targets(struct recorder *r, size_t *fresh, size_t *gone, struct pp_err *err)
{
	PP_CLEANUP(pp_target_file_release) struct pp_target_file f;

	if (pp_target_file_read(&f, r->o->targets, err))
		return -1;
	if (pp_pullers_take(&r->all, &f, fresh, gone, err))
		return pp_err_wrap(err, "cannot use targets '%s'", r->o->targets);
	return 0;
}

/* Read the file if it is another one, or may be: 1 if that was done. */
static int look(struct recorder *r, struct pp_err *err)
{
	size_t fresh = 0, gone = 0;
	struct stat st;

	if (stat(r->o->targets, &st) < 0) {
		r->settled = false;
		return pp_err_sys(err, errno, "cannot read '%s'", r->o->targets);
	}
	if (r->settled && is_same(&st, &r->seen))
		return 0;
	r->seen = st;
	r->settled = pp_clock_real() - modified(&st) > SETTLED;
	if (read_targets(r, &fresh, &gone, err))
		return -1;
	if (fresh || gone)
		pp_cli_note(r->cli, "'%s': %zu targets, %zu of them new, %zu gone", r->o->targets,
			    r->all.n, fresh, gone);
	return 1;
}

/* What is wrong with the file is told once; the targets that were there stay. */
static void look_again(struct recorder *r)
{
	struct pp_err err = PP_ERR_INIT;
	int rc = look(r, &err);

	if (rc < 0 && strcmp(r->told, err.msg) != 0)
		pp_cli_fail(r->cli, &err);
	if (rc) {
		free(r->told);
		r->told = pp_xstrdup(rc < 0 ? err.msg : "");
	}
}

/* ---- the status ---- */

static void write_status(struct recorder *r)
{
	PP_CLEANUP(pp_status_release)
	struct pp_status s = {
		.host = pp_xstrdup(r->host),
		.source = pp_xstrdup(r->source),
		.pid = (uint64_t)getpid(),
		.started = r->started,
		.updated = pp_clock_real(),
		.period = r->o->every_ns,
	};
	struct pp_err err = PP_ERR_INIT;

	pp_pullers_status(&r->all, &s);
	int rc = pp_status_write(&r->o->store->archive, r->name, &s, &err);
	if (rc && !r->untold)
		pp_cli_fail(r->cli, &err);
	r->untold = rc != 0;
}

static int claim(struct recorder *r, struct pp_err *err)
{
	char host[HOST_NAME_MAX + 1] = "";
	char *path = realpath(r->o->targets, NULL);

	gethostname(host, sizeof(host) - 1);
	r->host = pp_xstrdup(host);
	r->source = path ? path : pp_xstrdup(r->o->targets);
	r->started = pp_clock_real();
	pp_status_name(r->name, r->host, r->source);
	int fd = pp_status_claim(&r->o->store->archive, r->name, err);
	if (fd < 0)
		return pp_err_wrap(err, "cannot pull from '%s' into archive '%s'", r->o->targets,
				   r->o->store->archive.path);
	return fd;
}

/* ---- pulls ---- */

/* The one whose turn is first. */
static struct pp_puller *find_first(const struct recorder *r)
{
	struct pp_puller *first = NULL;

	for (size_t i = 0; i < r->all.n; i++) {
		struct pp_puller *p = r->all.item[i];

		if (!p->pull && (!first || p->next < first->next))
			first = p;
	}
	return first;
}

static void start(struct recorder *r, struct pp_puller *p)
{
	struct pp_err err = PP_ERR_INIT;

	p->pull = pp_target_pull_start(r->o->store, &p->options, &p->endpoint.labels, r->done_fd,
				       &err);
	if (!p->pull) { /* the machine is short of something: later, and fewer */
		p->next = pp_clock_mono() + r->o->every_ns;
		if (!r->is_short)
			pp_cli_fail(r->cli, &err);
		r->is_short = true;
		return;
	}
	r->is_short = false;
	p->pull->context = p;
	r->running = pp_grow(r->running, &r->cap, r->nrunning + 1,
			     sizeof(*r->running)); /* NOLINT: of the pointer */
	r->running[r->nrunning++] = p->pull;
}

/* As many as there may be open files for. */
static size_t choose_at_once(void)
{
	const rlim_t want = (rlim_t)(AT_ONCE + RESERVE) * FILES;
	struct rlimit limit = {.rlim_cur = want};

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < want) {
		struct rlimit more = limit;

		more.rlim_cur = limit.rlim_max < want ? limit.rlim_max : want;
		if (setrlimit(RLIMIT_NOFILE, &more) == 0)
			limit = more;
	}
	size_t n = (size_t)(limit.rlim_cur < want ? limit.rlim_cur : want) / FILES;
	return n > RESERVE ? n - RESERVE : 1;
}

/* Start what is due; when the next one will be. */
static int64_t start_pulls(struct recorder *r)
{
	while (r->nrunning < r->at_once) {
		struct pp_puller *p = find_first(r);

		if (!p)
			break;
		if (p->next > pp_clock_mono())
			return p->next;
		start(r, p);
	}
	return INT64_MAX; /* the end of one will tell */
}

static void tell(struct recorder *r, const struct pp_puller *p, int how, struct pp_err *err)
{
	if (how > 0) {
		pp_cli_warn(r->cli, "'%s' works again", p->shown);
		return;
	}
	if (how < 0 && p->pull->kept)
		pp_err_wrap(err, "'%s'", p->shown);
	if (how < 0)
		pp_cli_fail(r->cli, err);
}

/* Half an answer is none, if it was us who did not wait for the rest. */
static void note(struct recorder *r, struct pp_target_pull *pull)
{
	struct pp_puller *p = pull->context;
	uint32_t random = 0;

	if (pull->rc && pull->kept)
		r->lost++;
	if (!p)
		return;
	if (!pull->rc || pull->kept || !r->stopped) {
		if (getrandom(&random, sizeof(random), 0) < 0)
			random = 0;
		tell(r, p, pp_puller_note(p, r->o->every_ns, random), &pull->err);
	}
	p->pull = NULL;
}

/* Take those that are over. */
static void collect(struct recorder *r)
{
	size_t left = 0;

	for (size_t i = 0; i < r->nrunning; i++) {
		struct pp_target_pull *pull = r->running[i];

		if (atomic_load(&pull->done)) {
			note(r, pull);
			pp_target_pull_finish(pull);
		} else {
			r->running[left++] = pull;
		}
	}
	r->nrunning = left;
}

/* ---- time ---- */

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Or until a pull is over, or it is time to stop. */
static void wait_until(struct recorder *r, int64_t until)
{
	struct pollfd fds[] = {{.fd = r->stop_fd, .events = POLLIN},
			       {.fd = r->done_fd, .events = POLLIN}};
	int64_t left = until - pp_clock_mono(), ms = left > 0 ? left / 1000000 + 1 : 0;
	uint64_t count;

	if (poll(fds, PP_ARRAY_LEN(fds), (int)earlier(ms, 60000)) <= 0)
		return;
	if (fds[0].revents && pp_record_stopped(r->stop_fd))
		r->stopped = true;
	/* how many it says does not matter: all are looked at */
	if (fds[1].revents && read(r->done_fd, &count, sizeof(count)) < 0)
		return;
}

static void record(struct recorder *r)
{
	const struct pp_record_options *o = r->o;
	int64_t now = pp_clock_mono(), beat = earlier(o->every_ns, BEAT_MAX), next = now + beat;
	int64_t end = o->duration_ns ? now + o->duration_ns : INT64_MAX;

	write_status(r);
	while (!r->stopped && now < end) {
		wait_until(r, earlier(start_pulls(r), earlier(next, end)));
		collect(r);
		now = pp_clock_mono();
		if (now < next)
			continue;
		look_again(r);
		write_status(r);
		next = now + beat;
	}
}

/* What is under way when the time is over comes to its end; a signal does not wait for it. */
static void drain(struct recorder *r)
{
	while (r->nrunning) {
		for (size_t i = 0; r->stopped && i < r->nrunning; i++)
			pp_target_pull_stop(r->running[i]);
		wait_until(r, pp_clock_mono() + PP_NSEC_PER_SEC);
		collect(r);
	}
}

static int run(struct recorder *r, struct pp_err *err)
{
	PP_CLEANUP(pp_place_close) int lock = claim(r, err);

	if (lock < 0 || look(r, err) < 0)
		return -1;
	record(r);
	drain(r);
	if (pp_status_remove(&r->o->store->archive, r->name, err))
		return -1;
	if (!r->lost)
		return 0;
	return pp_err_set(err, PP_ERR_IO, "%llu profiles could not be stored",
			  (unsigned long long)r->lost);
}

int pp_record_targets(struct pp_cli *cli, const struct pp_record_options *o)
{
	PP_CLEANUP(pp_secret_freep) char *bearer = NULL;
	struct pp_err err = PP_ERR_INIT;
	struct recorder r = {
		.cli = cli,
		.o = o,
		.all = {.labels = &o->store->labels, .every = o->every_ns},
		.stop_fd = pp_record_stop_fd(),
		.done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
		.at_once = choose_at_once(),
		.told = pp_xstrdup(""),
	};
	int rc = r.done_fd < 0 ? pp_err_sys(&err, errno, "cannot make an eventfd")
			       : pp_record_pull_options(o, &r.all.options, &bearer, &err);

	if (!r.all.options.http.max_bytes)
		r.all.options.http.max_bytes = MAX_SIZE;
	if (rc == 0)
		rc = run(&r, &err);
	pp_pullers_release(&r.all);
	pp_place_close(&r.done_fd);
	free(r.running);
	free(r.told);
	free(r.host);
	free(r.source);
	return rc ? pp_cli_fail(cli, &err) : PP_EXIT_OK;
}
