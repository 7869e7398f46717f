/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/segment_cache.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "archive/place.h"
#include "archive/segment.h"
#include "base/alloc.h"
#include "base/parallel.h"

#define NO_FILE UINT32_MAX

struct slot {
	struct pp_segment segment;
	struct pp_series_pool pool;
	uint32_t file;
	unsigned users;
	uint64_t last; /* when it was last asked for */
	bool loading;
};

struct pp_segment_cache {
	pthread_mutex_t mutex;
	pthread_cond_t loaded;
	uint64_t now;
	struct slot slots[PP_PARALLEL_MAX]; /* one for each thread, so that one is always free */
};

static void empty(struct slot *s)
{
	pp_segment_release(&s->segment);
	pp_series_pool_release(&s->pool);
	s->file = NO_FILE;
}

struct pp_segment_cache *pp_segment_cache_new(void)
{
	struct pp_segment_cache *c = pp_xcalloc(1, sizeof(*c));

	pthread_mutex_init(&c->mutex, NULL);
	pthread_cond_init(&c->loaded, NULL);
	for (size_t i = 0; i < PP_PARALLEL_MAX; i++) {
		pp_series_pool_init(&c->slots[i].pool);
		c->slots[i].file = NO_FILE;
	}
	return c;
}

void pp_segment_cache_free(struct pp_segment_cache *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < PP_PARALLEL_MAX; i++)
		empty(&c->slots[i]);
	pthread_cond_destroy(&c->loaded);
	pthread_mutex_destroy(&c->mutex);
	free(c);
}

int pp_segment_open_tables(struct pp_segment *s, const struct pp_archive *a, const char *name,
			   struct pp_series_pool *pool, struct pp_buf *file, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *dir = pp_xasprintf("seg/%.10s", name);

	*s = (struct pp_segment){.nstrings = 0};
	if (pp_place_read(a, dir, name + 11, PP_SEGMENT_FILE_MAX, file, err))
		return -1;
	if (pp_segment_read_tables(s, pp_buf_view(file), pool, err))
		return pp_err_wrap(err, "'%s/seg/%s' is damaged", a->path, name);
	return 0;
}

int pp_segment_open(struct pp_segment *s, const struct pp_archive *a, const char *name,
		    struct pp_series_pool *pool, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf file = PP_BUF_INIT;

	if (pp_segment_open_tables(s, a, name, pool, &file, err))
		return -1;
	int rc = pp_segment_read_rows(s, err);
	s->packed = (struct pp_str){NULL, 0};
	return rc ? pp_err_wrap(err, "'%s/seg/%s' is damaged", a->path, name) : 0;
}

/* The slot of a file; else the one that has been of no use for the longest time. */
static struct slot *choose(struct pp_segment_cache *c, uint32_t file)
{
	struct slot *best = NULL;

	for (size_t i = 0; i < PP_PARALLEL_MAX; i++) {
		struct slot *s = &c->slots[i];

		if (s->file == file)
			return s;
		if (s->users == 0 && (!best || s->last < best->last))
			best = s;
	}
	return best;
}

/* With the lock held, which is given back meanwhile. */
static int load(struct pp_segment_cache *c, struct slot *s, const struct pp_archive *a,
		uint32_t file, const char *name, struct pp_err *err)
{
	empty(s);
	pp_series_pool_init(&s->pool);
	s->file = file;
	s->loading = true;
	pthread_mutex_unlock(&c->mutex);
	int rc = pp_segment_open(&s->segment, a, name, &s->pool, err);
	pthread_mutex_lock(&c->mutex);
	s->loading = false;
	if (rc) {
		empty(s);
		pp_series_pool_init(&s->pool);
		s->users--;
	}
	pthread_cond_broadcast(&c->loaded);
	return rc;
}

const struct pp_segment *pp_segment_cache_get(struct pp_segment_cache *c,
					      const struct pp_archive *a, uint32_t file,
					      const char *name, struct pp_err *err)
{
	struct slot *s;
	int rc = 0;

	pthread_mutex_lock(&c->mutex);
	while ((s = choose(c, file))->loading)
		pthread_cond_wait(&c->loaded, &c->mutex);
	s->users++;
	s->last = ++c->now;
	if (s->file != file)
		rc = load(c, s, a, file, name, err);
	pthread_mutex_unlock(&c->mutex);
	return rc ? NULL : &s->segment;
}

void pp_segment_cache_put(struct pp_segment_cache *c, const struct pp_segment *segment)
{
	pthread_mutex_lock(&c->mutex);
	for (size_t i = 0; i < PP_PARALLEL_MAX; i++) {
		if (&c->slots[i].segment == segment)
			c->slots[i].users--;
	}
	pthread_mutex_unlock(&c->mutex);
}
