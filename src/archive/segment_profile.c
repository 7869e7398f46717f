/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/segment_profile.h"

#include <stdlib.h>
#include <string.h>

#include "archive/canonical.h"
#include "base/alloc.h"

/* A profile in the making. PP_NONE: not there yet. */
struct making {
	const struct pp_segment *s;
	struct pp_builder b;
	uint32_t *strings, *mappings, *functions, *locations;
	struct pp_buf lines; /* struct pp_line */
	uint32_t *stack;
	size_t stack_cap;
	uint64_t depths, depths_max; /* of all samples */
};

static uint32_t *none(uint32_t n)
{
	uint32_t *to = pp_xcalloc(n, sizeof(*to));

	if (n)
		memset(to, 0xff, n * sizeof(*to));
	return to;
}

static void init(struct making *m, const struct pp_segment *s, uint64_t depths_max)
{
	*m = (struct making){.s = s,
			     .strings = none(s->nstrings),
			     .mappings = none(s->nmappings),
			     .functions = none(s->nfunctions),
			     .locations = none(s->nlocations),
			     .depths_max = depths_max};
	pp_builder_init(&m->b);
}

static void release(struct making *m)
{
	free(m->strings);
	free(m->mappings);
	free(m->functions);
	free(m->locations);
	free(m->stack);
	pp_buf_release(&m->lines);
	pp_builder_release(&m->b);
}

static uint32_t string(struct making *m, uint32_t at)
{
	if (m->strings[at] == PP_NONE)
		m->strings[at] = pp_builder_string(&m->b, m->s->strings[at]);
	return m->strings[at];
}

static uint32_t mapping(struct making *m, uint32_t at)
{
	if (m->mappings[at] == PP_NONE) {
		struct pp_mapping own = m->s->mappings[at];

		own.file = string(m, own.file);
		own.build_id = string(m, own.build_id);
		m->mappings[at] = pp_builder_mapping(&m->b, &own);
	}
	return m->mappings[at];
}

static uint32_t function(struct making *m, uint32_t at)
{
	const struct pp_function *f = &m->s->functions[at];

	if (m->functions[at] == PP_NONE)
		m->functions[at] =
			pp_builder_function(&m->b, string(m, f->name), string(m, f->system_name),
					    string(m, f->filename), f->start_line);
	return m->functions[at];
}

static uint32_t location(struct making *m, uint32_t at)
{
	const struct pp_location *l = &m->s->locations[at];

	if (m->locations[at] != PP_NONE)
		return m->locations[at];
	pp_buf_clear(&m->lines);
	for (uint32_t i = 0; i < l->nlines; i++) {
		struct pp_line line = m->s->lines[l->first_line + i];

		line.function = function(m, line.function);
		pp_buf_add(&m->lines, &line, sizeof(line));
	}
	uint32_t own = l->mapping == PP_NONE ? PP_NONE : mapping(m, l->mapping);
	uint32_t to = pp_builder_new_location(&m->b, own, l->address,
					      (const struct pp_line *)(const void *)m->lines.p,
					      l->nlines);
	pp_builder_location_at(&m->b, to)->folded = l->folded;
	return m->locations[at] = to;
}

static int add_sample(struct making *m, uint32_t sample, const int64_t *values, struct pp_err *err)
{
	const struct pp_segment *s = m->s;
	uint32_t set = s->sample_sets[sample], node = s->sample_nodes[sample], n = 0;
	uint32_t first = set ? s->set_ends[set - 1] : 0, nlabels = s->set_ends[set] - first;
	PP_CLEANUP(pp_freep) struct pp_builder_label *labels = NULL;

	m->depths += s->node_depths[node];
	if (m->depths > m->depths_max)
		return pp_err_set(err, PP_ERR_FORMAT, "its stacks are too large");
	m->stack = pp_grow(m->stack, &m->stack_cap, s->node_depths[node], sizeof(*m->stack));
	for (; node; node = s->node_parents[node])
		m->stack[n++] = location(m, s->node_locations[node]);
	if (nlabels)
		labels = pp_xcalloc(nlabels, sizeof(*labels));
	for (uint32_t i = 0; i < nlabels; i++) {
		const struct pp_builder_label *l = &s->labels[first + i];

		labels[i] = (struct pp_builder_label){string(m, l->key), string(m, l->str),
						      string(m, l->unit), l->num};
	}
	pp_builder_sample(&m->b, m->stack, n, values, labels, nlabels);
	return 0;
}

/* What is the same for all entries with this header. */
static void begin(struct making *m, const struct pp_segment_heading *h)
{
	const uint32_t *numbers = pp_segment_numbers(m->s, h->numbers);
	struct pp_profile *head = &m->b.head;

	for (uint32_t i = 0; i < h->ntypes; i++) {
		struct pp_value_type t = {string(m, numbers[2 * i]), string(m, numbers[2 * i + 1])};

		pp_buf_add(&m->b.sample_types, &t, sizeof(t));
	}
	head->nsample_types = h->ntypes;
	head->has_period_type = h->has_period_type;
	head->period_type.type = string(m, h->period_type);
	head->period_type.unit = string(m, h->period_unit);
	head->drop_frames = string(m, h->drop_frames);
	head->keep_frames = string(m, h->keep_frames);
	for (uint32_t i = 0; i < h->nmappings; i++)
		mapping(m, numbers[2 * h->ntypes + h->ncomments + i]);
}

static void set_rest(struct making *m, const struct pp_segment_heading *h)
{
	const uint32_t *comments = pp_segment_numbers(m->s, h->numbers + 2 * (size_t)h->ntypes);

	m->b.head.period = h->period;
	m->b.head.default_sample_type = string(m, h->default_type);
	m->b.head.doc_url = string(m, h->doc_url);
	for (uint32_t i = 0; i < h->ncomments; i++)
		pp_builder_comment(&m->b, m->s->strings[comments[i]]);
}

static void add_extra(struct making *m, const struct pp_segment_entry *e)
{
	const uint32_t *extra = pp_segment_numbers(m->s, e->extra);

	for (uint32_t i = 0; i < e->nextra_locations; i++)
		location(m, *extra++);
	for (uint32_t i = 0; i < e->nextra_functions; i++)
		function(m, *extra++);
}

int pp_segment_profile(struct pp_profile *out, const struct pp_segment *s, uint32_t i,
		       struct pp_err *err)
{
	const struct pp_segment_entry *e = &s->entries[i];
	const struct pp_segment_heading *h = &s->headers[e->header];
	struct making m;
	int rc = 0;

	pp_profile_init(out, 0);
	/* each location of a stack takes a byte of the canonical form */
	init(&m, s, s->head.entries[i].size);
	begin(&m, h);
	set_rest(&m, h);
	m.b.head.time_nanos = e->time;
	m.b.head.duration_nanos = s->head.entries[i].duration;
	for (size_t row = e->row; row < e[1].row && rc == 0; row++)
		rc = add_sample(&m, s->rows[row], s->values + e->value + (row - e->row) * h->ntypes,
				err);
	add_extra(&m, e);
	if (rc == 0)
		rc = pp_builder_finish(&m.b, out, err);
	release(&m);
	return rc;
}

int pp_segment_canonical(const struct pp_segment *s, uint32_t i, struct pp_buf *out,
			 struct pp_err *err)
{
	struct pp_profile p;

	if (pp_segment_profile(&p, s, i, err))
		return -1;
	int rc = pp_canonical(&p, out, err);
	pp_profile_release(&p);
	return rc;
}

int pp_segment_check(const struct pp_segment *s, uint32_t i, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf canonical = PP_BUF_INIT;
	const struct pp_entry *e = &s->head.entries[i];
	struct pp_id id;

	if (pp_segment_canonical(s, i, &canonical, err))
		return -1;
	id = pp_entry_id(&e->series->labels, pp_buf_view(&canonical));
	if (canonical.n != e->size || memcmp(&id, &e->id, sizeof(id)) != 0)
		return pp_err_set(err, PP_ERR_FORMAT, "entry %u is not what its id says", i);
	return 0;
}
