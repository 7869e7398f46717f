/* SPDX-License-Identifier: Apache-2.0 */
/* The segments that a group becomes. A file of which anything is merged goes: what else it has
 * moves along into a new one. */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/group.h"
#include "archive/place.h"
#include "archive/prune_state.h"
#include "archive/segment.h"
#include "archive/segment_profile.h"
#include "archive/segment_read.h"
#include "archive/segment_sources.h"
#include "archive/segment_store.h"
#include "archive/storage.h"
#include "archive/tags.h"
#include "base/alloc.h"
#include "pprof/decode.h"

static void release_segment(struct pp_prune_segment *made)
{
	for (uint32_t i = 0; i < made->n; i++) {
		if (made->entries[i].merged)
			pp_merged_release(made->entries[i].merged);
		free(made->entries[i].merged);
		pp_entry_labels_release(&made->entries[i].tags);
	}
	free(made->entries);
	pp_segment_writer_release(&made->writer);
	pp_buf_release(&made->file);
	free(made);
}

void pp_prune_unmake(struct pp_pruning *s, struct pp_prune_group *g)
{
	for (uint32_t i = 0; i < g->nmade; i++)
		release_segment(g->made[i]);
	free(g->made);
	g->made = NULL;
	g->nmade = 0;
	g->made_cap = 0;
	g->after = g->size;
	g->done = (struct pp_pruned){.labels = g->of->labels};
	for (uint32_t i = 0; i < g->of->n; i++) {
		struct pp_prune_file *file = pp_prune_file(s, pp_prune_item(s, g, i));

		if (!file)
			continue;
		file->taken = 0;
		file->touched = false;
		file->replaced = false;
	}
}

static struct pp_prune_segment *current(const struct pp_prune_group *g)
{
	return g->made[g->nmade - 1];
}

static void begin_segment(struct pp_prune_group *g)
{
	struct pp_prune_segment *made = pp_xcalloc(1, sizeof(*made));

	pp_segment_writer_init(&made->writer);
	g->made = pp_grow(g->made, &g->made_cap, (size_t)g->nmade + 1, /* NOLINT: of the pointer */
			  sizeof(*g->made));
	g->made[g->nmade++] = made;
}

static int finish_segment(struct pp_prune_group *g, const struct pp_names *replaced,
			  struct pp_err *err)
{
	struct pp_prune_segment *made = current(g);

	pp_segment_writer_finish(&made->writer, replaced, &made->file);
	pp_segment_writer_release(&made->writer);
	pp_segment_writer_init(&made->writer);
	if (made->file.n > PP_SEGMENT_FILE_MAX)
		return pp_err_set(err, PP_ERR_LIMIT, "a segment would be too large");
	g->done.after += made->file.n;
	return 0;
}

/* Add an entry, which is borrowed, to the segment under way. */
static int add_entry(struct pp_prune_group *g, const struct pp_entry *e, const struct pp_profile *p,
		     struct pp_err *err)
{
	const struct pp_names none = {.n = 0};

	if (g->nmade && pp_segment_writer_is_full(&current(g)->writer) &&
	    finish_segment(g, &none, err))
		return -1;
	if (g->nmade == 0 || current(g)->file.n)
		begin_segment(g);
	struct pp_prune_segment *made = current(g);
	if (pp_segment_writer_add(&made->writer, e, p, err))
		return -1;
	made->entries =
		pp_grow(made->entries, &made->cap, (size_t)made->n + 1, sizeof(*made->entries));
	made->entries[made->n++] = (struct pp_prune_entry){.entry = e};
	return 0;
}

/* Put an entry as it is into the segment under way. False if it is damaged, and stays. */
static int move_along(struct pp_pruning *s, struct pp_prune_group *g, const struct pp_item *item,
		      bool *moved, struct pp_err *err)
{
	struct pp_buf canonical = PP_BUF_INIT;
	struct pp_profile p;
	int rc;

	*moved = false;
	if (item->storage->read(s->prune->archive, &s->list, item, &canonical, err)) {
		pp_buf_release(&canonical);
		rc = -1;
	} else {
		rc = pp_pprof_decode(&p, (uint8_t *)canonical.p, canonical.n, err);
	}
	if (rc && err->kind == PP_ERR_FORMAT) {
		s->prune->left(s->prune->context, err->msg);
		return 0;
	}
	if (rc)
		return -1;
	rc = add_entry(g, &item->entry, &p, err);
	pp_profile_release(&p);
	*moved = rc == 0;
	return rc;
}

/* Items that become one. */
struct bucket {
	const struct pp_item **items;
	uint32_t n;
	size_t cap;
};

struct buckets {
	struct pp_strtab keys;
	struct bucket *bucket;
	uint32_t n;
	size_t cap;
};

/* One source and window, with what it was given afterwards; and what counts since the start of a
 * program is not put together with what counts for a while. */
static struct bucket *bucket_of(struct buckets *b, const struct pp_item *item, int64_t window)
{
	PP_CLEANUP(pp_entry_labels_release) struct pp_entry_labels labels;
	PP_CLEANUP(pp_buf_release) struct pp_buf key = PP_BUF_INIT;
	struct pp_series like = *item->series; /* borrows all but the labels */

	pp_group_labels(&item->series->labels, &labels);
	like.labels = labels;
	like.nkeys = 0;
	pp_buf_fmt(&key, "%lld %d ", (long long)pp_window_begin(item->entry.start, window),
		   item->entry.duration == 0);
	pp_series_encode(&like, &key);
	uint32_t at = pp_strtab_add(&b->keys, pp_buf_view(&key)) - 1;
	if (at == b->n) {
		b->bucket = pp_grow(b->bucket, &b->cap, (size_t)b->n + 1, sizeof(*b->bucket));
		b->bucket[b->n++] = (struct bucket){.n = 0};
	}
	return &b->bucket[at];
}

static void fill_buckets(const struct pp_pruning *s, const struct pp_prune_group *g, int64_t window,
			 struct buckets *b)
{
	*b = (struct buckets){.n = 0};
	pp_strtab_init(&b->keys);
	for (uint32_t i = 0; i < g->of->n; i++) {
		const struct pp_item *item = pp_prune_item(s, g, i);

		if (pp_prune_is_pinned(s, item))
			continue;
		struct bucket *own = bucket_of(b, item, window);
		own->items = pp_grow(own->items, &own->cap, (size_t)own->n + 1,
				     sizeof(*own->items)); /* NOLINT: of the pointer */
		own->items[own->n++] = item;
	}
}

static void release_buckets(struct buckets *b)
{
	for (uint32_t i = 0; i < b->n; i++)
		free(b->bucket[i].items);
	free(b->bucket);
	pp_strtab_release(&b->keys);
}

/* The labels that all of them were given afterwards. */
static void find_tags(const struct pp_item *item, struct pp_entry_labels *tags)
{
	PP_CLEANUP(pp_entry_labels_release) struct pp_entry_labels all;
	const struct pp_entry_labels *own = &item->entry.series->labels;
	struct pp_err no;

	pp_group_labels(&item->series->labels, &all);
	for (uint32_t i = 0; i < all.n; i++) {
		const struct pp_entry_label *l = &all.pair[i];

		if (strcmp(pp_entry_labels_get(own, l->key), l->value) != 0)
			(void)!pp_entry_labels_set(tags, pp_str_of(l->key), pp_str_of(l->value),
						   &no);
	}
}

/* The items of a bucket are in the segment under way, as one. */
static void account(struct pp_pruning *s, struct pp_prune_group *g, const struct bucket *b)
{
	struct pp_segment_writer *writer = &current(g)->writer;

	g->done.into++;
	for (uint32_t i = 0; i < b->n; i++) {
		const struct pp_item *item = b->items[i];
		struct pp_prune_file *file = pp_prune_file(s, item);

		pp_sources_add(&writer->sources, pp_source_of(&item->entry.id));
		g->done.profiles += item->entry.profiles;
		if (file) {
			file->taken++;
			file->touched = true;
		} else {
			g->done.before += s->sizes[item - s->list.items];
		}
	}
}

/* What cannot be merged stays as it is, and is named. */
static int merge_bucket(struct pp_pruning *s, struct pp_prune_group *g, struct bucket *b,
			int64_t inner, struct pp_err *err)
{
	const struct pp_window w = {.archive = s->prune->archive,
				    .list = &s->list,
				    .items = b->items,
				    .n = b->n,
				    .inner = inner};
	struct pp_merged *merged = pp_xcalloc(1, sizeof(*merged));
	int rc = pp_window_merge(merged, &w, &s->pool, err);
	bool stays = rc && (err->kind == PP_ERR_FORMAT || err->kind == PP_ERR_LIMIT);

	if (rc == 0)
		rc = add_entry(g, &merged->entry, &merged->profile, err);
	if (rc) {
		pp_merged_release(merged);
		free(merged);
		if (!stays)
			return -1;
		s->prune->left(s->prune->context, err->msg);
		b->n = 0;
		return 0;
	}
	struct pp_prune_entry *entry = &current(g)->entries[current(g)->n - 1];
	pp_profile_release(&merged->profile);
	entry->merged = merged;
	find_tags(b->items[0], &entry->tags);
	account(s, g, b);
	return 0;
}

/* What else there is in files that go. */
static int move_rest(struct pp_pruning *s, struct pp_prune_group *g, struct buckets *b,
		     int64_t window, struct pp_err *err)
{
	for (uint32_t i = 0; i < g->of->n; i++) {
		const struct pp_item *item = pp_prune_item(s, g, i);
		struct pp_prune_file *file = pp_prune_file(s, item);
		bool moved;

		if (!file || !file->touched)
			continue;
		if (!pp_prune_is_pinned(s, item) && bucket_of(b, item, window)->n > 1)
			continue; /* merged */
		if (move_along(s, g, item, &moved, err))
			return -1;
		file->taken += moved;
	}
	return 0;
}

/* The segment under way is the last: it takes the place of files all of which is in new ones. */
static int end_segments(struct pp_pruning *s, struct pp_prune_group *g, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names replaced = {0};

	if (g->nmade == 0)
		return 0;
	for (uint32_t i = 0; i < g->of->n; i++) {
		const struct pp_item *item = pp_prune_item(s, g, i);
		struct pp_prune_file *file = pp_prune_file(s, item);

		if (!file || !file->touched || file->replaced || !pp_prune_is_done_with(file))
			continue;
		const char *name = pp_segment_of(&s->list, item);
		file->replaced = true;
		replaced.name = pp_grow(replaced.name, &replaced.cap, replaced.n + 1,
					sizeof(*replaced.name));
		replaced.name[replaced.n++] = pp_xstrdup(name + strlen("2026-11-20/"));
		g->done.before += file->size;
		if (pp_segment_add_sources(s->prune->archive, name, &current(g)->writer.sources,
					   err))
			return -1;
	}
	if (finish_segment(g, &replaced, err))
		return -1;
	g->after = g->size - g->done.before + g->done.after;
	return 0;
}

int pp_prune_merge(struct pp_pruning *s, struct pp_prune_group *g, int64_t window, int64_t inner,
		   struct pp_err *err)
{
	struct buckets b;
	int rc = 0;

	pp_prune_unmake(s, g);
	fill_buckets(s, g, window, &b);
	for (uint32_t i = 0; i < b.n && rc == 0; i++) {
		if (b.bucket[i].n > 1)
			rc = merge_bucket(s, g, &b.bucket[i], inner, err);
	}
	if (rc == 0)
		rc = move_rest(s, g, &b, window, err);
	if (rc == 0)
		rc = end_segments(s, g, err);
	release_buckets(&b);
	return rc;
}

static bool is_mixed(const struct pp_prune_file *file)
{
	return pp_prune_is_done_with(file) && file->pinned > 0 && file->pinned < file->listed;
}

/* Count what goes. */
static void count_removed(struct pp_pruning *s, struct pp_prune_group *g)
{
	for (uint32_t i = 0; i < g->of->n; i++) {
		const struct pp_item *item = pp_prune_item(s, g, i);
		struct pp_prune_file *file = pp_prune_file(s, item);

		if (pp_prune_is_pinned(s, item))
			continue;
		if (file && !pp_prune_is_done_with(file))
			continue;
		g->done.profiles += item->entry.profiles;
		if (!file)
			g->done.before += s->sizes[g->of->items[i]];
		else if (file->pinned == 0 && !file->touched)
			g->done.before += file->size;
		if (file)
			file->touched = true;
	}
}

int pp_prune_keep_pinned(struct pp_pruning *s, struct pp_prune_group *g, struct pp_err *err)
{
	pp_prune_unmake(s, g);
	for (uint32_t i = 0; i < g->of->n; i++) {
		struct pp_prune_file *file = pp_prune_file(s, pp_prune_item(s, g, i));

		if (file)
			file->taken++;
	}
	for (uint32_t i = 0; i < g->of->n; i++) {
		const struct pp_item *item = pp_prune_item(s, g, i);
		struct pp_prune_file *file = pp_prune_file(s, item);
		bool moved;

		if (!file || !is_mixed(file) || !pp_prune_is_pinned(s, item))
			continue;
		if (move_along(s, g, item, &moved, err))
			return -1;
		if (!moved)
			file->taken = 0; /* nothing of it goes */
	}
	count_removed(s, g);
	/* those that are replaced are touched, those without pins are not: they just go */
	for (uint32_t i = 0; i < g->of->n; i++) {
		struct pp_prune_file *file = pp_prune_file(s, pp_prune_item(s, g, i));

		if (file)
			file->touched = is_mixed(file);
	}
	if (g->nmade)
		return end_segments(s, g, err);
	g->after = g->size - g->done.before;
	return 0;
}

/* A new segment as it was read again has what it should have, and adds up to it. */
static int verify(void *context, struct pp_str bytes, struct pp_err *err)
{
	const struct pp_prune_segment *made = context;
	struct pp_series_pool pool;
	struct pp_segment again;

	pp_series_pool_init(&pool);
	int rc = pp_segment_read(&again, bytes, true, &pool, err);
	if (rc == 0 && again.head.n != made->n)
		rc = pp_err_set(err, PP_ERR_FORMAT, "an entry is missing");
	for (uint32_t i = 0; i < made->n && rc == 0; i++) {
		const struct pp_entry *e = &again.head.entries[i], *own = made->entries[i].entry;
		struct pp_profile p;

		if (memcmp(&e->id, &own->id, sizeof(e->id)) != 0 ||
		    memcmp(&e->received, &own->received, sizeof(e->received)) != 0 ||
		    e->start != own->start || e->added != own->added ||
		    e->profiles != own->profiles || e->duration != own->duration)
			rc = pp_err_set(err, PP_ERR_FORMAT, "an entry is another one");
		else
			rc = pp_segment_check(&again, i, err);
		if (rc || !made->entries[i].merged)
			continue;
		rc = pp_segment_profile(&p, &again, i, err);
		if (rc == 0 && !pp_merged_adds_up(e, &made->entries[i].merged->tally, &p))
			rc = pp_err_set(err, PP_ERR_FORMAT, "an entry adds up to something else");
		pp_profile_release(&p);
	}
	pp_segment_release(&again);
	pp_series_pool_release(&pool);
	return rc;
}

int pp_prune_write(struct pp_pruning *s, struct pp_prune_group *g, struct pp_err *err)
{
	const struct pp_archive *a = s->prune->archive;

	for (uint32_t i = 0; i < g->nmade; i++) {
		struct pp_prune_segment *made = g->made[i];
		struct pp_segment_place place =
			pp_segment_place(g->of->hour, pp_buf_view(&made->file));

		/* labels first: for an id that is not there they do nothing */
		for (uint32_t k = 0; k < made->n; k++) {
			if (made->entries[k].tags.n && pp_tags_write(a, &made->entries[k].entry->id,
								     &made->entries[k].tags, err))
				return -1;
		}
		if (pp_place_write_checked(a, place.dir, place.name, pp_buf_view(&made->file),
					   verify, made, err))
			return -1;
		s->written = true;
	}
	return 0;
}
