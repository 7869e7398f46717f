/* SPDX-License-Identifier: Apache-2.0 */
/* Sums of magnitudes. */
#include <config.h>

#include "analyze/total.h"

#include "base/magnitude.h"
#include "base/parallel.h"
#include "profile/merge.h"
#include "profile/walk.h"

/* Equal strings may stand in the table more than once; writers of this label write it once. */
static uint32_t find_string(const struct pp_profile *p, struct pp_str s)
{
	for (uint32_t i = 1; i < p->nstrings; i++) {
		if (pp_str_eq(pp_profile_str(p, i), s))
			return i;
	}
	return 0;
}

void pp_total_init(struct pp_total *t, const struct pp_view *v)
{
	*t = (struct pp_total){.base_key = find_string(v->profile, PP_STR_LIT(PP_BASE_LABEL))};
}

static bool is_base(const struct pp_total *t, const struct pp_profile *p, const struct pp_sample *s)
{
	struct pp_wire labels = s->label;
	struct pp_label label;

	while (pp_labels_next(&labels, &label)) {
		if (label.key == t->base_key && label.str &&
		    pp_str_eq(pp_profile_str(p, label.str), PP_STR_LIT("true")))
			return true;
	}
	return false;
}

static void add(struct pp_total *t, int64_t *sum, int64_t magnitude)
{
	if (__builtin_add_overflow(*sum, magnitude, sum))
		t->overflow = true;
}

void pp_total_add(struct pp_total *t, const struct pp_view *v, const struct pp_sample *s)
{
	int64_t magnitude = pp_magnitude(s->values[v->index]);
	int64_t div = v->mean ? s->values[0] : 0;

	add(t, &t->all, magnitude);
	t->all_div = pp_wrap_add(t->all_div, div);
	if (t->base_key && is_base(t, v->profile, s)) {
		add(t, &t->base, magnitude);
		t->base_div = pp_wrap_add(t->base_div, div);
	}
}

void pp_total_join(struct pp_total *t, const struct pp_total *more)
{
	add(t, &t->all, more->all);
	add(t, &t->base, more->base);
	t->all_div = pp_wrap_add(t->all_div, more->all_div);
	t->base_div = pp_wrap_add(t->base_div, more->base_div);
	t->overflow |= more->overflow;
}

int64_t pp_total_value(const struct pp_total *t)
{
	if (t->base > 0)
		return pp_view_mean(t->base, t->base_div);
	return pp_view_mean(t->all, t->all_div);
}

struct pass {
	PP_PER_WORKER struct pp_total total;
};

struct job {
	const struct pp_view *view;
	struct pass pass[PP_PARALLEL_MAX];
};

static void visit(void *context, unsigned worker, struct pp_sample *s)
{
	struct job *job = context;

	if (!job->view->relative || pp_filter_sample(job->view->filter, s))
		pp_total_add(&job->pass[worker].total, job->view, s);
}

struct pp_total pp_total_of(const struct pp_view *v)
{
	struct job job = {.view = v};
	unsigned workers = pp_walk_workers(v->profile);
	struct pp_total sum;

	pp_total_init(&sum, v);
	for (unsigned i = 0; i < workers; i++)
		job.pass[i].total = sum;
	pp_walk(v->profile, workers, visit, &job);
	for (unsigned i = 0; i < workers; i++)
		pp_total_join(&sum, &job.pass[i].total);
	return sum;
}
