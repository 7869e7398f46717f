/* SPDX-License-Identifier: Apache-2.0 */
/* Segments as a storage. The place of an item is the number of its file among the list's, and its
 * own in the file. */
#include <config.h>

#include "archive/segment_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "archive/fsck.h"
#include "archive/lost.h"
#include "archive/place.h"
#include "archive/segment.h"
#include "archive/segment_cache.h"
#include "archive/segment_place.h"
#include "archive/segment_profile.h"
#include "archive/segment_rescue.h"
#include "archive/segment_sum.h"
#include "archive/storage.h"
#include "base/alloc.h"
#include "base/parallel.h"
#include "io/file.h"
#include "profile/combine.h"

#define FIRST_READ (48u << 10) /* bytes: the head of an hour is nearly always within */

static uint64_t place_of(uint32_t file, uint32_t entry)
{
	return (uint64_t)file << 32 | entry;
}

uint32_t pp_segment_number_of(const struct pp_item *item)
{
	return (uint32_t)(item->place >> 32);
}

const char *pp_segment_of(const struct pp_list *list, const struct pp_item *item)
{
	return pp_strtab_get(&list->files, pp_segment_number_of(item)).p;
}

int pp_segment_size_of(const struct pp_archive *a, const struct pp_list *list,
		       const struct pp_item *item, uint64_t *size, struct pp_err *err)
{
	const char *name = pp_segment_of(list, item);
	PP_CLEANUP(pp_freep) char *dir = pp_xasprintf("seg/%.10s", name);

	return pp_place_size(a, dir, name + strlen("2026-11-20/"), size, err);
}

/* The head of a file, from as few bytes as it takes. */
static int read_blocks(const struct pp_archive *a, const char *dir, const char *name,
		       struct pp_segment_head_blocks *b, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf bytes = PP_BUF_INIT;
	PP_CLEANUP(pp_place_close) int fd = pp_place_open(a, dir, name, err);
	uint64_t need = FIRST_READ;
	struct stat st;

	*b = (struct pp_segment_head_blocks){{0}};
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		return pp_err_sys(err, errno, "cannot read");
	if (!S_ISREG(st.st_mode) || st.st_size > PP_SEGMENT_FILE_MAX)
		return pp_err_set(err, PP_ERR_FORMAT, "not a segment");
	do {
		if (bytes.n == (size_t)st.st_size)
			return pp_err_set(err, PP_ERR_FORMAT, "its length is wrong");
		bytes.n = (size_t)(need < (uint64_t)st.st_size ? need : (uint64_t)st.st_size);
		pp_buf_reserve(&bytes, 0);
		if (!pp_file_read_at(fd, bytes.p, bytes.n, 0))
			return errno ? pp_err_sys(err, errno, "cannot read")
				     : pp_err_set(err, PP_ERR_FORMAT, "its length is wrong");
		if (pp_segment_head_size(bytes.p, bytes.n, &need, err))
			return -1;
	} while (need > bytes.n);
	return pp_segment_head_unpack(b, pp_buf_view(&bytes), err);
}

static int read_head(const struct pp_archive *a, const char *dir, const char *name,
		     struct pp_series_pool *pool, struct pp_segment_head *h, struct pp_err *err)
{
	struct pp_segment_head_blocks b;

	*h = (struct pp_segment_head){.n = 0};
	int rc = read_blocks(a, dir, name, &b, err);
	if (rc == 0)
		rc = pp_segment_head_parse(h, &b, pool, err);
	pp_segment_head_blocks_release(&b);
	return rc;
}

int pp_segment_read_head(const struct pp_archive *a, const char *name, struct pp_series_pool *pool,
			 struct pp_segment_head *h, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *dir = pp_xasprintf("seg/%.10s", name);

	*h = (struct pp_segment_head){.n = 0};
	return read_head(a, dir, name + strlen("2026-11-20/"), pool, h, err);
}

int pp_segment_add_sources(const struct pp_archive *a, const char *name, struct pp_buf *sources,
			   struct pp_err *err)
{
	struct pp_segment_head h;
	struct pp_series_pool pool;

	pp_series_pool_init(&pool);
	int rc = pp_segment_read_head(a, name, &pool, &h, err);
	if (rc == 0 && h.nsources)
		pp_buf_add(sources, h.sources, h.nsources * sizeof(*h.sources));
	pp_segment_head_release(&h);
	pp_series_pool_release(&pool);
	return rc;
}

/* The segments of a day that may have something that is wanted, read side by side. */
struct day {
	const struct pp_archive *archive;
	const char *dir;
	struct pp_names names;
	struct file {
		bool wanted;
		int rc;
		struct pp_err err;
		struct pp_segment_head_blocks blocks;
		struct pp_segment_head head; /* without entries where there is none */
	} * files;			     /* by name */
	struct pp_queue queue;
	struct pp_strtab replaced;
};

static bool is_in_range(const struct pp_listing *l, int64_t hour, int64_t hours)
{
	const struct pp_selector *s = l->want->selector;

	return !s || s->name ||
	       (pp_hour_of(s->range.from) < hour + hours && pp_hour_of(s->range.until) >= hour);
}

static void read_files(void *context, unsigned worker PP_UNUSED)
{
	struct day *d = context;
	uint32_t i;

	while ((i = pp_queue_take(&d->queue)) != UINT32_MAX) {
		struct file *f = &d->files[i];

		if (f->wanted)
			f->rc = read_blocks(d->archive, d->dir, d->names.name[i], &f->blocks,
					    &f->err);
	}
}

static void parse_one(struct pp_listing *l, struct day *d, size_t i)
{
	struct file *f = &d->files[i];
	struct pp_segment_head *h = &f->head;

	if (f->rc == 0)
		f->rc = pp_segment_head_parse(h, &f->blocks, &l->list->pool, &f->err);
	pp_segment_head_blocks_release(&f->blocks);
	if (f->rc == 0) {
		for (size_t k = 0; k < h->replaced.n; k++)
			pp_strtab_add(&d->replaced, pp_str_of(h->replaced.name[k]));
		return;
	}
	pp_segment_head_release(h);
	if (f->err.kind == PP_ERR_NOT_FOUND)
		l->again = true;
	else
		pp_listing_damaged(l, d->dir, d->names.name[i], f->err.msg);
}

static void read_day(struct pp_listing *l, struct day *d, int64_t first)
{
	uint32_t n = 0;
	int64_t hour;

	for (size_t i = 0; i < d->names.n; i++) {
		d->files[i].wanted =
			pp_segment_hour(d->names.name[i], &hour) && is_in_range(l, first + hour, 1);
		n += d->files[i].wanted;
	}
	unsigned workers = n > 1 ? pp_parallel_workers(UINT64_MAX) : 1;
	d->queue.count = (uint32_t)d->names.n;
	pp_parallel_run(workers < n ? workers : 1, read_files, d);
	for (size_t i = 0; i < d->names.n; i++) {
		if (d->files[i].wanted)
			parse_one(l, d, i);
	}
}

/* The number of the file. */
static uint32_t add_entries(struct pp_listing *l, const char *dir, const char *name,
			    const struct pp_segment_head *h)
{
	PP_CLEANUP(pp_freep) char *below = pp_xasprintf("%s/%s", dir + strlen("seg/"), name);
	uint32_t file = pp_strtab_add(&l->list->files, pp_str_of(below));

	for (uint32_t i = 0; i < h->n; i++)
		pp_listing_add(l, &h->entries[i], &pp_storage_segment, place_of(file, i));
	return file;
}

static void add_day(struct pp_listing *l, struct day *d)
{
	PP_CLEANUP(pp_freep) uint32_t *files = pp_xcalloc(d->names.n, sizeof(*files));

	for (size_t i = 0; i < d->names.n; i++) {
		const char *name = d->names.name[i];
		const struct pp_segment_head *h = &d->files[i].head;

		if (h->n && pp_strtab_find(&d->replaced, pp_str_of(name)) == PP_MAP_NONE)
			files[i] = add_entries(l, d->dir, name, h);
	}
	for (size_t i = 0; i < d->names.n; i++) {
		struct pp_segment_head *h = &d->files[i].head;

		if (files[i] && h->nsources)
			pp_listing_merged(l, h->sources, h->nsources, files[i]);
		pp_segment_head_release(h);
	}
}

static int list_day(struct pp_listing *l, const char *dir, int64_t first, struct pp_err *err)
{
	struct day d = {.archive = l->archive, .dir = dir};

	if (pp_place_names(l->archive, dir, &d.names, err))
		return err->kind == PP_ERR_FORMAT ? 0 : -1;
	pp_strtab_init(&d.replaced);
	d.files = pp_xcalloc(d.names.n, sizeof(*d.files));
	read_day(l, &d, first);
	add_day(l, &d);
	free(d.files);
	pp_strtab_release(&d.replaced);
	pp_names_release(&d.names);
	return 0;
}

static void add_name(struct pp_names *names, const char *name)
{
	names->name = pp_grow(names->name, &names->cap, names->n + 1, sizeof(*names->name));
	names->name[names->n++] = pp_xstrdup(name);
}

/* Those of them that are there. */
static void add_replaced(const struct pp_names *all, const char *by_name,
			 const struct pp_segment_head *h, struct pp_names *old, struct pp_names *by)
{
	for (size_t i = 0; i < h->replaced.n; i++) {
		for (size_t k = 0; k < all->n; k++) {
			if (strcmp(all->name[k], h->replaced.name[i]) != 0)
				continue;
			add_name(old, all->name[k]);
			add_name(by, by_name);
		}
	}
}

int pp_segments_replaced(const struct pp_archive *a, const char *dir, struct pp_names *old,
			 struct pp_names *by, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names all = {0};
	int64_t hour;

	if (pp_place_names(a, dir, &all, err))
		return err->kind == PP_ERR_FORMAT ? 0 : -1;
	for (size_t i = 0; i < all.n; i++) {
		struct pp_segment_head h = {.n = 0};
		struct pp_series_pool pool;
		struct pp_err no;

		if (!pp_segment_hour(all.name[i], &hour))
			continue;
		pp_series_pool_init(&pool);
		if (read_head(a, dir, all.name[i], &pool, &h, &no) == 0)
			add_replaced(&all, all.name[i], &h, old, by);
		pp_segment_head_release(&h);
		pp_series_pool_release(&pool);
	}
	return 0;
}

static int list(struct pp_listing *l, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names days = {0};
	int64_t first;

	if (!l->list->segments)
		l->list->segments = pp_segment_cache_new();
	if (pp_place_names(l->archive, "seg", &days, err))
		return -1;
	bool newest_first = pp_listing_last(l) != 0;
	for (size_t i = 0; i < days.n; i++) {
		const char *name = days.name[newest_first ? days.n - 1 - i : i];
		PP_CLEANUP(pp_freep) char *dir = pp_xasprintf("seg/%s", name);

		if (!pp_segment_day(name, &first) || !is_in_range(l, first, 24))
			continue;
		if (list_day(l, dir, first, err))
			return -1;
		if (newest_first && pp_listing_is_enough(l, first))
			break;
	}
	return 0;
}

/* What an item was listed as is what it is. */
static int check_item(const struct pp_archive *a, const struct pp_list *l,
		      const struct pp_item *item, const struct pp_segment *s, struct pp_err *err)
{
	uint32_t at = (uint32_t)item->place;

	if (at < s->head.n &&
	    memcmp(&s->head.entries[at].id, &item->entry.id, sizeof(item->entry.id)) == 0)
		return 0;
	return pp_err_set(err, PP_ERR_FORMAT, "'%s/seg/%s' has been changed", a->path,
			  pp_segment_of(l, item));
}

static int read(const struct pp_archive *a, const struct pp_list *l, const struct pp_item *item,
		struct pp_buf *canonical, struct pp_err *err)
{
	const struct pp_segment *s = pp_segment_cache_get(
		l->segments, a, pp_segment_number_of(item), pp_segment_of(l, item), err);
	int rc;

	if (!s)
		return -1;
	rc = check_item(a, l, item, s, err);
	if (rc == 0)
		rc = pp_segment_canonical(s, (uint32_t)item->place, canonical, err);
	pp_segment_cache_put(l->segments, s);
	return rc;
}

static int profile(const struct pp_archive *a, const struct pp_list *l, const struct pp_item *item,
		   struct pp_profile *out, struct pp_err *err)
{
	const struct pp_segment *s = pp_segment_cache_get(
		l->segments, a, pp_segment_number_of(item), pp_segment_of(l, item), err);
	int rc;

	pp_profile_init(out, 0);
	if (!s)
		return -1;
	rc = check_item(a, l, item, s, err);
	if (rc == 0)
		rc = pp_segment_profile(out, s, (uint32_t)item->place, err);
	pp_segment_cache_put(l->segments, s);
	return rc;
}

/* Profiles with and those without mappings are added up apart: pprof gives the latter one of their
 * own when they meet. */
struct sums {
	struct pp_segment_sum with, without;
};

static int add_part(struct pp_segment_sum *sum, struct pp_segment *s,
		    const struct pp_item *const *items, uint32_t n, bool mappings,
		    struct pp_err *err)
{
	PP_CLEANUP(pp_freep) uint32_t *which = pp_xcalloc(n, sizeof(*which));
	uint32_t k = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = (uint32_t)items[i]->place;

		if ((s->headers[s->entries[at].header].nmappings > 0) == mappings)
			which[k++] = at;
	}
	return k ? pp_segment_sum_add(sum, s, which, k, err) : 0;
}

/* Items of one file. */
static int add_items(struct sums *sums, const struct pp_archive *a, const struct pp_list *l,
		     struct pp_segment *s, const struct pp_item *const *items, uint32_t n,
		     struct pp_err *err)
{
	for (uint32_t i = 0; i < n; i++) {
		if (check_item(a, l, items[i], s, err))
			return -1;
	}
	if (add_part(&sums->with, s, items, n, true, err) ||
	    add_part(&sums->without, s, items, n, false, err))
		return pp_err_wrap(err, "'%s/seg/%s' is damaged", a->path,
				   pp_segment_of(l, items[0]));
	return 0;
}

static int add_file(struct sums *sums, const struct pp_archive *a, const struct pp_list *l,
		    const struct pp_item *const *items, uint32_t n, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf file = PP_BUF_INIT;
	struct pp_series_pool pool;
	struct pp_segment s;

	pp_series_pool_init(&pool);
	int rc = pp_segment_open_tables(&s, a, pp_segment_of(l, items[0]), &pool, &file, err);
	if (rc == 0)
		rc = add_items(sums, a, l, &s, items, n, err);
	pp_segment_release(&s);
	pp_series_pool_release(&pool);
	return rc;
}

static int compare_places(const void *a, const void *b)
{
	const struct pp_item *x = *(const struct pp_item *const *)a,
			     *y = *(const struct pp_item *const *)b;

	return x->place < y->place ? -1 : x->place > y->place;
}

static int finish(struct sums *sums, struct pp_profile *out, struct pp_err *err)
{
	struct pp_segment_sum *parts[] = {&sums->with, &sums->without};
	struct pp_profile made[2];
	uint32_t n = 0;

	for (size_t i = 0; i < PP_ARRAY_LEN(parts); i++) {
		if (!parts[i]->begun)
			continue;
		if (pp_segment_sum_finish(parts[i], &made[n], err)) {
			if (n)
				pp_profile_release(&made[0]);
			return -1;
		}
		n++;
	}
	return pp_profile_combine(out, made, n, err);
}

/* -1 with PP_ERR_FORMAT: all of them are damaged. */
static int add_files(struct sums *sums, const struct pp_archive *a, const struct pp_list *l,
		     const struct pp_item *const *items, uint32_t n, struct pp_lost *lost,
		     struct pp_err *err)
{
	bool any = false;

	for (uint32_t i = 0, end; i < n; i = end) {
		for (end = i + 1;
		     end < n && pp_segment_number_of(items[end]) == pp_segment_number_of(items[i]);)
			end++;
		if (add_file(sums, a, l, items + i, end - i, err) == 0)
			any = true;
		else if (err->kind == PP_ERR_FORMAT)
			pp_lost_add(lost, items + i, end - i, err);
		else
			return -1;
	}
	return any ? 0 : -1;
}

static int load(const struct pp_archive *a, const struct pp_list *l,
		const struct pp_item *const *items, uint32_t n, struct pp_lost *lost,
		struct pp_profile *out, struct pp_err *err)
{
	PP_CLEANUP(pp_freep)
	const struct pp_item **sorted = pp_xcalloc(n, sizeof(*sorted)); /* NOLINT: pointers */
	struct sums sums;

	pp_profile_init(out, 0);
	memcpy(sorted, items, n * sizeof(*sorted));	   /* NOLINT */
	qsort(sorted, n, sizeof(*sorted), compare_places); /* NOLINT */
	pp_segment_sum_init(&sums.with);
	pp_segment_sum_init(&sums.without);
	int rc = add_files(&sums, a, l, sorted, n, lost, err);
	if (rc == 0)
		rc = finish(&sums, out, err);
	pp_segment_sum_release(&sums.with);
	pp_segment_sum_release(&sums.without);
	return rc;
}

int pp_segment_check_file(struct pp_str file, int64_t hour, bool ids, uint64_t *n,
			  struct pp_err *err)
{
	struct pp_series_pool pool;
	struct pp_segment s;

	pp_series_pool_init(&pool);
	int rc = pp_segment_read(&s, file, true, &pool, err);
	*n = s.head.n;
	for (uint32_t i = 0; i < s.head.n && rc == 0; i++) {
		if (pp_hour_of(s.head.entries[i].start) != hour)
			rc = pp_err_set(err, PP_ERR_FORMAT, "its entries are of another hour");
		else if (ids)
			rc = pp_segment_check(&s, i, err);
	}
	pp_segment_release(&s);
	pp_series_pool_release(&pool);
	return rc;
}

static int check_one(struct pp_fsck *f, const char *dir, int64_t first, const char *name,
		     struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf file = PP_BUF_INIT;
	struct pp_err wrong = PP_ERR_INIT;
	int64_t hour;
	uint64_t n = 0;

	if (!pp_segment_hour(name, &hour)) {
		pp_fsck_stray(f, dir, name);
		return 0;
	}
	int rc = pp_place_read(f->archive, dir, name, PP_SEGMENT_FILE_MAX, &file, &wrong);
	if (rc == 0)
		rc = pp_segment_check_file(pp_buf_view(&file), first + hour, f->ids, &n, &wrong);
	if (rc == 0) {
		struct pp_segment_place place = pp_segment_place(first + hour, pp_buf_view(&file));

		if (strcmp(place.name, name) != 0)
			rc = pp_err_set(&wrong, PP_ERR_FORMAT, "it is not what its name says");
	}
	if (rc && f->repair && wrong.kind == PP_ERR_FORMAT && file.n) {
		if (pp_segment_rescue(f->archive, pp_buf_view(&file), &n, err))
			return -1;
		f->rescued += n;
	}
	return pp_fsck_file(f, dir, name, n, rc ? &wrong : NULL, err);
}

static int check(struct pp_fsck *f, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names days = {0};
	int64_t first;

	if (pp_place_names(f->archive, "seg", &days, err))
		return -1;
	for (size_t i = 0; i < days.n; i++) {
		PP_CLEANUP(pp_names_release) struct pp_names names = {0};
		PP_CLEANUP(pp_freep) char *dir = pp_xasprintf("seg/%s", days.name[i]);

		if (!pp_segment_day(days.name[i], &first)) {
			pp_fsck_stray(f, "seg", days.name[i]);
			continue;
		}
		if (pp_fsck_names(f, "seg", days.name[i], &names, err))
			return -1;
		for (size_t k = 0; k < names.n; k++) {
			if (check_one(f, dir, first, names.name[k], err))
				return -1;
		}
	}
	return 0;
}

const struct pp_storage pp_storage_segment = {
	.list = list, .read = read, .profile = profile, .load = load, .check = check};
