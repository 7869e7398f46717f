/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/archive_shares.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "archive/chain.h"
#include "archive/delta.h"
#include "archive/each.h"
#include "archive/load.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/magnitude.h"
#include "base/parallel.h"
#include "cli/fail.h"
#include "cli/progress.h"
#include "cli/stage.h"
#include "cmd/archive_options.h"
#include "profile/filter.h"
#include "profile/type_kind.h"
#include "symbol/names.h"

#define ATTEMPTS 100 /* at a list whose entries are all still there */

void pp_shares_query_release(struct pp_shares_query *q)
{
	pp_opt_list_release(&q->args);
}

int pp_shares_query_args(struct pp_shares_query *q, uint32_t max_patterns, struct pp_err *err)
{
	size_t n = q->args.n;

	if (n > 1 && pp_selector_is(q->args.item[n - 1]))
		q->selector = q->args.item[--n];
	if (n > max_patterns && max_patterns == 1)
		return pp_err_set(err, PP_ERR_USAGE,
				  "'%s' is no selector: those begin with '{' or '@'",
				  q->args.item[1]);
	if (n > max_patterns)
		return pp_err_set(err, PP_ERR_USAGE, "more than %u expressions", max_patterns);
	for (size_t i = 0; i < n; i++) {
		if (!pp_selector_is(q->args.item[i]))
			continue;
		pp_err_set(err, PP_ERR_USAGE, "'%s' is a selector: there is one, behind REGEX",
			   q->args.item[i]);
		return pp_err_hint(err, "an expression that begins like one: '[@]...', '[{]...'");
	}
	q->npatterns = (uint32_t)n;
	return 0;
}

struct pp_str pp_shares_group(const struct pp_shares_query *q, const struct pp_item *item)
{
	return pp_str_of(q->by ? pp_entry_labels_get(&item->series->labels, q->by) : "");
}

void pp_shares_found_release(struct pp_shares_found *found)
{
	pp_list_release(&found->list);
	free(found->shares);
	free(found->totals);
	free(found->index);
	*found = (struct pp_shares_found){0};
}

/* Several threads look at entries, each with what it knows about names. */
struct job {
	const struct pp_shares_query *query;
	struct pp_shares_found *found;
	struct pp_progress *progress;
	atomic_uint done;
	struct worker {
		PP_PER_WORKER struct pp_shares shares;
		bool overflow;
	} * workers;
};

static int look(void *context, unsigned worker, uint32_t i, struct pp_profile *p,
		struct pp_err *err)
{
	struct job *job = context;
	const struct pp_shares_query *q = job->query;
	const struct pp_filter_options options = {.all_frames = q->all_frames};
	struct worker *w = &job->workers[worker];
	struct pp_filter filter;
	struct pp_view view = {.profile = p, .filter = &filter};
	struct pp_total total;

	if (pp_profile_sample_index(p, q->sample_index, &view.index, err))
		return -1;
	pp_names_demangle(p, (enum pp_demangle)q->demangle);
	int rc = pp_filter_init(&filter, p, &options, err);
	if (rc == 0) {
		pp_shares_of(&w->shares, &view, &job->found->shares[(size_t)i * q->npatterns],
			     &total);
		job->found->totals[i] = pp_total_value(&total);
		job->found->index[i] = view.index;
		w->overflow |= total.overflow;
	}
	pp_filter_release(&filter);
	unsigned done = atomic_fetch_add(&job->done, 1) + 1;
	if (worker == 0)
		pp_progress_count(job->progress, "reading entries", done, job->found->list.n);
	return rc;
}

static void warn(struct pp_cli *cli, const struct job *job, unsigned workers)
{
	const struct pp_shares_query *q = job->query;
	bool overflow = false, gave_up = false;
	uint64_t matched = 0;

	for (unsigned i = 0; i < workers; i++) {
		overflow |= job->workers[i].overflow;
		gave_up |= pp_shares_gave_up(&job->workers[i].shares);
		matched |= job->workers[i].shares.matched;
	}
	for (uint32_t i = 0; i < q->npatterns && workers; i++) {
		if (!(matched >> i & 1))
			pp_cli_warn(cli, "'%s' matches no function", q->args.item[i]);
	}
	if (overflow)
		pp_cli_warn(cli, "a total does not fit into 64 bits and has wrapped");
	if (gave_up)
		pp_cli_warn(cli, "matching some names was too expensive, they count as others");
	for (size_t i = 0; i < job->found->list.ndamaged; i++)
		pp_cli_warn(cli, "left out: %s", job->found->list.damaged[i].what);
}

/* What is known of items that stay moves to where they are. */
static void drop_lost(struct pp_shares_found *found, const struct pp_lost *lost)
{
	size_t n = found->npatterns;
	uint32_t kept = 0;

	for (uint32_t i = 0; i < found->list.n; i++) {
		if (lost->items[i])
			continue;
		found->totals[kept] = found->totals[i];
		found->index[kept] = found->index[i];
		memmove(found->shares + kept * n, found->shares + i * n,
			n * sizeof(*found->shares));
		kept++;
	}
	pp_lost_drop(lost, &found->list);
}

/* Where all that was found is damaged, that is what is wrong. */
static int visit_all(struct job *job, const struct pp_archive *a, const struct pp_selector *s,
		     bool *gone, struct pp_err *err)
{
	struct pp_shares_found *found = job->found;
	struct pp_lost lost;

	pp_lost_init(&lost, &found->list);
	int rc = pp_archive_each(a, &found->list, s, look, job, &lost, gone, err);
	if (rc == 0) {
		drop_lost(found, &lost);
		if (lost.n && found->list.n == 0) {
			*err = lost.first;
			rc = -1;
		}
	}
	pp_lost_release(&lost);
	return rc;
}

static int look_at_all(struct pp_cli *cli, const struct pp_shares_query *q,
		       const struct pp_archive *a, const struct pp_selector *s,
		       struct pp_shares_found *found, bool *gone, struct pp_err *err)
{
	unsigned workers = pp_each_workers(&found->list);
	PP_CLEANUP(pp_progress_done) struct pp_progress progress;
	struct job job = {.query = q, .found = found, .progress = &progress};
	struct worker all[PP_PARALLEL_MAX] = {0};
	int rc = 0;

	pp_progress_init(&progress, cli);
	job.workers = all;
	for (unsigned i = 0; i < workers && rc == 0; i++)
		rc = pp_shares_init(&all[i].shares, q->args.item, q->npatterns, err);
	if (rc == 0)
		rc = visit_all(&job, a, s, gone, err);
	if (rc == 0)
		warn(cli, &job, workers);
	for (unsigned i = 0; i < workers; i++)
		pp_shares_release(&all[i].shares);
	return rc;
}

static bool says_times(const struct pp_selector *s)
{
	return s->name || s->latest || s->range.from != INT64_MIN || s->range.until != INT64_MAX;
}

/* Leave out what is not in the window. */
static void cut(struct pp_list *list, int64_t window)
{
	int64_t from = pp_clock_real() - window;
	uint32_t drop = 0;

	while (drop < list->n && list->items[drop].entry.start < from)
		drop++;
	if (drop)
		memmove(list->items, list->items + drop, (list->n - drop) * sizeof(*list->items));
	list->n -= drop;
}

static int check_delta(const struct pp_shares_query *q, const struct pp_shares_found *found,
		       struct pp_err *err)
{
	for (uint32_t i = 0; q->delta && i < found->list.n; i++) {
		if (pp_delta_check(&found->list.items[i], err))
			return -1;
	}
	return 0;
}

static int list(const struct pp_shares_query *q, const struct pp_archive *a,
		const struct pp_selector *s, struct pp_shares_found *found, struct pp_err *err)
{
	const struct pp_want want = {.selector = s, .last = q->last};
	uint32_t n;

	if (pp_list_entries(&found->list, a, &want, err))
		return -1;
	if (q->window && !(s && says_times(s)))
		cut(&found->list, q->window);
	n = found->list.n;
	if (n == 0)
		return 0;
	if (pp_list_check_types(&found->list, err) || check_delta(q, found, err))
		return -1;
	found->npatterns = q->npatterns;
	found->shares = pp_xcalloc((size_t)n * q->npatterns, sizeof(*found->shares));
	found->totals = pp_xcalloc(n, sizeof(*found->totals));
	found->index = pp_xcalloc(n, sizeof(*found->index));
	return 0;
}

/* Entries of one profile_type may still differ, since a label can be given. */
static int check_values(struct pp_shares_found *found, struct pp_err *err)
{
	for (uint32_t i = 0; i < found->list.n; i++) {
		const struct pp_series_type *t =
			&found->list.items[i].series->types[found->index[i]];

		if (i == 0) {
			found->type = t->type;
			found->unit = t->unit;
		} else if (!pp_str_eq(t->type, found->type) || !pp_str_eq(t->unit, found->unit)) {
			pp_err_set(err, PP_ERR_USAGE,
				   "values of several types were found: %.*s in %.*s and %.*s in "
				   "%.*s",
				   (int)found->type.n, found->type.p, (int)found->unit.n,
				   found->unit.p, (int)t->type.n, t->type.p, (int)t->unit.n,
				   t->unit.p);
			return pp_err_hint(err, "select some of them, or use --sample-index");
		}
	}
	return 0;
}

/* ---- what counts since the start of a program ---- */

static bool counts(const struct pp_shares_query *q, const struct pp_shares_found *found,
		   const struct pp_item *item)
{
	enum pp_type_kind kind = pp_type_kind(found->type);

	if (!pp_item_is_snapshot(item) || kind == PP_KIND_STATE)
		return false;
	return q->delta || (kind == PP_KIND_COUNTER &&
			    pp_entry_labels_has(&item->entry.series->labels, "instance"));
}

static int64_t less(int64_t after, int64_t before)
{
	int64_t difference = pp_wrap_sub(after, before);

	return difference > 0 ? difference : 0;
}

/* Make an item's values those that are new since the one before, whose values are still there. */
static void subtract(const struct pp_shares_query *q, struct pp_shares_found *found, uint32_t i,
		     const struct pp_link *link)
{
	struct pp_share *after = &found->shares[(size_t)i * q->npatterns];
	const struct pp_share *before = &found->shares[(size_t)link->before * q->npatterns];
	struct pp_item *item = &found->list.items[i];

	if (__builtin_sub_overflow(item->entry.start, found->list.items[link->before].entry.start,
				   &item->entry.duration))
		item->entry.duration = INT64_MAX;
	if (link->restarted)
		return;
	for (uint32_t p = 0; p < q->npatterns; p++) {
		after[p].own = less(after[p].own, before[p].own);
		after[p].cum = less(after[p].cum, before[p].cum);
	}
	found->totals[i] = less(found->totals[i], found->totals[link->before]);
}

/* Leave an item out, and have the next ones in its place. */
static void drop_unpaired(const struct pp_shares_query *q, struct pp_shares_found *found,
			  const bool *unpaired)
{
	struct pp_list *list = &found->list;
	uint32_t n = 0;

	for (uint32_t i = 0; i < list->n; i++) {
		if (unpaired[i])
			continue;
		list->items[n] = list->items[i];
		memmove(&found->shares[(size_t)n * q->npatterns],
			&found->shares[(size_t)i * q->npatterns],
			q->npatterns * sizeof(*found->shares));
		found->totals[n] = found->totals[i];
		found->index[n++] = found->index[i];
	}
	list->n = n;
}

/* From the last to the first, as each is needed by the next one. */
static void take_differences(const struct pp_shares_query *q, struct pp_shares_found *found)
{
	PP_CLEANUP(pp_freep) bool *unpaired = pp_xcalloc(found->list.n, sizeof(*unpaired));
	struct pp_chains chains;

	pp_chains_make(&chains, &found->list);
	for (uint32_t i = found->list.n; i-- > 0;) {
		if (!counts(q, found, &found->list.items[i]))
			continue;
		if (chains.links[i].before != PP_CHAIN_NONE) {
			subtract(q, found, i, &chains.links[i]);
			continue;
		}
		unpaired[i] = true;
		found->lonely++;
	}
	pp_chains_release(&chains);
	drop_unpaired(q, found, unpaired);
}

static int find(struct pp_cli *cli, const struct pp_shares_query *q, const struct pp_archive *a,
		const struct pp_selector *s, struct pp_shares_found *found, struct pp_err *err)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		bool gone = false;

		pp_shares_found_release(found);
		if (list(q, a, s, found, err))
			return -1;
		if (look_at_all(cli, q, a, s, found, &gone, err) == 0) {
			if (check_values(found, err))
				return -1;
			if (found->list.n)
				take_differences(q, found);
			return 0;
		}
		if (!gone)
			return -1;
	}
	return -1;
}

/* Also if there is nothing that they could match. */
static int check_patterns(const struct pp_shares_query *q, struct pp_err *err)
{
	struct pp_shares shares;
	int rc = pp_shares_init(&shares, q->args.item, q->npatterns, err);

	pp_shares_release(&shares);
	return rc;
}

int pp_shares_find(struct pp_cli *cli, const struct pp_shares_query *q,
		   struct pp_shares_found *found, struct pp_err *err)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	struct pp_selector s = {0};
	int rc;

	*found = (struct pp_shares_found){0};
	if (q->threads)
		pp_parallel_limit((unsigned)q->threads);
	if (check_patterns(q, err) || pp_archive_open_there(&a, q->archive, err))
		return -1;
	rc = q->selector ? pp_archive_select(&s, q->selector, err) : 0;
	if (rc == 0)
		rc = find(cli, q, &a, q->selector ? &s : NULL, found, err);
	pp_selector_release(&s);
	pp_stage_done(cli, "read %u entries", found->list.n);
	return rc;
}

int pp_shares_nothing(const struct pp_shares_query *q, const struct pp_shares_found *found,
		      struct pp_err *err)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};

	if (found->lonely)
		return pp_err_set(
			err, PP_ERR_NOT_FOUND,
			"values count since the start of a program, and there is only one "
			"entry%s: nothing to compare it with",
			found->lonely > 1 ? " from each place" : "");
	if (pp_archive_open_there(&a, q->archive, err))
		return -1;
	return pp_archive_found_nothing(&a, q->selector ? q->selector : "{}", err);
}

static bool is_sample_key(const struct pp_series *s, const char *key)
{
	for (uint32_t i = 0; i < s->nkeys; i++) {
		if (strcmp(s->keys[i], key) == 0)
			return true;
	}
	return false;
}

int pp_shares_check_by(const struct pp_shares_query *q, const struct pp_list *list,
		       struct pp_err *err)
{
	bool of_samples = false;

	if (!q->by)
		return 0;
	for (uint32_t i = 0; i < list->n; i++) {
		if (pp_entry_labels_has(&list->items[i].series->labels, q->by))
			return 0;
		of_samples |= is_sample_key(list->items[i].series, q->by);
	}
	if (of_samples)
		return pp_err_set(err, PP_ERR_USAGE,
				  "option '--by': '%s' is a label of samples, not of entries",
				  q->by);
	pp_err_set(err, PP_ERR_USAGE, "option '--by': no entry has a label '%s'", q->by);
	return pp_err_hint(err, "pyroprof labels lists them");
}
