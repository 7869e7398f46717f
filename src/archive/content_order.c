/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting tables by 64 bits that nearly always decide, and by the rest where they do not. */
#include <config.h>

#include "archive/content_order.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

struct key {
	uint64_t prefix;
	uint32_t at; /* position in the table */
};

struct sorting {
	const struct pp_profile *p;
	struct pp_content_order *o;
	int (*compare)(const struct sorting *s, uint32_t a, uint32_t b); /* of equal prefixes */
};

static int three_way(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int three_way_signed(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_keys(const void *a, const void *b, void *context)
{
	const struct key *x = a, *y = b;
	const struct sorting *s = context;

	if (x->prefix != y->prefix)
		return x->prefix < y->prefix ? -1 : 1;
	return s->compare(s, x->at, y->at);
}

/* Sort n keys, and number them. Takes them over. */
static void rank(struct sorting *s, struct key *keys, uint32_t n, struct pp_content_ranks *out)
{
	out->rank = pp_xcalloc(n, sizeof(*out->rank));
	out->first = pp_xcalloc(n, sizeof(*out->first));
	if (n)
		qsort_r(keys, n, sizeof(*keys), compare_keys, s);
	for (uint32_t i = 0; i < n; i++) {
		if (i == 0 || compare_keys(&keys[i - 1], &keys[i], s) != 0)
			out->first[out->n++] = keys[i].at;
		out->rank[keys[i].at] = out->n - 1;
	}
	free(keys);
}

static uint64_t string_prefix(struct pp_str s)
{
	uint64_t prefix = 0;

	if (s.n)
		memcpy(&prefix, s.p, s.n < sizeof(prefix) ? s.n : sizeof(prefix));
	return be64toh(prefix);
}

static int compare_strings(const struct sorting *s, uint32_t a, uint32_t b)
{
	return pp_str_cmp(s->p->strings[a], s->p->strings[b]);
}

static void order_strings(struct pp_content_order *o, const struct pp_profile *p)
{
	struct sorting s = {.p = p, .o = o, .compare = compare_strings};
	struct key *keys = pp_xcalloc(p->nstrings, sizeof(*keys));

	for (uint32_t i = 0; i < p->nstrings; i++)
		keys[i] = (struct key){string_prefix(p->strings[i]), i};
	rank(&s, keys, p->nstrings, &o->strings);
}

static int compare_functions(const struct sorting *s, uint32_t a, uint32_t b)
{
	const struct pp_function *x = &s->p->functions[a], *y = &s->p->functions[b];
	const uint32_t *string = s->o->strings.rank;

	if (string[x->filename] != string[y->filename])
		return three_way(string[x->filename], string[y->filename]);
	return three_way_signed(x->start_line, y->start_line);
}

static void order_functions(struct pp_content_order *o, const struct pp_profile *p)
{
	struct sorting s = {.p = p, .o = o, .compare = compare_functions};
	struct key *keys = pp_xcalloc(p->nfunctions, sizeof(*keys));
	const uint32_t *string = o->strings.rank;

	for (uint32_t i = 0; i < p->nfunctions; i++) {
		const struct pp_function *f = &p->functions[i];

		keys[i] = (struct key){(uint64_t)string[f->name] << 32 | string[f->system_name], i};
	}
	rank(&s, keys, p->nfunctions, &o->functions);
}

static int compare_lines(const struct sorting *s, const struct pp_line *x, const struct pp_line *y)
{
	const uint32_t *function = s->o->functions.rank;

	if (function[x->function] != function[y->function])
		return three_way(function[x->function], function[y->function]);
	if (x->line != y->line)
		return three_way_signed(x->line, y->line);
	return three_way_signed(x->column, y->column);
}

/* PP_NONE, no mapping, is the last. */
static int compare_locations(const struct sorting *s, uint32_t a, uint32_t b)
{
	const struct pp_location *x = &s->p->locations[a], *y = &s->p->locations[b];
	int c = three_way(x->mapping, y->mapping);

	if (c == 0)
		c = three_way(x->folded, y->folded);
	if (c == 0)
		c = three_way(x->nlines, y->nlines);
	for (uint32_t i = 0; c == 0 && i < x->nlines; i++)
		c = compare_lines(s, &s->p->lines[x->first_line + i],
				  &s->p->lines[y->first_line + i]);
	return c;
}

static void order_locations(struct pp_content_order *o, const struct pp_profile *p)
{
	struct sorting s = {.p = p, .o = o, .compare = compare_locations};
	struct key *keys = pp_xcalloc(p->nlocations, sizeof(*keys));

	for (uint32_t i = 0; i < p->nlocations; i++)
		keys[i] = (struct key){p->locations[i].address, i};
	rank(&s, keys, p->nlocations, &o->locations);
}

void pp_content_order_init(struct pp_content_order *o, const struct pp_profile *p)
{
	*o = (struct pp_content_order){0};
	order_strings(o, p);
	order_functions(o, p);
	order_locations(o, p);
}

static void release_ranks(struct pp_content_ranks *r)
{
	free(r->rank);
	free(r->first);
}

void pp_content_order_release(struct pp_content_order *o)
{
	release_ranks(&o->strings);
	release_ranks(&o->functions);
	release_ranks(&o->locations);
}
