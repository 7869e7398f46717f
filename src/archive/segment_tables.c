/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/segment_tables.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "profile/samples.h"

void pp_segment_tables_init(struct pp_segment_tables *t)
{
	const struct pp_segment_node empty = {0};

	*t = (struct pp_segment_tables){.nodes = PP_BUF_INIT};
	pp_strtab_init(&t->strings);
	pp_strtab_init(&t->functions);
	pp_strtab_init(&t->mappings);
	pp_strtab_init(&t->locations);
	pp_strtab_init(&t->sets);
	pp_strtab_init(&t->headers);
	pp_buf_add(&t->nodes, &empty, sizeof(empty));
}

void pp_segment_tables_release(struct pp_segment_tables *t)
{
	pp_strtab_release(&t->strings);
	pp_strtab_release(&t->functions);
	pp_strtab_release(&t->mappings);
	pp_strtab_release(&t->locations);
	pp_strtab_release(&t->sets);
	pp_strtab_release(&t->headers);
	pp_map_release(&t->node_of);
	pp_map_release(&t->sample_of);
	pp_buf_release(&t->nodes);
	pp_buf_release(&t->samples);
}

uint64_t pp_segment_tables_size(const struct pp_segment_tables *t)
{
	/* keys are wider than what is written, nodes and samples take some bytes each */
	return t->strings.nbytes +
	       (t->functions.nbytes + t->mappings.nbytes + t->locations.nbytes + t->sets.nbytes) /
		       2 +
	       t->headers.nbytes + t->nodes.n / 2 + t->samples.n / 2;
}

/* A profile on its way in. PP_NONE: not entered yet. */
struct entering {
	struct pp_segment_tables *t;
	const struct pp_profile *p;
	uint32_t *strings, *functions, *mappings, *locations;
	bool *used_functions, *used_locations;
	struct pp_buf key, labels;
};

static uint32_t *none(uint32_t n)
{
	uint32_t *to = pp_xcalloc(n, sizeof(*to));

	if (n)
		memset(to, 0xff, n * sizeof(*to));
	return to;
}

static uint32_t string(struct entering *e, uint32_t at)
{
	if (e->strings[at] == PP_NONE)
		e->strings[at] = pp_strtab_add(&e->t->strings, e->p->strings[at]);
	return e->strings[at];
}

static uint32_t function(struct entering *e, uint32_t at)
{
	const struct pp_function *f = &e->p->functions[at];

	if (e->functions[at] == PP_NONE) {
		struct pp_segment_function key = {.start_line = f->start_line,
						  .name = string(e, f->name),
						  .system_name = string(e, f->system_name),
						  .filename = string(e, f->filename)};

		e->functions[at] = pp_strtab_add(&e->t->functions,
						 (struct pp_str){(char *)&key, sizeof(key)}) -
				   1;
	}
	return e->functions[at];
}

static uint32_t mapping_key(struct entering *e, uint32_t at, uint32_t occurrence)
{
	const struct pp_mapping *m = &e->p->mappings[at];
	struct pp_segment_mapping key = {
		.start = m->start,
		.limit = m->limit,
		.offset = m->offset,
		.file = string(e, m->file),
		.build_id = string(e, m->build_id),
		.flags = (uint32_t)(m->has_functions | m->has_filenames << 1 | m->has_lines << 2 |
				    m->has_inlines << 3),
		.occurrence = occurrence};

	return pp_strtab_add(&e->t->mappings, (struct pp_str){(char *)&key, sizeof(key)}) - 1;
}

/* In their order; `seen` has the first occurrence of each, and how many there were. */
static void enter_mappings(struct entering *e)
{
	struct pp_map seen = {0};

	for (uint32_t i = 0; i < e->p->nmappings; i++) {
		uint32_t first = mapping_key(e, i, 0), *n = pp_map_put(&seen, first, 0);

		e->mappings[i] = mapping_key(e, i, (*n)++);
	}
	pp_map_release(&seen);
}

static uint32_t location(struct entering *e, uint32_t at)
{
	const struct pp_location *l = &e->p->locations[at];

	if (e->locations[at] != PP_NONE)
		return e->locations[at];
	const struct pp_segment_location head = {
		.address = l->address,
		.mapping = l->mapping == PP_NONE ? PP_NONE : e->mappings[l->mapping],
		.folded = l->folded};

	pp_buf_clear(&e->key);
	pp_buf_add(&e->key, &head, sizeof(head));
	for (uint32_t i = 0; i < l->nlines; i++) {
		const struct pp_line *line = &e->p->lines[l->first_line + i];
		const struct pp_segment_line own = {.line = line->line,
						    .column = line->column,
						    .function = function(e, line->function)};

		e->used_functions[line->function] = true;
		pp_buf_add(&e->key, &own, sizeof(own));
	}
	return e->locations[at] = pp_strtab_add(&e->t->locations, pp_buf_view(&e->key)) - 1;
}

static uint32_t set(struct entering *e, struct pp_wire message)
{
	struct pp_label l;

	pp_buf_clear(&e->labels);
	while (pp_labels_next(&message, &l)) {
		const struct pp_segment_label own = {.num = l.num,
						     .key = string(e, l.key),
						     .str = string(e, l.str),
						     .unit = string(e, l.unit)};

		pp_buf_add(&e->labels, &own, sizeof(own));
	}
	return pp_strtab_add(&e->t->sets, pp_buf_view(&e->labels));
}

/* From the root on. */
static uint32_t node(struct entering *e, const struct pp_sample *s)
{
	struct pp_segment_tables *t = e->t;
	uint32_t at = 0;

	for (uint32_t i = s->nlocations; i--;) {
		struct pp_segment_node own = {at, location(e, s->locations[i])};
		uint32_t fresh = (uint32_t)(t->nodes.n / sizeof(own));

		e->used_locations[s->locations[i]] = true;
		at = *pp_map_put(&t->node_of, (uint64_t)at << 32 | own.location, fresh);
		if (at == fresh)
			pp_buf_add(&t->nodes, &own, sizeof(own));
	}
	return at;
}

static uint32_t sample(struct entering *e, const struct pp_sample *s)
{
	struct pp_segment_tables *t = e->t;
	struct pp_segment_sample own = {.node = node(e, s), .set = set(e, s->label)};
	uint32_t fresh = (uint32_t)(t->samples.n / sizeof(own));
	uint32_t at = *pp_map_put(&t->sample_of, (uint64_t)own.node << 32 | own.set, fresh);

	if (at == fresh) {
		pp_buf_add(&t->samples, &own, sizeof(own));
		t->depths += s->nlocations;
	}
	pp_segment_samples(t)[at].count++;
	return at;
}

static size_t enter_samples(struct entering *e, struct pp_buf *rows, struct pp_buf *values)
{
	struct pp_sample_iter it;
	struct pp_sample s;
	size_t n = 0;

	for (uint32_t range = 0; range < e->p->nranges; range++) {
		pp_samples_begin(&it, e->p, range);
		for (; pp_samples_next(&it, &s); n++) {
			uint32_t own = sample(e, &s);

			pp_buf_add(rows, &own, sizeof(own));
			pp_buf_add(values, s.values, e->p->nsample_types * sizeof(*s.values));
		}
		pp_samples_release(&it);
	}
	return n;
}

static uint32_t header(struct entering *e)
{
	const struct pp_profile *p = e->p;
	struct pp_segment_header head = {.period = p->period,
					 .has_period_type = p->has_period_type,
					 .period_type = string(e, p->period_type.type),
					 .period_unit = string(e, p->period_type.unit),
					 .drop_frames = string(e, p->drop_frames),
					 .keep_frames = string(e, p->keep_frames),
					 .default_type = string(e, p->default_sample_type),
					 .doc_url = string(e, p->doc_url),
					 .ntypes = p->nsample_types,
					 .ncomments = p->ncomments,
					 .nmappings = p->nmappings};

	pp_buf_clear(&e->key);
	pp_buf_add(&e->key, &head, sizeof(head));
	for (uint32_t i = 0; i < p->nsample_types; i++) {
		uint32_t type[] = {string(e, p->sample_types[i].type),
				   string(e, p->sample_types[i].unit)};

		pp_buf_add(&e->key, type, sizeof(type));
	}
	for (uint32_t i = 0; i < p->ncomments; i++) {
		uint32_t comment = string(e, p->comments[i]);

		pp_buf_add(&e->key, &comment, sizeof(comment));
	}
	pp_buf_add(&e->key, e->mappings, p->nmappings * sizeof(*e->mappings));
	return pp_strtab_add(&e->t->headers, pp_buf_view(&e->key)) - 1;
}

/* What nothing leads to is kept as well. */
static void enter_rest(struct entering *e, struct pp_segment_profile *out, struct pp_buf *extra)
{
	for (uint32_t i = 0; i < e->p->nlocations; i++) {
		uint32_t own = location(e, i);

		if (e->used_locations[i])
			continue;
		pp_buf_add(extra, &own, sizeof(own));
		out->nextra_locations++;
	}
	for (uint32_t i = 0; i < e->p->nfunctions; i++) {
		uint32_t own = function(e, i);

		if (e->used_functions[i])
			continue;
		pp_buf_add(extra, &own, sizeof(own));
		out->nextra_functions++;
	}
}

void pp_segment_tables_add(struct pp_segment_tables *t, const struct pp_profile *p,
			   struct pp_segment_profile *out, struct pp_buf *rows,
			   struct pp_buf *values, struct pp_buf *extra)
{
	struct entering e = {
		.t = t,
		.p = p,
		.strings = none(p->nstrings),
		.functions = none(p->nfunctions),
		.mappings = none(p->nmappings),
		.locations = none(p->nlocations),
		.used_functions = pp_xcalloc(p->nfunctions, sizeof(bool)),
		.used_locations = pp_xcalloc(p->nlocations, sizeof(bool)),
	};

	*out = (struct pp_segment_profile){0};
	enter_mappings(&e);
	out->nrows = enter_samples(&e, rows, values);
	out->header = header(&e);
	enter_rest(&e, out, extra);
	free(e.strings);
	free(e.functions);
	free(e.mappings);
	free(e.locations);
	free(e.used_functions);
	free(e.used_locations);
	pp_buf_release(&e.key);
	pp_buf_release(&e.labels);
}
