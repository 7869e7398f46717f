/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting an unsealed symbol table and finding groups of equal addresses in it. */
#include <config.h>

#include "symbol/symlist.h"

#include <stdlib.h>
#include <string.h>

#include "symbol/elfsyms.h"

static int compare(const void *x, const void *y, void *context)
{
	const struct pp_symtab_entry *a = x, *b = y;
	const char *names = context;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	return strcmp(names + a->name, names + b->name);
}

int pp_symlist_read(struct pp_symlist *l, int fd, struct pp_err *err)
{
	*l = (struct pp_symlist){0};
	if (pp_elf_list(fd, &l->table, err)) {
		pp_symlist_release(l);
		return -1;
	}
	if (l->table.count)
		qsort_r(l->table.entries, l->table.count, sizeof(*l->table.entries), compare,
			l->table.names);
	return 0;
}

void pp_symlist_release(struct pp_symlist *l)
{
	pp_symtab_release(&l->table);
}

bool pp_symlist_find(const struct pp_symlist *l, uint64_t address, struct pp_symgroup *g)
{
	const struct pp_symtab_entry *e = l->table.entries;
	size_t low = 0, high = l->table.count; /* the first entry behind the address */

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (e[middle].start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return false;
	*g = (struct pp_symgroup){.first = low - 1, .start = e[low - 1].start, .next = UINT64_MAX};
	if (low < l->table.count)
		g->next = e[low].start;
	while (g->first > 0 && e[g->first - 1].start == g->start)
		g->first--;
	g->n = low - g->first;
	for (size_t i = g->first; i < low; i++)
		g->full |= e[i].sized && e[i].end >= g->next;
	return true;
}

struct pp_str pp_symlist_name(const struct pp_symlist *l, size_t entry)
{
	return pp_str_of(l->table.names + l->table.entries[entry].name);
}
