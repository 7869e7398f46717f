/* SPDX-License-Identifier: Apache-2.0 */
/* What there is, and what it takes. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

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
	return item->storage == &pp_storage_segment ? &s->files[pp_segment_number_of(item)] : NULL;
}

bool pp_prune_is_pinned(const struct pp_pruning *s, const struct pp_item *item)
{
	return pp_strtab_find(&s->pinned, (struct pp_str){(const char *)item->entry.id.bytes,
							  sizeof(item->entry.id)}) != PP_MAP_NONE;
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
	return pp_segment_size_of(s->prune->archive, &s->list, item, &file->size, err);
}

/* A file counts for the group that its first entry is in. */
static void measure_group(struct pp_pruning *s, struct pp_prune_group *g, bool *counted)
{
	for (uint32_t i = 0; i < g->of->n; i++) {
		const struct pp_item *item = pp_prune_item(s, g, i);
		const struct pp_prune_file *file = pp_prune_file(s, item);
		uint64_t size = file ? file->size : s->sizes[g->of->items[i]];

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
	const struct pp_group *x = ((const struct pp_prune_group *)a)->of;
	const struct pp_group *y = ((const struct pp_prune_group *)b)->of;

	if (x->hour != y->hour)
		return x->hour > y->hour ? -1 : 1;
	return strcmp(x->labels, y->labels);
}

static void make_groups(struct pp_pruning *s)
{
	PP_CLEANUP(pp_freep) bool *counted = pp_xcalloc(s->list.files.count, sizeof(*counted));

	for (uint32_t i = 0; i < s->list.n; i++)
		pp_groups_add(&s->grouped, &s->list.items[i].entry, i);
	s->groups = pp_xcalloc(s->grouped.n, sizeof(*s->groups));
	for (; s->ngroups < s->grouped.n; s->ngroups++)
		s->groups[s->ngroups].of = &s->grouped.at[s->ngroups];
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
	pp_groups_init(&s->grouped);
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
	for (uint32_t i = 0; i < s->ngroups; i++)
		pp_prune_unmake(s, &s->groups[i]);
	free(s->groups);
	free(s->files);
	free(s->sizes);
	pp_list_release(&s->list);
	pp_series_pool_release(&s->pool);
	pp_strtab_release(&s->pinned);
	pp_groups_release(&s->grouped);
}
