/* SPDX-License-Identifier: Apache-2.0 */
/* Tables: the reverse of segment_write.c, with every reference checked. */
#include <config.h>

#include "archive/segment_read.h"

#include <stdlib.h>
#include <string.h>

#include "archive/segment.h"
#include "archive/segment_reading.h"
#include "base/alloc.h"
#include "base/magnitude.h"

/* What all tables of one segment may take: some times what is in the file. */
#define ARENA_MAX ((size_t)1 << 30)

static uint32_t string(struct pp_segment_reading *r)
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

static uint32_t function(struct pp_segment_reading *r)
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

static int read_strings(struct pp_segment_reading *r)
{
	struct pp_segment *s = r->s;

	if (pp_reading_open_block(r, PP_SEGMENT_STRINGS))
		return -1;
	uint32_t n = pp_field_count(&r->f);
	s->nstrings = n + 1;
	s->strings = pp_reading_array(r, s->nstrings, sizeof(*s->strings));
	if (!s->strings)
		return -1;
	for (uint32_t i = 1; i <= n; i++)
		s->strings[i].n = pp_alloc_size(pp_field_number(&r->f));
	for (uint32_t i = 1; i <= n; i++)
		s->strings[i] = pp_field_bytes(&r->f, s->strings[i].n);
	s->texts = r->raw; /* which they point into */
	r->raw = (struct pp_buf)PP_BUF_INIT;
	return pp_reading_close_block(r, "strings");
}

static int read_mappings(struct pp_segment_reading *r)
{
	struct pp_segment *s = r->s;

	if (pp_reading_open_block(r, PP_SEGMENT_MAPPINGS))
		return -1;
	s->nmappings = pp_field_count(&r->f);
	s->mappings = pp_reading_array(r, s->nmappings, sizeof(*s->mappings));
	if (!s->mappings)
		return -1;
	for (uint32_t i = 0; i < s->nmappings; i++) {
		struct pp_mapping *m = &s->mappings[i];

		m->start = pp_field_number(&r->f);
		m->limit = m->start + pp_field_number(&r->f);
		m->offset = pp_field_number(&r->f);
		m->file = string(r);
		m->build_id = string(r);
		uint32_t flags = pp_reading_below(&r->f, 16);
		m->has_functions = flags & 1;
		m->has_filenames = flags >> 1 & 1;
		m->has_lines = flags >> 2 & 1;
		m->has_inlines = flags >> 3 & 1;
	}
	return pp_reading_close_block(r, "mappings");
}

static void read_header(struct pp_segment_reading *r, struct pp_segment_heading *h)
{
	h->period = pp_field_signed(&r->f);
	h->has_period_type = pp_reading_below(&r->f, 2);
	h->period_type = string(r);
	h->period_unit = string(r);
	h->drop_frames = string(r);
	h->keep_frames = string(r);
	h->default_type = string(r);
	h->doc_url = string(r);
	h->ntypes = pp_reading_below(&r->f, PP_SAMPLE_TYPES_MAX + 1);
	h->ncomments = pp_field_count(&r->f);
	h->nmappings = pp_field_count(&r->f);
	h->numbers = pp_reading_count_numbers(r->s);
	uint64_t n = 2 * (uint64_t)h->ntypes + h->ncomments;
	for (uint64_t i = 0; i < n && !r->f.bad; i++)
		pp_reading_add_number(r->s, string(r));
	for (uint32_t i = 0; i < h->nmappings && !r->f.bad; i++)
		pp_reading_add_number(r->s, pp_reading_below(&r->f, r->s->nmappings));
}

static int read_headers(struct pp_segment_reading *r)
{
	struct pp_segment *s = r->s;

	if (pp_reading_open_block(r, PP_SEGMENT_HEADERS))
		return -1;
	s->nheaders = pp_field_count(&r->f);
	s->headers = pp_reading_array(r, s->nheaders, sizeof(*s->headers));
	if (!s->headers)
		return -1;
	for (uint32_t i = 0; i < s->nheaders && !r->f.bad; i++)
		read_header(r, &s->headers[i]);
	return pp_reading_close_block(r, "headers");
}

static int read_sets(struct pp_segment_reading *r)
{
	struct pp_segment *s = r->s;

	if (pp_reading_open_block(r, PP_SEGMENT_LABELSETS))
		return -1;
	s->nsets = pp_field_count(&r->f) + 1;
	s->set_ends = pp_reading_array(r, s->nsets, sizeof(*s->set_ends));
	s->labels =
		pp_reading_array(r, r->raw.n / 4, sizeof(*s->labels)); /* of four bytes at least */
	if (!s->set_ends || !s->labels)
		return -1;
	for (uint32_t i = 1; i < s->nsets && !r->f.bad; i++) {
		for (uint32_t n = pp_field_count(&r->f); n && !r->f.bad; n--) {
			if (s->nlabels == r->raw.n / 4)
				return pp_reading_bad(r, "labels");
			struct pp_builder_label *l = &s->labels[s->nlabels++];
			l->key = string(r);
			l->str = string(r);
			l->unit = string(r);
			l->num = pp_field_signed(&r->f);
		}
		s->set_ends[i] = s->nlabels;
	}
	return pp_reading_close_block(r, "labels");
}

static int read_functions(struct pp_segment_reading *r)
{
	struct pp_segment *s = r->s;

	if (pp_reading_open_block(r, PP_SEGMENT_FUNCTIONS))
		return -1;
	s->nfunctions = pp_field_count(&r->f);
	s->functions = pp_reading_array(r, s->nfunctions, sizeof(*s->functions));
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
	return pp_reading_close_block(r, "functions");
}

static int read_lines(struct pp_segment_reading *r, uint64_t n)
{
	struct pp_segment *s = r->s;

	if (n > r->raw.n) /* each takes some bytes */
		return pp_reading_bad(r, "lines");
	s->nlines = (uint32_t)n;
	s->lines = pp_reading_array(r, s->nlines, sizeof(*s->lines));
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

static int read_locations(struct pp_segment_reading *r)
{
	struct pp_segment *s = r->s;
	uint64_t nlines = 0;

	if (pp_reading_open_block(r, PP_SEGMENT_LOCATIONS))
		return -1;
	s->nlocations = pp_field_count(&r->f);
	s->locations = pp_reading_array(r, s->nlocations, sizeof(*s->locations));
	if (!s->locations)
		return -1;
	for (uint32_t i = 0; i < s->nlocations; i++)
		s->locations[i].mapping =
			pp_reading_below(&r->f, s->nmappings + 1) - 1; /* PP_NONE if 0 */
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
			return pp_reading_bad(r, "locations");
		l->folded = n & 1;
		l->nlines = (uint32_t)(n >> 1);
		l->first_line = (uint32_t)nlines;
		nlines += l->nlines;
	}
	return read_lines(r, nlines) ? -1 : pp_reading_close_block(r, "locations");
}

/* Where nodes are in the tree. All steps back together are no more than the nodes. */
static void read_parents(struct pp_segment_reading *r)
{
	struct pp_segment *s = r->s;

	for (uint32_t i = 1, at = 0; i < s->nnodes; i++) {
		for (uint32_t back = pp_reading_below(&r->f, s->node_depths[at] + 1); back; back--)
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

static void read_fresh(struct pp_segment_reading *r, struct called *c, uint32_t caller)
{
	int64_t last = c->n ? c->location[c->n - 1] : caller == r->s->nlocations ? 0 : caller;
	int64_t location = pp_wrap_add(last, pp_field_signed(&r->f));

	if (location < 0 || location >= r->s->nlocations)
		r->f.bad = true;
	c->location = pp_grow(c->location, &c->cap, (size_t)c->n + 1, sizeof(*c->location));
	c->location[c->n++] = r->f.bad ? 0 : (uint32_t)location;
}

/* Ranks come first, what they are the ranks of in a column behind them. */
static void read_node_locations(struct pp_segment_reading *r, struct called *called)
{
	struct pp_segment *s = r->s;
	struct pp_fields ranks = r->f;

	for (uint32_t i = 1; i < s->nnodes; i++)
		pp_field_number(&r->f);
	for (uint32_t i = 1; i < s->nnodes && !r->f.bad; i++) {
		uint32_t parent = s->node_parents[i];
		uint32_t caller = parent ? s->node_locations[parent] : s->nlocations;
		struct called *c = &called[caller];
		uint32_t rank = pp_reading_below(&ranks, c->n + 1);

		r->f.bad |= ranks.bad;
		if (rank == 0)
			read_fresh(r, c, caller);
		s->node_locations[i] = c->location[rank ? rank - 1 : c->n - 1];
	}
}

static int read_stacks(struct pp_segment_reading *r)
{
	struct pp_segment *s = r->s;

	if (pp_reading_open_block(r, PP_SEGMENT_STACKS))
		return -1;
	s->nnodes = pp_field_count(&r->f) + 1;
	s->node_parents = pp_reading_array(r, s->nnodes, sizeof(*s->node_parents));
	s->node_locations = pp_reading_array(r, s->nnodes, sizeof(*s->node_locations));
	s->node_depths = pp_reading_array(r, s->nnodes, sizeof(*s->node_depths));
	if (!s->node_parents || !s->node_locations || !s->node_depths)
		return -1;
	struct called *called = pp_xcalloc((size_t)s->nlocations + 1, sizeof(*called));
	read_parents(r);
	read_node_locations(r, called);
	for (uint32_t i = 0; i <= s->nlocations; i++)
		free(called[i].location);
	free(called);
	return pp_reading_close_block(r, "stacks");
}

static int read_samples(struct pp_segment_reading *r)
{
	struct pp_segment *s = r->s;
	int64_t node = 0;

	if (pp_reading_open_block(r, PP_SEGMENT_SAMPLES))
		return -1;
	s->nsamples = pp_field_count(&r->f);
	s->sample_nodes = pp_reading_array(r, s->nsamples, sizeof(*s->sample_nodes));
	s->sample_sets = pp_reading_array(r, s->nsamples, sizeof(*s->sample_sets));
	if (!s->sample_nodes || !s->sample_sets)
		return -1;
	for (uint32_t i = 0; i < s->nsamples; i++) {
		node = pp_wrap_add(node, pp_field_signed(&r->f));
		if (node < 0 || node >= s->nnodes)
			return pp_reading_bad(r, "samples");
		s->sample_nodes[i] = (uint32_t)node;
	}
	for (uint32_t i = 0; i < s->nsamples; i++)
		s->sample_sets[i] = pp_reading_below(&r->f, s->nsets);
	return pp_reading_close_block(r, "samples");
}

/* All but rows and values. */
static int read_tables(struct pp_segment_reading *r)
{
	if (read_strings(r) || read_mappings(r) || read_headers(r) || read_sets(r) ||
	    read_functions(r) || read_locations(r) || read_stacks(r) || read_samples(r))
		return -1;
	return pp_reading_profiles(r);
}

static int check_whole(struct pp_str file, struct pp_err *err)
{
	uint8_t hash[PP_SHA256_SIZE];

	pp_sha256(file.p, file.n - PP_SHA256_SIZE, hash);
	if (memcmp(hash, file.p + file.n - PP_SHA256_SIZE, sizeof(hash)) != 0)
		return pp_err_set(err, PP_ERR_FORMAT, "its checksum is wrong");
	return 0;
}

int pp_segment_read_tables(struct pp_segment *s, struct pp_str file, struct pp_series_pool *pool,
			   struct pp_err *err)
{
	struct pp_segment_reading r = {
		.s = s, .budget = PP_SEGMENT_RAW_MAX, .nstrings = 1, .err = err};
	uint64_t head;

	*s = (struct pp_segment){.nstrings = 0};
	pp_arena_init(&s->arena, ARENA_MAX);
	if (file.n < PP_SEGMENT_MAGIC_SIZE + PP_SHA256_SIZE)
		return pp_reading_bad(&r, "length");
	file.n -= PP_SHA256_SIZE;
	if (pp_segment_head_read(&s->head, file, pool, err) ||
	    pp_segment_head_size(file.p, file.n, &head, err))
		return -1;
	r.rest = (struct pp_str){file.p + head, file.n - (size_t)head};
	int rc = read_tables(&r);
	pp_buf_release(&r.raw);
	s->packed = r.rest;
	s->budget = r.budget;
	return rc;
}

int pp_segment_read(struct pp_segment *s, struct pp_str file, bool whole,
		    struct pp_series_pool *pool, struct pp_err *err)
{
	*s = (struct pp_segment){.nstrings = 0};
	if (whole && file.n >= PP_SHA256_SIZE && check_whole(file, err))
		return -1;
	int rc = pp_segment_read_tables(s, file, pool, err);
	if (rc == 0)
		rc = pp_segment_read_rows(s, err);
	s->packed = (struct pp_str){NULL, 0};
	return rc;
}

void pp_segment_release(struct pp_segment *s)
{
	pp_segment_head_release(&s->head);
	pp_arena_release(&s->arena);
	pp_buf_release(&s->texts);
	pp_buf_release(&s->numbers);
	pp_buf_release(&s->ratios);
	*s = (struct pp_segment){.nstrings = 0};
}
