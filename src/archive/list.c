/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/list.h"

#include <stdlib.h>
#include <string.h>

#include "archive/pins.h"
#include "archive/segment_cache.h"
#include "archive/storage.h"
#include "archive/tags.h"
#include "base/alloc.h"
#include "base/scan.h"

#define ATTEMPTS 100 /* until a list without a change in between */

static void release_items(struct pp_list *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		pp_entry_release(&l->items[i].entry);
	l->n = 0;
	for (size_t i = 0; i < l->ndamaged; i++)
		free(l->damaged[i].what);
	l->ndamaged = 0;
}

void pp_list_release(struct pp_list *l)
{
	release_items(l);
	free(l->items);
	free(l->damaged);
	pp_series_pool_release(&l->pool);
	pp_strtab_release(&l->files);
	pp_segment_cache_free(l->segments);
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

static bool fits(const struct pp_listing *l, const struct pp_entry *e,
		 const struct pp_series *series)
{
	const struct pp_selector *s = l->want->selector;

	return !s || pp_selector_fits(s, &series->labels, (const char *const *)series->keys,
				      series->nkeys, e->start);
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

void pp_listing_add(struct pp_listing *l, struct pp_entry *e, const struct pp_storage *storage,
		    uint64_t place)
{
	struct pp_list *list = l->list;
	const struct pp_series *series = with_tags(l, e);
	size_t before = l->ids.count;

	if (!pp_listing_wants_id(l, &e->id) || !fits(l, e, series)) {
		pp_entry_release(e);
		return;
	}
	uint32_t at = pp_strtab_add(&l->ids, id_bytes(&e->id)) - 1;
	if (l->ids.count == before) {
		list->items[at].storage = storage;
		list->items[at].place = place;
		pp_entry_release(e);
		return;
	}
	list->items = pp_grow(list->items, &list->cap, (size_t)list->n + 1, sizeof(*list->items));
	list->items[list->n++] =
		(struct pp_item){.entry = *e, .series = series, .storage = storage, .place = place};
}

static int compare_items(const void *a, const void *b)
{
	const struct pp_entry *x = &((const struct pp_item *)a)->entry;
	const struct pp_entry *y = &((const struct pp_item *)b)->entry;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->added != y->added)
		return x->added < y->added ? -1 : 1;
	return memcmp(&x->id, &y->id, sizeof(x->id));
}

/* One attempt; l->again: it is worth nothing. */
static int list_once(struct pp_listing *l, struct pp_err *err)
{
	struct pp_generation before, after;

	release_items(l->list);
	l->again = false;
	pp_strtab_release(&l->ids);
	pp_strtab_init(&l->ids);
	if (pp_archive_generation(l->archive, &before, err))
		return -1;
	for (size_t i = 0; pp_storages[i]; i++) {
		if (pp_storages[i]->list(l, err))
			return -1;
	}
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
	for (uint32_t i = 0; i < drop; i++)
		pp_entry_release(&l->items[i].entry);
	memmove(l->items, l->items + drop, (l->n - drop) * sizeof(*l->items));
	l->n -= drop;
}

int pp_list_entries(struct pp_list *l, const struct pp_archive *a, const struct pp_want *want,
		    struct pp_err *err)
{
	const struct pp_selector *s = want->selector;
	struct pp_tag_table tags;
	struct pp_listing listing = {.archive = a, .want = want, .list = l, .tags = &tags};
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
		if (l->n)
			qsort(l->items, l->n, sizeof(*l->items), compare_items);
		keep_last(l, want->last);
		if (s && s->latest)
			keep_last(l, 1);
		rc = check_prefix(&listing, err);
	}
	pp_strtab_release(&listing.ids);
	pp_strtab_release(&listing.pinned);
	pp_tag_table_release(&tags);
	return rc;
}
