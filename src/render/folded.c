/* SPDX-License-Identifier: Apache-2.0 */
/* Each frame's text is made once; stacks are compared and written by the rank of their texts. */
#include <config.h>

#include "render/folded.h"

#include <inttypes.h>
#include <stdlib.h>

#include "analyze/fold.h"
#include "base/alloc.h"
#include "base/map.h"

/* The frames' texts, distinct and sorted. */
struct names {
	struct pp_strtab texts;
	uint32_t *by_rank; /* the text of each rank */
	uint32_t *rank;	   /* of each node */
};

void pp_folded_name(struct pp_out *text, struct pp_str name)
{
	pp_buf_clear(&text->buf);
	pp_out_safe(text, name);
	for (size_t i = 0; i < text->buf.n; i++) {
		if (text->buf.p[i] == ';')
			text->buf.p[i] = ':';
	}
}

static int compare(const void *x, const void *y, void *texts)
{
	return pp_str_cmp(pp_strtab_get(texts, *(const uint32_t *)x),
			  pp_strtab_get(texts, *(const uint32_t *)y));
}

static void names_init(struct names *n, const struct pp_nodes *nodes)
{
	uint32_t *rank_of_text;
	size_t count;
	struct pp_out text;

	pp_strtab_init(&n->texts);
	pp_out_init_mem(&text);
	n->rank = pp_xcalloc(nodes->count, sizeof(*n->rank));
	for (uint32_t i = 0; i < nodes->count; i++) {
		pp_folded_name(&text, pp_nodes_name(nodes, i));
		n->rank[i] = pp_strtab_add(&n->texts, pp_buf_view(&text.buf));
	}
	pp_buf_release(&text.buf);

	count = n->texts.count;
	n->by_rank = pp_xcalloc(count, sizeof(*n->by_rank));
	for (uint32_t i = 0; i < count; i++)
		n->by_rank[i] = i;
	qsort_r(n->by_rank, count, sizeof(*n->by_rank), compare, &n->texts);
	rank_of_text = pp_xcalloc(count, sizeof(*rank_of_text));
	for (uint32_t i = 0; i < count; i++)
		rank_of_text[n->by_rank[i]] = i;
	for (uint32_t i = 0; i < nodes->count; i++)
		n->rank[i] = rank_of_text[n->rank[i]];
	free(rank_of_text);
}

static void names_release(struct names *n)
{
	pp_strtab_release(&n->texts);
	free(n->by_rank);
	free(n->rank);
}

static void print_stack(const struct pp_fold *s, uint32_t i, const struct names *names,
			struct pp_out *o)
{
	size_t depth = pp_fold_depth(s, i);

	for (size_t k = 0; k < depth; k++) {
		if (k)
			pp_out_char(o, ';');
		pp_out_str(o, pp_strtab_get(&names->texts, names->by_rank[pp_fold_frame(s, i, k)]));
	}
}

uint64_t pp_folded_text(const struct pp_view *v, const struct pp_header *h, struct pp_out *o)
{
	struct pp_fold stacks;
	struct names names;
	uint64_t empty;

	names_init(&names, v->nodes);
	pp_fold_init(&stacks, v, names.rank);
	for (uint32_t i = 0; i < stacks.n; i++) {
		int64_t value = pp_header_value(h, pp_fold_value(&stacks, i));

		if (value == 0)
			continue;
		print_stack(&stacks, i, &names, o);
		pp_out_fmt(o, " %" PRId64 "\n", value);
	}
	empty = stacks.empty;
	pp_fold_release(&stacks);
	names_release(&names);
	return empty;
}
