/* SPDX-License-Identifier: Apache-2.0 */
/* One walk over the samples of each profile; see sample_set.h for where they go. */
#include <config.h>

#include "profile/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "profile/merge_state.h"
#include "profile/samples.h"

#define VARINT32_MAX 5 /* bytes of a varint of 32 bits */

void pp_merge_input_init(struct pp_merge_input *input, struct pp_profile *p)
{
	*input = (struct pp_merge_input){
		.profile = p,
		.period = p->period,
		.default_sample_type = pp_profile_str(p, p->default_sample_type),
	};
}

/* What is needed while the samples of one profile are walked. */
struct walk {
	struct pp_merge_state *state;
	const struct pp_merge_input *input;
	enum pp_rounding rounding;
	struct pp_merge_source source;
	uint8_t *stack;		       /* the current one as varints of our ids */
	int64_t *values;	       /* of the result */
	struct pp_buf labels;	       /* struct pp_set_label */
	struct pp_strtab raw_sets;     /* the same in terms of the profile's strings */
	struct pp_buf sets;	       /* uint32_t by id in raw_sets: the set it is */
	uint32_t base_key, base_value; /* strings, if is_base */
};

static void put_set(struct walk *w, uint32_t set)
{
	pp_buf_add(&w->sets, &set, sizeof(set));
}

/* The labels in w->labels, in terms of our strings now, as a set. */
static uint32_t make_set(struct walk *w)
{
	struct pp_set_label *l = (void *)w->labels.p;
	size_t n = w->labels.n / sizeof(*l), kept = 0;

	for (size_t i = 0; i < n; i++) {
		l[i].key = pp_merge_string(&w->state->tables, &w->source, l[i].key);
		l[i].str = pp_merge_string(&w->state->tables, &w->source, l[i].str);
		l[i].unit = pp_merge_string(&w->state->tables, &w->source, l[i].unit);
		if (!w->input->is_base || l[i].key != w->base_key || !l[i].str)
			l[kept++] = l[i];
	}
	w->labels.n = kept * sizeof(*l);
	if (w->input->is_base) {
		struct pp_set_label mark = {.key = w->base_key, .str = w->base_value};

		pp_buf_add(&w->labels, &mark, sizeof(mark));
	}
	l = (void *)w->labels.p;
	return pp_label_sets_add(&w->state->labels, l, w->labels.n / sizeof(*l),
				 &w->state->tables.strings);
}

/* The set of a sample's labels. Equal labels in the file's own terms are looked up only. */
static uint32_t labels_of(struct walk *w, const struct pp_sample *s)
{
	struct pp_wire cursor = s->label;
	struct pp_label l;
	uint32_t set;

	w->labels.n = 0;
	while (pp_labels_next(&cursor, &l)) {
		struct pp_set_label own = {
			.num = l.num, .key = l.key, .str = l.str, .unit = l.unit};

		pp_buf_add(&w->labels, &own, sizeof(own));
	}
	uint32_t raw = w->labels.n == 0 ? 0 : pp_strtab_add(&w->raw_sets, pp_buf_view(&w->labels));
	if (raw == w->sets.n / sizeof(set))
		put_set(w, make_set(w));
	memcpy(&set, w->sets.p + raw * sizeof(set), sizeof(set));
	return set;
}

/* False if all values of the result are 0. */
static bool take_values(struct walk *w, const int64_t *from)
{
	const struct pp_merge_input *in = w->input;
	int64_t any = 0;

	for (uint32_t i = 0; i < w->state->samples.nvalues; i++) {
		int64_t v = from[in->columns ? in->columns[i] : i];

		if (in->ratios)
			v = pp_scale_value(v, in->ratios[i], w->rounding);
		w->values[i] = v;
		any |= v;
	}
	return any != 0;
}

static int add_sample(struct walk *w, const struct pp_sample *s, struct pp_err *err)
{
	uint8_t *p = w->stack;

	if (!take_values(w, s->values))
		return 0;
	for (uint32_t i = 0; i < s->nlocations; i++) {
		uint32_t at = pp_merge_location(&w->state->tables, &w->source, s->locations[i]);

		p = pp_wire_write_varint(p, (uint64_t)at + 1);
	}
	return pp_sample_set_add(&w->state->samples, w->stack, (size_t)(p - w->stack),
				 labels_of(w, s), w->values, err);
}

static int walk_range(struct walk *w, uint32_t range, struct pp_err *err)
{
	struct pp_sample_iter it;
	struct pp_sample s;
	int rc = 0;

	pp_samples_begin(&it, w->input->profile, range);
	while (rc == 0 && pp_samples_next(&it, &s))
		rc = add_sample(w, &s, err);
	pp_samples_release(&it);
	return rc;
}

static int walk_samples(struct walk *w, struct pp_err *err)
{
	int rc = 0;

	pp_merge_first_mapping(&w->state->tables, &w->source);
	if (w->input->is_base) {
		struct pp_strtab *strings = &w->state->tables.strings;

		w->base_key = pp_strtab_add(strings, PP_STR_LIT(PP_BASE_LABEL));
		w->base_value = pp_strtab_add(strings, PP_STR_LIT("true"));
	}
	put_set(w, make_set(w)); /* of no labels */
	for (uint32_t i = 0; i < w->input->profile->nranges && rc == 0; i++)
		rc = walk_range(w, i, err);
	return rc;
}

static int add_input(struct pp_merge_state *state, const struct pp_merge *m,
		     const struct pp_merge_input *in, bool stand_in, struct pp_err *err)
{
	struct walk w = {
		.state = state,
		.input = in,
		.rounding = m->rounding,
		.stack = pp_xrealloc(NULL, in->profile->max_depth, VARINT32_MAX),
		.values = pp_xcalloc(state->samples.nvalues, sizeof(int64_t)),
	};

	pp_merge_source_init(&w.source, in->profile, stand_in);
	pp_strtab_init(&w.raw_sets);
	int rc = walk_samples(&w, err);
	pp_merge_source_release(&w.source);
	pp_strtab_release(&w.raw_sets);
	pp_buf_release(&w.labels);
	pp_buf_release(&w.sets);
	free(w.stack);
	free(w.values);
	return rc;
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

/* Positions have 32 bits. */
static int check_sizes(const struct pp_merge *m, struct pp_err *err)
{
	uint64_t n = 0, samples = 0;

	for (uint32_t i = 0; i < m->n; i++) {
		const struct pp_profile *p = m->inputs[i].profile;

		n += (uint64_t)p->nstrings + p->nlocations + p->nfunctions + p->nlines +
		     p->nmappings + p->ncomments;
		samples += p->nsamples;
	}
	if (n >= UINT32_MAX / 2 || samples >= UINT32_MAX)
		return pp_err_set(err, PP_ERR_LIMIT, "the profiles are too large to be merged");
	return 0;
}

/* Whether some but not all have mappings, so that pprof's stand-in for those that have none makes a
 * difference. */
static bool needs_stand_in(const struct pp_merge *m)
{
	uint32_t with = 0;

	for (uint32_t i = 0; i < m->n; i++)
		with += m->inputs[i].profile->nmappings != 0;
	return with && with < m->n;
}

static int collect(struct pp_merge_state *s, const struct pp_merge *m, struct pp_err *err)
{
	bool stand_in = needs_stand_in(m);
	uint64_t largest = 0;
	int rc = 0;

	if (check_sizes(m, err))
		return -1;
	join_headers(s, m);
	for (uint32_t i = 0; i < m->n; i++) {
		if (m->inputs[i].profile->nsamples > largest)
			largest = m->inputs[i].profile->nsamples;
	}
	pp_sample_set_init(&s->samples, s->head.nsample_types, largest);
	for (uint32_t i = 0; i < m->n && rc == 0; i++) {
		struct pp_profile *p = m->inputs[i].profile;

		rc = add_input(s, m, &m->inputs[i], stand_in && !p->nmappings, err);
		pp_profile_release(p);
	}
	return rc;
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
