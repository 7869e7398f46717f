/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/gate_profiles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
				 .known = true};

	k.counts = counts_samples(&k, unit);
	return k;
}

static int differ(const char *what, struct pp_str a, struct pp_str b, struct pp_err *err)
{
	return pp_err_set(err, PP_ERR_FORMAT, "%s is %.*s here and %.*s in the first profile", what,
			  (int)b.n, b.p, (int)a.n, a.p);
}

/* What is compared has to be the same everywhere. */
static int check_kind(struct pp_gate_load *l, const struct pp_view *v, struct pp_err *err)
{
	struct pp_gate_kind own = kind_of(v);
	int rc = 0;

	if (!l->kind.known) {
		l->kind = own;
		return 0;
	}
	if (!pp_str_eq(l->kind.type, own.type))
		rc = differ("the sample type", l->kind.type, own.type, err);
	else if (!pp_str_eq(l->kind.unit, own.unit))
		rc = differ("the unit", l->kind.unit, own.unit, err);
	else if (!pp_str_eq(l->kind.period_type, own.period_type))
		rc = differ("what was sampled", l->kind.period_type, own.period_type, err);
	pp_gate_kind_release(&own);
	l->unlike |= rc != 0;
	return rc;
}

/* What one sample is worth: its period, if values are that times samples. */
static double value_of_sample(const struct pp_gate_load *l, const struct pp_view *v)
{
	const struct pp_profile *p = v->profile;
	struct pp_str unit = pp_profile_str(p, p->sample_types[v->index].unit);
	struct pp_str period = pp_profile_str(p, p->period_type.unit);

	if (!l->kind.counts || pp_units_convertible(unit, PP_STR_LIT("count")) || p->period <= 0 ||
	    !pp_str_eq(unit, period))
		return 1;
	return (double)p->period;
}

static int rename_all(struct pp_gate_load *l, struct pp_profile *p, struct pp_err *err)
{
	for (size_t i = 0; l->renames && i < l->renames->n; i++) {
		if (pp_rename_functions(p, l->renames->item[i], &l->renamed[i], err))
			return -1;
	}
	return 0;
}

static int add(struct pp_gate_load *l, struct pp_gate_side *side, struct pp_report_side *one,
	       const char *name, struct pp_err *err)
{
	double all = l->units;

	if (rename_all(l, &one->profile, err) ||
	    pp_report_view(one, l->nodes, l->report, l->options, err) ||
	    check_kind(l, &one->view, err))
		return -1;
	if (l->by_second) {
		l->unlike |= one->profile.duration_nanos <= 0;
		if (l->unlike)
			return pp_err_set(
				err, PP_ERR_FORMAT,
				"it does not say how long it is, which --per=second needs");
		all = (double)one->profile.duration_nanos / (double)PP_NSEC_PER_SEC;
	}
	pp_gate_side_add(side, &one->view, name, value_of_sample(l, &one->view), all);
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
	const struct pp_want want = {.selector = &s, .last = l->options->load.last};
	int rc = pp_archive_open_there(&a, l->options->load.archive, err);

	if (rc == 0)
		rc = pp_archive_select(&s, text, err);
	if (rc == 0)
		rc = pp_list_entries(&list, &a, &want, err);
	if (rc == 0 && list.n == 0)
		rc = pp_nothing_found(&a, &want, err);
	if (rc == 0)
		rc = pp_list_check_types(&list, err);
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
