/* SPDX-License-Identifier: Apache-2.0 */
/* Handing snapshots over. */
#include <config.h>

#include "collect/live.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/alloc.h"
#include "collect/live_state.h"

struct pp_live {
	const struct pp_live_source_ops *ops;
	void *source;
	struct pp_live_options options;
	pthread_t thread;
	int fd, stop_fd;
	atomic_int stops; /* how often it was told to */

	pthread_mutex_t lock; /* of what follows */
	struct pp_profile profile;
	bool fresh; /* there is one */
	struct pp_live_state state;
};

static void *run(void *live)
{
	struct pp_live *l = live;

	l->ops->work(l, l->source);
	return NULL;
}

/* Signals are for the thread that draws. */
static int start_thread(struct pp_live *l)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int rc = pthread_create(&l->thread, NULL, run, l);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
}

static void release(struct pp_live *l)
{
	l->ops->free(l->source);
	if (l->fresh)
		pp_profile_release(&l->profile);
	pthread_mutex_destroy(&l->lock);
	if (l->fd >= 0)
		close(l->fd);
	if (l->stop_fd >= 0)
		close(l->stop_fd);
	free(l);
}

struct pp_live *pp_live_new(const struct pp_live_source_ops *ops, void *source,
			    const struct pp_live_options *lo, struct pp_err *err)
{
	struct pp_live *l = pp_xcalloc(1, sizeof(*l));
	int rc;

	*l = (struct pp_live){.ops = ops, .source = source, .options = *lo};
	pthread_mutex_init(&l->lock, NULL);
	l->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	l->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	rc = l->fd < 0 || l->stop_fd < 0 ? errno : start_thread(l);
	if (rc == 0)
		return l;
	release(l);
	pp_err_sys(err, rc, "cannot start a thread");
	return NULL;
}

const struct pp_live_options *pp_live_options(const struct pp_live *l)
{
	return &l->options;
}

int pp_live_stop_fd(const struct pp_live *l)
{
	return l->stop_fd;
}

bool pp_live_stopping(const struct pp_live *l)
{
	return atomic_load(&l->stops) > 0;
}

bool pp_live_hurrying(const struct pp_live *l)
{
	return atomic_load(&l->stops) > 1;
}

int pp_live_fd(const struct pp_live *l)
{
	return l->fd;
}

void pp_live_publish(struct pp_live *l, struct pp_profile *p, const struct pp_live_state *state)
{
	pthread_mutex_lock(&l->lock);
	if (p) {
		if (l->fresh)
			pp_profile_release(&l->profile);
		l->profile = *p;
		l->fresh = true;
	}
	l->state = *state;
	eventfd_write(l->fd, 1);
	pthread_mutex_unlock(&l->lock);
}

bool pp_live_take(struct pp_live *l, struct pp_profile *p, struct pp_live_state *state)
{
	eventfd_t ignored;
	bool fresh;

	pthread_mutex_lock(&l->lock);
	eventfd_read(l->fd, &ignored);
	fresh = l->fresh;
	if (fresh)
		*p = l->profile;
	l->fresh = false;
	*state = l->state;
	pthread_mutex_unlock(&l->lock);
	return fresh;
}

void pp_live_stop(struct pp_live *l)
{
	atomic_fetch_add(&l->stops, 1);
	eventfd_write(l->stop_fd, 1);
}

void pp_live_free(struct pp_live *l)
{
	if (!l)
		return;
	pp_live_stop(l);
	pp_live_stop(l); /* nobody waits for names */
	pthread_join(l->thread, NULL);
	release(l);
}
