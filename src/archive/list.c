/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/list.h"

#include <stdlib.h>
#include <string.h>

#include "archive/pins.h"
#include "archive/segment_cache.h"
#include "archive/segment_place.h"
#include "archive/segment_sources.h"
#include "archive/storage.h"
#include "archive/tags.h"
#include "base/alloc.h"
#include "base/hash.h"
#include "base/scan.h"

#define ATTEMPTS 100 /* until a list without a change in between */

static void release_items(struct pp_list *l)
{
	l->n = 0;
	pp_arena_release(&l->totals);
	for (size_t i = 0; i < l->ndamaged; i++)
		free(l->damaged[i].what);
	l->ndamaged = 0;
	pp_strtab_release(&l->covered);
	pp_buf_clear(&l->covered_by);
}

void pp_list_release(struct pp_list *l)
{
	release_items(l);
	free(l->items);
	free(l->damaged);
	pp_series_pool_release(&l->pool);
	pp_strtab_release(&l->files);
	pp_segment_cache_free(l->segments);
	pp_buf_release(&l->covered_by);
	*l = (struct pp_list){0};
}

static struct pp_str id_bytes(const struct pp_id *id)
{
	return (struct pp_str){(const char *)id->bytes, sizeof(id->bytes)};
}

bool pp_listing_wants_id(const struct pp_listing *l, const struct pp_id *id)
{
	char hex[PP_SHA256_HEX];

	if (l->by_pin)
		return pp_strtab_find(&l->pinned, id_bytes(id)) != PP_MAP_NONE;
	if (!l->prefix)
		return true;
	return strncmp(pp_sha256_hex(hex, id->bytes), l->prefix, strlen(l->prefix)) == 0;
}

/* What is said of labels is the same for all entries of a series. */
static bool fits(struct pp_listing *l, const struct pp_entry *e, const struct pp_series *series)
{
	enum { UNKNOWN, FITS, DOES_NOT };
	const struct pp_selector *s = l->want->selector;

	if (!s)
		return true;
	if (!pp_selector_fits_time(s, e->start))
		return false;
	uint32_t *known = pp_map_put(&l->fitting, (uint64_t)(uintptr_t)series, UNKNOWN);
	if (*known == UNKNOWN)
		*known = pp_selector_fits_labels(s, &series->labels,
						 (const char *const *)series->keys, series->nkeys)
				 ? FITS
				 : DOES_NOT;
	return *known == FITS;
}

void pp_listing_damaged(struct pp_listing *l, const char *dir, const char *name, const char *why)
{
	struct pp_list *list = l->list;

	list->damaged = pp_grow(list->damaged, &list->damaged_cap, list->ndamaged + 1,
				sizeof(*list->damaged));
	list->damaged[list->ndamaged++].what = pp_xasprintf("%s/%s: %s", dir, name, why);
}

/* Its labels with those that were given afterwards. */
static const struct pp_series *with_tags(struct pp_listing *l, const struct pp_entry *e)
{
	const struct pp_entry_labels *more = pp_tag_table_find(l->tags, &e->id);
	struct pp_err err;
	const struct pp_series *with;

	if (!more)
		return e->series;
	with = pp_series_pool_with(&l->list->pool, e->series, more, &err);
	return with ? with : e->series;
}

/* The position of the item with this id; that of the next one if there is none yet. */
static uint32_t find_item(struct pp_listing *l, const struct pp_id *id)
{
	const struct pp_list *list = l->list;
	uint64_t key = pp_hash_bytes(l->seed, id->bytes, sizeof(id->bytes));

	for (;; key++) { /* another one may have the same hash */
		uint32_t at = *pp_map_put(&l->ids, key, list->n);

		if (at == list->n || memcmp(&list->items[at].entry.id, id, sizeof(*id)) == 0)
			return at;
	}
}

static int64_t *keep_totals(struct pp_list *list, const struct pp_entry *e)
{
	struct pp_err no; /* there is no limit */
	int64_t *totals = pp_arena_array(&list->totals, e->series->ntypes, sizeof(*totals), &no);

	if (!totals)
		pp_alloc_fail();
	memcpy(totals, e->totals, e->series->ntypes * sizeof(*totals));
	return totals;
}

void pp_listing_add(struct pp_listing *l, const struct pp_entry *e,
		    const struct pp_storage *storage, uint64_t place)
{
	struct pp_list *list = l->list;
	const struct pp_series *series = with_tags(l, e);

	if (!pp_listing_wants_id(l, &e->id) || !fits(l, e, series))
		return;
	uint32_t at = find_item(l, &e->id);
	if (at < list->n) {
		struct pp_item *item = &list->items[at];

		item->storage = storage;
		item->place = place;
		/* a merged one that was taken out, and added again, does not say what it is */
		if (e->profiles > item->entry.profiles) {
			item->entry = *e;
			item->entry.totals = keep_totals(list, e);
		}
		return;
	}
	list->items = pp_grow(list->items, &list->cap, (size_t)list->n + 1, sizeof(*list->items));
	struct pp_item *item = &list->items[list->n++];
	*item = (struct pp_item){.entry = *e, .series = series, .storage = storage, .place = place};
	item->entry.totals = keep_totals(list, e);
}

/* What was added to the list since the last time. */
static void index_items(struct pp_listing *l)
{
	for (; l->nindexed < l->list->n; l->nindexed++)
		pp_map_put(&l->index, pp_source_of(&l->list->items[l->nindexed].entry.id),
			   l->nindexed);
}

void pp_listing_merged(struct pp_listing *l, const uint64_t *sources, uint32_t n, uint32_t file)
{
	struct pp_list *list = l->list;

	index_items(l);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = pp_map_find(&l->index, sources[i]);

		if (at == PP_MAP_NONE || !list->items[at].storage)
			continue;
		list->items[at].storage = NULL;
		pp_strtab_add(&list->covered, id_bytes(&list->items[at].entry.id));
		pp_buf_add(&list->covered_by, &file, sizeof(file));
	}
}

/* What merged entries stand for. */
static void leave_covered_out(struct pp_list *l)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < l->n; i++) {
		if (l->items[i].storage)
			l->items[kept++] = l->items[i];
	}
	l->n = kept;
}

static void release_index(struct pp_listing *l)
{
	pp_map_release(&l->ids);
	pp_map_release(&l->index);
	l->nindexed = 0;
}

uint64_t pp_listing_last(const struct pp_listing *l)
{
	const struct pp_selector *s = l->want->selector;

	return s && s->latest ? 1 : l->want->last;
}

bool pp_listing_is_enough(const struct pp_listing *l, int64_t hour)
{
	uint64_t last = pp_listing_last(l), n = 0;

	/* of digits, it has to be known whether another id begins with them */
	if (last == 0 || l->list->n < last || l->prefix)
		return false;
	for (uint32_t i = 0; i < l->list->n && n < last; i++)
		n += l->list->items[i].storage && pp_hour_of(l->list->items[i].entry.start) >= hour;
	return n >= last;
}

static int compare_items(const struct pp_item *a, const struct pp_item *b)
{
	const struct pp_entry *x = &a->entry, *y = &b->entry;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->added != y->added)
		return x->added < y->added ? -1 : 1;
	return memcmp(&x->id, &y->id, sizeof(x->id));
}

/* An item on the way to its place, with what nearly always decides. */
struct key {
	int64_t start;
	uint32_t at;
};

static int compare_keys(const void *a, const void *b, void *items)
{
	const struct key *x = a, *y = b;
	const struct pp_item *item = items;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return compare_items(&item[x->at], &item[y->at]);
}

static bool is_sorted(const struct pp_list *l)
{
	for (uint32_t i = 1; i < l->n; i++) {
		if (compare_items(&l->items[i - 1], &l->items[i]) > 0)
			return false;
	}
	return true;
}

/* Segments come in order, so that only what is loose has to find its place. */
static void sort(struct pp_list *l)
{
	if (is_sorted(l))
		return;

	PP_CLEANUP(pp_freep) struct key *keys = pp_xcalloc(l->n, sizeof(*keys));
	struct pp_item *sorted = pp_xcalloc(l->n, sizeof(*sorted));

	for (uint32_t i = 0; i < l->n; i++)
		keys[i] = (struct key){l->items[i].entry.start, i};
	qsort_r(keys, l->n, sizeof(*keys), compare_keys, l->items);
	for (uint32_t i = 0; i < l->n; i++)
		sorted[i] = l->items[keys[i].at];
	free(l->items);
	l->items = sorted;
	l->cap = l->n;
}

/* One attempt; l->again: it is worth nothing. */
static int list_once(struct pp_listing *l, struct pp_err *err)
{
	struct pp_generation before, after;

	release_items(l->list);
	l->again = false;
	release_index(l);
	pp_strtab_init(&l->list->covered);
	if (pp_archive_generation(l->archive, &before, err))
		return -1;
	for (size_t i = 0; pp_storages[i]; i++) {
		if (pp_storages[i]->list(l, err))
			return -1;
	}
	leave_covered_out(l->list);
	if (pp_archive_generation(l->archive, &after, err))
		return -1;
	l->again |= memcmp(&before, &after, sizeof(before)) != 0;
	return 0;
}

static int list_until_still(struct pp_listing *l, struct pp_err *err)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		if (list_once(l, err))
			return -1;
		if (!l->again)
			return 0;
	}
	return pp_err_set(err, PP_ERR_IO, "archive '%s' changes faster than it can be read",
			  l->archive->path);
}

/* What a selector names: a pin, or else an id. */
static int resolve(struct pp_listing *l, const char *name, struct pp_err *err)
{
	size_t digits = strspn(name, "0123456789abcdef");
	struct pp_err pin = PP_ERR_INIT;

	if (pp_pin_name_check(name, &pin) == 0) {
		if (pp_pin_read(l->archive, name, &l->pinned, &pin) == 0) {
			l->by_pin = true;
			return 0;
		}
		if (pin.kind != PP_ERR_NOT_FOUND) {
			*err = pin;
			return -1;
		}
	}
	if (name[digits] || digits < PP_ID_DIGITS_MIN || digits >= PP_SHA256_HEX)
		return pp_err_set(err, PP_ERR_NOT_FOUND, "archive '%s' has no pin '%s'",
				  l->archive->path, name);
	l->prefix = name;
	return 0;
}

/* Digits that several ids begin with mean none of them. */
static int check_prefix(const struct pp_listing *l, struct pp_err *err)
{
	if (!l->prefix || l->list->n == 1)
		return 0;
	if (l->list->n == 0)
		return pp_err_set(err, PP_ERR_NOT_FOUND, "archive '%s' has no entry @%s",
				  l->archive->path, l->prefix);
	return pp_err_set(err, PP_ERR_USAGE, "@%s: %u ids begin like that", l->prefix, l->list->n);
}

static void keep_last(struct pp_list *l, uint64_t last)
{
	if (last == 0 || last >= l->n)
		return;
	uint32_t drop = l->n - (uint32_t)last;
	memmove(l->items, l->items + drop, (l->n - drop) * sizeof(*l->items));
	l->n -= drop;
}

int pp_list_entries(struct pp_list *l, const struct pp_archive *a, const struct pp_want *want,
		    struct pp_err *err)
{
	const struct pp_selector *s = want->selector;
	struct pp_tag_table tags;
	struct pp_listing listing = {
		.archive = a, .want = want, .list = l, .tags = &tags, .seed = pp_hash_seed()};
	int rc;

	*l = (struct pp_list){0};
	pp_series_pool_init(&l->pool);
	pp_strtab_init(&l->files);
	pp_strtab_init(&listing.pinned);
	rc = pp_tag_table_read(&tags, a, err);
	if (rc == 0 && s && s->name)
		rc = resolve(&listing, s->name, err);
	if (rc == 0)
		rc = list_until_still(&listing, err);
	if (rc == 0) {
		sort(l);
		keep_last(l, pp_listing_last(&listing));
		rc = check_prefix(&listing, err);
	}
	release_index(&listing);
	pp_map_release(&listing.fitting);
	pp_strtab_release(&listing.pinned);
	pp_tag_table_release(&tags);
	return rc;
}

const struct pp_series **pp_list_series(const struct pp_list *l, uint32_t *n)
{
	const struct pp_series **all = NULL;
	struct pp_map seen = {0};
	size_t cap = 0;

	*n = 0;
	for (uint32_t i = 0; i < l->n; i++) {
		const struct pp_series *s = l->items[i].series;

		if (i && s == l->items[i - 1].series)
			continue;
		if (*pp_map_put(&seen, (uint64_t)(uintptr_t)s, *n) != *n)
			continue;
		all = pp_grow(all, &cap, (size_t)*n + 1, sizeof(*all)); /* NOLINT: of the pointer */
		all[(*n)++] = s;
	}
	pp_map_release(&seen);
	return all;
}
