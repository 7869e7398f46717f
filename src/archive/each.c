/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/each.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "archive/load.h"
#include "archive/sample_match.h"
#include "base/alloc.h"
#include "base/parallel.h"

struct failure {
	bool failed, gone;
	uint32_t item;
	struct pp_err err;
};

struct walk {
	const struct pp_archive *archive;
	const struct pp_list *list;
	const struct pp_selector *selector;
	pp_each_fn *visit;
	void *context;
	const uint32_t *order; /* items of one file next to each other */
	struct pp_lost *lost;
	struct pp_queue queue;
	atomic_bool ended;
	struct failure failures[PP_PARALLEL_MAX];
};

unsigned pp_each_workers(const struct pp_list *list)
{
	unsigned workers = list->n > 1 ? pp_parallel_workers(UINT64_MAX) : 1;

	return workers < list->n ? workers : list->n;
}

static int visit(struct walk *w, unsigned worker, uint32_t i, struct failure *f)
{
	const struct pp_item *item = &w->list->items[i];
	struct pp_profile p;
	int rc = pp_item_load(&p, w->archive, w->list, item, &f->err);

	f->gone = rc && f->err.kind == PP_ERR_NOT_FOUND;
	if (rc && f->err.kind == PP_ERR_FORMAT) {
		pp_lost_add(w->lost, &item, 1, &f->err);
		return 0;
	}
	if (rc)
		return -1;
	if (w->selector)
		rc = pp_sample_match(&p, w->selector, item->series, &f->err);
	if (rc == 0)
		rc = w->visit(w->context, worker, i, &p, &f->err);
	pp_profile_release(&p);
	return rc;
}

static void work(void *context, unsigned worker)
{
	struct walk *w = context;
	struct failure *f = &w->failures[worker];
	uint32_t i;

	while (!atomic_load(&w->ended) && (i = pp_queue_take(&w->queue)) != UINT32_MAX) {
		i = w->order[i];
		if (visit(w, worker, i, f) == 0)
			continue;
		f->failed = true;
		f->item = i;
		atomic_store(&w->ended, true);
	}
}

static int compare_places(const void *a, const void *b, void *list)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	const struct pp_item *items = ((const struct pp_list *)list)->items;

	if (items[x].place != items[y].place)
		return items[x].place < items[y].place ? -1 : 1;
	return x < y ? -1 : x > y;
}

static uint32_t *order_by_place(const struct pp_list *list)
{
	uint32_t *order = pp_xcalloc(list->n, sizeof(*order));

	for (uint32_t i = 0; i < list->n; i++)
		order[i] = i;
	if (list->n)
		qsort_r(order, list->n, sizeof(*order), compare_places, (void *)(uintptr_t)list);
	return order;
}

int pp_archive_each(const struct pp_archive *a, const struct pp_list *list,
		    const struct pp_selector *selector, pp_each_fn *each, void *context,
		    struct pp_lost *lost, bool *gone, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) uint32_t *order = order_by_place(list);
	struct walk w = {.archive = a,
			 .list = list,
			 .selector = selector,
			 .visit = each,
			 .context = context,
			 .order = order,
			 .lost = lost,
			 .queue = {.count = list->n}};
	const struct failure *first = NULL;

	*gone = false;
	if (list->n)
		pp_parallel_run(pp_each_workers(list), work, &w);
	for (unsigned i = 0; i < PP_PARALLEL_MAX; i++) {
		const struct failure *f = &w.failures[i];

		if (f->failed && (!first || f->item < first->item))
			first = f;
	}
	if (!first)
		return 0;
	*err = first->err;
	*gone = first->gone;
	return -1;
}
