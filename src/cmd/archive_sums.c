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

static void count(struct pp_sum *sum, const struct pp_item *item)
{
	sum->entries++;
	if (item->entry.start < sum->first)
		sum->first = item->entry.start;
	if (item->entry.start > sum->last)
		sum->last = item->entry.start;
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

	init(s);
	for (uint32_t i = 0; i < list->n; i++) {
		const struct pp_series *series = list->items[i].series;

		pp_buf_clear(&labels);
		pp_entry_labels_print(&series->labels, &labels);
		struct pp_sum *sum = sum_of(s, pp_buf_view(&labels));
		sum->series = series;
		count(sum, &list->items[i]);
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

static void count_names(struct pp_sums *s, struct pp_strtab *values, const struct pp_item *item)
{
	const struct pp_series *series = item->series;
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
		count(sum, item);
	}
	for (uint32_t i = 0; i < series->nkeys; i++) {
		pp_buf_clear(&key);
		pp_buf_fmt(&key, "samples:%s", series->keys[i]);
		struct pp_sum *sum = sum_of(s, pp_buf_view(&key));
		sum->name = series->keys[i];
		sum->of_samples = true;
		count(sum, item);
	}
}

void pp_sums_of_labels(struct pp_sums *s, const struct pp_list *list, const char *name)
{
	struct pp_strtab values;

	init(s);
	pp_strtab_init(&values);
	for (uint32_t i = 0; i < list->n; i++) {
		const struct pp_entry_labels *l = &list->items[i].series->labels;

		if (!name) {
			count_names(s, &values, &list->items[i]);
		} else if (pp_entry_labels_has(l, name)) {
			const char *value = pp_entry_labels_get(l, name);
			struct pp_sum *sum = sum_of(s, pp_str_of(value));

			sum->name = value;
			count(sum, &list->items[i]);
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
		t->samples += list->items[i].entry.samples;
		t->unpacked += list->items[i].entry.size;
	}
	return measure_files(t, a->path, err);
}
