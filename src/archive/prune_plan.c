/* SPDX-License-Identifier: Apache-2.0 */
/* What there is, and what it takes. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "archive/group.h"
#include "archive/object.h"
#include "archive/pins.h"
#include "archive/place.h"
#include "archive/prune_size.h"
#include "archive/prune_state.h"
#include "archive/segment_store.h"
#include "archive/storage.h"
#include "base/alloc.h"

struct pp_prune_file *pp_prune_file(const struct pp_pruning *s, const struct pp_item *item)
{
	return item->storage == &pp_storage_segment ? &s->files[item->place >> 32] : NULL;
}

bool pp_prune_is_pinned(const struct pp_pruning *s, const struct pp_item *item)
{
	return pp_strtab_find(&s->pinned, (struct pp_str){(const char *)item->entry.id.bytes,
							  sizeof(item->entry.id)}) != PP_MAP_NONE;
}

static struct pp_prune_group *group_of(struct pp_pruning *s, const struct pp_entry *e)
{
	int64_t hour = pp_hour_of(e->start);
	PP_CLEANUP(pp_freep) char *labels = pp_group_name(e);
	PP_CLEANUP(pp_freep) char *key = pp_xasprintf("%lld %s", (long long)hour, labels);
	uint32_t at = pp_strtab_add(&s->keys, pp_str_of(key)) - 1;

	if (at == s->ngroups) {
		s->groups = pp_grow(s->groups, &s->cap, (size_t)s->ngroups + 1, sizeof(*s->groups));
		s->groups[s->ngroups++] = (struct pp_prune_group){.hour = hour, .labels = labels};
		labels = NULL;
	}
	return &s->groups[at];
}

static int measure_item(struct pp_pruning *s, uint32_t i, struct pp_err *err)
{
	const struct pp_item *item = &s->list.items[i];
	struct pp_prune_file *file = pp_prune_file(s, item);

	if (!file) {
		struct pp_object_place place = pp_object_place(&item->entry.id);

		return pp_place_size(s->prune->archive, place.dir, place.name, &s->sizes[i], err);
	}
	file->pinned += pp_prune_is_pinned(s, item);
	if (file->listed++ > 0)
		return 0;
	const char *name = pp_segment_of(&s->list, item);
	PP_CLEANUP(pp_freep) char *dir = pp_xasprintf("seg/%.10s", name);
	return pp_place_size(s->prune->archive, dir, name + strlen("2026-11-20/"), &file->size,
			     err);
}

/* A file counts for the group that its first entry is in. */
static void measure_group(struct pp_pruning *s, struct pp_prune_group *g, bool *counted)
{
	for (uint32_t i = 0; i < g->n; i++) {
		const struct pp_item *item = pp_prune_item(s, g, i);
		const struct pp_prune_file *file = pp_prune_file(s, item);
		uint64_t size = file ? file->size : s->sizes[g->items[i]];

		if (file && counted[file - s->files])
			continue;
		if (file)
			counted[file - s->files] = true;
		g->size += size;
		if (file ? file->pinned > 0 : pp_prune_is_pinned(s, item))
			g->fixed += size;
	}
	g->after = g->size;
}

static int compare_groups(const void *a, const void *b)
{
	const struct pp_prune_group *x = a, *y = b;

	if (x->hour != y->hour)
		return x->hour > y->hour ? -1 : 1;
	return strcmp(x->labels, y->labels);
}

static void make_groups(struct pp_pruning *s)
{
	PP_CLEANUP(pp_freep) bool *counted = pp_xcalloc(s->list.files.count, sizeof(*counted));

	for (uint32_t i = 0; i < s->list.n; i++) {
		struct pp_prune_group *g = group_of(s, &s->list.items[i].entry);

		g->items = pp_grow(g->items, &g->cap, (size_t)g->n + 1, sizeof(*g->items));
		g->items[g->n++] = i;
	}
	if (s->ngroups)
		qsort(s->groups, s->ngroups, sizeof(*s->groups), compare_groups);
	for (uint32_t i = 0; i < s->ngroups; i++)
		measure_group(s, &s->groups[i], counted);
}

int pp_prune_plan(struct pp_pruning *s, struct pp_err *err)
{
	const struct pp_want everything = {.last = 0};
	const struct pp_archive *a = s->prune->archive;

	pp_series_pool_init(&s->pool);
	pp_strtab_init(&s->pinned);
	pp_strtab_init(&s->keys);
	if (pp_pins_read_all(a, &s->pinned, err) ||
	    pp_list_entries(&s->list, a, &everything, err) ||
	    pp_archive_size_apart(a, &s->apart, err))
		return -1;
	for (size_t i = 0; i < s->list.ndamaged; i++)
		s->prune->left(s->prune->context, s->list.damaged[i].what);
	s->files = pp_xcalloc(s->list.files.count, sizeof(*s->files));
	s->sizes = pp_xcalloc(s->list.n, sizeof(*s->sizes));
	for (uint32_t i = 0; i < s->list.n; i++) {
		if (measure_item(s, i, err))
			return -1;
	}
	make_groups(s);
	return 0;
}

void pp_pruning_release(struct pp_pruning *s)
{
	for (uint32_t i = 0; i < s->ngroups; i++) {
		pp_prune_unmake(s, &s->groups[i]);
		free(s->groups[i].items);
		free(s->groups[i].labels);
	}
	free(s->groups);
	free(s->files);
	free(s->sizes);
	pp_list_release(&s->list);
	pp_series_pool_release(&s->pool);
	pp_strtab_release(&s->pinned);
	pp_strtab_release(&s->keys);
}
