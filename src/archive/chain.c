/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/chain.h"

#include <stdlib.h>
#include <string.h>

#include "archive/fields.h"
#include "base/alloc.h"
#include "base/map.h"
#include "profile/type_kind.h"

bool pp_item_is_snapshot(const struct pp_item *item)
{
	return item->entry.duration == 0 && item->entry.profiles == 1;
}

/* What names the place of a series. */
static void put_place(struct pp_buf *out, const struct pp_entry_labels *l)
{
	bool served = pp_entry_labels_has(l, "instance");

	for (uint32_t i = 0; i < l->n; i++) {
		if (served && strcmp(l->pair[i].key, "build_id") == 0)
			continue;
		pp_put_text(out, pp_str_of(l->pair[i].key));
		pp_put_text(out, pp_str_of(l->pair[i].value));
	}
}

/* Numbers of places, by series and by what names them. */
struct places {
	struct pp_map of_series;
	struct pp_strtab names;
};

static uint32_t place_of(struct places *p, const struct pp_series *s)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf name = PP_BUF_INIT;
	uint32_t at = pp_map_find(&p->of_series, (uintptr_t)s);

	if (at != PP_MAP_NONE)
		return at;
	pp_buf_char(&name, '=');
	put_place(&name, &s->labels);
	at = pp_strtab_add(&p->names, pp_buf_view(&name)) - 1;
	pp_map_put(&p->of_series, (uintptr_t)s, at);
	return at;
}

static bool is_same_type(const struct pp_series_type *a, const struct pp_series_type *b)
{
	return pp_str_eq(a->type, b->type) && pp_str_eq(a->unit, b->unit);
}

/* The total of a type in another entry, if that has it. */
static bool find_total(const struct pp_entry *e, const struct pp_series_type *t, int64_t *total)
{
	for (uint32_t i = 0; i < e->series->ntypes; i++) {
		if (!is_same_type(&e->series->types[i], t))
			continue;
		*total = e->totals[i];
		return true;
	}
	return false;
}

static bool is_restart(const struct pp_entry *before, const struct pp_entry *after)
{
	const char *old = pp_entry_labels_get(&before->series->labels, "build_id");
	const char *new = pp_entry_labels_get(&after->series->labels, "build_id");
	int64_t total;

	if (*old && *new &&strcmp(old, new) != 0)
		return true;
	for (uint32_t i = 0; i < after->series->ntypes; i++) {
		const struct pp_series_type *t = &after->series->types[i];

		if (pp_type_kind(t->type) != PP_KIND_STATE && find_total(before, t, &total) &&
		    after->totals[i] < total)
			return true;
	}
	return false;
}

void pp_chains_make(struct pp_chains *c, const struct pp_list *list)
{
	struct places places = {.of_series = {0}};
	uint32_t *last = NULL; /* item of each place */
	size_t cap = 0;

	*c = (struct pp_chains){.links = pp_xcalloc(list->n, sizeof(*c->links))};
	pp_strtab_init(&places.names);
	for (uint32_t i = 0; i < list->n; i++) {
		const struct pp_item *item = &list->items[i];
		struct pp_link *link = &c->links[i];

		*link = (struct pp_link){.chain = PP_CHAIN_NONE, .before = PP_CHAIN_NONE};
		if (!pp_item_is_snapshot(item))
			continue;
		link->chain = place_of(&places, item->entry.series);
		last = pp_grow(last, &cap, (size_t)link->chain + 1, sizeof(*last));
		if (link->chain == c->n) {
			c->n++;
		} else {
			link->before = last[link->chain];
			link->restarted =
				is_restart(&list->items[link->before].entry, &item->entry);
		}
		last[link->chain] = i;
	}
	free(last);
	pp_map_release(&places.of_series);
	pp_strtab_release(&places.names);
}

void pp_chains_release(struct pp_chains *c)
{
	free(c->links);
	*c = (struct pp_chains){.links = NULL};
}
