/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "archive/segment_sum.h"

#include <stdlib.h>
#include <string.h>

#include "archive/segment.h"
#include "base/alloc.h"
#include "base/magnitude.h"

/* All stacks of a sum together; more is not to be had in a file of 4 GiB. */
#define DEPTHS_MAX UINT32_MAX

/* Segments have what they share in much the same order: the child that is asked for is nearly
 * always the one behind the child that was asked for last, and close to it in memory. A table knows
 * the others. 0: none. */
struct pp_segment_sum_node {
	uint32_t parent, location, depth;
	uint32_t first, last, next; /* children, and their siblings, in order of their coming */
	uint32_t expected;	    /* child */
	uint32_t sample;	    /* that was asked for last, + 1 */
};

/* A segment on its way in. PP_NONE: not entered yet. */
struct entering {
	struct pp_segment_sum *to;
	const struct pp_segment *s;
	uint32_t *strings, *mappings, *functions, *locations, *sets, *nodes;
	struct pp_buf key, lines;
};

void pp_segment_sum_init(struct pp_segment_sum *s)
{
	const struct pp_segment_sum_node empty = {0};

	*s = (struct pp_segment_sum){.begun = false};
	pp_builder_init(&s->b);
	pp_strtab_init(&s->mappings);
	pp_strtab_init(&s->locations);
	pp_strtab_init(&s->sets);
	pp_buf_add(&s->nodes, &empty, sizeof(empty));
}

void pp_segment_sum_release(struct pp_segment_sum *s)
{
	pp_builder_release(&s->b);
	pp_strtab_release(&s->mappings);
	pp_strtab_release(&s->locations);
	pp_strtab_release(&s->sets);
	pp_map_release(&s->node_of);
	pp_map_release(&s->sample_of);
	pp_map_release(&s->comments);
	pp_buf_release(&s->nodes);
	pp_buf_release(&s->samples);
	pp_buf_release(&s->sums);
}

static uint32_t *none(uint32_t n)
{
	uint32_t *to = pp_xcalloc(n, sizeof(*to));

	if (n)
		memset(to, 0xff, n * sizeof(*to));
	return to;
}

static void begin_segment(struct entering *e, struct pp_segment_sum *to, const struct pp_segment *s)
{
	*e = (struct entering){.to = to,
			       .s = s,
			       .strings = none(s->nstrings),
			       .mappings = none(s->nmappings),
			       .functions = none(s->nfunctions),
			       .locations = none(s->nlocations),
			       .sets = none(s->nsets),
			       .nodes = none(s->nnodes)};
	e->nodes[0] = 0;
	e->sets[0] = 0;
}

static void end_segment(struct entering *e)
{
	free(e->strings);
	free(e->mappings);
	free(e->functions);
	free(e->locations);
	free(e->sets);
	free(e->nodes);
	pp_buf_release(&e->key);
	pp_buf_release(&e->lines);
}

static uint32_t string(struct entering *e, uint32_t at)
{
	if (e->strings[at] == PP_NONE)
		e->strings[at] = pp_builder_string(&e->to->b, e->s->strings[at]);
	return e->strings[at];
}

static uint32_t mapping(struct entering *e, uint32_t at)
{
	struct pp_mapping own;

	if (e->mappings[at] != PP_NONE)
		return e->mappings[at];
	memset(&own, 0, sizeof(own)); /* it is compared as bytes */
	own.start = e->s->mappings[at].start;
	own.limit = e->s->mappings[at].limit;
	own.offset = e->s->mappings[at].offset;
	own.file = string(e, e->s->mappings[at].file);
	own.build_id = string(e, e->s->mappings[at].build_id);
	own.has_functions = e->s->mappings[at].has_functions;
	own.has_filenames = e->s->mappings[at].has_filenames;
	own.has_lines = e->s->mappings[at].has_lines;
	own.has_inlines = e->s->mappings[at].has_inlines;
	size_t before = e->to->mappings.count;
	uint32_t id = pp_strtab_add(&e->to->mappings, (struct pp_str){(char *)&own, sizeof(own)});
	if (e->to->mappings.count > before)
		pp_builder_mapping(&e->to->b, &own);
	return e->mappings[at] = id - 1;
}

static uint32_t function(struct entering *e, uint32_t at)
{
	const struct pp_function *f = &e->s->functions[at];

	if (e->functions[at] == PP_NONE)
		e->functions[at] = pp_builder_function(&e->to->b, string(e, f->name),
						       string(e, f->system_name),
						       string(e, f->filename), f->start_line);
	return e->functions[at];
}

static uint32_t location(struct entering *e, uint32_t at)
{
	const struct pp_location *l = &e->s->locations[at];

	if (e->locations[at] != PP_NONE)
		return e->locations[at];
	const struct {
		uint64_t address;
		uint32_t mapping, folded;
	} head = {l->address, l->mapping == PP_NONE ? PP_NONE : mapping(e, l->mapping), l->folded};
	pp_buf_clear(&e->key);
	pp_buf_clear(&e->lines);
	pp_buf_add(&e->key, &head, sizeof(head));
	for (uint32_t i = 0; i < l->nlines; i++) {
		struct pp_line line = e->s->lines[l->first_line + i];

		line.function = function(e, line.function);
		const int64_t own[] = {line.function, line.line, line.column};
		pp_buf_add(&e->key, own, sizeof(own));
		pp_buf_add(&e->lines, &line, sizeof(line));
	}
	size_t before = e->to->locations.count;
	uint32_t to = pp_strtab_add(&e->to->locations, pp_buf_view(&e->key)) - 1;
	if (e->to->locations.count > before) {
		pp_builder_new_location(&e->to->b, head.mapping, l->address,
					(const struct pp_line *)(const void *)e->lines.p,
					l->nlines);
		pp_builder_location_at(&e->to->b, to)->folded = l->folded;
	}
	return e->locations[at] = to;
}

static uint32_t set(struct entering *e, uint32_t at)
{
	if (e->sets[at] != PP_NONE)
		return e->sets[at];
	pp_buf_clear(&e->key);
	for (uint32_t i = e->s->set_ends[at - 1]; i < e->s->set_ends[at]; i++) {
		const struct pp_builder_label *l = &e->s->labels[i];
		/* without padding: they are compared as bytes */
		const struct pp_builder_label own = {string(e, l->key), string(e, l->str),
						     string(e, l->unit), l->num};
		const int64_t key[] = {own.key, own.str, own.unit, own.num};

		pp_buf_add(&e->key, key, sizeof(key));
	}
	return e->sets[at] = pp_strtab_add(&e->to->sets, pp_buf_view(&e->key));
}

static const struct pp_segment_sum_node *nodes(const struct pp_segment_sum *s)
{
	return (const struct pp_segment_sum_node *)(const void *)s->nodes.p;
}

static struct pp_segment_sum_node *node_at(struct pp_segment_sum *s, uint32_t at)
{
	return (struct pp_segment_sum_node *)(void *)s->nodes.p + at;
}

static void add_node(struct pp_segment_sum *to, uint32_t parent, uint32_t location, uint32_t fresh)
{
	const struct pp_segment_sum_node n = {
		.parent = parent, .location = location, .depth = node_at(to, parent)->depth + 1};

	pp_buf_add(&to->nodes, &n, sizeof(n));
	struct pp_segment_sum_node *above = node_at(to, parent);
	if (above->last)
		node_at(to, above->last)->next = fresh;
	else
		above->first = fresh;
	above->last = fresh;
}

/* The node of a node, those above it being there. */
static uint32_t enter_node(struct entering *e, uint32_t at)
{
	struct pp_segment_sum *to = e->to;
	uint32_t parent = e->nodes[e->s->node_parents[at]];
	uint32_t own = location(e, e->s->node_locations[at]);
	uint32_t fresh = (uint32_t)(to->nodes.n / sizeof(struct pp_segment_sum_node));
	uint32_t node = node_at(to, parent)->expected;

	if (!node || node_at(to, node)->location != own)
		node = *pp_map_put(&to->node_of, (uint64_t)parent << 32 | own, fresh);
	if (node == fresh)
		add_node(to, parent, own, fresh);
	struct pp_segment_sum_node *above = node_at(to, parent);
	uint32_t next = node_at(to, node)->next;
	above->expected = next ? next : above->first;
	return node;
}

/* What a sample needs is marked from it upwards, and entered from the root on. */
static void enter_nodes(struct entering *e, const bool *wanted)
{
	const struct pp_segment *s = e->s;
	PP_CLEANUP(pp_freep) bool *marked = pp_xcalloc(s->nnodes, sizeof(*marked));

	marked[0] = true;
	for (uint32_t i = 0; i < s->nsamples; i++) {
		for (uint32_t at = s->sample_nodes[i]; wanted[i] && !marked[at];
		     at = s->node_parents[at])
			marked[at] = true;
	}
	for (uint32_t i = 1; i < s->nnodes; i++) {
		if (marked[i])
			e->nodes[i] = enter_node(e, i);
	}
}

/* Nearly all stacks have but one set of labels. */
static uint32_t find_sample(struct pp_segment_sum *to, const uint32_t own[2], uint32_t fresh)
{
	const uint32_t *known = (const uint32_t *)(const void *)to->samples.p;
	struct pp_segment_sum_node *node = node_at(to, own[0]);
	uint32_t last = node->sample;

	if (last && known[2 * (size_t)(last - 1) + 1] == own[1])
		return last - 1;
	uint32_t sample = *pp_map_put(&to->sample_of, (uint64_t)own[0] << 32 | own[1], fresh);
	node->sample = sample + 1;
	return sample;
}

static void enter_sample(struct entering *e, uint32_t at, const int64_t *values)
{
	struct pp_segment_sum *to = e->to;
	const uint32_t own[] = {e->nodes[e->s->sample_nodes[at]], set(e, e->s->sample_sets[at])};
	uint32_t fresh = (uint32_t)(to->samples.n / sizeof(own));
	uint32_t sample = find_sample(to, own, fresh);

	if (sample == fresh) {
		pp_buf_add(&to->samples, own, sizeof(own));
		pp_buf_add(&to->sums, values, to->ntypes * sizeof(*values));
		to->depths += nodes(to)[own[0]].depth;
		return;
	}
	int64_t *sums = (int64_t *)(void *)to->sums.p + (size_t)sample * to->ntypes;
	for (uint32_t type = 0; type < to->ntypes; type++)
		sums[type] = pp_wrap_add(sums[type], values[type]);
}

/* The first header says what the types are, and which mapping is the main program's. */
static void begin(struct entering *e, const struct pp_segment_heading *h)
{
	const uint32_t *numbers = pp_segment_numbers(e->s, h->numbers);
	struct pp_builder *b = &e->to->b;

	if (e->to->begun)
		return;
	e->to->begun = true;
	e->to->ntypes = h->ntypes;
	for (uint32_t i = 0; i < h->ntypes; i++) {
		struct pp_value_type t = {string(e, numbers[2 * i]), string(e, numbers[2 * i + 1])};

		pp_buf_add(&b->sample_types, &t, sizeof(t));
	}
	b->head.nsample_types = h->ntypes;
	b->head.has_period_type = h->has_period_type;
	b->head.period_type.type = string(e, h->period_type);
	b->head.period_type.unit = string(e, h->period_unit);
	b->head.drop_frames = string(e, h->drop_frames);
	b->head.keep_frames = string(e, h->keep_frames);
	for (uint32_t i = 0; i < h->nmappings; i++)
		mapping(e, numbers[2 * h->ntypes + h->ncomments + i]);
}

/* Headers are joined as by a merge. */
static void join(struct entering *e, uint32_t i)
{
	const struct pp_segment_entry *entry = &e->s->entries[i];
	const struct pp_segment_heading *h = &e->s->headers[entry->header];
	const uint32_t *comment = pp_segment_numbers(e->s, h->numbers + 2 * (size_t)h->ntypes);
	struct pp_profile *head = &e->to->b.head;

	if (head->time_nanos == 0 || entry->time < head->time_nanos)
		head->time_nanos = entry->time;
	head->duration_nanos = pp_wrap_add(head->duration_nanos, e->s->head.entries[i].duration);
	if (head->period == 0 || head->period < h->period)
		head->period = h->period;
	if (!head->default_sample_type)
		head->default_sample_type = string(e, h->default_type);
	if (!head->doc_url)
		head->doc_url = string(e, h->doc_url);
	for (uint32_t k = 0; k < h->ncomments; k++) {
		uint32_t n = head->ncomments, text = string(e, comment[k]);

		if (*pp_map_put(&e->to->comments, text, n) == n)
			pp_builder_comment(&e->to->b, e->s->strings[comment[k]]);
	}
}

static uint32_t types_of(const struct pp_segment *s, uint32_t i)
{
	return s->headers[s->entries[i].header].ntypes;
}

/* What is to be added, by the segment's own numbers: all that can fail is done before the sum is
 * touched. */
struct part {
	int64_t *sums; /* by sample, ntypes each */
	bool *seen;    /* by sample */
};

static void release_part(struct part *p)
{
	free(p->sums);
	free(p->seen);
}

static int read_part(struct part *p, const struct pp_segment_sum *to, struct pp_segment *s,
		     const uint32_t *which, uint32_t n, struct pp_err *err)
{
	PP_CLEANUP(pp_freep) bool *wanted = pp_xcalloc(s->head.n, sizeof(*wanted));
	uint32_t ntypes = to->begun ? to->ntypes : types_of(s, which[0]);
	uint64_t depths = 0;

	for (uint32_t i = 0; i < n; i++) {
		if (types_of(s, which[i]) != ntypes)
			return pp_err_set(err, PP_ERR_FORMAT,
					  "entries differ in their sample types");
		wanted[which[i]] = true;
	}
	if ((uint64_t)s->nsamples * ntypes > PP_SEGMENT_VALUES_MAX)
		return pp_err_set(err, PP_ERR_FORMAT, "bad number of samples");
	p->sums = pp_xcalloc((size_t)s->nsamples * ntypes, sizeof(*p->sums));
	p->seen = pp_xcalloc(s->nsamples, sizeof(*p->seen));
	if (pp_segment_add_rows(s, wanted, p->sums, p->seen, err))
		return -1;
	for (uint32_t i = 0; i < s->nsamples; i++)
		depths += p->seen[i] ? s->node_depths[s->sample_nodes[i]] : 0;
	if (depths > PP_SEGMENT_DEPTHS_MAX)
		return pp_err_set(err, PP_ERR_FORMAT, "its stacks are too large");
	return 0;
}

int pp_segment_sum_add(struct pp_segment_sum *to, struct pp_segment *s, const uint32_t *which,
		       uint32_t n, struct pp_err *err)
{
	struct part p = {.sums = NULL};
	struct entering e;
	int rc = read_part(&p, to, s, which, n, err);

	if (rc == 0) {
		begin_segment(&e, to, s);
		begin(&e, &s->headers[s->entries[which[0]].header]);
		for (uint32_t i = 0; i < n; i++)
			join(&e, which[i]);
		enter_nodes(&e, p.seen);
		for (uint32_t i = 0; i < s->nsamples; i++) {
			if (p.seen[i])
				enter_sample(&e, i, p.sums + (size_t)i * to->ntypes);
		}
		end_segment(&e);
	}
	release_part(&p);
	return rc;
}

/* Those that add up to 0 are left out, as by a merge. */
static void add_sample(struct pp_segment_sum *s, uint32_t i, uint32_t *stack)
{
	const struct pp_segment_sum_node *node = nodes(s);
	const uint32_t *own = (const uint32_t *)(const void *)s->samples.p + 2 * (size_t)i;
	const int64_t *values = (const int64_t *)(const void *)s->sums.p + (size_t)i * s->ntypes;
	struct pp_str labels = pp_strtab_get(&s->sets, own[1]);
	PP_CLEANUP(pp_freep) struct pp_builder_label *label = NULL;
	uint32_t depth = 0, nlabels = (uint32_t)(labels.n / (4 * sizeof(int64_t)));
	int64_t any = 0, key[4];

	for (uint32_t type = 0; type < s->ntypes; type++)
		any |= values[type];
	if (!any)
		return;
	for (uint32_t at = own[0]; at; at = node[at].parent)
		stack[depth++] = node[at].location;
	if (nlabels)
		label = pp_xcalloc(nlabels, sizeof(*label));
	for (uint32_t k = 0; k < nlabels; k++) {
		memcpy(key, labels.p + k * sizeof(key), sizeof(key));
		label[k] = (struct pp_builder_label){(uint32_t)key[0], (uint32_t)key[1],
						     (uint32_t)key[2], key[3]};
	}
	pp_builder_sample(&s->b, stack, depth, values, label, nlabels);
}

int pp_segment_sum_finish(struct pp_segment_sum *s, struct pp_profile *out, struct pp_err *err)
{
	uint32_t n = (uint32_t)(s->samples.n / (2 * sizeof(uint32_t))), deepest = 0;
	const uint32_t *own = (const void *)s->samples.p;

	pp_profile_init(out, 0);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t depth = nodes(s)[own[2 * (size_t)i]].depth;

		deepest = depth > deepest ? depth : deepest;
	}
	if (s->depths > DEPTHS_MAX)
		return pp_err_set(err, PP_ERR_LIMIT, "the stacks are too many to be added up");
	PP_CLEANUP(pp_freep) uint32_t *stack = pp_xcalloc(deepest, sizeof(*stack));
	for (uint32_t i = 0; i < n; i++)
		add_sample(s, i, stack);
	return pp_builder_finish(&s->b, out, err);
}
