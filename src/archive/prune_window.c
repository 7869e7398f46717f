/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has happened is added up. Of what is a state, the mean is kept: it is summed with each entry
 * weighing as many profiles as it stands for, and divided at the end. Of what counts since a
 * program started, the last of each instance counts.
 */
#include <config.h>

#include "archive/prune_window.h"

#include <stdlib.h>
#include <string.h>

#include "archive/canonical.h"
#include "archive/describe.h"
#include "archive/group.h"
#include "archive/load.h"
#include "archive/segment.h"
#include "base/alloc.h"
#include "base/magnitude.h"
#include "pprof/decode.h"
#include "profile/merge.h"
#include "profile/type_kind.h"

#define BATCH 32 /* profiles in memory at a time */

static struct pp_str type_at(const struct pp_entry *e, uint32_t i)
{
	return e->series->types[i].type;
}

static bool is_merged(const struct pp_item *item)
{
	return item->entry.profiles > 1;
}

/* Mark the last item of each instance, of those from `first` on that are not merged. */
static void mark_last_of_each(const struct pp_window *w, uint32_t first, bool *last)
{
	struct pp_strtab instances;

	pp_strtab_init(&instances);
	for (uint32_t i = w->n; i-- > first;) {
		PP_CLEANUP(pp_entry_labels_release) struct pp_entry_labels labels;
		PP_CLEANUP(pp_buf_release) struct pp_buf text = PP_BUF_INIT;
		size_t before = instances.count;

		if (is_merged(w->items[i]))
			continue;
		pp_instance_labels(&w->items[i]->series->labels, &labels);
		pp_entry_labels_print(&labels, &text);
		pp_strtab_add(&instances, pp_buf_view(&text));
		last[i] = instances.count > before;
	}
	pp_strtab_release(&instances);
}

/* Which items say what has been counted up to the end of the window. One that is merged has all
 * instances in it, so that only what is of a later window can say more. */
static void mark_last(const struct pp_window *w, bool *last)
{
	uint32_t merged = w->n, first = 0;

	for (uint32_t i = 0; i < w->n; i++)
		merged = is_merged(w->items[i]) ? i : merged;
	if (merged < w->n) {
		int64_t at = w->items[merged]->entry.start;

		first = w->n;
		while (w->inner && first > merged + 1 &&
		       pp_window_begin(w->items[first - 1]->entry.start, w->inner) >
			       pp_window_begin(at, w->inner))
			first--;
	}
	if (first < w->n)
		mark_last_of_each(w, first, last);
	else
		last[merged] = true;
}

/* By what the values of an item are multiplied; whether any are needed. */
static bool weigh(const struct pp_item *item, bool last, double *ratios, bool *counts)
{
	const struct pp_entry *e = &item->entry;
	bool needed = false;

	for (uint32_t i = 0; i < e->series->ntypes; i++) {
		struct pp_str type = type_at(e, i);
		bool left_out = e->duration == 0 && pp_type_is_cumulative(type) && !last;

		counts[i] = !pp_type_is_state(type) && !left_out;
		ratios[i] = left_out ? 0 : pp_type_is_state(type) ? (double)e->profiles : 1;
		needed |= !left_out;
	}
	return needed;
}

/* Profiles on their way into a sum. */
struct adding {
	uint32_t ntypes, n;
	struct pp_profile profiles[BATCH + 1]; /* the first is the sum so far */
	double *ratios;			       /* ntypes for each */
	bool has_sum;
};

static int add_up(struct adding *a, struct pp_err *err)
{
	struct pp_merge_input inputs[BATCH + 1];
	struct pp_merge merge = {.inputs = inputs, .n = a->n, .rounding = PP_ROUND_NEAREST};
	struct pp_profile sum;

	for (uint32_t i = 0; i < a->n; i++) {
		pp_merge_input_init(&inputs[i], &a->profiles[i]);
		inputs[i].ratios = a->has_sum && i == 0 ? NULL : a->ratios + (size_t)i * a->ntypes;
	}
	a->n = 0; /* whatever happens */
	if (pp_merge_run(&sum, &merge, err))
		return -1;
	a->profiles[0] = sum;
	a->n = 1;
	a->has_sum = true;
	return 0;
}

static int add_item(struct adding *a, const struct pp_window *w, const struct pp_item *item,
		    bool last, struct pp_tally *tally, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) bool *counts = pp_xcalloc(a->ntypes, sizeof(*counts));
	struct pp_profile *p = &a->profiles[a->n];

	if (!weigh(item, last, a->ratios + (size_t)a->n * a->ntypes, counts))
		return 0;
	if (pp_item_load(p, w->archive, w->list, item, err))
		return -1;
	a->n++;
	if (p->nsample_types != a->ntypes)
		return pp_err_set(err, PP_ERR_FORMAT, "a profile is not what its record says");
	pp_tally_add(tally, p, counts);
	return a->n > BATCH ? add_up(a, err) : 0;
}

/* States become means. */
static int divide(struct pp_profile *p, const struct pp_entry *e, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) double *ratios = pp_xcalloc(e->series->ntypes, sizeof(*ratios));
	bool any = false;

	for (uint32_t i = 0; i < e->series->ntypes; i++) {
		bool state = pp_type_is_state(type_at(e, i));

		ratios[i] = state ? 1 / (double)e->profiles : 1;
		any |= state;
	}
	return any ? pp_profile_scale(p, ratios, PP_ROUND_NEAREST, err) : 0;
}

/* The sum of all, into m->profile. */
static int add_all(struct pp_merged *m, const struct pp_window *w, struct pp_err *err)
{
	uint32_t ntypes = w->items[0]->entry.series->ntypes;
	PP_CLEANUP(pp_freep) bool *last = pp_xcalloc(w->n, sizeof(*last));
	PP_CLEANUP(pp_freep) struct adding *a = pp_xcalloc(1, sizeof(*a));
	int rc = 0;

	a->ntypes = ntypes;
	a->ratios = pp_xcalloc((size_t)(BATCH + 1) * ntypes, sizeof(*a->ratios));
	pp_tally_init(&m->tally, ntypes);
	m->has_tally = true;
	mark_last(w, last);
	for (uint32_t i = 0; i < w->n && rc == 0; i++)
		rc = add_item(a, w, w->items[i], last[i], &m->tally, err);
	if (rc == 0)
		rc = add_up(a, err);
	if (rc == 0) {
		m->profile = a->profiles[0];
		a->n = 0;
	}
	for (uint32_t i = 0; i < a->n; i++)
		pp_profile_release(&a->profiles[i]);
	free(a->ratios);
	return rc;
}

static int compare_ids(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct pp_id));
}

/* What the record says that the profile does not. */
static void describe_sources(struct pp_entry *e, const struct pp_window *w)
{
	PP_CLEANUP(pp_freep) struct pp_id *ids = pp_xcalloc(w->n, sizeof(*ids));

	e->start = w->items[0]->entry.start;
	e->added = w->items[0]->entry.added;
	for (uint32_t i = 0; i < w->n; i++) {
		const struct pp_entry *own = &w->items[i]->entry;

		ids[i] = own->id;
		e->added = own->added > e->added ? own->added : e->added;
		e->duration = pp_wrap_add(e->duration, own->duration);
		e->profiles = pp_saturate_add(e->profiles, own->profiles);
	}
	qsort(ids, w->n, sizeof(*ids), compare_ids);
	pp_sha256((const char *)ids, w->n * sizeof(*ids), e->received.bytes);
}

/* The series of the sum: the labels of the group, and no others. */
static const struct pp_series *series_of(const struct pp_profile *p, const struct pp_window *w,
					 struct pp_series_pool *pool, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf automatic = PP_BUF_INIT;
	PP_CLEANUP(pp_buf_release) struct pp_buf encoded = PP_BUF_INIT;
	PP_CLEANUP(pp_entry_labels_release) struct pp_entry_labels labels;
	const struct pp_series *all = NULL;

	pp_group_labels(&w->items[0]->entry.series->labels, &labels);
	if (pp_describe(p, &labels, "", &automatic, err) == 0)
		all = pp_series_pool_get(pool, pp_buf_view(&automatic), err);
	if (!all)
		return NULL;
	struct pp_series own = *all; /* borrows what is not replaced */
	own.labels = labels;
	pp_series_encode(&own, &encoded);
	return pp_series_pool_get(pool, pp_buf_view(&encoded), err);
}

/* The profile becomes one as it is read again. */
static int make_entry(struct pp_merged *m, const struct pp_window *w, struct pp_series_pool *pool,
		      struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf canonical = PP_BUF_INIT;
	const struct pp_entry *own = &m->entry;
	struct pp_entry said = m->entry;

	m->profile.time_nanos = own->start;
	m->profile.duration_nanos = own->duration;
	m->entry.series = series_of(&m->profile, w, pool, err);
	if (!m->entry.series || pp_canonical(&m->profile, &canonical, err))
		return -1;
	if (canonical.n > PP_SEGMENT_SIZE_MAX)
		return pp_err_set(err, PP_ERR_LIMIT, "merged, it would be larger than 16 MiB");
	m->entry.size = canonical.n;
	m->entry.id = pp_entry_id(&m->entry.series->labels, pp_buf_view(&canonical));
	pp_profile_release(&m->profile);
	size_t n = canonical.n;
	uint8_t *bytes = (uint8_t *)canonical.p;
	canonical = (struct pp_buf)PP_BUF_INIT;
	if (pp_pprof_decode(&m->profile, bytes, n, err)) {
		pp_profile_init(&m->profile, 0);
		return -1;
	}
	pp_entry_measure(&m->entry, &m->profile, said.added);
	m->entry.start = said.start;
	m->entry.duration = said.duration;
	m->entry.profiles = said.profiles;
	return 0;
}

int pp_window_merge(struct pp_merged *m, const struct pp_window *w, struct pp_series_pool *pool,
		    struct pp_err *err)
{
	*m = (struct pp_merged){.entry = {.series = w->items[0]->entry.series}};
	pp_profile_init(&m->profile, 0);
	describe_sources(&m->entry, w);
	if (add_all(m, w, err) || divide(&m->profile, &m->entry, err))
		return -1;
	return make_entry(m, w, pool, err);
}

void pp_merged_release(struct pp_merged *m)
{
	pp_entry_release(&m->entry);
	pp_profile_release(&m->profile);
	if (m->has_tally)
		pp_tally_release(&m->tally);
	*m = (struct pp_merged){.has_tally = false};
}

bool pp_merged_adds_up(const struct pp_entry *e, const struct pp_tally *tally,
		       const struct pp_profile *p)
{
	PP_CLEANUP(pp_freep) bool *counts = pp_xcalloc(e->series->ntypes, sizeof(*counts));
	struct pp_tally own;

	for (uint32_t i = 0; i < e->series->ntypes; i++)
		counts[i] = !pp_type_is_state(type_at(e, i));
	pp_tally_init(&own, e->series->ntypes);
	pp_tally_add(&own, p, counts);
	bool same = pp_tally_equal(&own, tally);
	pp_tally_release(&own);
	return same;
}
