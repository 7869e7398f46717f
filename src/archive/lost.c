/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/lost.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

void pp_lost_init(struct pp_lost *l, const struct pp_list *list)
{
	*l = (struct pp_lost){.list = list, .items = pp_xcalloc(list->n, sizeof(*l->items))};
	pthread_mutex_init(&l->mutex, NULL);
}

void pp_lost_release(struct pp_lost *l)
{
	for (uint32_t i = 0; i < l->n; i++)
		free(l->what[i]);
	free(l->what);
	free(l->items);
	pthread_mutex_destroy(&l->mutex);
}

static void name(struct pp_lost *l, const struct pp_err *why)
{
	for (uint32_t i = 0; i < l->n; i++) {
		if (strcmp(l->what[i], why->msg) == 0)
			return;
	}
	if (l->n == 0)
		l->first = *why;
	l->what = pp_grow(l->what, &l->cap, (size_t)l->n + 1, sizeof(*l->what));
	l->what[l->n++] = pp_xstrdup(why->msg);
}

void pp_lost_add(struct pp_lost *l, const struct pp_item *const *items, uint32_t n,
		 const struct pp_err *why)
{
	pthread_mutex_lock(&l->mutex);
	for (uint32_t i = 0; i < n; i++)
		l->items[items[i] - l->list->items] = true;
	name(l, why);
	pthread_mutex_unlock(&l->mutex);
}

void pp_lost_drop(const struct pp_lost *l, struct pp_list *list)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < list->n; i++) {
		if (!l->items[i])
			list->items[kept++] = list->items[i];
	}
	list->n = kept;
	for (uint32_t i = 0; i < l->n; i++) {
		list->damaged = pp_grow(list->damaged, &list->damaged_cap, list->ndamaged + 1,
					sizeof(*list->damaged));
		list->damaged[list->ndamaged++].what = pp_xstrdup(l->what[i]);
	}
}
