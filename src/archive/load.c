/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/load.h"

#include <stdlib.h>
#include <string.h>

#include "archive/fetch.h"
#include "archive/fields.h"
#include "archive/lost.h"
#include "archive/sample_match.h"
#include "archive/storage.h"
#include "base/alloc.h"
#include "base/parallel.h"
#include "pprof/decode.h"
#include "profile/combine.h"
#include "profile/merge.h"

#define BATCH	 64 /* profiles, or sums of them, in memory at a time */
#define ATTEMPTS 100

/* As it was added. */
static int decode(struct pp_profile *out, const struct pp_archive *a, const struct pp_list *list,
		  const struct pp_item *item, struct pp_err *err)
{
	struct pp_buf canonical = PP_BUF_INIT;

	pp_profile_init(out, 0);
	if (item->storage->read(a, list, item, &canonical, err)) {
		pp_buf_release(&canonical);
		return -1;
	}
	return pp_pprof_decode(out, (uint8_t *)canonical.p, canonical.n, err);
}

int pp_item_load(struct pp_profile *out, const struct pp_archive *a, const struct pp_list *list,
		 const struct pp_item *item, struct pp_err *err)
{
	if (item->storage->profile)
		return item->storage->profile(a, list, item, out, err);
	return decode(out, a, list, item, err);
}

/* What is added up in one go: items that a storage adds up by itself, or a single one. Some
 * thousand, or an eighth of all, are a unit, so that there is work for several threads; not so many
 * as there are of these, for the order of the sum depends on it. */
#define UNIT_MIN 2048
#define UNITS	 8
#define NO_KEY	 (UINT32_MAX - 1)

struct unit {
	const struct pp_item **items;
	uint32_t n;
	size_t cap;
};

struct units {
	struct unit *unit;
	uint32_t n;
	size_t cap;
	const struct pp_selector *selector;
	struct pp_map key_of;  /* by address of a series */
	struct pp_strtab keys; /* what items of a unit have in common */
	struct pp_buf open;    /* uint32_t: by key, the unit that takes more */
};

static void release_units(struct units *u)
{
	for (uint32_t i = 0; i < u->n; i++)
		free(u->unit[i].items);
	free(u->unit);
	pp_map_release(&u->key_of);
	pp_strtab_release(&u->keys);
	pp_buf_release(&u->open);
}

static uint32_t new_unit(struct units *u)
{
	u->unit = pp_grow(u->unit, &u->cap, (size_t)u->n + 1, sizeof(*u->unit));
	u->unit[u->n] = (struct unit){.n = 0};
	return u->n++;
}

static void add_type(struct pp_buf *key, const struct pp_series_type *t)
{
	pp_put_text(key, t->type);
	pp_put_text(key, t->unit);
}

/* Labels of samples are looked at when everything is added up: where they are, a unit has one
 * series. Else it is enough that sample types are the same. */
static uint32_t make_key(struct units *u, const struct pp_series *s)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf key = PP_BUF_INIT;

	if (u->selector && pp_sample_match_selects(u->selector, s)) {
		pp_buf_char(&key, 's');
		pp_buf_add(&key, &s, sizeof(s)); /* NOLINT: of the pointer */
	}
	pp_buf_char(&key, s->has_period_type ? 'p' : '-');
	add_type(&key, &s->period_type);
	for (uint32_t i = 0; i < s->ntypes; i++)
		add_type(&key, &s->types[i]);
	return pp_strtab_add(&u->keys, pp_buf_view(&key)) - 1;
}

static struct unit *unit_of(struct units *u, const struct pp_item *item, uint32_t full)
{
	if (!item->storage->load) {
		uint32_t alone = new_unit(u);

		return &u->unit[alone];
	}
	/* one storage adds up */
	uint32_t *known = pp_map_put(&u->key_of, (uint64_t)(uintptr_t)item->series, NO_KEY);
	if (*known == NO_KEY)
		*known = make_key(u, item->series);
	uint32_t at = *known;
	if (at == u->open.n / sizeof(uint32_t)) {
		uint32_t fresh = new_unit(u);

		pp_buf_add(&u->open, &fresh, sizeof(fresh));
	}
	uint32_t *open = (uint32_t *)(void *)u->open.p + at;
	if (u->unit[*open].n >= full)
		*open = new_unit(u);
	return &u->unit[*open];
}

static void make_units(struct units *u, const struct pp_list *list, const struct pp_selector *s)
{
	uint32_t n = list->n / UNIT_MIN;

	n = n < 1 ? 1 : n > UNITS ? UNITS : n;
	uint32_t full = list->n / n + 1;
	*u = (struct units){.selector = s};
	pp_strtab_init(&u->keys);
	for (uint32_t i = 0; i < list->n; i++) {
		struct unit *unit = unit_of(u, &list->items[i], full);

		unit->items = pp_grow(unit->items, &unit->cap, (size_t)unit->n + 1,
				      sizeof(*unit->items)); /* NOLINT: of the pointer */
		unit->items[unit->n++] = &list->items[i];
	}
}

/* Units read side by side. */
struct job {
	const struct pp_archive *archive;
	const struct pp_list *list;
	const struct pp_selector *selector;
	const struct unit *units;
	struct pp_profile *profiles;
	struct pp_lost *lost;
	struct pp_queue queue;
	struct result {
		int rc;
		struct pp_err err;
	} results[BATCH];
};

/* 1: all of it is damaged. */
static int load_unit(const struct job *job, const struct unit *u, struct pp_profile *p,
		     struct pp_err *err)
{
	const struct pp_item *first = u->items[0];
	int rc;

	/* a single entry is shown as it is */
	if (job->list->n > 1 && first->storage->load)
		rc = first->storage->load(job->archive, job->list, u->items, u->n, job->lost, p,
					  err);
	else
		rc = decode(p, job->archive, job->list, first, err);
	if (rc && err->kind == PP_ERR_FORMAT) {
		pp_lost_add(job->lost, u->items, u->n, err);
		return 1;
	}
	if (rc == 0 && job->selector)
		rc = pp_sample_match(p, job->selector, first->series, err);
	return rc;
}

static void work(void *context, unsigned worker PP_UNUSED)
{
	struct job *job = context;
	uint32_t i;

	while ((i = pp_queue_take(&job->queue)) != UINT32_MAX) {
		struct result *r = &job->results[i];

		r->rc = load_unit(job, &job->units[i], &job->profiles[i], &r->err);
	}
}

/* Read n units; *n: how many of them could be. On failure none is left. */
static int read_batch(struct job *job, uint32_t *n, struct pp_err *err)
{
	unsigned workers = *n > 1 ? pp_parallel_workers(UINT64_MAX) : 1;
	uint32_t kept = 0;
	int rc = 0;

	job->queue.count = *n;
	pp_parallel_run(workers < *n ? workers : *n, work, job);
	for (uint32_t i = 0; i < *n; i++) {
		if (job->results[i].rc == 0)
			job->profiles[kept++] = job->profiles[i];
		else
			pp_profile_release(&job->profiles[i]);
		if (job->results[i].rc >= 0 || rc)
			continue;
		rc = -1;
		*err = job->results[i].err;
	}
	for (uint32_t i = 0; i < kept && rc; i++)
		pp_profile_release(&job->profiles[i]);
	*n = kept;
	return rc;
}

static int load_units(struct pp_profile *out, const struct pp_archive *a,
		      const struct pp_list *list, const struct units *u, const struct pp_want *want,
		      struct pp_lost *lost, struct pp_err *err)
{
	struct pp_profile profiles[BATCH + 1]; /* [0]: the sum so far */
	uint32_t have = 0;

	for (uint32_t i = 0; i < u->n; i += BATCH) {
		uint32_t n = u->n - i < BATCH ? u->n - i : BATCH;
		struct job job = {.archive = a,
				  .list = list,
				  .selector = want->selector,
				  .units = u->unit + i,
				  .profiles = profiles + have,
				  .lost = lost};

		pp_steps_tell(&want->steps, i, u->n);
		if (read_batch(&job, &n, err)) {
			if (have)
				pp_profile_release(&profiles[0]);
			return -1;
		}
		have += n;
		if (have == 0)
			continue;
		if (pp_profile_combine(out, profiles, have, err))
			return pp_err_wrap(err, "cannot merge");
		profiles[0] = *out;
		pp_profile_init(out, 0);
		have = 1;
	}
	if (have == 0) {
		*err = lost->first;
		return -1;
	}
	*out = profiles[0];
	return 0;
}

/* What a storage adds up by itself is told apart by more than a merge looks at, such as where a
 * mapping was. */
static int merge_alone(struct pp_profile *out, struct pp_err *err)
{
	struct pp_profile sum = *out;

	pp_profile_init(out, 0);
	return pp_profile_merge(out, &sum, 1, err);
}

static int load(struct pp_profile *out, const struct pp_archive *a, struct pp_list *list,
		const struct pp_want *want, struct pp_err *err)
{
	struct pp_lost lost;
	struct units u;

	pp_profile_init(out, 0);
	pp_lost_init(&lost, list);
	make_units(&u, list, want->selector);
	int rc = load_units(out, a, list, &u, want, &lost, err);
	if (rc == 0 && u.n == 1 && list->n > 1)
		rc = merge_alone(out, err);
	release_units(&u);
	if (rc == 0)
		pp_lost_drop(&lost, list);
	pp_lost_release(&lost);
	return rc;
}

int pp_list_check_types(const struct pp_list *list, struct pp_err *err)
{
	const char *first = pp_entry_labels_get(&list->items[0].series->labels, "profile_type");

	for (uint32_t i = 1; i < list->n; i++) {
		const char *other =
			pp_entry_labels_get(&list->items[i].series->labels, "profile_type");

		if (list->items[i].series == list->items[0].series || strcmp(first, other) == 0)
			continue;
		pp_err_set(err, PP_ERR_USAGE,
			   "profiles of several types were found: %.200s and %.200s", first, other);
		return pp_err_hint(err, "add profile_type=\"%.200s\" to the selector", first);
	}
	return 0;
}

int pp_archive_load(struct pp_profile *out, struct pp_list *list, const struct pp_archive *a,
		    const struct pp_want *want, pp_damage_fn *damaged, void *context,
		    struct pp_err *err)
{
	pp_profile_init(out, 0);
	*list = (struct pp_list){0};
	for (int i = 0; i < ATTEMPTS; i++) {
		pp_list_release(list);
		if (pp_list_entries(list, a, want, err))
			return -1;
		if (list->n == 0)
			return pp_nothing_found(a, want, err);
		if (pp_list_check_types(list, err) || pp_list_check_sizes(list, want, err))
			return -1;
		if (load(out, a, list, want, err) == 0)
			break;
		/* moved or taken away after it had been listed */
		if (err->kind != PP_ERR_NOT_FOUND || i + 1 == ATTEMPTS)
			return -1;
	}
	for (size_t i = 0; i < list->ndamaged; i++)
		damaged(context, list->damaged[i].what);
	return 0;
}
