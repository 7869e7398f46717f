/* SPDX-License-Identifier: Apache-2.0 */
/* Labels in one order, interned as runs of bytes. */
#include <config.h>

#include "profile/label_sets.h"

#include <stdlib.h>
#include <string.h>

void pp_label_sets_init(struct pp_label_sets *t)
{
	pp_strtab_init(&t->sets);
}

void pp_label_sets_release(struct pp_label_sets *t)
{
	pp_strtab_release(&t->sets);
}

static int compare(const void *a, const void *b, void *strings)
{
	const struct pp_set_label *x = a, *y = b;

	if ((x->str == 0) != (y->str == 0))
		return x->str == 0 ? 1 : -1;
	if (x->key != y->key)
		return pp_str_cmp(pp_strtab_get(strings, x->key), pp_strtab_get(strings, y->key));
	return x->place < y->place ? -1 : 1;
}

uint32_t pp_label_sets_add(struct pp_label_sets *t, struct pp_set_label *labels, size_t n,
			   const struct pp_strtab *strings)
{
	if (n > 1) {
		for (size_t i = 0; i < n; i++)
			labels[i].place = (uint32_t)i;
		qsort_r(labels, n, sizeof(*labels), compare, (void *)(uintptr_t)strings);
		for (size_t i = 0; i < n; i++)
			labels[i].place = 0;
	}
	return pp_strtab_add(&t->sets, (struct pp_str){(const char *)labels, n * sizeof(*labels)});
}

size_t pp_label_sets_count(const struct pp_label_sets *t, uint32_t set)
{
	return pp_strtab_get(&t->sets, set).n / sizeof(struct pp_set_label);
}

struct pp_set_label pp_label_sets_get(const struct pp_label_sets *t, uint32_t set, size_t i)
{
	struct pp_set_label l;

	/* the table keeps its bytes unaligned */
	memcpy(&l, pp_strtab_get(&t->sets, set).p + i * sizeof(l), sizeof(l));
	return l;
}
