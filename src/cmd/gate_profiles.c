/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/gate_profiles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/fetch.h"
#include "archive/load.h"
#include "base/alloc.h"
#include "base/clock.h"
#include "base/units.h"
#include "cli/progress.h"
#include "cmd/archive_options.h"
#include "cmd/rename.h"
#include "pprof/read.h"

static struct pp_str copy(struct pp_str s)
{
	return (struct pp_str){pp_xasprintf("%.*s", (int)s.n, s.p), s.n};
}

void pp_gate_kind_release(struct pp_gate_kind *k)
{
	if (k->known) {
		free((char *)(uintptr_t)k->type.p);
		free((char *)(uintptr_t)k->unit.p);
		free((char *)(uintptr_t)k->period_type.p);
	}
	*k = (struct pp_gate_kind){.known = false};
}

/* Whether values are numbers of samples, or their period times that. Of heaps and of contention,
 * what was sampled stands for more or less of the same, so that its number is none of samples. */
static bool counts_samples(const struct pp_gate_kind *k, struct pp_str period_unit)
{
	if (pp_str_starts(k->period_type, PP_STR_LIT("contentions/")) ||
	    pp_units_convertible(period_unit, PP_STR_LIT("bytes")))
		return false;
	return pp_units_convertible(k->unit, PP_STR_LIT("count")) ||
	       (pp_units_convertible(k->unit, PP_STR_LIT("ns")) && pp_str_eq(k->unit, period_unit));
}

static struct pp_gate_kind kind_of(const struct pp_view *v)
{
	const struct pp_profile *p = v->profile;
	const struct pp_value_type *t = &p->sample_types[v->index];
	struct pp_str type = pp_profile_str(p, p->period_type.type);
	struct pp_str unit = pp_profile_str(p, p->period_type.unit);
	PP_CLEANUP(pp_freep)
	char *period = p->has_period_type
			       ? pp_xasprintf("%.*s/%.*s", (int)type.n, type.p, (int)unit.n, unit.p)
			       : pp_xstrdup("");
	struct pp_gate_kind k = {.type = copy(pp_profile_str(p, t->type)),
				 .unit = copy(pp_profile_str(p, t->unit)),
				 .period_type = copy(pp_str_of(period)),
				 .sampled = p->has_period_type && p->period > 1,
				 .period = p->period,
				 .known = true};

	k.counts = counts_samples(&k, unit);
	return k;
}

static int differ(const char *what, struct pp_str first, struct pp_str here, struct pp_err *err)
{
	static const struct pp_str unknown = PP_STR_LIT("unknown");

	first = first.n ? first : unknown;
	here = here.n ? here : unknown;
	return pp_err_set(err, PP_ERR_FORMAT, "%s is %.*s here and %.*s in the first profile", what,
			  (int)here.n, here.p, (int)first.n, first.p);
}

/* What one sample is worth: its period, if values are that times samples. */
static double value_of_sample(const struct pp_gate_kind *k, const struct pp_view *v)
{
	const struct pp_profile *p = v->profile;

	if (!k->counts || pp_units_convertible(k->unit, PP_STR_LIT("count")) || p->period <= 0)
		return 1;
	return (double)p->period;
}

/* What has failed has done so because profiles cannot be compared. */
static int unlike(struct pp_gate_load *l)
{
	l->unlike = true;
	return -1;
}

/* What is compared has to be the same everywhere; and how often was sampled, where samples are
 * counted and not only their shares. */
static int check_kind(struct pp_gate_load *l, const struct pp_view *v, struct pp_err *err)
{
	struct pp_gate_kind own = kind_of(v);
	int rc = 0;

	if (!l->kind.known) {
		l->kind = own;
		l->sample = value_of_sample(&l->kind, v);
		return 0;
	}
	if (!pp_str_eq(l->kind.type, own.type)) {
		rc = differ("the sample type", l->kind.type, own.type, err);
		pp_err_hint(err, "choose one that all have: --sample-index=TYPE");
	} else if (!pp_str_eq(l->kind.unit, own.unit))
		rc = differ("the unit", l->kind.unit, own.unit, err);
	else if (!pp_str_eq(l->kind.period_type, own.period_type))
		rc = differ("what was sampled", l->kind.period_type, own.period_type, err);
	else if (l->per != PP_PER_TOTAL && l->kind.period != own.period &&
		 pp_units_convertible(own.unit, PP_STR_LIT("count")))
		rc = pp_err_set(err, PP_ERR_FORMAT,
				"a sample is taken every %lld here and every %lld in the first "
				"profile, and samples are counted",
				(long long)own.period, (long long)l->kind.period);
	pp_gate_kind_release(&own);
	return rc ? unlike(l) : 0;
}

static int rename_all(struct pp_gate_load *l, struct pp_profile *p, struct pp_err *err)
{
	for (size_t i = 0; l->renames && i < l->renames->n; i++) {
		if (pp_rename_functions(p, l->renames->item[i], &l->renamed[i], err))
			return -1;
	}
	return 0;
}

/* What parts of a profile are of; 0: its total. */
static int find_all(struct pp_gate_load *l, const struct pp_profile *p, double *all,
		    struct pp_err *err)
{
	*all = l->per == PP_PER_UNIT ? l->units : 0;
	if (l->per != PP_PER_SECOND)
		return 0;
	*all = (double)p->duration_nanos / (double)PP_NSEC_PER_SEC;
	if (*all > 0)
		return 0;
	pp_err_set(err, PP_ERR_FORMAT, "it does not say how long it is, which --per=second needs");
	return unlike(l);
}

static int add(struct pp_gate_load *l, struct pp_gate_side *side, struct pp_report_side *one,
	       const char *name, struct pp_err *err)
{
	double all, sample;

	if (rename_all(l, &one->profile, err))
		return -1;
	if (pp_report_view(one, l->nodes, l->report, l->options, err))
		/* that has what is asked for, and this has not */
		return l->kind.known && err->kind == PP_ERR_NOT_FOUND ? unlike(l) : -1;
	if (check_kind(l, &one->view, err) || find_all(l, &one->profile, &all, err))
		return -1;
	/* rates compare in one measure only; parts of a total in each profile's own */
	sample = l->per == PP_PER_TOTAL ? value_of_sample(&l->kind, &one->view) : l->sample;
	pp_gate_side_add(side, &one->view, name, sample, all);
	pp_places_add(l->places, &one->view);
	return 0;
}

static int add_file(struct pp_gate_load *l, struct pp_gate_side *side, const char *path,
		    struct pp_err *err)
{
	struct pp_report_side one = {.view = {.index = 0}};

	if (pp_pprof_read(&one.profile, path, &l->options->load.read, err))
		return -1;
	int rc = add(l, side, &one, path, err);
	pp_report_side_release(&one);
	return rc ? pp_err_wrap(err, "'%s'", path) : 0;
}

static int add_items(struct pp_gate_load *l, struct pp_gate_side *side, const struct pp_archive *a,
		     const struct pp_list *list, struct pp_err *err)
{
	for (uint32_t i = 0; i < list->n; i++) {
		struct pp_report_side one = {.view = {.index = 0}};
		char hex[PP_SHA256_HEX], name[16];

		snprintf(name, sizeof(name), "@%.12s",
			 pp_sha256_hex(hex, list->items[i].entry.id.bytes));
		pp_progress_count(l->progress, "reading profiles", i, list->n);
		int rc = pp_item_load(&one.profile, a, list, &list->items[i], err);
		if (rc == 0)
			rc = add(l, side, &one, name, err);
		pp_report_side_release(&one);
		if (rc)
			return pp_err_wrap(err, "%s", name);
	}
	return 0;
}

static int add_entries(struct pp_gate_load *l, struct pp_gate_side *side, const char *text,
		       struct pp_err *err)
{
	PP_CLEANUP(pp_archive_close) struct pp_archive a = {.root = -1, .lock = -1};
	PP_CLEANUP(pp_list_release) struct pp_list list = {0};
	struct pp_selector s = {0};
	const struct pp_want want = {.selector = &s,
				     .last = l->options->load.last,
				     .max_input = l->options->load.read.max_input};
	int rc = pp_archive_open_there(&a, l->options->load.archive, err);

	if (rc == 0)
		rc = pp_archive_select(&s, text, err);
	if (rc == 0)
		rc = pp_list_entries(&list, &a, &want, err);
	if (rc == 0 && list.n == 0)
		rc = pp_nothing_found(&a, &want, err);
	if (rc == 0 && (pp_list_check_types(&list, err) || pp_list_check_sizes(&list, &want, err)))
		rc = -1;
	if (rc == 0)
		rc = add_items(l, side, &a, &list, err);
	pp_selector_release(&s);
	return rc;
}

int pp_gate_load_side(struct pp_gate_load *l, const struct pp_opt_list *paths,
		      struct pp_gate_side *side, struct pp_err *err)
{
	for (size_t i = 0; i < paths->n; i++) {
		const char *path = paths->item[i];

		pp_progress_count(l->progress, "reading profiles", i, paths->n);
		if (pp_selector_is(path) ? add_entries(l, side, path, err)
					 : add_file(l, side, path, err))
			return -1;
	}
	return 0;
}
