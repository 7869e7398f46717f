/* SPDX-License-Identifier: Apache-2.0 */
/* The tree of a flame graph's block, and its sets of labels. */
#include <config.h>

#include "base/alloc.h"
#include "pprof/flame_block.h"

#define KIND_MAX 5 /* pp_flame_kind */

static int read_strings(struct pp_block *b, struct pp_builder *to, struct pp_err *err)
{
	struct pp_section *s = &b->strs;

	if (pp_section_count(s, 1, &b->nstrings, err))
		return -1;
	b->strings = pp_xcalloc(b->nstrings, sizeof(*b->strings));
	for (uint32_t i = 0; i < b->nstrings; i++) {
		uint32_t n;

		if (pp_section_count(s, 1, &n, err))
			return -1;
		b->strings[i] = pp_builder_string(to, (struct pp_str){(const char *)s->p, n});
		s->p += n;
	}
	if (b->nstrings == 0 || b->strings[0] != 0)
		return pp_section_fail(s, err, "the first text is not the empty one");
	return pp_section_end(s, err);
}

/* The number in the builder of a text. */
static int read_text(struct pp_block *b, struct pp_section *s, uint32_t *string, struct pp_err *err)
{
	uint32_t text;

	if (pp_section_below(s, b->nstrings, &text, err))
		return -1;
	*string = b->strings[text];
	return 0;
}

static int read_funcs(struct pp_block *b, struct pp_err *err)
{
	struct pp_section *s = &b->func;

	b->funcs = pp_xcalloc(b->nfuncs, sizeof(*b->funcs));
	for (uint32_t i = 0; i < b->nfuncs; i++) {
		struct pp_block_func *f = &b->funcs[i];
		uint64_t line, colours;

		if (read_text(b, s, &f->name, err) || read_text(b, s, &f->file, err) ||
		    read_text(b, s, &f->object, err) || pp_section_number(s, &line, err) ||
		    pp_section_below(s, KIND_MAX, &f->kind, err) ||
		    pp_section_number(s, &colours, err) || pp_section_number(s, &colours, err))
			return -1;
		f->line = (int64_t)line;
	}
	return pp_section_end(s, err);
}

static int read_shape(struct pp_block *b, struct pp_err *err)
{
	struct pp_section *s = &b->shap;
	uint64_t v, depth = 0;

	b->parent = pp_xcalloc(b->nodes, sizeof(*b->parent));
	b->inlined = pp_xcalloc(b->nodes, sizeof(*b->inlined));
	if (pp_section_number(s, &v, err))
		return -1;
	if (v >> 1)
		return pp_section_fail(s, err, "the root has a parent");
	b->parent[0] = PP_NONE;
	for (uint32_t i = 1; i < b->nodes; i++) {
		uint32_t parent = i - 1;

		if (pp_section_number(s, &v, err))
			return -1;
		if (v >> 1 > depth)
			return pp_section_fail(s, err, "a second root");
		b->inlined[i] = v & 1;
		v >>= 1;
		depth += 1 - v;
		while (v--)
			parent = b->parent[parent];
		b->parent[i] = parent;
	}
	return pp_section_end(s, err);
}

static int read_node_funcs(struct pp_block *b, struct pp_err *err)
{
	struct pp_section *s = &b->fnid;

	b->node_func = pp_xcalloc(b->nodes, sizeof(*b->node_func));
	for (uint32_t i = 0; i < b->nodes; i++) {
		if (pp_section_below(s, b->nfuncs, &b->node_func[i], err))
			return -1;
		if ((b->node_func[i] == 0) != (i == 0))
			return pp_section_fail(s, err, "function 0 is not that of the root");
	}
	return pp_section_end(s, err);
}

/* Column `at` as a multiple of an earlier one, or of what that is a multiple of. */
static int read_multiple(struct pp_block *b, struct pp_section *s, uint32_t at, struct pp_err *err)
{
	struct pp_block_column *c = &b->columns[at];

	if (pp_section_below(s, at, &c->of, err) || pp_section_signed(s, &c->factor, err))
		return -1;

	const struct pp_block_column *of = &b->columns[c->of];
	if (of->self)
		return 0;
	c->of = of->of;
	if (__builtin_mul_overflow(c->factor, of->factor, &c->factor))
		return pp_section_fail(s, err, "a factor that does not fit 64 bits");
	return 0;
}

static int read_column(struct pp_block *b, uint32_t at, struct pp_err *err)
{
	struct pp_section *s = &b->selfs[at];
	struct pp_block_column *c = &b->columns[at];
	uint32_t multiple;

	if (pp_section_below(s, 2, &multiple, err))
		return -1;
	if (multiple) {
		if (read_multiple(b, s, at, err))
			return -1;
		return pp_section_end(s, err);
	}
	/* as many as there are bytes: not before it is known that these are there */
	if (b->nodes > (size_t)(s->end - s->p))
		return pp_section_fail(s, err, "truncated");
	c->self = pp_xcalloc(b->nodes, sizeof(*c->self));
	for (uint32_t i = 0; i < b->nodes; i++) {
		if (pp_section_signed(s, &c->self[i], err))
			return -1;
	}
	return pp_section_end(s, err);
}

static int read_columns(struct pp_block *b, struct pp_err *err)
{
	b->columns = pp_xcalloc(b->nselfs, sizeof(*b->columns));
	for (uint32_t i = 0; i < b->nselfs; i++) {
		if (read_column(b, i, err))
			return -1;
	}
	return 0;
}

static int read_label(struct pp_block *b, struct pp_builder *to, const uint32_t *keys,
		      uint32_t nkeys, struct pp_err *err)
{
	struct pp_section *s = &b->labl;
	struct pp_builder_label l = {0};
	uint32_t key, number;

	if (pp_section_below(s, nkeys, &key, err) || pp_section_below(s, 2, &number, err))
		return -1;
	l.key = keys[key];
	if (number ? pp_section_signed(s, &l.num, err) : read_text(b, s, &l.str, err))
		return -1;
	if (read_text(b, s, &l.unit, err))
		return -1;
	/* files have no such labels, which therefore would be lost */
	if (number && l.num == 0 && l.unit == 0)
		to->head.zero_labels = true;
	b->labels = pp_grow(b->labels, &b->labels_cap, b->nlabels + 1, sizeof(*b->labels));
	b->labels[b->nlabels++] = l;
	return 0;
}

static int read_sets(struct pp_block *b, struct pp_builder *to, const uint32_t *keys,
		     uint32_t nkeys, struct pp_err *err)
{
	struct pp_section *s = &b->labl;
	uint32_t n;

	if (pp_section_count(s, 1, &b->nsets, err))
		return -1;
	b->set_begin = pp_xcalloc((size_t)b->nsets + 1, sizeof(*b->set_begin));
	for (uint32_t i = 0; i < b->nsets; i++) {
		if (pp_section_count(s, 4, &n, err))
			return -1;
		if (i == 0 && n)
			return pp_section_fail(s, err, "set 0 is not empty");
		while (n--) {
			if (read_label(b, to, keys, nkeys, err))
				return -1;
		}
		b->set_begin[i + 1] = (uint32_t)b->nlabels;
	}
	return pp_section_end(s, err);
}

static int read_labels(struct pp_block *b, struct pp_builder *to, struct pp_err *err)
{
	struct pp_section *s = &b->labl;
	uint32_t nkeys;

	if (!s->begin)
		return 0;
	if (pp_section_count(s, 1, &nkeys, err))
		return -1;
	PP_CLEANUP(pp_freep) uint32_t *keys = pp_xcalloc(nkeys, sizeof(*keys));
	for (uint32_t i = 0; i < nkeys; i++) {
		if (read_text(b, s, &keys[i], err))
			return -1;
	}
	return read_sets(b, to, keys, nkeys, err);
}

int pp_block_tables(struct pp_block *b, struct pp_builder *to, struct pp_err *err)
{
	if (read_strings(b, to, err) || read_funcs(b, err) || read_shape(b, err) ||
	    read_node_funcs(b, err) || read_columns(b, err))
		return -1;
	return read_labels(b, to, err);
}
