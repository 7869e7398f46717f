/* SPDX-License-Identifier: Apache-2.0 */
/* Head and tables of a segment. Columns stand one after the other: what is alike packs well. */
#include <config.h>

#include "archive/segment_write.h"

#include <stdlib.h>
#include <string.h>

#include "archive/fields.h"
#include "archive/segment_emit.h"
#include "archive/segment_sources.h"
#include "base/alloc.h"
#include "base/magnitude.h"

/* So much leaves room for one further profile within the reader's limits. */
#define FULL_BYTES  (PP_SEGMENT_RAW_MAX / 4)
#define FULL_VALUES (PP_SEGMENT_VALUES_MAX / 3)
#define FULL_DEPTHS (PP_SEGMENT_DEPTHS_MAX / 2)
#define FULL_COUNT  (1u << 16)

void pp_segment_writer_init(struct pp_segment_writer *w)
{
	*w = (struct pp_segment_writer){.n = 0};
	pp_segment_tables_init(&w->tables);
	/* so that there are addresses, also of nothing */
	pp_buf_reserve(&w->rows, 0);
	pp_buf_reserve(&w->values, 0);
	pp_buf_reserve(&w->extra, 0);
}

void pp_segment_writer_release(struct pp_segment_writer *w)
{
	pp_segment_tables_release(&w->tables);
	pp_buf_release(&w->entries);
	pp_buf_release(&w->profiles);
	pp_buf_release(&w->times);
	pp_buf_release(&w->rows);
	pp_buf_release(&w->values);
	pp_buf_release(&w->extra);
	pp_buf_release(&w->sources);
}

int pp_segment_writer_add(struct pp_segment_writer *w, const struct pp_entry *e,
			  const struct pp_profile *p, struct pp_err *err)
{
	struct pp_segment_profile own;

	if (p->nsample_types != e->series->ntypes || p->nsamples != e->samples)
		return pp_err_set(err, PP_ERR_FORMAT, "a profile is not what its record says");
	pp_segment_tables_add(&w->tables, p, &own, &w->rows, &w->values, &w->extra);
	pp_buf_add(&w->entries, &e, sizeof(e)); /* NOLINT: of the pointer */
	pp_buf_add(&w->profiles, &own, sizeof(own));
	pp_buf_add(&w->times, &p->time_nanos, sizeof(p->time_nanos));
	w->n++;
	return 0;
}

bool pp_segment_writer_is_full(const struct pp_segment_writer *w)
{
	return w->n >= FULL_COUNT || w->values.n / sizeof(int64_t) >= FULL_VALUES ||
	       w->tables.depths >= FULL_DEPTHS ||
	       pp_segment_tables_size(&w->tables) + w->rows.n + w->values.n / 4 >= FULL_BYTES;
}

/* The series of the entries, each once. */
struct summary {
	struct pp_map place; /* by address */
	struct summary_row {
		const struct pp_series *series;
		uint64_t n;
		int64_t first, last;
		int64_t *totals;
	} * rows;
	uint32_t n;
	size_t cap;
};

static uint32_t summarize(struct summary *s, const struct pp_entry *e)
{
	uint32_t at = *pp_map_put(&s->place, (uint64_t)(uintptr_t)e->series, s->n);

	if (at == s->n) {
		s->rows = pp_grow(s->rows, &s->cap, (size_t)s->n + 1, sizeof(*s->rows));
		s->rows[s->n++] = (struct summary_row){
			.series = e->series,
			.first = e->start,
			.last = e->start,
			.totals = pp_xcalloc(e->series->ntypes, sizeof(int64_t))};
	}
	struct summary_row *row = &s->rows[at];
	row->n++;
	row->first = e->start < row->first ? e->start : row->first;
	row->last = e->start > row->last ? e->start : row->last;
	for (uint32_t i = 0; i < e->series->ntypes; i++)
		row->totals[i] = pp_wrap_add(row->totals[i], e->totals[i]);
	return at;
}

static void put_summary_row(const struct summary_row *row, struct pp_buf *out)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf series = PP_BUF_INIT;

	pp_series_encode(row->series, &series);
	pp_put_text(out, pp_buf_view(&series));
	pp_wire_put_varint(out, row->n);
	pp_put_signed(out, row->first);
	pp_put_signed(out, row->last);
	for (uint32_t i = 0; i < row->series->ntypes; i++)
		pp_put_signed(out, row->totals[i]);
}

static void put_summary(struct pp_segment_emit *e, const struct pp_names *replaced,
			struct pp_buf *sources, uint32_t *series)
{
	struct summary s = {.n = 0};
	struct pp_buf *out = &e->raw;

	pp_wire_put_varint(out, replaced->n);
	for (size_t i = 0; i < replaced->n; i++)
		pp_put_text(out, pp_str_of(replaced->name[i]));
	for (uint32_t i = 0; i < e->w->n; i++)
		series[i] = summarize(&s, pp_emit_entry(e->w, i));
	pp_wire_put_varint(out, s.n);
	for (uint32_t i = 0; i < s.n; i++) {
		put_summary_row(&s.rows[i], out);
		free(s.rows[i].totals);
	}
	free(s.rows);
	pp_map_release(&s.place);
	pp_sources_put(sources, out);
	pp_emit_block(e, PP_SEGMENT_SUMMARY, out);
}

static void put_entries(struct pp_segment_emit *e, const uint32_t *series)
{
	const struct pp_segment_writer *w = e->w;
	struct pp_buf *out = &e->raw;
	const struct pp_entry *last = NULL;

	pp_wire_put_varint(out, w->n);
	for (uint32_t i = 0; i < w->n; i++)
		pp_wire_put_varint(out, series[i]);
	for (uint32_t i = 0; i < w->n; i++) {
		const struct pp_entry *x = pp_emit_entry(w, i);

		pp_put_signed(out, pp_wrap_sub(x->start, last ? last->start : 0));
		pp_put_signed(out, pp_wrap_sub(x->duration, last ? last->duration : 0));
		pp_put_signed(out, pp_wrap_sub(x->added, x->start));
		pp_wire_put_varint(out, x->samples);
		pp_wire_put_varint(out, x->profiles);
		pp_wire_put_varint(out, x->size);
		for (uint32_t k = 0; k < x->series->ntypes; k++)
			pp_put_signed(out, x->totals[k]);
		last = x;
	}
	pp_emit_block(e, PP_SEGMENT_ENTRIES, out);
	for (uint32_t i = 0; i < w->n; i++)
		pp_buf_add(out, &pp_emit_entry(w, i)->id, sizeof(struct pp_id));
	for (uint32_t i = 0; i < w->n; i++)
		pp_buf_add(out, &pp_emit_entry(w, i)->received, sizeof(struct pp_id));
	pp_emit_block(e, PP_SEGMENT_IDS, out);
}

static void put_mappings(struct pp_segment_emit *e, struct pp_buf *out)
{
	const struct pp_strtab *rows = &e->t->mappings;

	pp_wire_put_varint(out, rows->count - 1);
	for (uint32_t i = 1; i < rows->count; i++) {
		struct pp_segment_mapping m;

		memcpy(&m, pp_strtab_get(rows, i).p, sizeof(m));
		pp_wire_put_varint(out, m.start);
		pp_wire_put_varint(out, m.limit - m.start);
		pp_wire_put_varint(out, m.offset);
		pp_segment_put_string(&e->n.strings, m.file, out);
		pp_segment_put_string(&e->n.strings, m.build_id, out);
		pp_wire_put_varint(out, m.flags);
	}
}

static void put_header(struct pp_segment_emit *e, const struct pp_segment_header *h,
		       const char *numbers, struct pp_buf *out)
{
	struct pp_segment_order *s = &e->n.strings;
	const uint32_t strings[] = {h->period_type, h->period_unit,  h->drop_frames,
				    h->keep_frames, h->default_type, h->doc_url};
	uint32_t n = h->ntypes * 2 + h->ncomments, number;

	pp_put_signed(out, h->period);
	pp_wire_put_varint(out, h->has_period_type);
	for (size_t i = 0; i < PP_ARRAY_LEN(strings); i++)
		pp_segment_put_string(s, strings[i], out);
	pp_wire_put_varint(out, h->ntypes);
	pp_wire_put_varint(out, h->ncomments);
	pp_wire_put_varint(out, h->nmappings);
	for (uint32_t i = 0; i < n + h->nmappings; i++) {
		memcpy(&number, numbers + i * sizeof(number), sizeof(number));
		if (i < n)
			pp_segment_put_string(s, number, out);
		else
			pp_wire_put_varint(out, number);
	}
}

static void put_headers(struct pp_segment_emit *e, struct pp_buf *out)
{
	const struct pp_strtab *rows = &e->t->headers;

	pp_wire_put_varint(out, rows->count - 1);
	for (uint32_t i = 1; i < rows->count; i++) {
		const char *key = pp_strtab_get(rows, i).p;
		struct pp_segment_header h;

		memcpy(&h, key, sizeof(h));
		put_header(e, &h, key + sizeof(h), out);
	}
}

/* The empty one is not there. */
static void put_sets(struct pp_segment_emit *e, struct pp_buf *out)
{
	const struct pp_strtab *rows = &e->t->sets;
	struct pp_segment_label l;

	pp_wire_put_varint(out, rows->count - 1);
	for (uint32_t i = 1; i < rows->count; i++) {
		struct pp_str key = pp_strtab_get(rows, i);

		pp_wire_put_varint(out, key.n / sizeof(l));
		for (size_t at = 0; at < key.n; at += sizeof(l)) {
			memcpy(&l, key.p + at, sizeof(l));
			pp_segment_put_string(&e->n.strings, l.key, out);
			pp_segment_put_string(&e->n.strings, l.str, out);
			pp_segment_put_string(&e->n.strings, l.unit, out);
			pp_put_signed(out, l.num);
		}
	}
}

static struct pp_segment_function function_at(const struct pp_segment_tables *t, uint32_t old)
{
	struct pp_segment_function f;

	memcpy(&f, pp_strtab_get(&t->functions, old + 1).p, sizeof(f));
	return f;
}

static void put_locations(struct pp_segment_emit *e, struct pp_buf *out)
{
	enum { ADDRESSES, COUNTS, FUNCTIONS, LINES, COLUMNS, ALL };
	const struct pp_segment_order *o = &e->n.locations;
	struct pp_buf part[ALL] = {{0}};
	struct pp_segment_location last = {.address = 0};

	pp_wire_put_varint(out, o->n);
	for (uint32_t i = 0; i < o->n; i++) {
		struct pp_segment_location_view l = pp_segment_location_at(e->t, o->from[i]);

		pp_wire_put_varint(out, (uint32_t)(l.head.mapping + 1));
		/* within a mapping they ascend */
		pp_wire_put_varint(
			&part[ADDRESSES],
			l.head.address - (i && last.mapping == l.head.mapping ? last.address : 0));
		pp_wire_put_varint(&part[COUNTS], (uint64_t)l.nlines << 1 | l.head.folded);
		last = l.head;
		for (uint32_t k = 0; k < l.nlines; k++) {
			struct pp_segment_line line = pp_segment_line_at(&l, k);
			struct pp_segment_function f = function_at(e->t, line.function);

			pp_segment_put_reference(&e->n.functions, line.function, &part[FUNCTIONS]);
			pp_put_signed(&part[LINES], pp_wrap_sub(line.line, f.start_line));
			pp_put_signed(&part[COLUMNS], line.column);
		}
	}
	for (size_t i = 0; i < ALL; i++) {
		pp_buf_add(out, part[i].p, part[i].n);
		pp_buf_release(&part[i]);
	}
}

static void put_functions(struct pp_segment_emit *e, struct pp_buf *out)
{
	const struct pp_segment_order *o = &e->n.functions;

	pp_segment_number_rest(&e->n.functions, (uint32_t)e->t->functions.count - 1);
	pp_wire_put_varint(out, o->n);
	for (uint32_t i = 0; i < o->n; i++) {
		struct pp_segment_function f = function_at(e->t, o->from[i]);

		pp_segment_put_string(&e->n.strings, f.name, out);
		pp_segment_put_string(&e->n.strings, f.system_name, out);
	}
	for (uint32_t i = 0; i < o->n; i++)
		pp_segment_put_string(&e->n.strings, function_at(e->t, o->from[i]).filename, out);
	for (uint32_t i = 0; i < o->n; i++)
		pp_put_signed(out, function_at(e->t, o->from[i]).start_line);
}

static void put_strings(struct pp_segment_emit *e, struct pp_buf *out)
{
	const struct pp_segment_order *o = &e->n.strings;

	pp_wire_put_varint(out, o->n - 1);
	for (uint32_t i = 1; i < o->n; i++)
		pp_wire_put_varint(out, pp_strtab_get(&e->t->strings, o->from[i]).n);
	for (uint32_t i = 1; i < o->n; i++) {
		struct pp_str s = pp_strtab_get(&e->t->strings, o->from[i]);

		pp_buf_add(out, s.p, s.n);
	}
}

/* What was called from where so far: a location is told by its rank among those that its caller has
 * called, or, if it is the first time, by how far it is from the one before. */
struct calls {
	struct pp_map rank; /* caller << 32 | location: from 1 */
	struct pp_buf ranks, fresh;
	uint32_t *n, *last; /* by caller: how many there are, the last */
};

static void put_call(struct calls *c, uint32_t caller, uint32_t location)
{
	uint64_t key = (uint64_t)caller << 32 | location;
	uint32_t rank = *pp_map_put(&c->rank, key, c->n[caller] + 1);

	if (rank <= c->n[caller]) {
		pp_wire_put_varint(&c->ranks, rank);
		return;
	}
	pp_wire_put_varint(&c->ranks, 0);
	pp_put_signed(&c->fresh, (int64_t)location - c->last[caller]);
	c->last[caller] = location;
	c->n[caller]++;
}

/* How many steps back from the node before to its caller, and the location. */
static void put_stacks(struct pp_segment_emit *e, struct pp_buf *out)
{
	const struct pp_segment_node *nodes = pp_segment_nodes(e->t);
	const struct pp_segment_order *o = &e->n.nodes;
	const uint32_t *location = e->n.locations.to;
	uint32_t before = 0, nlocations = e->n.locations.n;
	struct calls c = {.n = pp_xcalloc((size_t)nlocations + 1, sizeof(*c.n)),
			  .last = pp_xcalloc((size_t)nlocations + 1, sizeof(*c.last))};

	for (uint32_t i = 0; i < nlocations; i++)
		c.last[i] = i;
	pp_wire_put_varint(out, o->n - 1);
	for (uint32_t i = 1; i < o->n; i++) {
		const struct pp_segment_node *own = &nodes[o->from[i]];
		uint32_t back = 0;

		for (; before != own->parent; before = nodes[before].parent)
			back++;
		pp_wire_put_varint(out, back);
		put_call(&c, own->parent ? location[nodes[own->parent].location] : nlocations,
			 location[own->location]);
		before = o->from[i];
	}
	pp_buf_add(out, c.ranks.p, c.ranks.n);
	pp_buf_add(out, c.fresh.p, c.fresh.n);
	pp_map_release(&c.rank);
	pp_buf_release(&c.ranks);
	pp_buf_release(&c.fresh);
	free(c.n);
	free(c.last);
}

static void put_samples(struct pp_segment_emit *e, struct pp_buf *out)
{
	const struct pp_segment_sample *samples = pp_segment_samples(e->t);
	const struct pp_segment_order *o = &e->n.samples;
	uint32_t before = 0;

	pp_wire_put_varint(out, o->n);
	for (uint32_t i = 0; i < o->n; i++) {
		uint32_t node = e->n.nodes.to[samples[o->from[i]].node];

		pp_put_signed(out, (int64_t)node - before);
		before = node;
	}
	for (uint32_t i = 0; i < o->n; i++)
		pp_wire_put_varint(out, samples[o->from[i]].set);
}

/* The tables, in the order in which they are read; but that in which they refer to each other is
 * another. */
static void put_tables(struct pp_segment_emit *e)
{
	put_mappings(e, &e->mappings);
	put_headers(e, &e->headers);
	put_sets(e, &e->sets);
	put_locations(e, &e->locations);
	put_functions(e, &e->functions);
	put_strings(e, &e->raw);
	pp_emit_block(e, PP_SEGMENT_STRINGS, &e->raw);
	pp_emit_block(e, PP_SEGMENT_MAPPINGS, &e->mappings);
	pp_emit_block(e, PP_SEGMENT_HEADERS, &e->headers);
	pp_emit_block(e, PP_SEGMENT_LABELSETS, &e->sets);
	pp_emit_block(e, PP_SEGMENT_FUNCTIONS, &e->functions);
	pp_emit_block(e, PP_SEGMENT_LOCATIONS, &e->locations);
	put_stacks(e, &e->raw);
	pp_emit_block(e, PP_SEGMENT_STACKS, &e->raw);
	put_samples(e, &e->raw);
	pp_emit_block(e, PP_SEGMENT_SAMPLES, &e->raw);
}

void pp_segment_writer_finish(struct pp_segment_writer *w, const struct pp_names *replaced,
			      struct pp_buf *file)
{
	struct pp_segment_emit e = {.w = w, .t = &w->tables, .file = file};
	PP_CLEANUP(pp_freep) uint32_t *series = pp_xcalloc(w->n, sizeof(*series));
	size_t start = file->n;
	uint8_t hash[PP_SHA256_SIZE];

	pp_segment_numbers_init(&e.n, e.t);
	pp_buf_add(file, PP_SEGMENT_MAGIC, PP_SEGMENT_MAGIC_SIZE);
	put_summary(&e, replaced, &w->sources, series);
	put_entries(&e, series);
	put_tables(&e);
	pp_emit_rows(&e);
	pp_sha256(file->p + start, file->n - start, hash);
	pp_buf_add(file, hash, sizeof(hash));
	pp_segment_numbers_release(&e.n);
	pp_buf_release(&e.raw);
	pp_buf_release(&e.mappings);
	pp_buf_release(&e.headers);
	pp_buf_release(&e.sets);
	pp_buf_release(&e.functions);
	pp_buf_release(&e.locations);
}
