/* SPDX-License-Identifier: Apache-2.0 */
/* Samples as texts. */
#include <config.h>

#include "oracle_merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "profile/samples.h"

#define MAX_LABELS 64 /* more are cut: sorting them here is quadratic */

void oracle_samples_init(struct oracle_samples *o, uint32_t nvalues)
{
	*o = (struct oracle_samples){.nvalues = nvalues};
	pp_strtab_init(&o->texts);
	for (uint32_t i = 0; i < nvalues; i++) /* of the empty text */
		pp_buf_add(&o->values, &(int64_t){0}, sizeof(int64_t));
}

void oracle_samples_release(struct oracle_samples *o)
{
	pp_strtab_release(&o->texts);
	pp_buf_release(&o->values);
}

/* Length first, so that no two lists of strings look alike. */
static void put_string(struct pp_buf *b, struct pp_str s)
{
	pp_buf_fmt(b, "%zu:", s.n);
	pp_buf_add(b, s.p, s.n);
}

static void put_mapping(struct pp_buf *b, const struct pp_profile *p, const struct pp_mapping *m)
{
	struct pp_str build_id = pp_profile_str(p, m->build_id);
	uint64_t size = m->limit - m->start + 0xfff;

	pp_buf_fmt(b, "M%llx,%llx,", (unsigned long long)(size - size % 0x1000),
		   (unsigned long long)m->offset);
	put_string(b, build_id.n ? build_id : pp_profile_str(p, m->file));
}

static void put_location(struct pp_buf *b, const struct pp_profile *p, const struct pp_location *l,
			 bool stand_in)
{
	static const struct pp_mapping nameless;
	const struct pp_mapping *m = l->mapping == PP_NONE ? NULL : &p->mappings[l->mapping];

	if (stand_in && !p->nmappings)
		m = &nameless;
	pp_buf_fmt(b, "\nL%llx,%d", (unsigned long long)(l->address - (m ? m->start : 0)),
		   l->folded);
	if (m)
		put_mapping(b, p, m);
	for (uint32_t i = 0; i < l->nlines; i++) {
		const struct pp_line *line = &p->lines[l->first_line + i];
		const struct pp_function *f = &p->functions[line->function];

		pp_buf_fmt(b, ";%lld,%lld,%lld,", (long long)line->line, (long long)line->column,
			   (long long)f->start_line);
		put_string(b, pp_profile_str(p, f->name));
		put_string(b, pp_profile_str(p, f->system_name));
		put_string(b, pp_profile_str(p, f->filename));
	}
}

static int compare_labels(const struct pp_profile *p, const struct pp_label *a,
			  const struct pp_label *b)
{
	bool a_text = pp_profile_str(p, a->str).n != 0, b_text = pp_profile_str(p, b->str).n != 0;

	if (a_text != b_text)
		return a_text ? -1 : 1;
	return pp_str_cmp(pp_profile_str(p, a->key), pp_profile_str(p, b->key));
}

static void put_labels(struct pp_buf *b, const struct pp_profile *p, struct pp_wire cursor)
{
	struct pp_label sorted[MAX_LABELS], l;
	size_t n = 0;

	while (n < MAX_LABELS && pp_labels_next(&cursor, &l)) {
		size_t at = n;

		if (!pp_profile_str(p, l.str).n && !l.num && !pp_profile_str(p, l.unit).n)
			continue;
		for (; at && compare_labels(p, &sorted[at - 1], &l) > 0; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = l;
		n++;
	}
	for (size_t i = 0; i < n; i++) {
		pp_buf_fmt(b, "\nlabel %lld,", (long long)sorted[i].num);
		put_string(b, pp_profile_str(p, sorted[i].key));
		put_string(b, pp_profile_str(p, sorted[i].str));
		put_string(b, pp_profile_str(p, sorted[i].unit));
	}
}

static int64_t *values_of(struct oracle_samples *o, struct pp_str text)
{
	uint32_t id = pp_strtab_add(&o->texts, text);

	while (o->values.n < ((size_t)id + 1) * o->nvalues * sizeof(int64_t))
		pp_buf_add(&o->values, &(int64_t){0}, sizeof(int64_t));
	return (int64_t *)(void *)o->values.p + (size_t)id * o->nvalues;
}

static void add_sample(struct oracle_samples *o, const struct pp_profile *p,
		       const struct pp_sample *s, int64_t factor, bool stand_in)
{
	struct pp_buf text = PP_BUF_INIT;

	pp_buf_str(&text, "sample");
	for (uint32_t i = 0; i < s->nlocations; i++)
		put_location(&text, p, &p->locations[s->locations[i]], stand_in);
	put_labels(&text, p, s->label);
	int64_t *values = values_of(o, pp_buf_view(&text));
	for (uint32_t i = 0; i < o->nvalues; i++)
		values[i] = pp_wrap_add(values[i],
					(int64_t)((uint64_t)s->values[i] * (uint64_t)factor));
	pp_buf_release(&text);
}

void oracle_samples_add(struct oracle_samples *o, const struct pp_profile *p, int64_t factor,
			bool stand_in)
{
	for (uint32_t range = 0; range < p->nranges; range++) {
		struct pp_sample_iter it;
		struct pp_sample s;

		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s))
			add_sample(o, p, &s, factor, stand_in);
		pp_samples_release(&it);
	}
}

/* All of a's samples are in b. */
static bool is_part(struct oracle_samples *a, struct oracle_samples *b)
{
	for (uint32_t id = 1; id < a->texts.count; id++) {
		size_t n = a->nvalues * sizeof(int64_t);
		struct pp_str text = pp_strtab_get(&a->texts, id);

		if (memcmp(values_of(a, text), values_of(b, text), n) != 0)
			return false;
	}
	return true;
}

bool oracle_samples_equal(struct oracle_samples *a, struct oracle_samples *b)
{
	return a->nvalues == b->nvalues && is_part(a, b) && is_part(b, a);
}

static const char *wrong_ids(const struct pp_profile *p)
{
	for (uint32_t i = 0; i < p->nmappings; i++) {
		if (p->mappings[i].id != (uint64_t)i + 1)
			return "ids of mappings";
	}
	for (uint32_t i = 0; i < p->nfunctions; i++) {
		if (p->functions[i].id != (uint64_t)i + 1)
			return "ids of functions";
	}
	for (uint32_t i = 0; i < p->nlocations; i++) {
		if (p->locations[i].id != (uint64_t)i + 1)
			return "ids of locations";
	}
	return NULL;
}

/* Locations that samples lead to, in w[] the first time they are met. */
static const char *wrong_samples(const struct pp_profile *p)
{
	uint32_t met = 0, depth = 0;
	uint64_t nsamples = 0;
	const char *wrong = NULL;

	for (uint32_t range = 0; range < p->nranges; range++) {
		struct pp_sample_iter it;
		struct pp_sample s;

		pp_samples_begin(&it, p, range);
		while (pp_samples_next(&it, &s)) {
			int64_t any = 0;

			for (uint32_t i = 0; i < p->nsample_types; i++)
				any |= s.values[i];
			if (!any)
				wrong = "a sample is zero";
			for (uint32_t i = 0; i < s.nlocations; i++) {
				if (s.locations[i] > met)
					wrong = "locations are not in the order of samples";
				met += s.locations[i] == met;
			}
			depth = s.nlocations > depth ? s.nlocations : depth;
			nsamples++;
		}
		pp_samples_release(&it);
	}
	if (met != p->nlocations)
		return "a location without samples";
	if (nsamples != p->nsamples || depth != p->max_depth)
		return "the numbers of samples or frames";
	return wrong;
}

static const char *wrong_rows(const struct pp_profile *p)
{
	uint32_t mappings = p->nmappings ? 1 : 0, functions = 0;

	for (uint32_t i = 0; i < p->nlocations; i++) {
		const struct pp_location *l = &p->locations[i];

		mappings += l->mapping == mappings;
		for (uint32_t j = 0; j < l->nlines; j++)
			functions += p->lines[l->first_line + j].function == functions;
	}
	if (mappings != p->nmappings)
		return "a mapping without locations";
	return functions != p->nfunctions ? "a function without locations" : NULL;
}

const char *oracle_merged_wrong(const struct pp_profile *p)
{
	struct oracle_samples o;
	const char *wrong = wrong_ids(p);

	oracle_samples_init(&o, p->nsample_types);
	oracle_samples_add(&o, p, 1, false);
	if (!wrong && o.texts.count - 1 != p->nsamples)
		wrong = "two samples are the same";
	oracle_samples_release(&o);
	if (!wrong)
		wrong = wrong_samples(p);
	return wrong ? wrong : wrong_rows(p);
}
