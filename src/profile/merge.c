/* SPDX-License-Identifier: Apache-2.0 */
/* Headers, and the two steps of merging samples: putting them into the terms of the result
 * (merge_walk.c), and adding equal ones up (sample_set.c). */
#include <config.h>

#include "profile/merge.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "base/parallel.h"
#include "profile/merge_state.h"
#include "profile/merge_walk.h"

#define MAX_DEPTH    (UINT32_MAX / 8)
#define MAX_EXPECTED (1u << 21) /* samples; for more, the table grows when they are there */

void pp_merge_input_init(struct pp_merge_input *input, struct pp_profile *p)
{
	*input = (struct pp_merge_input){
		.profile = p,
		.period = p->period,
		.default_sample_type = pp_profile_str(p, p->default_sample_type),
	};
}

static uint32_t intern(struct pp_merge_state *s, struct pp_str text)
{
	return pp_strtab_add(&s->tables.strings, text);
}

static struct pp_value_type intern_type(struct pp_merge_state *s, const struct pp_profile *p,
					const struct pp_value_type *t)
{
	return (struct pp_value_type){intern(s, pp_profile_str(p, t->type)),
				      intern(s, pp_profile_str(p, t->unit))};
}

static void set_types(struct pp_merge_state *s, const struct pp_merge *m)
{
	const struct pp_profile *first = m->inputs[0].profile;
	uint32_t n = m->types ? m->ntypes : first->nsample_types;

	for (uint32_t i = 0; i < n; i++) {
		struct pp_value_type t;

		if (m->types)
			t = (struct pp_value_type){intern(s, m->types[i].type),
						   intern(s, m->types[i].unit)};
		else
			t = intern_type(s, first, &first->sample_types[i]);
		pp_buf_add(&s->types, &t, sizeof(t));
	}
	s->head.nsample_types = n;
	s->head.period_type = intern_type(s, first, &first->period_type);
	if (m->period_type)
		s->head.period_type = (struct pp_value_type){intern(s, m->period_type->type),
							     intern(s, m->period_type->unit)};
	s->head.has_period_type = s->head.period_type.type || s->head.period_type.unit;
	s->head.drop_frames = intern(s, pp_profile_str(first, first->drop_frames));
	s->head.keep_frames = intern(s, pp_profile_str(first, first->keep_frames));
}

static void join_header(struct pp_merge_state *s, const struct pp_merge_input *in,
			struct pp_map *seen)
{
	const struct pp_profile *p = in->profile;
	struct pp_profile *head = &s->head;

	if (head->time_nanos == 0 || p->time_nanos < head->time_nanos)
		head->time_nanos = p->time_nanos;
	head->duration_nanos = pp_wrap_add(head->duration_nanos, p->duration_nanos);
	if (head->period == 0 || head->period < in->period)
		head->period = in->period;
	if (!head->default_sample_type)
		head->default_sample_type = intern(s, in->default_sample_type);
	if (!head->doc_url)
		head->doc_url = intern(s, pp_profile_str(p, p->doc_url));
	for (uint32_t i = 0; i < p->ncomments; i++) {
		uint32_t comment = intern(s, pp_profile_str(p, p->comments[i]));

		if (*pp_map_put(seen, comment, head->ncomments) != head->ncomments)
			continue;
		pp_buf_add(&s->comments, &comment, sizeof(comment));
		head->ncomments++;
	}
}

static void join_headers(struct pp_merge_state *s, const struct pp_merge *m)
{
	struct pp_map seen = {0};

	set_types(s, m);
	for (uint32_t i = 0; i < m->n; i++)
		join_header(s, &m->inputs[i], &seen);
	pp_map_release(&seen);
}

/* Positions have 32 bits, and so have the lengths of stacks. */
static int check_sizes(const struct pp_merge *m, struct pp_err *err)
{
	uint64_t n = 0, samples = 0;
	uint32_t depth = 0;

	for (uint32_t i = 0; i < m->n; i++) {
		const struct pp_profile *p = m->inputs[i].profile;

		n += (uint64_t)p->nstrings + p->nlocations + p->nfunctions + p->nlines +
		     p->nmappings + p->ncomments;
		samples += p->nsamples;
		depth = p->max_depth > depth ? p->max_depth : depth;
	}
	if (n >= UINT32_MAX / 2 || samples >= UINT32_MAX || depth > MAX_DEPTH)
		return pp_err_set(err, PP_ERR_LIMIT, "the profiles are too large to be merged");
	return 0;
}

/* Two batches of samples: one is filled while the other is added. */
struct pipeline {
	struct pp_merge_state *state;
	struct pp_merge_walk walk;
	struct pp_buf batches[2];
	unsigned ready; /* the one to be added */
	int rc;
	struct pp_err *err;
};

static void work(void *context, unsigned worker)
{
	struct pipeline *l = context;

	if (worker == 0)
		pp_merge_walk_fill(&l->walk, &l->batches[!l->ready]);
	else
		l->rc = pp_sample_set_add(&l->state->samples, &l->batches[l->ready], l->err);
}

/* The two steps wait for memory most of the time, so that they fit well beside each other. */
static void run_pipeline(struct pipeline *l, bool parallel)
{
	pp_merge_walk_fill(&l->walk, &l->batches[0]);
	while (l->rc == 0 && l->batches[l->ready].n) {
		if (parallel) {
			pp_parallel_run(2, work, l);
		} else {
			work(l, 1);
			work(l, 0);
		}
		pp_buf_clear(&l->batches[l->ready]);
		l->ready = !l->ready;
	}
}

static int add_samples(struct pp_merge_state *s, const struct pp_merge *m, struct pp_err *err)
{
	struct pipeline l = {.state = s, .err = err};
	uint64_t nbytes = 0, nsamples = 0;

	for (uint32_t i = 0; i < m->n; i++) {
		nbytes += m->inputs[i].profile->nbytes;
		nsamples += m->inputs[i].profile->nsamples;
	}
	pp_sample_set_init(&s->samples, s->head.nsample_types,
			   nsamples < MAX_EXPECTED ? nsamples : MAX_EXPECTED);
	pp_merge_walk_init(&l.walk, m, &s->tables, &s->labels, s->head.nsample_types);
	run_pipeline(&l, pp_parallel_workers(nbytes) > 1);
	s->max_depth = l.walk.max_depth;
	pp_merge_walk_release(&l.walk);
	pp_buf_release(&l.batches[0]);
	pp_buf_release(&l.batches[1]);
	return l.rc;
}

static int collect(struct pp_merge_state *s, const struct pp_merge *m, struct pp_err *err)
{
	if (check_sizes(m, err))
		return -1;
	join_headers(s, m);
	return add_samples(s, m, err);
}

int pp_merge_run(struct pp_profile *out, const struct pp_merge *merge, struct pp_err *err)
{
	struct pp_merge_state s = {.types = PP_BUF_INIT};
	struct pp_profile made; /* *out may be one of the inputs */

	pp_profile_init(&made, 0);
	pp_merge_tables_init(&s.tables);
	pp_label_sets_init(&s.labels);
	int rc = collect(&s, merge, err) || pp_merge_finish(&s, &made, err) ? -1 : 0;
	pp_merge_tables_release(&s.tables);
	pp_label_sets_release(&s.labels);
	pp_sample_set_release(&s.samples);
	pp_buf_release(&s.types);
	pp_buf_release(&s.comments);
	for (uint32_t i = 0; i < merge->n; i++)
		pp_profile_release(merge->inputs[i].profile);
	if (rc)
		pp_profile_release(&made);
	*out = made;
	return rc;
}

static bool same_type(const struct pp_profile *a, const struct pp_value_type *x,
		      const struct pp_profile *b, const struct pp_value_type *y)
{
	return pp_str_eq(pp_profile_str(a, x->type), pp_profile_str(b, y->type)) &&
	       pp_str_eq(pp_profile_str(a, x->unit), pp_profile_str(b, y->unit));
}

int pp_merge_check_types(const struct pp_profile *a, const struct pp_profile *b, struct pp_err *err)
{
	bool same = a->nsample_types == b->nsample_types;

	if (!same_type(a, &a->period_type, b, &b->period_type))
		return pp_err_set(err, PP_ERR_FORMAT,
				  "the profiles have periods of different types");
	for (uint32_t i = 0; same && i < a->nsample_types; i++)
		same = same_type(a, &a->sample_types[i], b, &b->sample_types[i]);
	if (!same)
		return pp_err_set(err, PP_ERR_FORMAT, "the profiles have different sample types");
	return 0;
}

int pp_profile_merge(struct pp_profile *out, struct pp_profile *in, uint32_t n, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) struct pp_merge_input *inputs = pp_xcalloc(n, sizeof(*inputs));
	struct pp_merge merge = {.inputs = inputs, .n = n};
	int rc = 0;

	for (uint32_t i = 0; i < n; i++) {
		pp_merge_input_init(&inputs[i], &in[i]);
		if (rc == 0)
			rc = pp_merge_check_types(&in[0], &in[i], err);
	}
	if (rc == 0)
		return pp_merge_run(out, &merge, err);
	for (uint32_t i = 0; i < n; i++)
		pp_profile_release(&in[i]);
	pp_profile_init(out, 0);
	return -1;
}
