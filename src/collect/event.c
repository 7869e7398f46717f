/* SPDX-License-Identifier: Apache-2.0 */
/* Batches of events. */
#include <config.h>

#include "collect/event.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void pp_batch_release(struct pp_batch *b)
{
	free(b->events);
	pp_buf_release(&b->bytes);
	*b = (struct pp_batch)PP_BATCH_INIT;
}

void pp_batch_clear(struct pp_batch *b)
{
	b->n = 0;
	b->lost = 0;
	pp_buf_clear(&b->bytes);
}

/* The buffer may move while it grows: keep an offset in the pointer until all is there. */
static void stash(struct pp_batch *b, struct pp_str *s)
{
	size_t at = b->bytes.n;

	pp_buf_add(&b->bytes, s->p, s->n);
	s->p = (const char *)at;
}

static void unstash(const struct pp_batch *b, struct pp_str *s)
{
	s->p = b->bytes.p + (size_t)s->p;
}

static void stash_frames(struct pp_batch *b, struct pp_event_sample *s)
{
	static const char zeroes[sizeof(uint64_t)];
	struct pp_str bytes = {(const char *)s->frames,
			       (s->nkernel + (size_t)s->nuser) * sizeof(uint64_t)};

	pp_buf_add(&b->bytes, zeroes, -b->bytes.n % sizeof(uint64_t)); /* alignment */
	stash(b, &bytes);
	s->frames = (const uint64_t *)(const void *)bytes.p;
	stash(b, &s->stack); /* as aligned as the frames */
}

void pp_batch_add(struct pp_batch *b, const struct pp_event *e)
{
	b->events = pp_grow(b->events, &b->cap, b->n + 1, sizeof(*b->events));

	struct pp_event *own = &b->events[b->n++];
	*own = *e;
	own->order = b->n;
	switch (e->kind) {
	case PP_EVENT_SAMPLE:
		stash_frames(b, &own->sample);
		stash(b, &own->sample.thread);
		stash(b, &own->sample.process);
		break;
	case PP_EVENT_MMAP:
		stash(b, &own->mmap.path);
		break;
	case PP_EVENT_COMM:
		stash(b, &own->comm.name);
		break;
	case PP_EVENT_FORK:
	case PP_EVENT_EXIT:
		break;
	}
}

static void make_valid(const struct pp_batch *b, struct pp_event *e)
{
	switch (e->kind) {
	case PP_EVENT_SAMPLE:
		e->sample.frames =
			(const uint64_t *)(const void *)(b->bytes.p + (size_t)e->sample.frames);
		unstash(b, &e->sample.stack);
		unstash(b, &e->sample.thread);
		unstash(b, &e->sample.process);
		break;
	case PP_EVENT_MMAP:
		unstash(b, &e->mmap.path);
		break;
	case PP_EVENT_COMM:
		unstash(b, &e->comm.name);
		break;
	case PP_EVENT_FORK:
	case PP_EVENT_EXIT:
		break;
	}
}

static int by_time(const void *x, const void *y)
{
	const struct pp_event *a = x, *b = y;

	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

void pp_batch_sort(struct pp_batch *b)
{
	for (size_t i = 0; i < b->n; i++)
		make_valid(b, &b->events[i]);
	if (b->n)
		qsort(b->events, b->n, sizeof(*b->events), by_time);
}
