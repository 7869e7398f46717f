/* SPDX-License-Identifier: Apache-2.0 */
/* Finding common types and units; the conversion is done by the merge as it walks the samples. */
#include <config.h>

#include "profile/combine.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/units.h"

#define SHOWN 60 /* bytes of a name in a message */

struct combination {
	struct pp_merge_input *inputs;
	uint32_t n;
	uint32_t ntypes;
	struct pp_merge_type *types; /* common; their units the finest */
	struct pp_merge_type period_type;
	bool keep_periods; /* each input has its own */
	uint32_t *columns; /* ntypes for each input */
	double *ratios;	   /* likewise */
};

static struct pp_merge_type type_of(const struct pp_profile *p, const struct pp_value_type *t)
{
	return (struct pp_merge_type){pp_profile_str(p, t->type), pp_profile_str(p, t->unit)};
}

static int shown(struct pp_str s)
{
	return s.n < SHOWN ? (int)s.n : SHOWN;
}

static void list_types(struct pp_buf *list, const struct pp_profile *p)
{
	for (uint32_t i = 0; i < p->nsample_types && list->n < 5 * SHOWN; i++) {
		struct pp_str name = pp_profile_str(p, p->sample_types[i].type);

		pp_buf_fmt(list, "%s%.*s", i ? ", " : "", shown(name), name.p ? name.p : "");
	}
}

static bool has_type(const struct pp_profile *p, struct pp_str name, uint32_t *column)
{
	for (uint32_t i = 0; i < p->nsample_types; i++) {
		if (pp_str_eq(pp_profile_str(p, p->sample_types[i].type), name)) {
			*column = i;
			return true;
		}
	}
	return false;
}

static bool shares_type(const struct pp_profile *a, const struct pp_profile *b)
{
	for (uint32_t i = 0; i < a->nsample_types; i++) {
		uint32_t column;

		if (has_type(b, pp_profile_str(a, a->sample_types[i].type), &column))
			return true;
	}
	return false;
}

/* Name the first profile's types, and those of one that is to blame. */
static int nothing_common(const struct combination *c, struct pp_err *err)
{
	const struct pp_profile *first = c->inputs[0].profile;
	struct pp_buf a = PP_BUF_INIT, b = PP_BUF_INIT;
	uint32_t other = 1;

	while (other + 1 < c->n && shares_type(first, c->inputs[other].profile))
		other++;
	list_types(&a, first);
	list_types(&b, c->inputs[other].profile);
	pp_err_set(err, PP_ERR_FORMAT,
		   "no sample type is in all profiles: the first has %s, number %u has %s",
		   a.p ? a.p : "none", other + 1, b.p ? b.p : "none");
	pp_buf_release(&a);
	pp_buf_release(&b);
	return -1;
}

/* How often each name occurs in all profiles. */
static void count_names(const struct combination *c, struct pp_strtab *names, struct pp_buf *counts)
{
	uint32_t zero = 0;

	pp_buf_add(counts, &zero, sizeof(zero)); /* the empty name */
	for (uint32_t i = 0; i < c->n; i++) {
		const struct pp_profile *p = c->inputs[i].profile;

		for (uint32_t j = 0; j < p->nsample_types; j++) {
			uint32_t id =
				pp_strtab_add(names, pp_profile_str(p, p->sample_types[j].type));

			if (id == counts->n / sizeof(zero))
				pp_buf_add(counts, &zero, sizeof(zero));
			((uint32_t *)(void *)counts->p)[id]++;
		}
	}
}

static void choose_types(struct combination *c)
{
	const struct pp_profile *first = c->inputs[0].profile;
	struct pp_buf counts = PP_BUF_INIT;
	struct pp_strtab names;

	pp_strtab_init(&names);
	count_names(c, &names, &counts);
	c->types = pp_xcalloc(first->nsample_types, sizeof(*c->types));
	for (uint32_t i = 0; i < first->nsample_types; i++) {
		struct pp_merge_type t = type_of(first, &first->sample_types[i]);

		if (((uint32_t *)(void *)counts.p)[pp_strtab_add(&names, t.type)] == c->n)
			c->types[c->ntypes++] = t;
	}
	pp_strtab_release(&names);
	pp_buf_release(&counts);
}

/* Where input i has the common types. If that is not just where they are, a default_sample_type
 * that is not among them becomes the first. */
static int choose_columns(struct combination *c, uint32_t i, struct pp_err *err)
{
	struct pp_merge_input *in = &c->inputs[i];
	uint32_t *columns = c->columns + (size_t)i * c->ntypes;
	bool same = c->ntypes == in->profile->nsample_types, has_default = false;

	for (uint32_t j = 0; j < c->ntypes; j++) {
		if (!has_type(in->profile, c->types[j].type, &columns[j]))
			return nothing_common(c, err);
		same = same && columns[j] == j;
		has_default = has_default || pp_str_eq(c->types[j].type, in->default_sample_type);
	}
	if (!same && !has_default)
		in->default_sample_type = c->types[0].type;
	in->columns = columns;
	return 0;
}

/* `finest` becomes t's unit if that is finer. */
static int refine(struct pp_merge_type *finest, const struct pp_merge_type *t, struct pp_err *err)
{
	if (!pp_str_eq(finest->type, t->type))
		return pp_err_set(err, PP_ERR_FORMAT,
				  "the profiles have periods of different types: '%.*s' and '%.*s'",
				  shown(finest->type), finest->type.p, shown(t->type), t->type.p);
	if (!pp_units_convertible(finest->unit, t->unit))
		return pp_err_set(err, PP_ERR_FORMAT,
				  "the profiles have '%.*s' in different units: '%.*s' and '%.*s'",
				  shown(t->type), t->type.p, shown(finest->unit), finest->unit.p,
				  shown(t->unit), t->unit.p);
	if (pp_units_scale(1, t->unit, finest->unit).value < 1)
		finest->unit = t->unit;
	return 0;
}

static int choose_units(struct combination *c, struct pp_err *err)
{
	const struct pp_profile *first = c->inputs[0].profile;

	c->period_type = type_of(first, &first->period_type);
	for (uint32_t i = 0; i < c->n; i++) {
		const struct pp_profile *p = c->inputs[i].profile;
		struct pp_merge_type t = type_of(p, &p->period_type);

		if (!c->keep_periods && refine(&c->period_type, &t, err))
			return -1;
		for (uint32_t j = 0; j < c->ntypes; j++) {
			t = type_of(p, &p->sample_types[c->inputs[i].columns[j]]);
			if (refine(&c->types[j], &t, err))
				return -1;
		}
	}
	return 0;
}

static void convert_input(struct combination *c, uint32_t i)
{
	struct pp_merge_input *in = &c->inputs[i];
	const struct pp_profile *p = in->profile;
	double *ratios = c->ratios + (size_t)i * c->ntypes;
	struct pp_qty period =
		pp_units_scale(p->period, type_of(p, &p->period_type).unit, c->period_type.unit);
	bool all_ones = true;

	for (uint32_t j = 0; j < c->ntypes; j++) {
		struct pp_merge_type t = type_of(p, &p->sample_types[in->columns[j]]);

		ratios[j] = pp_units_scale(1, t.unit, c->types[j].unit).value;
		if (in->ratios)
			ratios[j] *= in->ratios[in->columns[j]];
		all_ones = all_ones && ratios[j] == 1;
	}
	in->ratios = all_ones ? NULL : ratios;
	if (c->keep_periods)
		return;
	in->period = pp_scale_to_int(period.value, PP_ROUND_TO_ZERO);
}

static int prepare(struct combination *c, struct pp_err *err)
{
	choose_types(c);
	if (c->ntypes == 0)
		return nothing_common(c, err);
	c->columns = pp_xcalloc((size_t)c->n * c->ntypes, sizeof(*c->columns));
	c->ratios = pp_xcalloc((size_t)c->n * c->ntypes, sizeof(*c->ratios));
	for (uint32_t i = 0; i < c->n; i++) {
		if (choose_columns(c, i, err))
			return -1;
	}
	if (choose_units(c, err))
		return -1;
	for (uint32_t i = 0; i < c->n; i++)
		convert_input(c, i);
	return 0;
}

int pp_combine_run(struct pp_profile *out, struct pp_merge_input *inputs, uint32_t n,
		   struct pp_err *err)
{
	struct combination c = {.inputs = inputs, .n = n};
	int rc = prepare(&c, err);
	struct pp_merge merge = {.inputs = inputs,
				 .n = n,
				 .types = c.types,
				 .ntypes = c.ntypes,
				 .period_type = &c.period_type};

	if (rc == 0) {
		rc = pp_merge_run(out, &merge, err);
	} else {
		for (uint32_t i = 0; i < n; i++)
			pp_profile_release(inputs[i].profile);
		pp_profile_init(out, 0);
	}
	free(c.types);
	free(c.columns);
	free(c.ratios);
	return rc;
}

int pp_profile_combine(struct pp_profile *out, struct pp_profile *in, uint32_t n,
		       struct pp_err *err)
{
	if (n == 1) {
		struct pp_profile only = in[0];

		pp_profile_init(&in[0], 0);
		*out = only;
		return 0;
	}

	PP_CLEANUP(pp_freep) struct pp_merge_input *inputs = pp_xcalloc(n, sizeof(*inputs));
	for (uint32_t i = 0; i < n; i++)
		pp_merge_input_init(&inputs[i], &in[i]);
	return pp_combine_run(out, inputs, n, err);
}

static bool same_types(const struct pp_profile *a, const struct pp_profile *b)
{
	if (a->nsample_types != b->nsample_types)
		return false;
	for (uint32_t i = 0; i < a->nsample_types; i++) {
		struct pp_merge_type x = type_of(a, &a->sample_types[i]);
		struct pp_merge_type y = type_of(b, &b->sample_types[i]);

		if (!pp_str_eq(x.type, y.type) || !pp_str_eq(x.unit, y.unit))
			return false;
	}
	return true;
}

/* A copy in `texts`, which has room for it: the profile that it is from will be released. */
static void keep(struct pp_buf *texts, struct pp_str *s)
{
	size_t at = texts->n;

	pp_buf_add(texts, s->p, s->n);
	s->p = texts->p + at;
}

static void keep_texts(struct combination *c, struct pp_buf *texts)
{
	size_t size = 0;

	for (uint32_t j = 0; j < c->ntypes; j++)
		size += c->types[j].type.n + c->types[j].unit.n;
	for (uint32_t i = 0; i < c->n; i++)
		size += c->inputs[i].default_sample_type.n;
	pp_buf_reserve(texts, size);
	for (uint32_t j = 0; j < c->ntypes; j++) {
		keep(texts, &c->types[j].type);
		keep(texts, &c->types[j].unit);
	}
	for (uint32_t i = 0; i < c->n; i++)
		keep(texts, &c->inputs[i].default_sample_type);
}

/* Each input for itself, with the types of all. */
static int convert_all(struct combination *c, struct pp_profile *profiles, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf texts = PP_BUF_INIT;
	int rc = 0;

	keep_texts(c, &texts);
	for (uint32_t i = 0; i < c->n && rc == 0; i++) {
		struct pp_merge merge = {
			.inputs = &c->inputs[i], .n = 1, .types = c->types, .ntypes = c->ntypes};
		struct pp_profile converted;

		rc = pp_merge_run(&converted, &merge, err);
		profiles[i] = converted;
	}
	return rc;
}

int pp_profile_align(struct pp_profile *profiles, uint32_t n, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) struct pp_merge_input *inputs = pp_xcalloc(n, sizeof(*inputs));
	struct combination c = {.inputs = inputs, .n = n, .keep_periods = true};
	uint32_t i = 1;
	int rc;

	while (i < n && same_types(&profiles[0], &profiles[i]))
		i++;
	if (i >= n)
		return 0;
	for (i = 0; i < n; i++)
		pp_merge_input_init(&inputs[i], &profiles[i]);
	rc = prepare(&c, err);
	if (rc == 0)
		rc = convert_all(&c, profiles, err);
	free(c.types);
	free(c.columns);
	free(c.ratios);
	return rc;
}
