/* SPDX-License-Identifier: Apache-2.0 */
/* Tables and rows: the reverse of segment_write.c, with every reference checked. */
#include <config.h>

#include "archive/segment_read.h"

#include <stdlib.h>
#include <string.h>

#include "archive/fields.h"
#include "archive/segment.h"
#include "base/alloc.h"
#include "base/magnitude.h"

/* What all tables of one segment may take: some times what is in the file. */
#define ARENA_MAX ((size_t)1 << 30)

struct reading {
	struct pp_segment *s;
	struct pp_str rest; /* of the file */
	uint64_t budget;
	struct pp_buf raw; /* of the current block */
	struct pp_fields f;
	uint32_t nstrings, nfunctions; /* that have been referred to */
	struct pp_err *err;
};

static int bad(const struct reading *r, const char *what)
{
	return pp_err_set(r->err, PP_ERR_FORMAT, "bad %s", what);
}

static int open_block(struct reading *r, enum pp_segment_kind kind)
{
	pp_buf_clear(&r->raw);
	if (pp_segment_take(&r->rest, kind, &r->budget, &r->raw, r->err))
		return -1;
	pp_fields_init(&r->f, pp_buf_view(&r->raw));
	return 0;
}

static int close_block(const struct reading *r, const char *what)
{
	return r->f.bad || r->f.p != r->f.end ? bad(r, what) : 0;
}

static void *array(const struct reading *r, size_t n, size_t size)
{
	return pp_arena_array(&r->s->arena, n, size, r->err);
}

/* A number below n. */
static uint32_t below(struct pp_fields *f, uint32_t n)
{
	uint64_t v = pp_field_number(f);

	if (v >= n)
		f->bad = true;
	return f->bad ? 0 : (uint32_t)v;
}

static uint32_t string(struct reading *r)
{
	uint64_t v = pp_field_number(&r->f);

	if (v == 0)
		return 0;
	if (v == 1 && r->nstrings < r->s->nstrings)
		return r->nstrings++;
	if (v == 1 || v > r->nstrings) {
		r->f.bad = true;
		return 0;
	}
	return r->nstrings - (uint32_t)(v - 1);
}

static uint32_t function(struct reading *r)
{
	uint64_t v = pp_field_number(&r->f);

	if (v == 0 && r->nfunctions < r->s->nfunctions)
		return r->nfunctions++;
	if (v == 0 || v > r->nfunctions) {
		r->f.bad = true;
		return 0;
	}
	return r->nfunctions - (uint32_t)v;
}

static int read_strings(struct reading *r)
{
	struct pp_segment *s = r->s;

	if (open_block(r, PP_SEGMENT_STRINGS))
		return -1;
	uint32_t n = pp_field_count(&r->f);
	s->nstrings = n + 1;
	s->strings = array(r, s->nstrings, sizeof(*s->strings));
	if (!s->strings)
		return -1;
	for (uint32_t i = 1; i <= n; i++)
		s->strings[i].n = pp_field_number(&r->f);
	for (uint32_t i = 1; i <= n; i++)
		s->strings[i] = pp_field_bytes(&r->f, s->strings[i].n);
	s->texts = r->raw; /* which they point into */
	r->raw = (struct pp_buf)PP_BUF_INIT;
	return close_block(r, "strings");
}

static int read_mappings(struct reading *r)
{
	struct pp_segment *s = r->s;

	if (open_block(r, PP_SEGMENT_MAPPINGS))
		return -1;
	s->nmappings = pp_field_count(&r->f);
	s->mappings = array(r, s->nmappings, sizeof(*s->mappings));
	if (!s->mappings)
		return -1;
	for (uint32_t i = 0; i < s->nmappings; i++) {
		struct pp_mapping *m = &s->mappings[i];

		m->start = pp_field_number(&r->f);
		m->limit = m->start + pp_field_number(&r->f);
		m->offset = pp_field_number(&r->f);
		m->file = string(r);
		m->build_id = string(r);
		uint32_t flags = below(&r->f, 16);
		m->has_functions = flags & 1;
		m->has_filenames = flags >> 1 & 1;
		m->has_lines = flags >> 2 & 1;
		m->has_inlines = flags >> 3 & 1;
	}
	return close_block(r, "mappings");
}

static void add_number(struct pp_segment *s, uint32_t n)
{
	pp_buf_add(&s->numbers, &n, sizeof(n));
}

static size_t count_numbers(const struct pp_segment *s)
{
	return s->numbers.n / sizeof(uint32_t);
}

static void read_header(struct reading *r, struct pp_segment_heading *h)
{
	h->period = pp_field_signed(&r->f);
	h->has_period_type = below(&r->f, 2);
	h->period_type = string(r);
	h->period_unit = string(r);
	h->drop_frames = string(r);
	h->keep_frames = string(r);
	h->default_type = string(r);
	h->doc_url = string(r);
	h->ntypes = below(&r->f, PP_SAMPLE_TYPES_MAX + 1);
	h->ncomments = pp_field_count(&r->f);
	h->nmappings = pp_field_count(&r->f);
	h->numbers = count_numbers(r->s);
	uint64_t n = 2 * (uint64_t)h->ntypes + h->ncomments;
	for (uint64_t i = 0; i < n && !r->f.bad; i++)
		add_number(r->s, string(r));
	for (uint32_t i = 0; i < h->nmappings && !r->f.bad; i++)
		add_number(r->s, below(&r->f, r->s->nmappings));
}

static int read_headers(struct reading *r)
{
	struct pp_segment *s = r->s;

	if (open_block(r, PP_SEGMENT_HEADERS))
		return -1;
	s->nheaders = pp_field_count(&r->f);
	s->headers = array(r, s->nheaders, sizeof(*s->headers));
	if (!s->headers)
		return -1;
	for (uint32_t i = 0; i < s->nheaders && !r->f.bad; i++)
		read_header(r, &s->headers[i]);
	return close_block(r, "headers");
}

static int read_sets(struct reading *r)
{
	struct pp_segment *s = r->s;

	if (open_block(r, PP_SEGMENT_LABELSETS))
		return -1;
	s->nsets = pp_field_count(&r->f) + 1;
	s->set_ends = array(r, s->nsets, sizeof(*s->set_ends));
	s->labels = array(r, r->raw.n / 4, sizeof(*s->labels)); /* of four bytes at least */
	if (!s->set_ends || !s->labels)
		return -1;
	for (uint32_t i = 1; i < s->nsets && !r->f.bad; i++) {
		for (uint32_t n = pp_field_count(&r->f); n && !r->f.bad; n--) {
			if (s->nlabels == r->raw.n / 4)
				return bad(r, "labels");
			struct pp_builder_label *l = &s->labels[s->nlabels++];
			l->key = string(r);
			l->str = string(r);
			l->unit = string(r);
			l->num = pp_field_signed(&r->f);
		}
		s->set_ends[i] = s->nlabels;
	}
	return close_block(r, "labels");
}

static int read_functions(struct reading *r)
{
	struct pp_segment *s = r->s;

	if (open_block(r, PP_SEGMENT_FUNCTIONS))
		return -1;
	s->nfunctions = pp_field_count(&r->f);
	s->functions = array(r, s->nfunctions, sizeof(*s->functions));
	if (!s->functions)
		return -1;
	for (uint32_t i = 0; i < s->nfunctions; i++) {
		s->functions[i].name = string(r);
		s->functions[i].system_name = string(r);
	}
	for (uint32_t i = 0; i < s->nfunctions; i++)
		s->functions[i].filename = string(r);
	for (uint32_t i = 0; i < s->nfunctions; i++)
		s->functions[i].start_line = pp_field_signed(&r->f);
	return close_block(r, "functions");
}

static int read_lines(struct reading *r, uint64_t n)
{
	struct pp_segment *s = r->s;

	if (n > r->raw.n) /* each takes some bytes */
		return bad(r, "lines");
	s->nlines = (uint32_t)n;
	s->lines = array(r, s->nlines, sizeof(*s->lines));
	if (!s->lines)
		return -1;
	for (uint32_t i = 0; i < s->nlines; i++)
		s->lines[i].function = function(r);
	for (uint32_t i = 0; i < s->nlines && !r->f.bad; i++) {
		struct pp_line *l = &s->lines[i];

		l->line = pp_wrap_add(pp_field_signed(&r->f), s->functions[l->function].start_line);
	}
	for (uint32_t i = 0; i < s->nlines; i++)
		s->lines[i].column = pp_field_signed(&r->f);
	return 0;
}

static int read_locations(struct reading *r)
{
	struct pp_segment *s = r->s;
	uint64_t nlines = 0;

	if (open_block(r, PP_SEGMENT_LOCATIONS))
		return -1;
	s->nlocations = pp_field_count(&r->f);
	s->locations = array(r, s->nlocations, sizeof(*s->locations));
	if (!s->locations)
		return -1;
	for (uint32_t i = 0; i < s->nlocations; i++)
		s->locations[i].mapping = below(&r->f, s->nmappings + 1) - 1; /* PP_NONE if 0 */
	for (uint32_t i = 0; i < s->nlocations; i++) {
		struct pp_location *l = &s->locations[i];

		l->address = pp_field_number(&r->f);
		if (i && l[-1].mapping == l->mapping)
			l->address += l[-1].address;
	}
	for (uint32_t i = 0; i < s->nlocations; i++) {
		struct pp_location *l = &s->locations[i];
		uint64_t n = pp_field_number(&r->f);

		if (n >> 1 > r->raw.n - nlines)
			return bad(r, "locations");
		l->folded = n & 1;
		l->nlines = (uint32_t)(n >> 1);
		l->first_line = (uint32_t)nlines;
		nlines += l->nlines;
	}
	return read_lines(r, nlines) ? -1 : close_block(r, "locations");
}

/* Where nodes are in the tree. All steps back together are no more than the nodes. */
static void read_parents(struct reading *r)
{
	struct pp_segment *s = r->s;

	for (uint32_t i = 1, at = 0; i < s->nnodes; i++) {
		for (uint32_t back = below(&r->f, s->node_depths[at] + 1); back; back--)
			at = s->node_parents[at];
		s->node_parents[i] = at;
		s->node_depths[i] = s->node_depths[at] + 1;
		at = i;
	}
}

/* What callers have called, by rank: see struct calls of segment_write.c. */
struct called {
	uint32_t *location;
	uint32_t n;
	size_t cap;
};

static void read_fresh(struct reading *r, struct called *c, uint32_t caller)
{
	int64_t last = c->n ? c->location[c->n - 1] : caller == r->s->nlocations ? 0 : caller;
	int64_t location = pp_wrap_add(last, pp_field_signed(&r->f));

	if (location < 0 || location >= r->s->nlocations)
		r->f.bad = true;
	c->location = pp_grow(c->location, &c->cap, (size_t)c->n + 1, sizeof(*c->location));
	c->location[c->n++] = r->f.bad ? 0 : (uint32_t)location;
}

/* Ranks come first, what they are the ranks of in a column behind them. */
static void read_node_locations(struct reading *r, struct called *called)
{
	struct pp_segment *s = r->s;
	struct pp_fields ranks = r->f;

	for (uint32_t i = 1; i < s->nnodes; i++)
		pp_field_number(&r->f);
	for (uint32_t i = 1; i < s->nnodes && !r->f.bad; i++) {
		uint32_t parent = s->node_parents[i];
		uint32_t caller = parent ? s->node_locations[parent] : s->nlocations;
		struct called *c = &called[caller];
		uint32_t rank = below(&ranks, c->n + 1);

		r->f.bad |= ranks.bad;
		if (rank == 0)
			read_fresh(r, c, caller);
		s->node_locations[i] = c->location[rank ? rank - 1 : c->n - 1];
	}
}

static int read_stacks(struct reading *r)
{
	struct pp_segment *s = r->s;

	if (open_block(r, PP_SEGMENT_STACKS))
		return -1;
	s->nnodes = pp_field_count(&r->f) + 1;
	s->node_parents = array(r, s->nnodes, sizeof(*s->node_parents));
	s->node_locations = array(r, s->nnodes, sizeof(*s->node_locations));
	s->node_depths = array(r, s->nnodes, sizeof(*s->node_depths));
	if (!s->node_parents || !s->node_locations || !s->node_depths)
		return -1;
	struct called *called = pp_xcalloc((size_t)s->nlocations + 1, sizeof(*called));
	read_parents(r);
	read_node_locations(r, called);
	for (uint32_t i = 0; i <= s->nlocations; i++)
		free(called[i].location);
	free(called);
	return close_block(r, "stacks");
}

static int read_samples(struct reading *r)
{
	struct pp_segment *s = r->s;
	int64_t node = 0;

	if (open_block(r, PP_SEGMENT_SAMPLES))
		return -1;
	s->nsamples = pp_field_count(&r->f);
	s->sample_nodes = array(r, s->nsamples, sizeof(*s->sample_nodes));
	s->sample_sets = array(r, s->nsamples, sizeof(*s->sample_sets));
	if (!s->sample_nodes || !s->sample_sets)
		return -1;
	for (uint32_t i = 0; i < s->nsamples; i++) {
		node = pp_wrap_add(node, pp_field_signed(&r->f));
		if (node < 0 || node >= s->nnodes)
			return bad(r, "samples");
		s->sample_nodes[i] = (uint32_t)node;
	}
	for (uint32_t i = 0; i < s->nsamples; i++)
		s->sample_sets[i] = below(&r->f, s->nsets);
	return close_block(r, "samples");
}

static void read_extra(struct reading *r, struct pp_segment_entry *e)
{
	struct pp_segment *s = r->s;

	e->extra = count_numbers(s);
	e->nextra_locations = pp_field_count(&r->f);
	e->nextra_functions = pp_field_count(&r->f);
	for (uint32_t i = 0; i < e->nextra_locations && !r->f.bad; i++)
		add_number(s, below(&r->f, s->nlocations));
	for (uint32_t i = 0; i < e->nextra_functions && !r->f.bad; i++)
		add_number(s, below(&r->f, s->nfunctions));
}

/* Where rows and values of each are; `ratios` has one for each type of each but the first. */
static int read_profiles(struct reading *r, struct pp_buf *ratios)
{
	struct pp_segment *s = r->s;
	size_t row = 0, value = 0;

	if (open_block(r, PP_SEGMENT_PROFILES))
		return -1;
	s->entries = array(r, (size_t)s->head.n + 1, sizeof(*s->entries));
	if (!s->entries)
		return -1;
	for (uint32_t i = 0; i < s->head.n; i++) {
		const struct pp_entry *own = &s->head.entries[i];
		struct pp_segment_entry *e = &s->entries[i];

		e->row = row;
		e->value = value;
		e->header = below(&r->f, s->nheaders);
		e->time = pp_wrap_add(pp_field_signed(&r->f), own->start);
		read_extra(r, e);
		if (r->f.bad || s->headers[e->header].ntypes != own->series->ntypes ||
		    own->series->ntypes == 0 || own->samples > PP_SEGMENT_VALUES_MAX)
			return bad(r, "profiles");
		row += own->samples;
		value += own->samples * own->series->ntypes;
		if (value > PP_SEGMENT_VALUES_MAX)
			return bad(r, "number of values");
		for (uint32_t k = 1; k < own->series->ntypes; k++) {
			int64_t ratio = pp_field_signed(&r->f);

			pp_buf_add(ratios, &ratio, sizeof(ratio));
		}
	}
	s->entries[s->head.n] = (struct pp_segment_entry){.row = row, .value = value};
	return close_block(r, "profiles");
}

static int read_rows(struct reading *r)
{
	struct pp_segment *s = r->s;
	size_t n = s->entries[s->head.n].row;

	if (open_block(r, PP_SEGMENT_ROWS))
		return -1;
	if (n > r->raw.n)
		return bad(r, "rows");
	s->rows = array(r, n, sizeof(*s->rows));
	if (!s->rows)
		return -1;
	for (uint32_t i = 0; i < s->head.n; i++) {
		uint64_t sample = 0;

		for (size_t row = s->entries[i].row; row < s->entries[i + 1].row; row++) {
			uint64_t step = pp_field_number(&r->f);

			sample += step;
			if (step >= s->nsamples || sample >= s->nsamples)
				return bad(r, "rows");
			s->rows[row] = (uint32_t)sample;
		}
	}
	return close_block(r, "rows");
}

/* The values of one type of one profile. `last`: those that samples had, or NULL. */
static void read_values(struct reading *r, uint32_t i, uint32_t type, int64_t ratio, int64_t *last)
{
	struct pp_segment *s = r->s;
	uint32_t ntypes = s->head.entries[i].series->ntypes;
	const uint32_t *sample = s->rows + s->entries[i].row;
	uint64_t n = s->head.entries[i].samples;
	int64_t *to = s->values + s->entries[i].value;

	for (uint64_t k = 0; k < n; k++, to += ntypes) {
		if (ratio) {
			to[type] = pp_wrap_mul(to[0], ratio);
			continue;
		}
		to[type] = pp_field_signed(&r->f);
		if (last)
			to[type] = last[sample[k]] = pp_wrap_add(last[sample[k]], to[type]);
	}
}

static int read_column(struct reading *r, uint32_t type, const struct pp_buf *ratios, bool *any)
{
	const struct pp_segment *s = r->s;
	const int64_t *ratio = (const void *)ratios->p;
	PP_CLEANUP(pp_freep) int64_t *last = NULL;

	if (open_block(r, PP_SEGMENT_VALUES))
		return -1;
	if (below(&r->f, PP_SEGMENT_CHANGES + 1) == PP_SEGMENT_CHANGES)
		last = pp_xcalloc(s->nsamples, sizeof(*last));
	for (uint32_t i = 0; i < s->head.n; i++) {
		uint32_t ntypes = s->head.entries[i].series->ntypes;

		if (type < ntypes)
			read_values(r, i, type, type ? ratio[type - 1] : 0, last);
		*any |= type + 1 < ntypes;
		ratio += ntypes - 1;
	}
	return close_block(r, "values");
}

static int read_profile_columns(struct reading *r)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf ratios = PP_BUF_INIT;
	struct pp_segment *s = r->s;
	bool more = s->head.n > 0;

	pp_buf_reserve(&ratios, 0); /* so that there is an address */
	if (read_profiles(r, &ratios) || read_rows(r))
		return -1;
	s->values = array(r, s->entries[s->head.n].value, sizeof(*s->values));
	if (!s->values)
		return -1;
	for (uint32_t type = 0; more; type++) {
		more = false;
		if (read_column(r, type, &ratios, &more))
			return -1;
	}
	return 0;
}

static int read_all(struct reading *r)
{
	if (read_strings(r) || read_mappings(r) || read_headers(r) || read_sets(r) ||
	    read_functions(r) || read_locations(r) || read_stacks(r) || read_samples(r) ||
	    read_profile_columns(r))
		return -1;
	return r->rest.n ? bad(r, "length") : 0;
}

static int check_whole(struct pp_str file, struct pp_err *err)
{
	uint8_t hash[PP_SHA256_SIZE];

	pp_sha256(file.p, file.n - PP_SHA256_SIZE, hash);
	if (memcmp(hash, file.p + file.n - PP_SHA256_SIZE, sizeof(hash)) != 0)
		return pp_err_set(err, PP_ERR_FORMAT, "its checksum is wrong");
	return 0;
}

int pp_segment_read(struct pp_segment *s, struct pp_str file, bool whole,
		    struct pp_series_pool *pool, struct pp_err *err)
{
	struct reading r = {.s = s, .budget = PP_SEGMENT_RAW_MAX, .nstrings = 1, .err = err};
	uint64_t head;

	*s = (struct pp_segment){.nstrings = 0};
	pp_arena_init(&s->arena, ARENA_MAX);
	if (file.n < PP_SEGMENT_MAGIC_SIZE + PP_SHA256_SIZE)
		return bad(&r, "length");
	if (whole && check_whole(file, err))
		return -1;
	file.n -= PP_SHA256_SIZE;
	if (pp_segment_head_read(&s->head, file, pool, err) ||
	    pp_segment_head_size(file.p, file.n, &head, err))
		return -1;
	r.rest = (struct pp_str){file.p + head, file.n - head};
	int rc = read_all(&r);
	pp_buf_release(&r.raw);
	return rc;
}

void pp_segment_release(struct pp_segment *s)
{
	pp_segment_head_release(&s->head);
	pp_arena_release(&s->arena);
	pp_buf_release(&s->texts);
	pp_buf_release(&s->numbers);
	*s = (struct pp_segment){.nstrings = 0};
}
