/* SPDX-License-Identifier: Apache-2.0 */
/* What a merge does to single samples. */
#include <config.h>

#include "profile/merge_walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "profile/sample_set.h"

#define BATCH_BYTES  (1u << 20)
#define VARINT32_MAX 5 /* bytes of a varint of 32 bits */

/* Whether some but not all profiles have mappings. */
static bool needs_stand_in(const struct pp_merge *m)
{
	uint32_t with = 0;

	for (uint32_t i = 0; i < m->n; i++)
		with += m->inputs[i].profile->nmappings != 0;
	return with && with < m->n;
}

void pp_merge_walk_init(struct pp_merge_walk *w, const struct pp_merge *merge,
			struct pp_merge_tables *tables, struct pp_label_sets *labels,
			uint32_t nvalues)
{
	*w = (struct pp_merge_walk){
		.merge = merge,
		.tables = tables,
		.labels = labels,
		.nvalues = nvalues,
		.seed = pp_hash_seed(),
		.stand_in = needs_stand_in(merge),
		.values = pp_xcalloc(nvalues, sizeof(int64_t)),
	};
}

/* The labels in w->own_labels as a set in terms of the result. */
static uint32_t make_set(struct pp_merge_walk *w)
{
	bool is_base = w->merge->inputs[w->input].is_base;
	struct pp_set_label *l = (void *)w->own_labels.p;
	size_t n = w->own_labels.n / sizeof(*l), kept = 0;

	for (size_t i = 0; i < n; i++) {
		l[i].key = pp_merge_string(w->tables, &w->source, l[i].key);
		l[i].str = pp_merge_string(w->tables, &w->source, l[i].str);
		l[i].unit = pp_merge_string(w->tables, &w->source, l[i].unit);
		/* the file may have said "" with a number of its own */
		bool says_nothing = !l[i].str && !l[i].num && !l[i].unit;
		if (says_nothing || (is_base && l[i].key == w->base_key && l[i].str))
			continue;
		l[kept++] = l[i];
	}
	w->own_labels.n = kept * sizeof(*l);
	if (is_base) {
		struct pp_set_label mark = {.key = w->base_key, .str = w->base_value};

		pp_buf_add(&w->own_labels, &mark, sizeof(mark));
		l = (void *)w->own_labels.p;
	}
	return pp_label_sets_add(w->labels, l, w->own_labels.n / sizeof(*l), &w->tables->strings);
}

/* The set of a sample's labels. For labels that are equal in the profile's own terms it is only
 * looked up. */
static uint32_t labels_of(struct pp_merge_walk *w, const struct pp_sample *s)
{
	struct pp_wire cursor = s->label;
	struct pp_label l;
	uint32_t set;

	w->own_labels.n = 0;
	while (pp_labels_next(&cursor, &l)) {
		struct pp_set_label own = {
			.num = l.num, .key = l.key, .str = l.str, .unit = l.unit};

		pp_buf_add(&w->own_labels, &own, sizeof(own));
	}
	uint32_t id =
		w->own_labels.n ? pp_strtab_add(&w->own_sets, pp_buf_view(&w->own_labels)) : 0;
	if (id == w->sets.n / sizeof(set)) {
		set = make_set(w);
		pp_buf_add(&w->sets, &set, sizeof(set));
	}
	memcpy(&set, w->sets.p + id * sizeof(set), sizeof(set));
	return set;
}

static void begin_input(struct pp_merge_walk *w)
{
	const struct pp_profile *p = w->merge->inputs[w->input].profile;

	pp_merge_source_init(&w->source, p, w->stand_in && !p->nmappings);
	pp_strtab_init(&w->own_sets);
	w->in_input = true;
	w->range = 0;
	pp_merge_first_mapping(w->tables, &w->source);
	if (w->merge->inputs[w->input].is_base) {
		w->base_key = pp_strtab_add(&w->tables->strings, PP_STR_LIT(PP_BASE_LABEL));
		w->base_value = pp_strtab_add(&w->tables->strings, PP_STR_LIT("true"));
	}
	uint32_t none = make_set(w); /* number 0 among its sets */
	pp_buf_add(&w->sets, &none, sizeof(none));
}

static void end_input(struct pp_merge_walk *w)
{
	if (w->in_range)
		pp_samples_release(&w->iter);
	if (w->in_input) {
		pp_merge_source_release(&w->source);
		pp_strtab_release(&w->own_sets);
		pp_buf_clear(&w->sets);
		w->own_labels.n = 0;
		pp_profile_release(w->merge->inputs[w->input].profile);
	}
	w->in_range = w->in_input = false;
}

void pp_merge_walk_release(struct pp_merge_walk *w)
{
	end_input(w);
	pp_buf_release(&w->own_labels);
	pp_buf_release(&w->sets);
	free(w->values);
}

/* The next sample of any profile; false at the end of all. */
static bool next_sample(struct pp_merge_walk *w, struct pp_sample *s)
{
	for (; w->input < w->merge->n; w->input++) {
		const struct pp_profile *p = w->merge->inputs[w->input].profile;

		if (!w->in_input)
			begin_input(w);
		for (; w->in_range || w->range < p->nranges; w->range++) {
			if (!w->in_range)
				pp_samples_begin(&w->iter, p, w->range);
			w->in_range = true;
			if (pp_samples_next(&w->iter, s))
				return true;
			pp_samples_release(&w->iter);
			w->in_range = false;
		}
		end_input(w);
	}
	return false;
}

/* False if all values are 0 in the result. */
static bool take_values(struct pp_merge_walk *w, const int64_t *from)
{
	const struct pp_merge_input *in = &w->merge->inputs[w->input];
	int64_t any = 0;

	for (uint32_t i = 0; i < w->nvalues; i++) {
		int64_t v = from[in->columns ? in->columns[i] : i];

		if (in->ratios)
			v = pp_scale_value(v, in->ratios[i], w->merge->rounding);
		w->values[i] = v;
		any |= v;
	}
	return any != 0;
}

/* Write the stack as varints of our numbers; returns its end. What the loop needs is in locals: for
 * all the compiler knows, writing bytes could change anything else. */
static uint8_t *put_stack(struct pp_merge_walk *w, const struct pp_sample *s, uint8_t *to)
{
	const uint32_t *locations = s->locations, *end = locations + s->nlocations;
	const uint32_t *moved = w->source.locations;

	for (; locations < end; locations++) {
		uint32_t at = moved[*locations];

		if (pp_unlikely(at == PP_NONE))
			at = pp_merge_new_location(w->tables, &w->source, *locations);
		to = pp_wire_write_varint(to, (uint64_t)at + 1);
	}
	return to;
}

static void put_record(struct pp_merge_walk *w, const struct pp_sample *s, struct pp_buf *records)
{
	uint32_t labels = labels_of(w, s);
	size_t room = pp_sample_record_size(w->nvalues, (size_t)s->nlocations * VARINT32_MAX);

	pp_buf_reserve(records, room);
	struct pp_sample_record *r = (void *)(records->p + records->n);
	uint8_t *stack = pp_sample_record_stack(r, w->nvalues), *end = put_stack(w, s, stack);
	size_t nstack = (size_t)(end - stack), size = pp_sample_record_size(w->nvalues, nstack);

	memset(end, 0, (size_t)((uint8_t *)r + size - end));
	r->hash = pp_sample_record_hash(w->seed, stack, nstack, labels);
	r->labels = labels;
	r->nstack = (uint32_t)nstack;
	memcpy(r->values, w->values, w->nvalues * sizeof(*w->values));
	records->n += size;
	if (s->nlocations > w->max_depth)
		w->max_depth = s->nlocations;
}

void pp_merge_walk_fill(struct pp_merge_walk *w, struct pp_buf *records)
{
	struct pp_sample s;

	while (records->n < BATCH_BYTES && next_sample(w, &s)) {
		if (take_values(w, s.values))
			put_record(w, &s, records);
	}
}
