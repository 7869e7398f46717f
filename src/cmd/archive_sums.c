/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/archive_sums.h"

#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/buf.h"

void pp_sums_release(struct pp_sums *s)
{
	free(s->sum);
	pp_strtab_release(&s->seen);
	*s = (struct pp_sums){0};
}

static void init(struct pp_sums *s)
{
	*s = (struct pp_sums){0};
	pp_strtab_init(&s->seen);
}

/* The sum of a key, new if it is the first. */
static struct pp_sum *sum_of(struct pp_sums *s, struct pp_str key)
{
	size_t at = pp_strtab_add(&s->seen, key) - 1;

	if (at == s->n) {
		s->sum = pp_grow(s->sum, &s->cap, s->n + 1, sizeof(*s->sum));
		s->sum[s->n++] = (struct pp_sum){.first = INT64_MAX, .last = INT64_MIN};
	}
	return &s->sum[at];
}

static void count(struct pp_sum *sum, const struct pp_sum *more)
{
	sum->entries += more->entries;
	sum->first = more->first < sum->first ? more->first : sum->first;
	sum->last = more->last > sum->last ? more->last : sum->last;
}

/* The entries of each series as it is in memory, so that labels are looked at once for all of
 * them. Freed by the caller. */
static struct pp_sum *count_series(const struct pp_list *list, uint32_t *n)
{
	struct pp_map at = {0};
	struct pp_sum *all = NULL;
	size_t cap = 0;

	*n = 0;
	for (uint32_t i = 0; i < list->n; i++) {
		const struct pp_item *item = &list->items[i];
		uint32_t k = *pp_map_put(&at, (uint64_t)(uintptr_t)item->series, *n);

		if (k == *n) {
			all = pp_grow(all, &cap, (size_t)*n + 1, sizeof(*all));
			all[(*n)++] = (struct pp_sum){
				.series = item->series, .first = INT64_MAX, .last = INT64_MIN};
		}
		count(&all[k], &(struct pp_sum){.entries = 1,
						.first = item->entry.start,
						.last = item->entry.start});
	}
	pp_map_release(&at);
	return all;
}

static int compare_series(const void *a, const void *b)
{
	const struct pp_entry_labels *x = &((const struct pp_sum *)a)->series->labels;
	const struct pp_entry_labels *y = &((const struct pp_sum *)b)->series->labels;

	for (uint32_t i = 0; i < x->n && i < y->n; i++) {
		int c = strcmp(x->pair[i].key, y->pair[i].key);

		if (c == 0)
			c = strcmp(x->pair[i].value, y->pair[i].value);
		if (c)
			return c;
	}
	return x->n < y->n ? -1 : x->n > y->n;
}

void pp_sums_of_series(struct pp_sums *s, const struct pp_list *list)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf labels = PP_BUF_INIT;
	uint32_t n;
	PP_CLEANUP(pp_freep) struct pp_sum *all = count_series(list, &n);

	init(s);
	for (uint32_t i = 0; i < n; i++) {
		pp_buf_clear(&labels);
		pp_entry_labels_print(&all[i].series->labels, &labels);
		struct pp_sum *sum = sum_of(s, pp_buf_view(&labels));
		sum->series = all[i].series;
		count(sum, &all[i]);
	}
	if (s->n)
		qsort(s->sum, s->n, sizeof(*s->sum), compare_series);
}

static int compare_names(const void *a, const void *b)
{
	const struct pp_sum *x = a, *y = b;

	if (x->of_samples != y->of_samples)
		return x->of_samples ? 1 : -1;
	return strcmp(x->name, y->name);
}

static void count_names(struct pp_sums *s, struct pp_strtab *values, const struct pp_sum *own)
{
	const struct pp_series *series = own->series;
	PP_CLEANUP(pp_buf_release) struct pp_buf key = PP_BUF_INIT;

	for (uint32_t i = 0; i < series->labels.n; i++) {
		const struct pp_entry_label *l = &series->labels.pair[i];
		struct pp_sum *sum = sum_of(s, pp_str_of(l->key));
		size_t before = values->count;

		pp_buf_clear(&key);
		pp_buf_fmt(&key, "%s=%s", l->key, l->value);
		pp_strtab_add(values, pp_buf_view(&key));
		sum->name = l->key;
		sum->values += values->count > before;
		count(sum, own);
	}
	for (uint32_t i = 0; i < series->nkeys; i++) {
		pp_buf_clear(&key);
		pp_buf_fmt(&key, "samples:%s", series->keys[i]);
		struct pp_sum *sum = sum_of(s, pp_buf_view(&key));
		sum->name = series->keys[i];
		sum->of_samples = true;
		count(sum, own);
	}
}

void pp_sums_of_labels(struct pp_sums *s, const struct pp_list *list, const char *name)
{
	struct pp_strtab values;
	uint32_t n;
	PP_CLEANUP(pp_freep) struct pp_sum *all = count_series(list, &n);

	init(s);
	pp_strtab_init(&values);
	for (uint32_t i = 0; i < n; i++) {
		const struct pp_entry_labels *l = &all[i].series->labels;

		if (!name) {
			count_names(s, &values, &all[i]);
		} else if (pp_entry_labels_has(l, name)) {
			const char *value = pp_entry_labels_get(l, name);
			struct pp_sum *sum = sum_of(s, pp_str_of(value));

			sum->name = value;
			count(sum, &all[i]);
		}
	}
	pp_strtab_release(&values);
	if (s->n)
		qsort(s->sum, s->n, sizeof(*s->sum), compare_names);
}

static int compare_fts(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Never through a symbolic link. */
static int measure_files(struct pp_totals *t, const char *path, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) char *copy = pp_xstrdup(path);
	char *const paths[] = {copy, NULL};
	FTS *fts = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_COMFOLLOW, compare_fts);

	if (!fts)
		return pp_err_sys(err, errno, "cannot list '%s'", path);
	for (FTSENT *e = fts_read(fts); e; e = fts_read(fts)) {
		if (e->fts_info != FTS_F)
			continue;
		t->files++;
		t->bytes += (uint64_t)e->fts_statp->st_size;
	}
	fts_close(fts);
	return 0;
}

int pp_archive_totals(struct pp_totals *t, const struct pp_archive *a, const struct pp_list *list,
		      struct pp_err *err)
{
	*t = (struct pp_totals){0};
	for (uint32_t i = 0; i < list->n; i++) {
		t->profiles += list->items[i].entry.profiles;
		t->merged += list->items[i].entry.profiles > 1;
		t->samples += list->items[i].entry.samples;
		t->unpacked += list->items[i].entry.size;
	}
	return measure_files(t, a->path, err);
}
