/* SPDX-License-Identifier: Apache-2.0 */
/* Rings by CPU. */
#include <config.h>

#include "collect/ring_set.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "base/alloc.h"

/* The first event on the same CPU as event i: the one whose ring they share. */
static const struct pp_event_fd *owner(const struct pp_event_set *s, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (s->events[j].cpu == s->events[i].cpu)
			return &s->events[j];
	}
	return &s->events[i];
}

int pp_ring_set_open(struct pp_ring_set *r, const struct pp_event_set *s, size_t pages,
		     uint64_t sample_type, struct pp_err *err)
{
	*r = (struct pp_ring_set){.rings = pp_xcalloc(s->n, sizeof(*r->rings))};
	for (size_t i = 0; i < s->n; i++) {
		const struct pp_event_fd *first = owner(s, i);

		if (first != &s->events[i]) {
			if (ioctl(s->events[i].fd, PERF_EVENT_IOC_SET_OUTPUT, first->fd) < 0)
				return pp_err_sys(err, errno, "cannot share a perf ring buffer");
			continue;
		}
		if (pp_ring_open(&r->rings[r->n], first->fd, pages, sample_type, err))
			return -1;
		r->n++;
	}
	return 0;
}

void pp_ring_set_drain(struct pp_ring_set *r, struct pp_batch *b)
{
	for (size_t i = 0; i < r->n; i++)
		pp_ring_drain(&r->rings[i], b);
}

void pp_ring_set_close(struct pp_ring_set *r)
{
	for (size_t i = 0; i < r->n; i++)
		pp_ring_close(&r->rings[i]);
	free(r->rings);
	*r = (struct pp_ring_set){0};
}
