/* SPDX-License-Identifier: Apache-2.0 */
/* Forking, listening, and seeing to the end of each. */
#include <config.h>

#include "symbol/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "symbol/sandbox.h"

#define STEP   (64u << 10)
#define ASK_NS (PP_NSEC_PER_SEC / 5) /* how often it is asked whether to stop */

struct worker {
	pid_t pid;
	int fd;
	size_t piece;
	int64_t deadline;
	struct pp_buf answer;
};

struct pool {
	const struct pp_workers *w;
	struct worker active[PP_WORKERS_MAX];
	size_t nactive;
	bool stopped;
};

static void write_all(int fd, const struct pp_buf *b)
{
	for (size_t done = 0; done < b->n;) {
		ssize_t n = write(fd, b->p + done, b->n - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return;
		done += (size_t)n;
	}
}

/* End a child, whose buffers and handlers are the parent's; not by _exit(), where leak checkers
 * look for what the parent still needs. */
static PP_NORETURN void leave(int status)
{
	syscall(SYS_exit_group, status);
	__builtin_unreachable();
}

static PP_NORETURN void run_child(const struct pp_workers *w, size_t piece, int fd, pid_t parent)
{
	int fds[PP_WORKERS_FDS + 1];
	struct pp_buf out = PP_BUF_INIT;
	struct pp_sandbox box = {.fds = fds, .cpu_ns = w->timeout_ns, .memory = w->memory};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		leave(1); /* the parent went before it could be noticed */
	box.nfds = w->keep(w->arg, piece, fds, &box.opens);
	fds[box.nfds++] = fd;
	pp_sandbox_enter(&box);
	w->work(w->arg, piece, &out);
	write_all(fd, &out);
	leave(0);
}

static bool start(struct pool *p, size_t piece)
{
	struct worker *worker = &p->active[p->nactive];
	pid_t parent = getpid();
	int fds[2];

	if (pipe2(fds, O_CLOEXEC) < 0)
		return false;
	pid_t pid = fork();
	if (pid == 0)
		run_child(p->w, piece, fds[1], parent);
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		return false;
	}
	*worker = (struct worker){pid, fds[0], piece, pp_clock_mono() + p->w->timeout_ns,
				  PP_BUF_INIT};
	p->nactive++;
	return true;
}

/* Wait for the process, dead or to be killed; whether it ended well. */
static bool reap(pid_t pid, bool kill_it)
{
	int status;

	if (kill_it)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0) {
		/* where SIGCHLD is ignored, which is inherited, the answer has to speak for itself
		 */
		if (errno != EINTR)
			return !kill_it;
	}
	return !kill_it && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void finish(struct pool *p, size_t i, bool kill_it)
{
	struct worker worker = p->active[i];

	p->active[i] = p->active[--p->nactive];
	close(worker.fd);
	bool good = reap(worker.pid, kill_it);
	p->w->done(p->w->arg, worker.piece, good ? &worker.answer : NULL);
	pp_buf_release(&worker.answer);
}

/* Read what has come from one. */
static void listen_to(struct pool *p, size_t i)
{
	struct worker *worker = &p->active[i];

	pp_buf_reserve(&worker->answer, STEP);
	ssize_t n = read(worker->fd, worker->answer.p + worker->answer.n, STEP);
	if (n < 0 && errno == EINTR)
		return;
	if (n > 0)
		worker->answer.n += (size_t)n;
	if (n <= 0 || worker->answer.n > p->w->max_answer)
		finish(p, i, n != 0);
}

/* Milliseconds until the first deadline, rounded up, or until it is to be asked again. */
static int time_left(const struct pool *p)
{
	int64_t now = pp_clock_mono(), left = p->w->stopped ? ASK_NS : 60 * PP_NSEC_PER_SEC;

	for (size_t i = 0; i < p->nactive; i++) {
		if (p->active[i].deadline - now < left)
			left = p->active[i].deadline - now;
	}
	return left <= 0 ? 0 : (int)(left / 1000000 + 1);
}

/* Whether it is over; then all that are at work are ended. */
static bool check_stopped(struct pool *p)
{
	p->stopped = p->stopped || (p->w->stopped && p->w->stopped(p->w->arg));
	while (p->stopped && p->nactive)
		finish(p, p->nactive - 1, true);
	return p->stopped;
}

static void wait_for_some(struct pool *p)
{
	struct pollfd polls[PP_WORKERS_MAX];
	size_t n = p->nactive;

	if (check_stopped(p))
		return;

	for (size_t i = 0; i < n; i++)
		polls[i] = (struct pollfd){.fd = p->active[i].fd, .events = POLLIN};
	if (poll(polls, n, time_left(p)) < 0)
		return;

	int64_t now = pp_clock_mono();
	/* from the end: the last takes the place of one that is finished */
	for (size_t i = n; i-- > 0;) {
		if (polls[i].revents)
			listen_to(p, i);
		else if (p->active[i].deadline <= now)
			finish(p, i, true);
	}
}

/* Where no process is to be had, there may be one when another has ended. */
static void start_or_wait(struct pool *p, size_t piece)
{
	p->w->begin(p->w->arg, piece);
	while (p->stopped || !start(p, piece)) {
		if (p->nactive == 0) {
			p->w->done(p->w->arg, piece, NULL);
			return;
		}
		wait_for_some(p);
	}
}

static unsigned processors(void)
{
	cpu_set_t set;
	int n = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;

	return n > 0 ? (unsigned)n : 1;
}

void pp_workers_run(const struct pp_workers *w, size_t n)
{
	struct pool p = {.w = w};
	unsigned limit = w->limit ? w->limit : processors();

	if (limit > PP_WORKERS_MAX)
		limit = PP_WORKERS_MAX;
	for (size_t next = 0; next < n || p.nactive;) {
		if (next < n && p.nactive < limit)
			start_or_wait(&p, next++);
		else
			wait_for_some(&p);
	}
}
