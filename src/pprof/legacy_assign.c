/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rule is "the first mapping in the list that has the address". As long as mappings do not
 * overlap, as those of a process do not, a binary search finds it; otherwise the list is walked,
 * within a budget.
 */
#include <config.h>

#include "pprof/legacy_assign.h"

#include <stdlib.h>

#include "base/alloc.h"

#define MAIN_START UINT64_C(0x400000)  /* where the linker puts programs on x86-64 */
#define BUDGET	   (UINT64_C(1) << 31) /* steps of walking and sorting */

struct assigner {
	struct pp_builder *b;
	struct pp_mapping_list *list;
	uint32_t *order; /* positions by start address */
	bool disjoint;
	uint64_t steps;
	uint32_t fake; /* position of the mapping of everything, or PP_NONE */
};

static void release(struct assigner *a)
{
	free(a->order);
}

static int compare(const void *x, const void *y, void *context)
{
	const struct pp_mapping *items = context;
	const struct pp_mapping *a = &items[*(const uint32_t *)x],
				*b = &items[*(const uint32_t *)y];

	return a->start < b->start ? -1 : a->start > b->start;
}

/* Find out whether the mappings overlap. The mapping of everything takes no part. */
static void sort(struct assigner *a)
{
	struct pp_mapping *items = pp_mapping_list_items(a->list);
	uint32_t n = a->list->n - (a->fake != PP_NONE);

	for (uint32_t i = 0; i < n; i++)
		a->order[i] = i;
	if (n)
		qsort_r(a->order, n, sizeof(*a->order), compare, items);
	a->steps += n * UINT64_C(20);
	a->disjoint = true;
	for (uint32_t i = 0; i < n && a->disjoint; i++) {
		const struct pp_mapping *m = &items[a->order[i]];

		a->disjoint = m->start <= m->limit &&
			      (i + 1 == n || m->limit <= items[a->order[i + 1]].start);
	}
}

static bool contains(const struct pp_mapping *m, uint64_t address)
{
	return m->start <= address && address < m->limit;
}

static uint32_t find_ordered(const struct assigner *a, uint64_t address)
{
	const struct pp_mapping *items = pp_mapping_list_items(a->list);
	uint32_t low = 0, high = a->list->n - (a->fake != PP_NONE);

	while (low < high) { /* the first that begins behind the address */
		uint32_t middle = low + (high - low) / 2;

		if (items[a->order[middle]].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low && contains(&items[a->order[low - 1]], address) ? a->order[low - 1] : PP_NONE;
}

static uint32_t find(struct assigner *a, uint64_t address)
{
	const struct pp_mapping *items = pp_mapping_list_items(a->list);

	if (a->disjoint) {
		uint32_t found = find_ordered(a, address);

		return found == PP_NONE ? a->fake : found;
	}
	a->steps += a->list->n;
	for (uint32_t i = 0; i < a->list->n; i++) {
		if (i == a->fake || contains(&items[i], address))
			return i;
	}
	return PP_NONE;
}

/* Some handlers leave out the first part of a mapping that is split in two: extend the first whose
 * file would begin below the address. */
static uint32_t extend(struct assigner *a, uint64_t address)
{
	struct pp_mapping *items = pp_mapping_list_items(a->list);

	a->steps += a->list->n;
	for (uint32_t i = 0; i < a->list->n; i++) {
		struct pp_mapping *m = &items[i];

		if (m->offset == 0 || m->start - m->offset > address || address >= m->start)
			continue;
		m->start -= m->offset;
		m->offset = 0;
		sort(a);
		return i;
	}
	return PP_NONE;
}

static uint32_t add_fake(struct assigner *a)
{
	const struct pp_mapping all = {.limit = UINT64_MAX};

	pp_buf_add(&a->list->items, &all, sizeof(all));
	a->fake = a->list->n++;
	return a->fake;
}

static uint32_t mapping_of(struct assigner *a, uint64_t address)
{
	uint32_t at = find(a, address);

	if (at == PP_NONE)
		at = extend(a, address);
	return at == PP_NONE ? add_fake(a) : at;
}

/* A main program on huge pages, or whose first mapping is not from the start of its file. */
static void correct_main(struct assigner *a)
{
	struct pp_mapping *items = pp_mapping_list_items(a->list);
	struct pp_mapping_list *list = a->list;

	if (list->n > 1 && items[0].limit == items[1].start &&
	    pp_str_starts(pp_strtab_get(&a->b->strings, items[0].file),
			  PP_STR_LIT("/anon_hugepage"))) {
		list->n--;
		memmove(items, items + 1, list->n * sizeof(*items));
		list->items.n -= sizeof(*items);
	}
	if (list->n && items[0].start - items[0].offset == MAIN_START) {
		items[0].start = MAIN_START;
		items[0].offset = 0;
	}
}

int pp_legacy_assign(struct pp_builder *b, struct pp_mapping_list *list, struct pp_err *err)
{
	PP_CLEANUP(release) struct assigner a = {.b = b, .list = list, .fake = PP_NONE};

	correct_main(&a);
	a.order = pp_xcalloc(list->n, sizeof(*a.order));
	sort(&a);
	for (uint32_t i = 0; i < b->head.nlocations; i++) {
		struct pp_location *l = pp_builder_location_at(b, i);

		if (l->address != 0)
			l->mapping = mapping_of(&a, l->address);
		if (a.steps > BUDGET)
			return pp_err_set(err, PP_ERR_LIMIT,
					  "too many locations for %u overlapping mappings",
					  list->n);
	}
	for (uint32_t i = 0; i < list->n; i++)
		pp_builder_mapping(b, &pp_mapping_list_items(list)[i]);
	return 0;
}
