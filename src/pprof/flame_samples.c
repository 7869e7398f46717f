/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Samples out of a flame graph's tree. A location is a function, with those that are inlined into
 * it where the tree says so; it has no address, since the tree knows none.
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/magnitude.h"
#include "base/map.h"
#include "base/units.h"
#include "pprof/flame_block.h"

#define JIT	     2 /* pp_flame_kind */
#define UNKNOWN	     4
#define INLINED_MAX  64 /* deeper ones are calls: each of them costs memory for all above it */
#define BYTES_A_LINE 64 /* about what a line takes in the builder, with its share of a location */

struct samples {
	const struct pp_block *b;
	struct pp_builder *to;
	uint64_t limit;
	uint32_t *function;	/* per func, in the builder; PP_NONE: not yet */
	struct pp_map objects;	/* string -> mapping */
	struct pp_map outer_of; /* location of the caller << 32 | func -> location */
	uint32_t *location;	/* per node */
	uint32_t *caller;	/* per node, the one of the location above */
	uint8_t *lines;		/* per node, how many its location has; 0: no symbol */
	uint32_t *stack;	/* of the current sample, leaf first */
	size_t stack_cap;
	int64_t *values, *sums;
};

static int over_limit(const struct samples *s, struct pp_err *err)
{
	char text[PP_QTY_MAX];

	return pp_err_set(
		err, PP_ERR_LIMIT, "its samples need more than the limit of %s",
		pp_units_label(text, (int64_t)s->limit, PP_STR_LIT("bytes"), PP_STR_LIT("auto")));
}

/* What the builder has grown to. */
static bool too_large(const struct samples *s)
{
	return s->to->samples.n + (uint64_t)s->to->head.nlines * BYTES_A_LINE > s->limit;
}

/* The file of a mapping. Of code made at run time, the base name alone does not tell that. */
static uint32_t file_of(struct samples *s, const struct pp_block_func *f)
{
	struct pp_str object = pp_strtab_get(&s->to->strings, f->object);
	char path[64];

	if (f->kind != JIT || object.n > sizeof(path) / 2)
		return f->object;
	if (pp_str_eq(object, PP_STR_LIT("anon")))
		return pp_builder_string(s->to, PP_STR_LIT("//anon"));
	if (!pp_str_starts(object, PP_STR_LIT("memfd:")))
		return f->object;
	snprintf(path, sizeof(path), "/%.*s", (int)object.n, object.p);
	return pp_builder_string(s->to, pp_str_of(path));
}

static uint32_t mapping_of(struct samples *s, const struct pp_block_func *f)
{
	uint32_t object = file_of(s, f);
	const struct pp_mapping *first = (const void *)s->to->mappings.p;
	struct pp_mapping m = {.file = object,
			       .has_functions = true,
			       .has_filenames = true,
			       .has_lines = true,
			       .has_inlines = true};
	uint32_t *at;

	if (object == 0)
		return PP_NONE;
	if (first && first->file == object)
		return 0;
	at = pp_map_put(&s->objects, object, s->to->head.nmappings);
	if (*at == s->to->head.nmappings)
		pp_builder_mapping(s->to, &m);
	return *at;
}

static struct pp_line line_of(struct samples *s, uint32_t func)
{
	const struct pp_block_func *f = &s->b->funcs[func];

	/* without a system name: the name is as readable as it was wanted */
	return (struct pp_line){.function =
					pp_builder_function(s->to, f->name, 0, f->file, f->line)};
}

/* Whether the name is what reports make of an object alone. */
static bool is_nameless(const struct samples *s, const struct pp_block_func *f)
{
	struct pp_str name = pp_strtab_get(&s->to->strings, f->name);
	struct pp_str object = pp_str_basename(pp_strtab_get(&s->to->strings, f->object));

	if (f->kind != UNKNOWN || f->file)
		return false;
	if (f->object == 0)
		return pp_str_eq(name, PP_STR_LIT("<unknown>"));
	return name.n == object.n + 2 && name.p[0] == '[' && name.p[name.n - 1] == ']' &&
	       memcmp(name.p + 1, object.p, object.n) == 0;
}

/* The location of a node that is no inlined one. */
static uint32_t plain_location(struct samples *s, uint32_t node)
{
	uint32_t func = s->b->node_func[node];
	const struct pp_block_func *f = &s->b->funcs[func];
	uint32_t *at = &s->function[func], mapping;
	struct pp_line line;

	if (*at == PP_NONE) {
		bool nameless = is_nameless(s, f);

		mapping = mapping_of(s, f);
		if (!nameless)
			line = line_of(s, func);
		*at = pp_builder_location(s->to, mapping, 0, &line, nameless ? 0 : 1);
	}
	return *at;
}

/* The location of a node that is inlined into its parent: the parent's, with a line in front. */
static uint32_t inlined_location(struct samples *s, uint32_t node)
{
	uint32_t parent = s->b->parent[node], func = s->b->node_func[node];
	uint32_t n = s->lines[parent], location = s->location[parent];
	uint32_t next = s->to->head.nlocations;
	uint32_t *at = pp_map_put(&s->outer_of, (uint64_t)location << 32 | func, next);
	struct pp_line lines[INLINED_MAX + 1];

	if (*at != next)
		return *at;

	struct pp_location outer = *pp_builder_location_at(s->to, location);
	lines[0] = line_of(s, func);
	memcpy(&lines[1], (const struct pp_line *)(void *)s->to->lines.p + outer.first_line,
	       n * sizeof(*lines));
	*at = pp_builder_location(s->to, outer.mapping, 0, lines, n + 1);
	return *at;
}

static int make_locations(struct samples *s, struct pp_err *err)
{
	const struct pp_block *b = s->b;

	for (uint32_t i = 1; i < b->nodes; i++) {
		uint32_t parent = b->parent[i];

		if (parent && b->inlined[i] && s->lines[parent] && s->lines[parent] < INLINED_MAX) {
			s->location[i] = inlined_location(s, i);
			s->caller[i] = s->caller[parent];
		} else {
			s->location[i] = plain_location(s, i);
			s->caller[i] = parent;
		}
		s->lines[i] = (uint8_t)pp_builder_location_at(s->to, s->location[i])->nlines;
		if (too_large(s))
			return over_limit(s, err);
	}
	return 0;
}

static int add_sample(struct samples *s, uint32_t node, uint32_t set, struct pp_err *err)
{
	const struct pp_block *b = s->b;
	uint32_t n = 0, begin = set ? b->set_begin[set] : 0, end = set ? b->set_begin[set + 1] : 0;

	for (; node; node = s->caller[node]) {
		s->stack = pp_grow(s->stack, &s->stack_cap, (size_t)n + 1, sizeof(*s->stack));
		s->stack[n++] = s->location[node];
	}
	pp_builder_sample(s->to, s->stack, n, s->values, end > begin ? b->labels + begin : NULL,
			  end - begin);
	return too_large(s) ? over_limit(s, err) : 0;
}

/* A node's selfs of the side after into s->values; 1 if one is not 0. */
static int node_values(struct samples *s, uint32_t node, struct pp_err *err)
{
	const struct pp_block *b = s->b;
	uint32_t first = (b->nsides - 1) * b->ntypes;
	int any = 0;

	for (uint32_t i = 0; i < b->ntypes; i++) {
		if (pp_block_value(b, first + i, node, &s->values[i]))
			return pp_err_set(err, PP_ERR_FORMAT,
					  "a value of node %u does not fit 64 bits", node);
		any |= s->values[i] != 0;
	}
	return any;
}

static int samples_of_nodes(struct samples *s, struct pp_err *err)
{
	for (uint32_t i = 0; i < s->b->nodes; i++) {
		int rc = node_values(s, i, err);

		if (rc < 0 || (rc && add_sample(s, i, 0, err)))
			return -1;
	}
	return 0;
}

/* That the nodes in [from, to) have what their rows add up to: s->sums of the first, nothing of
 * others. */
static int check_sums(struct samples *s, uint32_t from, uint32_t to, struct pp_err *err)
{
	size_t bytes = s->b->ntypes * sizeof(*s->sums);

	for (uint32_t i = from; i < to; i++) {
		if (node_values(s, i, err) < 0)
			return -1;
		if (memcmp(s->values, s->sums, bytes) != 0)
			return pp_err_set(err, PP_ERR_FORMAT,
					  "the labels of node %u do not add up to its value", i);
		memset(s->sums, 0, bytes);
	}
	return 0;
}

static int read_row(struct samples *s, struct pp_section *rows, uint32_t *node, uint32_t *set,
		    struct pp_err *err)
{
	uint32_t ahead;

	if (pp_section_below(rows, s->b->nodes - *node, &ahead, err) ||
	    pp_section_below(rows, s->b->nsets, set, err))
		return -1;
	/* before the values of the row replace those of the check */
	if (ahead && check_sums(s, *node, *node + ahead, err))
		return -1;
	*node += ahead;
	for (uint32_t i = 0; i < s->b->ntypes; i++) {
		if (pp_section_signed(rows, &s->values[i], err))
			return -1;
		s->sums[i] = pp_wrap_add(s->sums[i], s->values[i]);
	}
	return 0;
}

static int samples_of_rows(struct samples *s, struct pp_err *err)
{
	struct pp_section rows = s->b->lrow;
	uint32_t n, node = 0, set;

	if (pp_section_count(&rows, (size_t)s->b->ntypes + 2, &n, err))
		return -1;
	while (n--) {
		if (read_row(s, &rows, &node, &set, err) || add_sample(s, node, set, err))
			return -1;
	}
	if (check_sums(s, node, s->b->nodes, err))
		return -1;
	return pp_section_end(&rows, err);
}

static void init(struct samples *s)
{
	const struct pp_block *b = s->b;

	s->function = pp_xcalloc(b->nfuncs, sizeof(*s->function));
	for (uint32_t i = 0; i < b->nfuncs; i++)
		s->function[i] = PP_NONE;
	s->location = pp_xcalloc(b->nodes, sizeof(*s->location));
	s->caller = pp_xcalloc(b->nodes, sizeof(*s->caller));
	s->lines = pp_xcalloc(b->nodes, sizeof(*s->lines));
	s->values = pp_xcalloc(b->ntypes, sizeof(*s->values));
	s->sums = pp_xcalloc(b->ntypes, sizeof(*s->sums));
}

static void release(struct samples *s)
{
	pp_map_release(&s->objects);
	pp_map_release(&s->outer_of);
	free(s->function);
	free(s->location);
	free(s->caller);
	free(s->lines);
	free(s->stack);
	free(s->values);
	free(s->sums);
}

int pp_block_samples(const struct pp_block *b, struct pp_builder *to, uint64_t limit,
		     struct pp_err *err)
{
	struct samples s = {.b = b, .to = to, .limit = limit};

	init(&s);
	int rc = make_locations(&s, err);
	if (rc == 0 && b->lrow.begin && !b->labl.begin)
		rc = pp_err_set(err, PP_ERR_FORMAT, "section LROW without LABL");
	else if (rc == 0)
		rc = b->lrow.begin ? samples_of_rows(&s, err) : samples_of_nodes(&s, err);
	release(&s);
	return rc;
}
