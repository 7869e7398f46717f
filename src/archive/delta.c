/* SPDX-License-Identifier: Apache-2.0 */
/* First which entries are to be read, from a list that goes back far enough; then each place by
 * itself, several at a time; then their sum. */
#include <config.h>

#include "archive/delta.h"

#include <stdlib.h>
#include <string.h>

#include "archive/chain.h"
#include "archive/sample_match.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/parallel.h"
#include "profile/combine.h"
#include "profile/rewrite.h"
#include "profile/scale.h"
#include "profile/type_kind.h"

#define BATCH	  64 /* places, or sums of them, in memory at a time */
#define ATTEMPTS  100
#define LOOK_BACK (3600 * PP_NSEC_PER_SEC) /* at first: most have an entry there */

/* ---- what is to be read ---- */

/* Items of one place: everything after `base` up to `last` is new. */
struct place {
	uint32_t first, last; /* of those that were found; PP_CHAIN_NONE: none was */
	uint32_t base;	      /* `last`, if there is nothing to take away */
	uint64_t backwards;
};

struct work {
	const struct pp_archive *archive;
	const struct pp_selector *selector; /* NULL: everything */
	struct pp_strtab found;		    /* ids */
	int64_t from, until;		    /* starts of what was found */
	struct pp_list around;		    /* what was found, and what is before it */
	struct pp_chains chains;
	struct place *places; /* one for each chain; then those only that are to be added up */
	uint32_t n;
};

static void release_around(struct work *w)
{
	pp_list_release(&w->around);
	pp_chains_release(&w->chains);
	free(w->places);
	w->places = NULL;
	w->n = 0;
}

static void release(struct work *w)
{
	release_around(w);
	pp_strtab_release(&w->found);
}

static struct pp_str id_of(const struct pp_item *item)
{
	return (struct pp_str){(const char *)item->entry.id.bytes, sizeof(item->entry.id.bytes)};
}

static const char *type_of(const struct pp_item *item)
{
	return pp_entry_labels_get(&item->series->labels, "profile_type");
}

int pp_delta_check(const struct pp_item *item, struct pp_err *err)
{
	const struct pp_series *s = item->entry.series;
	char duration[PP_DURATION_MAX];
	bool events = false;

	for (uint32_t i = 0; i < s->ntypes; i++)
		events |= pp_type_kind(s->types[i].type) == PP_KIND_EVENTS;
	if (pp_item_is_snapshot(item) && !events)
		return 0;
	if (item->entry.profiles > 1)
		pp_err_set(err, PP_ERR_USAGE, "an entry of type %.200s is several, added up",
			   type_of(item));
	else if (events || item->entry.duration <= 0)
		pp_err_set(err, PP_ERR_USAGE,
			   "entries of type %.200s tell what happened while they were recorded, "
			   "not what has since a program started",
			   type_of(item));
	else
		pp_err_set(err, PP_ERR_USAGE,
			   "entries of type %.200s tell what happened in %s, not what has since a "
			   "program started",
			   type_of(item), pp_clock_duration(duration, item->entry.duration));
	return pp_err_hint(err, "leave --delta away: they are added up then");
}

/* What the selector finds by itself. */
static int find(struct work *w, const struct pp_want *want, struct pp_err *err)
{
	PP_CLEANUP(pp_list_release) struct pp_list list = {0};

	if (pp_list_entries(&list, w->archive, want, err))
		return -1;
	if (list.n == 0)
		return pp_nothing_found(w->archive, want, err);
	if (pp_list_check_types(&list, err))
		return -1;
	for (uint32_t i = 0; i < list.n; i++) {
		if (pp_delta_check(&list.items[i], err))
			return -1;
		pp_strtab_add(&w->found, id_of(&list.items[i]));
	}
	w->from = list.items[0].entry.start;
	w->until = list.items[list.n - 1].entry.start;
	return 0;
}

static bool is_counted(const struct pp_item *item)
{
	const struct pp_series *s = item->entry.series;

	for (uint32_t i = 0; i < s->ntypes; i++) {
		if (pp_type_kind(s->types[i].type) != PP_KIND_STATE)
			return true;
	}
	return false;
}

/* Where in each chain the entries are that were found. */
static void place_found(struct work *w)
{
	const struct pp_link *links = w->chains.links;

	w->places = pp_xcalloc(w->chains.n, sizeof(*w->places));
	w->n = w->chains.n;
	for (uint32_t i = 0; i < w->n; i++)
		w->places[i].first = PP_CHAIN_NONE;
	for (uint32_t i = 0; i < w->around.n; i++) {
		if (links[i].chain == PP_CHAIN_NONE ||
		    pp_strtab_find(&w->found, id_of(&w->around.items[i])) == PP_MAP_NONE)
			continue;
		struct place *p = &w->places[links[i].chain];

		if (p->first == PP_CHAIN_NONE)
			p->first = i;
		p->last = i;
	}
}

/* Choose what each is compared with. False if one has nothing, and there may be something earlier.
 */
static bool choose_bases(struct work *w, bool all, struct pp_delta *d)
{
	uint32_t n = 0;

	*d = (struct pp_delta){.from = INT64_MAX, .until = INT64_MIN};
	for (uint32_t i = 0; i < w->n; i++) {
		struct place *p = &w->places[i];

		if (p->first == PP_CHAIN_NONE)
			continue;
		p->base = w->chains.links[p->first].before;
		if (!is_counted(&w->around.items[p->last])) {
			p->base = p->last;
		} else if (p->base == PP_CHAIN_NONE) {
			if (!all)
				return false;
			p->base = p->first;
			if (p->base == p->last) {
				d->lonely++;
				continue;
			}
			d->unfounded++;
		}
		w->places[n++] = *p;
	}
	w->n = d->places = n;
	return true;
}

/* The same entries, and those before them. */
static int look_around(struct work *w, int64_t from, struct pp_err *err)
{
	struct pp_selector s = {.matcher = NULL};
	const struct pp_want want = {.selector = &s};

	release_around(w);
	if (w->selector)
		s = *w->selector;
	s.name = NULL;
	s.latest = false;
	s.range = (struct pp_range){from, w->until < INT64_MAX ? w->until + 1 : INT64_MAX};
	if (pp_list_entries(&w->around, w->archive, &want, err))
		return -1;
	pp_chains_make(&w->chains, &w->around);
	place_found(w);
	return 0;
}

static int prepare(struct work *w, const struct pp_want *want, struct pp_delta *d,
		   struct pp_err *err)
{
	if (find(w, want, err))
		return -1;
	if (w->from > INT64_MIN + LOOK_BACK) {
		if (look_around(w, w->from - LOOK_BACK, err))
			return -1;
		if (choose_bases(w, false, d) && w->n)
			return 0;
	}
	if (look_around(w, INT64_MIN, err))
		return -1;
	choose_bases(w, true, d);
	if (w->n)
		return 0;
	if (!d->lonely) /* all has been taken away meanwhile */
		return pp_nothing_found(w->archive, want, err);
	return pp_err_set(err, PP_ERR_NOT_FOUND,
			  "there is only one entry%s, and none before: nothing to compare it with",
			  d->lonely > 1 ? " from each place" : "");
}

/* Places without one another: `from` and `until` of the result, and restarts. */
static void measure(const struct work *w, struct pp_delta *d)
{
	for (uint32_t i = 0; i < w->n; i++) {
		const struct place *p = &w->places[i];
		int64_t from = w->around.items[p->base].entry.start;
		int64_t until = w->around.items[p->last].entry.start;

		d->from = from < d->from ? from : d->from;
		d->until = until > d->until ? until : d->until;
		for (uint32_t k = p->last; k != p->base; k = w->chains.links[k].before)
			d->restarts += w->chains.links[k].restarted;
	}
}

/* ---- one place ---- */

static int read_item(const struct work *w, uint32_t i, struct pp_profile *p, struct pp_err *err)
{
	const struct pp_item *item = &w->around.items[i];

	if (pp_item_load(p, w->archive, &w->around, item, err))
		return -1;
	if (!w->selector || pp_sample_match(p, w->selector, item->series, err) == 0)
		return 0;
	pp_profile_release(p);
	return -1;
}

static double *ratios_of(const struct pp_profile *p, double counters, double states)
{
	double *ratios = pp_xcalloc(p->nsample_types, sizeof(*ratios));

	for (uint32_t i = 0; i < p->nsample_types; i++) {
		struct pp_str type = pp_profile_str(p, p->sample_types[i].type);

		ratios[i] = pp_type_kind(type) == PP_KIND_STATE ? states : counters;
	}
	return ratios;
}

/* Multiply an item's values and add it to a sum, which may be none yet. On failure that is empty.
 */
static int add_item(const struct work *w, uint32_t i, double counters, double states,
		    struct pp_profile *sum, bool *any, struct pp_err *err)
{
	struct pp_merge_input inputs[2];
	struct pp_profile p, out;
	int rc;

	if (read_item(w, i, &p, err)) {
		pp_profile_release(sum);
		pp_profile_init(sum, 0);
		return -1;
	}
	PP_CLEANUP(pp_freep) double *ratios = ratios_of(&p, counters, states);
	if (!*any) {
		*any = true;
		*sum = p;
		return counters == 1 && states == 1
			       ? 0
			       : pp_profile_scale(sum, ratios, PP_ROUND_NEAREST, err);
	}
	pp_merge_input_init(&inputs[0], sum);
	pp_merge_input_init(&inputs[1], &p);
	inputs[1].ratios = ratios;
	rc = pp_combine_run(&out, inputs, 2, err);
	*sum = out;
	return rc ? pp_err_wrap(err, "cannot compare entries") : 0;
}

struct clamp {
	const struct pp_profile *profile;
	uint64_t *backwards;
};

/* Of a program that only counts on, nothing becomes less; what has all the same is not taken from
 * the rest. */
static bool clamp_sample(const void *context, struct pp_sample *s)
{
	const struct clamp *c = context;
	bool less = false, any = false;

	for (uint32_t i = 0; i < c->profile->nsample_types; i++) {
		struct pp_str type = pp_profile_str(c->profile, c->profile->sample_types[i].type);

		if (s->values[i] < 0 && pp_type_kind(type) != PP_KIND_STATE) {
			less = true;
			s->values[i] = 0;
		}
		any |= s->values[i] != 0;
	}
	*c->backwards += less;
	return any;
}

static int clamp(struct pp_profile *p, uint64_t *backwards, struct pp_err *err)
{
	const struct clamp c = {.profile = p, .backwards = backwards};

	if (pp_rewrite_kept(p, clamp_sample, &c, NULL, err) == 0)
		return 0;
	pp_profile_release(p);
	pp_profile_init(p, 0);
	return -1;
}

/* The last item before the first restart after the base; `last` if there was none. */
static uint32_t end_of_first_run(const struct work *w, const struct place *p)
{
	uint32_t end = p->last;

	for (uint32_t i = p->last; i != p->base; i = w->chains.links[i].before) {
		if (w->chains.links[i].restarted)
			end = w->chains.links[i].before;
	}
	return end;
}

/* A run of the program counts from where the base is, or, if it began later, as a whole: the last
 * entry of each is all that it takes. On failure *out is empty. */
static int sum_place(const struct work *w, struct place *p, struct pp_profile *out,
		     struct pp_err *err)
{
	uint32_t end = end_of_first_run(w, p);
	bool any = false;

	pp_profile_init(out, 0);
	if (end != p->base) {
		if (add_item(w, end, 1, end == p->last, out, &any, err) ||
		    add_item(w, p->base, -1, 0, out, &any, err) || clamp(out, &p->backwards, err))
			return -1;
	} else if (end == p->last) {
		return add_item(w, end, 0, 1, out, &any, err);
	}
	for (uint32_t i = p->last, last = p->last; last != end; i = w->chains.links[i].before) {
		if (!w->chains.links[i].restarted)
			continue;
		if (add_item(w, last, 1, last == p->last, out, &any, err))
			return -1;
		last = w->chains.links[i].before;
	}
	return 0;
}

/* ---- all of them ---- */

struct job {
	const struct work *work;
	struct place *places;
	struct pp_profile *profiles;
	struct pp_queue queue;
	struct result {
		int rc;
		struct pp_err err;
	} results[BATCH];
};

static void run_job(void *context, unsigned worker PP_UNUSED)
{
	struct job *job = context;
	uint32_t i;

	while ((i = pp_queue_take(&job->queue)) != UINT32_MAX) {
		struct result *r = &job->results[i];

		r->rc = sum_place(job->work, &job->places[i], &job->profiles[i], &r->err);
	}
}

/* On failure none is left. */
static int sum_batch(struct job *job, uint32_t n, struct pp_err *err)
{
	unsigned workers = n > 1 ? pp_parallel_workers(UINT64_MAX) : 1;
	int rc = 0;

	job->queue.count = n;
	pp_parallel_run(workers < n ? workers : n, run_job, job);
	for (uint32_t i = 0; i < n && rc == 0; i++) {
		rc = job->results[i].rc;
		if (rc)
			*err = job->results[i].err;
	}
	for (uint32_t i = 0; i < n && rc; i++)
		pp_profile_release(&job->profiles[i]);
	return rc;
}

static int sum_all(const struct work *w, struct pp_profile *out, struct pp_err *err)
{
	struct pp_profile profiles[BATCH + 1]; /* [0]: the sum so far */
	uint32_t have = 0;

	for (uint32_t i = 0, n; i < w->n; i += n) {
		struct job job = {.work = w, .places = w->places + i, .profiles = profiles + have};

		n = w->n - i < BATCH ? w->n - i : BATCH;
		if (sum_batch(&job, n, err)) {
			if (have)
				pp_profile_release(&profiles[0]);
			return -1;
		}
		if (pp_profile_combine(out, profiles, have + n, err))
			return pp_err_wrap(err, "cannot merge");
		profiles[0] = *out;
		have = 1;
	}
	*out = profiles[0];
	return 0;
}

static void finish(const struct work *w, struct pp_delta *d, struct pp_profile *out)
{
	for (uint32_t i = 0; i < w->n; i++)
		d->backwards += w->places[i].backwards;
	out->time_nanos = d->from;
	if (__builtin_sub_overflow(d->until, d->from, &out->duration_nanos))
		out->duration_nanos = INT64_MAX;
}

static int attempt(struct work *w, struct pp_profile *out, struct pp_delta *d,
		   const struct pp_want *want, bool *reading, struct pp_err *err)
{
	pp_strtab_init(&w->found);
	*reading = false;
	if (prepare(w, want, d, err))
		return -1;
	*reading = true;
	measure(w, d);
	if (sum_all(w, out, err))
		return -1;
	finish(w, d, out);
	return 0;
}

int pp_archive_delta(struct pp_profile *out, struct pp_delta *d, const struct pp_archive *a,
		     const struct pp_want *want, pp_damage_fn *damaged, void *context,
		     struct pp_err *err)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		struct work w = {.archive = a, .selector = want->selector};
		bool reading;

		pp_profile_init(out, 0);
		int rc = attempt(&w, out, d, want, &reading, err);
		for (size_t k = 0; k < w.around.ndamaged && rc == 0; k++)
			damaged(context, w.around.damaged[k].what);
		release(&w);
		if (rc == 0)
			return 0;
		/* moved or taken away after it had been listed */
		if (!reading || err->kind != PP_ERR_NOT_FOUND)
			return -1;
	}
	return -1;
}
