/* SPDX-License-Identifier: Apache-2.0 */
/* Hours, the newest first: what they take together decides from which on everything goes. */
#include <config.h>

#include "archive/prune.h"

#include <stdlib.h>
#include <string.h>

#include "archive/object.h"
#include "archive/place.h"
#include "archive/prune_state.h"
#include "archive/seal.h"
#include "archive/segment_store.h"
#include "archive/storage.h"
#include "base/alloc.h"

/* The groups of one hour. */
struct hour {
	struct pp_prune_group *groups;
	uint32_t n;
};

/* How long ago an hour has ended; -1 if it has not. */
static int64_t age_of(const struct pp_archive_prune *p, int64_t hour)
{
	int64_t end, age;

	if (__builtin_mul_overflow(hour + 1, PP_HOUR_NSEC, &end) ||
	    __builtin_sub_overflow(p->now, end, &age))
		return hour < 0 ? INT64_MAX : -1;
	return age >= 0 ? age : -1;
}

static void tell(struct pp_pruning *s, struct pp_prune_group *g)
{
	struct pp_segment_place place = pp_segment_place(
		g->of->hour, (struct pp_str){(char[PP_SHA256_SIZE]){0}, PP_SHA256_SIZE});
	PP_CLEANUP(pp_freep)
	char *hour = pp_xasprintf("%s/%.2s", place.dir + strlen("seg/"), place.name);

	g->done.hour = hour;
	g->done.labels = g->of->labels;
	s->prune->pruned(s->prune->context, &g->done);
}

static void add_name(struct pp_names *names, const char *name)
{
	names->name = pp_grow(names->name, &names->cap, names->n + 1, sizeof(*names->name));
	names->name[names->n++] = pp_xstrdup(name);
}

static int compare_items(const void *a, const void *b)
{
	const struct pp_item *const *x = a, *const *y = b;

	return memcmp(&(*x)->entry.id, &(*y)->entry.id, sizeof((*x)->entry.id));
}

/* Remove loose objects, directory by directory, each of which is synced once. */
static int remove_loose(struct pp_pruning *s, const struct pp_item **items, uint32_t n,
			struct pp_err *err)
{
	if (n)
		qsort(items, n, sizeof(*items), compare_items); /* NOLINT: of the pointer */
	for (uint32_t i = 0, end; i < n; i = end) {
		PP_CLEANUP(pp_names_release) struct pp_names names = {0};
		struct pp_object_place place = pp_object_place(&items[i]->entry.id);

		for (end = i;
		     end < n && items[end]->entry.id.bytes[0] == items[i]->entry.id.bytes[0]; end++)
			add_name(&names, pp_object_place(&items[end]->entry.id).name);
		if (pp_place_remove_all(s->prune->archive, place.dir, &names, err))
			return -1;
	}
	return 0;
}

/* Remove the segments of an hour that have nothing to be kept. */
static int remove_segments(struct pp_pruning *s, const struct hour *h, struct pp_err *err)
{
	PP_CLEANUP(pp_names_release) struct pp_names names = {0};
	struct pp_segment_place place = pp_segment_place(
		h->groups[0].of->hour, (struct pp_str){(char[PP_SHA256_SIZE]){0}, PP_SHA256_SIZE});

	for (uint32_t g = 0; g < h->n; g++) {
		for (uint32_t i = 0; i < h->groups[g].of->n; i++) {
			const struct pp_item *item = pp_prune_item(s, &h->groups[g], i);
			struct pp_prune_file *file = pp_prune_file(s, item);

			if (!file || file->pinned || !pp_prune_is_done_with(file))
				continue;
			add_name(&names, pp_segment_of(&s->list, item) + strlen("2026-11-20/"));
			file->taken = 0; /* once */
		}
	}
	return names.n ? pp_place_remove_all(s->prune->archive, place.dir, &names, err) : 0;
}

/* What is kept is in place by now. */
static int remove_files(struct pp_pruning *s, const struct hour *h, struct pp_err *err)
{
	const struct pp_item **loose;
	uint32_t n = 0, all = 0;

	for (uint32_t g = 0; g < h->n; g++)
		all += h->groups[g].of->n;
	loose = pp_xcalloc(all, sizeof(*loose)); /* NOLINT: of the pointer */
	for (uint32_t g = 0; g < h->n; g++) {
		for (uint32_t i = 0; i < h->groups[g].of->n; i++) {
			const struct pp_item *item = pp_prune_item(s, &h->groups[g], i);

			if (item->storage == &pp_storage_loose && !pp_prune_is_pinned(s, item))
				loose[n++] = item;
		}
	}
	int rc = pp_archive_raise(s->prune->archive, err);
	if (rc == 0)
		rc = remove_loose(s, loose, n, err);
	if (rc == 0)
		rc = remove_segments(s, h, err);
	free(loose);
	return rc;
}

/* Tell what is done to the groups of an hour, and do it. */
static int carry_out(struct pp_pruning *s, const struct hour *h, bool removing, struct pp_err *err)
{
	struct pp_archive_prune *p = s->prune;
	uint64_t profiles = 0;

	for (uint32_t i = 0; i < h->n; i++) {
		struct pp_prune_group *g = &h->groups[i];

		p->size += g->after;
		if (g->done.profiles == 0)
			continue;
		profiles += g->done.profiles;
		if (!p->dry_run && pp_prune_write(s, g, err))
			return pp_err_wrap(err, "cannot prune %.300s", g->of->labels);
		tell(s, g);
		p->into += g->done.into;
	}
	*(removing ? &p->removed : &p->merged) += profiles;
	return removing && profiles && !p->dry_run ? remove_files(s, h, err) : 0;
}

static int remove_hour(struct pp_pruning *s, const struct hour *h, struct pp_err *err)
{
	for (uint32_t i = 0; i < h->n; i++) {
		if (pp_prune_keep_pinned(s, &h->groups[i], err))
			return pp_err_wrap(err, "cannot prune %.300s", h->groups[i].of->labels);
	}
	return carry_out(s, h, true, err);
}

/* What an hour becomes by its age. True in *goes: nothing. */
static int apply_policy(struct pp_pruning *s, const struct hour *h, bool *goes, struct pp_err *err)
{
	const struct pp_policy *policy = s->prune->policy;
	uint32_t step =
		policy ? pp_policy_find(policy, age_of(s->prune, h->groups[0].of->hour)) : 0;

	*goes = policy && step == policy->n;
	if (*goes || step == 0)
		return 0;
	for (uint32_t i = 0; i < h->n; i++) {
		if (pp_prune_merge(s, &h->groups[i], policy->step[step].window,
				   policy->step[step - 1].window, err))
			return pp_err_wrap(err, "cannot prune %.300s", h->groups[i].of->labels);
	}
	return 0;
}

/* *used: bytes of what stays in any case, and of all hours that have been kept. An hour that is not
 * over stays, too. */
static int prune_hour(struct pp_pruning *s, const struct hour *h, uint64_t *used, bool *full,
		      struct pp_err *err)
{
	bool is_over = age_of(s->prune, h->groups[0].of->hour) >= 0;
	uint64_t limit = s->prune->max_size, more = 0;
	bool goes = *full && is_over;

	if (!goes && apply_policy(s, h, &goes, err))
		return -1;
	for (uint32_t i = 0; i < h->n && !goes; i++) {
		const struct pp_prune_group *g = &h->groups[i];

		more += g->after > g->fixed ? g->after - g->fixed : 0;
	}
	if (limit && is_over && !goes && *used + more > limit)
		*full = goes = true;
	if (goes)
		return remove_hour(s, h, err);
	*used += more;
	return carry_out(s, h, false, err);
}

static int prune_all(struct pp_pruning *s, struct pp_err *err)
{
	uint64_t used = s->apart;
	bool full = false;

	s->prune->size = s->apart;
	for (uint32_t i = 0; i < s->ngroups; i++) {
		used += s->groups[i].fixed;
		pp_prune_unmake(s, &s->groups[i]);
	}
	for (uint32_t i = 0, end; i < s->ngroups; i = end) {
		for (end = i; end < s->ngroups && s->groups[end].of->hour == s->groups[i].of->hour;)
			end++;
		pp_steps_tell(&s->prune->steps, i, s->ngroups);
		const struct hour h = {.groups = &s->groups[i], .n = end - i};
		if (prune_hour(s, &h, &used, &full, err))
			return -1;
		for (uint32_t k = i; k < end; k++)
			pp_prune_unmake(s, &s->groups[k]);
	}
	return 0;
}

int pp_archive_prune(struct pp_archive_prune *p, struct pp_err *err)
{
	struct pp_pruning s = {.prune = p};
	uint64_t removed;

	/* so that nothing is in two places, and taking one away is taking all of it */
	if (pp_seal_sweep(p->archive, p->dry_run, &removed, err))
		return -1;
	int rc = pp_prune_plan(&s, err);
	if (rc == 0)
		rc = prune_all(&s, err);
	pp_pruning_release(&s);
	if (rc == 0 && s.written)
		rc = pp_seal_sweep(p->archive, false, &removed, err);
	return rc;
}
