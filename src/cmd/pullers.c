/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/pullers.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/map.h"
#include "collect/pace.h"
#include "io/url.h"

static void release(struct pp_puller *p)
{
	pp_endpoint_release(&p->endpoint);
	free(p->shown);
	free(p->error);
	free(p);
}

/* One that is gone may be in the middle of a pull, which is nobody's then. */
static void dismiss(struct pp_puller *p)
{
	if (p->pull) {
		pp_target_pull_stop(p->pull);
		p->pull->context = NULL;
	}
	release(p);
}

static int add_labels(struct pp_entry_labels *to, const struct pp_entry_labels *from,
		      struct pp_err *err)
{
	for (uint32_t i = 0; i < from->n; i++) {
		if (pp_entry_labels_set(to, pp_str_of(from->pair[i].key),
					pp_str_of(from->pair[i].value), err))
			return -1;
	}
	return 0;
}

/* A server that measures does so all the time, unless its URL says for how long. It has that time
 * to answer, and a period more. */
static int plan(struct pp_puller *p, int64_t every, struct pp_err *err)
{
	struct pp_pull_plan plan;
	struct pp_url u;

	if (pp_pull_prepare(&p->options, &plan, err))
		return -1;
	p->measures = plan.seconds && !plan.asked;
	if (p->measures) {
		p->options.duration_ns = every;
		pp_pull_plan_release(&plan);
		if (pp_pull_prepare(&p->options, &plan, err))
			return -1;
	}
	p->options.http.deadline_ns = every + (int64_t)plan.seconds * PP_NSEC_PER_SEC;
	int rc = pp_url_parse(&u, plan.url, err);
	if (rc == 0) {
		p->shown = pp_url_show(&u);
		pp_url_release(&u);
	}
	pp_pull_plan_release(&plan);
	return rc;
}

/* NULL if it cannot be pulled as it was asked for. Takes what the endpoint owns. */
static struct pp_puller *make(const struct pp_pullers *all, struct pp_endpoint *e,
			      struct pp_err *err)
{
	struct pp_puller *p = pp_xcalloc(1, sizeof(*p));

	p->endpoint = *e;
	*e = (struct pp_endpoint){.line = e->line};
	p->error = pp_xstrdup("");
	p->options = all->options;
	p->options.url = p->endpoint.url;
	if (plan(p, all->every, err) == 0 && add_labels(&p->endpoint.labels, all->labels, err) == 0)
		return p;
	release(p);
	if (err->kind == PP_ERR_USAGE)
		err->kind = PP_ERR_FORMAT;
	pp_err_wrap(err, "line %zu", e->line);
	return NULL;
}

/* The place of a target among those that are there, or PP_MAP_NONE. */
static void index_keys(const struct pp_pullers *p, struct pp_strtab *keys)
{
	pp_strtab_init(keys);
	for (size_t i = 0; i < p->n; i++)
		pp_strtab_add(keys, pp_str_of(p->item[i]->endpoint.key));
}

/* Those who are new, in their places of the new table; the other places are empty. */
static int make_fresh(const struct pp_pullers *p, struct pp_target_file *f,
		      const struct pp_strtab *keys, struct pp_puller **table, size_t *n,
		      struct pp_err *err)
{
	*n = 0;
	for (size_t i = 0; i < f->n; i++) {
		if (pp_strtab_find(keys, pp_str_of(f->item[i].key)) != PP_MAP_NONE)
			continue;
		table[i] = make(p, &f->item[i], err);
		if (!table[i])
			return -1;
		++*n;
	}
	return 0;
}

/* So that not all are asked at the same moment, now and in all periods to come. */
static void spread(struct pp_puller **table, size_t n, size_t fresh, int64_t every)
{
	int64_t now = pp_clock_mono();
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (table[i])
			table[i]->next =
				now + (int64_t)((double)every * (double)k++ / (double)fresh);
	}
}

int pp_pullers_take(struct pp_pullers *p, struct pp_target_file *f, size_t *fresh, size_t *gone,
		    struct pp_err *err)
{
	struct pp_puller **table = pp_xcalloc(f->n + 1, sizeof(struct pp_puller *));
	struct pp_strtab keys;

	index_keys(p, &keys);
	int rc = make_fresh(p, f, &keys, table, fresh, err);
	if (rc) {
		for (size_t i = 0; i < f->n; i++) {
			if (table[i])
				release(table[i]);
		}
		pp_strtab_release(&keys);
		free(table);
		return -1;
	}
	spread(table, f->n, *fresh, p->every);
	for (size_t i = 0; i < f->n; i++) {
		if (table[i])
			continue;
		/* ids begin at 1, and no key is there twice */
		uint32_t at = pp_strtab_find(&keys, pp_str_of(f->item[i].key)) - 1;
		table[i] = p->item[at];
		p->item[at] = NULL;
	}
	pp_strtab_release(&keys);
	*gone = 0;
	for (size_t i = 0; i < p->n; i++) {
		if (!p->item[i])
			continue;
		dismiss(p->item[i]);
		++*gone;
	}
	free(p->item);
	p->item = table;
	p->n = p->cap = f->n;
	return 0;
}

/* An archive that is full is not the target's fault: it is asked again in step. */
static void note_failure(struct pp_puller *p, int64_t every, uint32_t random)
{
	const struct pp_target_pull *pull = p->pull;

	free(p->error);
	p->error = pp_xstrdup(pull->err.msg);
	p->state = PP_STATUS_DOWN;
	if (pull->kept) {
		p->failures = 0;
		p->next = pp_pace_next(p->next, every, pp_clock_mono(), p->measures);
	} else {
		p->failures++;
		p->next = pp_clock_mono() + pp_pace_retry(every, p->failures, random);
	}
}

int pp_puller_note(struct pp_puller *p, int64_t every, uint32_t random)
{
	enum pp_status_state before = p->state;

	p->took = p->pull->took;
	if (p->pull->rc) {
		note_failure(p, every, random);
		return before != PP_STATUS_DOWN ? -1 : 0;
	}
	p->state = PP_STATUS_UP;
	p->failures = 0;
	p->entries++;
	p->good = pp_clock_real();
	p->next = pp_pace_next(p->next, every, pp_clock_mono(), p->measures);
	return before == PP_STATUS_DOWN;
}

void pp_pullers_status(const struct pp_pullers *all, struct pp_status *s)
{
	int64_t offset = pp_clock_real() - pp_clock_mono();

	for (size_t i = 0; i < all->n; i++) {
		const struct pp_puller *p = all->item[i];
		PP_CLEANUP(pp_buf_release) struct pp_buf labels = PP_BUF_INIT;

		pp_entry_labels_print(&p->endpoint.labels, &labels);
		struct pp_status_target *t = pp_status_add(s, p->shown, labels.p, p->error);
		t->state = p->state;
		t->good = p->good;
		t->next = p->pull ? 0 : p->next + offset;
		t->took = p->took;
		t->entries = p->entries;
	}
}

void pp_pullers_release(struct pp_pullers *p)
{
	for (size_t i = 0; i < p->n; i++)
		release(p->item[i]);
	free(p->item);
	p->item = NULL;
	p->n = p->cap = 0;
}
