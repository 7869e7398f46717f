/* SPDX-License-Identifier: Apache-2.0 */
/* Reading, combining, subtracting, in that order and as pprof does. */
#include <config.h>

#include "cmd/load.h"

#include <stdlib.h>
#include <string.h>

#include "archive/chain.h"
#include "archive/delta.h"
#include "archive/load.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "cli/fail.h"
#include "cli/progress.h"
#include "cmd/archive_options.h"
#include "pprof/read.h"
#include "profile/base.h"
#include "profile/combine.h"
#include "profile/type_kind.h"

void pp_load_options_release(struct pp_load_options *o)
{
	pp_opt_list_release(&o->paths);
	pp_opt_list_release(&o->base);
	pp_opt_list_release(&o->diff_base);
}

int pp_load_check(const struct pp_load_options *o, struct pp_err *err)
{
	if (o->base.n && o->diff_base.n)
		return pp_err_set(err, PP_ERR_USAGE, "--base and --diff-base exclude each other");
	if (o->normalize > 0 && !o->base.n && !o->diff_base.n)
		return pp_err_set(err, PP_ERR_USAGE, "--normalize needs --base or --diff-base");
	if (o->delta && !pp_load_selects(&o->paths) && !pp_load_selects(&o->base) &&
	    !pp_load_selects(&o->diff_base))
		return pp_err_set(err, PP_ERR_USAGE,
				  "--delta is about what a selector finds in the archive");
	return 0;
}

static uint32_t append(const char **all, uint32_t n, const struct pp_opt_list *paths)
{
	if (paths->n)
		memcpy(all + n, paths->item, paths->n * sizeof(*all));
	return n + (uint32_t)paths->n;
}

bool pp_load_selects(const struct pp_opt_list *paths)
{
	for (size_t i = 0; i < paths->n; i++) {
		if (pp_selector_is(paths->item[i]))
			return true;
	}
	return false;
}

static void release_all(struct pp_profile *profiles, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		pp_profile_release(&profiles[i]);
}

static void warn_damaged(void *cli, const char *what)
{
	pp_cli_warn(cli, "left out of the archive: %s", what);
}

/* Whether several entries tell the same of one program: a sum of them means nothing. Only of what
 * was pulled is it known that it is the same program. */
static bool repeats(const struct pp_list *list)
{
	struct pp_chains chains;
	bool found = false;

	if (list->n < 2)
		return false;
	pp_chains_make(&chains, list);
	for (uint32_t i = 0; i < list->n; i++) {
		const struct pp_series *s = list->items[i].entry.series;
		enum pp_type_kind kind = pp_type_kind(s->types[s->default_type].type);

		found |= chains.links[i].before != PP_CHAIN_NONE &&
			 pp_entry_labels_has(&s->labels, "instance") &&
			 (kind == PP_KIND_COUNTER || kind == PP_KIND_STATE);
	}
	pp_chains_release(&chains);
	return found;
}

/* Where nobody asks, `to` is NULL. */
static void note_source(struct pp_load_sources *to, uint64_t profiles, int64_t time,
			int64_t duration)
{
	if (!to)
		return;
	to->profiles += profiles;
	to->untimed |= time == 0;
	pp_spans_add(&to->spans, time, duration);
}

static void note_profile(struct pp_load_sources *to, const struct pp_profile *p)
{
	note_source(to, 1, p->time_nanos, p->duration_nanos);
}

static void note_entries(struct pp_load_sources *to, const struct pp_list *list)
{
	for (uint32_t i = 0; i < list->n; i++) {
		const struct pp_entry *e = &list->items[i].entry;

		note_source(to, e->profiles, e->start, e->duration);
	}
}

static int add_up(struct pp_profile *p, struct pp_load_sources *sources, const struct pp_archive *a,
		  const char *text, const struct pp_want *want, struct pp_cli *cli,
		  struct pp_err *err)
{
	PP_CLEANUP(pp_list_release) struct pp_list list = {0};

	if (pp_archive_load(p, &list, a, want, warn_damaged, cli, err))
		return -1;
	note_entries(sources, &list);
	if (repeats(&list))
		pp_cli_warn(cli,
			    "'%s' finds several states of the same programs, which are added up: "
			    "--delta shows what is new between them",
			    text);
	return 0;
}

static void tell_delta(struct pp_cli *cli, const char *text, const struct pp_delta *d)
{
	char from[64], duration[PP_DURATION_MAX];

	if (d->unfounded) {
		pp_clock_format(from, sizeof(from), d->from);
		pp_cli_warn(cli,
			    "'%s': before the first entry there is none, so it shows what is new "
			    "since that one, of %s (%s)",
			    text, from, pp_clock_duration(duration, d->until - d->from));
	}
	if (d->lonely)
		pp_cli_warn(cli, "'%s': left out %u entries that have none to compare with", text,
			    d->lonely);
	if (d->restarts)
		pp_cli_note(cli, "'%s': %llu restarts of programs in between", text,
			    (unsigned long long)d->restarts);
	if (d->backwards)
		pp_cli_warn(cli, "'%s': %llu stacks have counted backwards, and are taken for 0",
			    text, (unsigned long long)d->backwards);
}

static int select_profile(struct pp_profile *p, struct pp_load_sources *sources,
			  const struct pp_archive *a, const char *text,
			  const struct pp_load_options *o, struct pp_err *err)
{
	struct pp_selector s = {0};
	struct pp_want want = {.selector = &s,
			       .last = o->last,
			       .max_input = o->read.max_input,
			       .steps = o->read.steps};
	struct pp_delta delta;
	int rc = pp_archive_select(&s, text, err);

	if (rc == 0 && !o->delta)
		rc = add_up(p, sources, a, text, &want, o->cli, err);
	else if (rc == 0)
		rc = pp_archive_delta(p, &delta, a, &want, warn_damaged, o->cli, err);
	if (rc == 0 && o->delta) {
		tell_delta(o->cli, text, &delta);
		note_profile(sources, p);
	}
	pp_selector_release(&s);
	return rc;
}

/* What is read: the first `after` of n paths are those of the side after, or of all. */
struct reading {
	const char *const *paths;
	uint32_t n, after;
	struct pp_load_sources *sources; /* before and after; NULL: nobody asks */
};

static struct pp_load_sources *sources_of(const struct reading *r, uint32_t path)
{
	return r->sources ? &r->sources[path < r->after] : NULL;
}

/* The selectors among the paths, each into its place. On failure those before it stay. */
static int select_all(struct pp_profile *all, const struct reading *r,
		      const struct pp_load_options *o, struct pp_err *err)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};

	if (pp_archive_open_there(&a, o->archive, err))
		return -1;
	for (uint32_t i = 0; i < r->n; i++) {
		if (pp_selector_is(r->paths[i]) &&
		    select_profile(&all[i], sources_of(r, i), &a, r->paths[i], o, err))
			return -1;
	}
	return 0;
}

/* Files are read at the same time, selectors one after the other. On failure none is left. */
static int read_files_and_entries(struct pp_profile *all, const struct reading *r,
				  const struct pp_load_options *o, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) const char **files = pp_xcalloc(r->n, sizeof(*files));
	PP_CLEANUP(pp_freep) struct pp_profile *read = pp_xcalloc(r->n, sizeof(*read));
	uint32_t nfiles = 0;
	int rc = 0;

	for (uint32_t i = 0; i < r->n; i++) {
		pp_profile_init(&all[i], 0);
		if (!pp_selector_is(r->paths[i]))
			files[nfiles++] = r->paths[i];
	}
	if (nfiles && pp_pprof_read_all(read, files, nfiles, &o->read, err))
		return -1;
	for (uint32_t i = 0, file = 0; i < r->n; i++) {
		if (pp_selector_is(r->paths[i]))
			continue;
		all[i] = read[file++];
		note_profile(sources_of(r, i), &all[i]);
	}
	if (nfiles < r->n)
		rc = select_all(all, r, o, err);
	if (rc)
		release_all(all, r->n);
	return rc;
}

static int read_all(struct pp_profile *all, const struct reading *r,
		    const struct pp_load_options *o, struct pp_err *err)
{
	struct pp_load_options shown = *o;

	PP_CLEANUP(pp_progress_done) struct pp_progress progress;
	pp_progress_init(&progress, o->cli);
	shown.read.steps = pp_progress_steps(&progress, "reading profiles");
	return read_files_and_entries(all, r, &shown, err);
}

/* The first n of `all` are the sources, the rest are the base. */
static int join(struct pp_profile *p, struct pp_profile *all, uint32_t n, uint32_t nbase,
		const struct pp_load_options *o, struct pp_err *err)
{
	struct pp_base_options options = {.diff = o->diff_base.n != 0,
					  .normalize = o->normalize > 0};
	struct pp_profile base;

	if (pp_profile_combine(p, all, n, err)) {
		release_all(all + n, nbase);
		return n > 1 ? pp_err_wrap(err, "cannot merge") : -1;
	}
	if (nbase == 0)
		return 0;
	if (pp_profile_combine(&base, all + n, nbase, err)) {
		pp_profile_release(p);
		return pp_err_wrap(err, "cannot merge the base");
	}
	if (pp_profile_subtract(p, p, &base, &options, err))
		return pp_err_wrap(err, "cannot subtract the base");
	return 0;
}

/* As join(), but the base becomes a profile of its own. */
static int join_sides(struct pp_profile sides[2], struct pp_profile *all, uint32_t n,
		      uint32_t nbase, struct pp_err *err)
{
	if (pp_profile_combine(&sides[0], all, n, err)) {
		release_all(all + n, nbase);
		return n > 1 ? pp_err_wrap(err, "cannot merge") : -1;
	}
	if (pp_profile_combine(&sides[1], all + n, nbase, err))
		return pp_err_wrap(err, "cannot merge the base");
	if (pp_profile_align(sides, 2, err))
		return pp_err_wrap(err, "cannot compare with the base");
	return 0;
}

int pp_load_sides(struct pp_profile *after, struct pp_profile *before,
		  struct pp_load_sources sources[2], const struct pp_load_options *o,
		  struct pp_err *err)
{
	size_t total = o->paths.n + o->diff_base.n;
	PP_CLEANUP(pp_freep) const char **paths = pp_xcalloc(total, sizeof(*paths));
	PP_CLEANUP(pp_freep) struct pp_profile *all = pp_xcalloc(total, sizeof(*all));
	uint32_t n = append(paths, 0, &o->paths);
	uint32_t end = append(paths, n, &o->diff_base);
	const struct reading reading = {paths, end, n, sources};
	struct pp_profile sides[2];
	int rc;

	pp_profile_init(&sides[0], 0);
	pp_profile_init(&sides[1], 0);
	rc = read_all(all, &reading, o, err);
	if (rc == 0)
		rc = join_sides(sides, all, n, end - n, err);
	*after = sides[0];
	*before = sides[1];
	return rc;
}

int pp_load(struct pp_profile *p, const struct pp_load_options *o, struct pp_err *err)
{
	size_t total = o->paths.n + o->base.n + o->diff_base.n;
	PP_CLEANUP(pp_freep) const char **paths = pp_xcalloc(total, sizeof(*paths));
	PP_CLEANUP(pp_freep) struct pp_profile *all = pp_xcalloc(total, sizeof(*all));
	uint32_t n = append(paths, 0, &o->paths);
	uint32_t end = append(paths, append(paths, n, &o->base), &o->diff_base);
	const struct reading reading = {.paths = paths, .n = end};

	pp_profile_init(p, 0);
	if (read_all(all, &reading, o, err))
		return -1;
	return join(p, all, n, end - n, o, err);
}
