/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "tui/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/magnitude.h"
#include "base/regex.h"
#include "base/utf8.h"
#include "tui/model.h"

/* A pattern without a capital that is not part of an escape like \S matches either case. */
static bool has_capital(struct pp_str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] >= 'A' && s.p[i] <= 'Z')
			return true;
	}
	return false;
}

struct pp_regex *pp_search_regex(const char *text, struct pp_err *err)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf pattern = PP_BUF_INIT;

	pp_buf_str(&pattern, has_capital(pp_str_of(text)) ? "" : "(?i)");
	pp_buf_str(&pattern, text);
	return pp_regex_new(pp_buf_view(&pattern), false, err);
}

void pp_search_quote(struct pp_str text, const char *more, struct pp_buf *out)
{
	pp_buf_char(out, '^');
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		if (c < ' ' || (c && strchr(more, c))) {
			pp_buf_fmt(out, "\\x%02x", c);
			continue;
		}
		if (strchr("\\^$.*+?()[]{}|", c))
			pp_buf_char(out, '\\');
		pp_buf_char(out, (char)c);
	}
	pp_buf_char(out, '$');
}

static void drop_hits(struct pp_search *s)
{
	free(s->funcs);
	free(s->hits);
	s->funcs = NULL;
	s->hits = NULL;
	s->nfuncs = 0;
	s->nhits = 0;
	s->matched = s->matched_zoom = 0;
	memset(s->marks, 0, sizeof(s->marks));
}

void pp_search_release(struct pp_search *s)
{
	drop_hits(s);
	free(s->text);
	free(s->back);
	*s = (struct pp_search){0};
}

bool pp_search_has(const struct pp_search *s, uint32_t func)
{
	return s->funcs && func != PP_NONE && s->funcs[func];
}

/* The root's function, which is no function, never matches. */
static void match_funcs(struct pp_model *m, struct pp_regex *re)
{
	struct pp_search *s = &m->search;

	drop_hits(s);
	s->funcs = pp_xcalloc(m->flame->nfuncs, 1);
	for (uint32_t i = 1; i < m->flame->nfuncs; i++) {
		if (!pp_regex_match(re, m->flame->funcs[i].name))
			continue;
		s->funcs[i] = 1;
		s->nfuncs++;
	}
}

static void list_hits(struct pp_model *m)
{
	const struct pp_flame *f = m->flame;
	struct pp_search *s = &m->search;
	size_t cap = 0;

	s->nhits = 0;
	free(s->hits);
	s->hits = NULL;
	for (uint32_t i = 1; s->nfuncs && i < f->n; i++) {
		if (!s->funcs[f->func[i]])
			continue;
		s->hits = pp_grow(s->hits, &cap, s->nhits + 1, sizeof(*s->hits));
		s->hits[s->nhits++] = i;
	}
}

/* The first hit that is not below a node's number. */
static size_t first_hit(const struct pp_search *s, uint32_t node)
{
	size_t low = 0, high = s->nhits;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->hits[middle] < node)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int64_t sum_hits(struct pp_model *m, uint32_t root)
{
	const struct pp_flame *f = m->flame;
	const struct pp_search *s = &m->search;
	const int64_t *total = f->total[pp_flame_after(f, m->in.measure.type)];
	uint32_t skip = root;
	int64_t sum = 0;

	for (size_t i = first_hit(s, root); i < s->nhits && s->hits[i] < f->end[root]; i++) {
		if (s->hits[i] < skip)
			continue;
		sum = pp_wrap_add(sum, total[s->hits[i]]);
		skip = f->end[s->hits[i]];
	}
	return sum;
}

static void mark(struct pp_search *s, double from, double to)
{
	int a = (int)(from * PP_SEARCH_MARKS), b = (int)(to * PP_SEARCH_MARKS);

	for (int i = a; i <= b && i < PP_SEARCH_MARKS; i++)
		s->marks[i / 8] |= (uint8_t)(1u << i % 8);
}

/* Where hits are in the whole width. Only what leads to one is looked at: on the way down to the
 * next hit, siblings before it are added up. */
static void mark_hits(struct pp_model *m)
{
	const struct pp_flame *f = m->flame;
	struct pp_search *s = &m->search;
	double whole = m->extents[0], x = 0, inner = 0;
	uint32_t node = 0, next = 1;
	double *starts = pp_xcalloc((size_t)f->max_depth + 2, sizeof(*starts));

	memset(s->marks, 0, sizeof(s->marks));
	for (size_t i = 0; whole > 0 && i < s->nhits; i++) {
		uint32_t hit = s->hits[i];

		if (hit < next)
			continue; /* below an outer hit */
		/* up to what the hit is below, then down to it */
		while (hit >= f->end[node]) {
			inner = starts[f->depth[node]] + m->extents[node];
			next = f->end[node];
			node = f->parent[node];
		}
		x = inner;
		for (; node != hit; node = next, next = node + 1) {
			while (hit >= f->end[next]) {
				x += m->extents[next];
				next = f->end[next];
			}
			starts[f->depth[next]] = x;
		}
		inner = x;
		mark(s, x / whole, (x + m->extents[hit]) / whole);
		next = f->end[hit];
	}
	free(starts);
}

void pp_search_update_zoom(struct pp_model *m)
{
	struct pp_search *s = &m->search;
	uint32_t node = m->zooms.node;

	s->zoom_total = m->flame->total[pp_flame_after(m->flame, m->in.measure.type)][node];
	if (s->text)
		s->matched_zoom = node ? sum_hits(m, node) : s->matched;
}

static void count(struct pp_model *m)
{
	list_hits(m);
	m->search.matched = sum_hits(m, 0);
	mark_hits(m);
	pp_search_update_zoom(m);
	m->changed |= PP_CHANGED_SEARCH;
}

void pp_search_update(struct pp_model *m, bool rematch)
{
	struct pp_err err = PP_ERR_INIT;
	struct pp_regex *re;

	if (!m->search.text)
		return;
	if (rematch) {
		/* it has compiled before */
		re = pp_search_regex(m->search.text, &err);
		if (!re)
			return;
		match_funcs(m, re);
		pp_regex_free(re);
	}
	count(m);
}

int pp_search_set(struct pp_model *m, const char *text, struct pp_err *err)
{
	struct pp_search *s = &m->search;
	struct pp_regex *re;
	char *copy;

	if (!*text) {
		pp_search_end(m);
		return 0;
	}
	re = pp_search_regex(text, err);
	if (!re)
		return -1;
	copy = pp_xstrdup(text);
	free(s->text);
	s->text = copy;
	match_funcs(m, re);
	pp_regex_free(re);
	count(m);
	return 0;
}

void pp_search_end(struct pp_model *m)
{
	struct pp_search *s = &m->search;

	drop_hits(s);
	free(s->text);
	s->text = NULL;
	m->changed |= PP_CHANGED_SEARCH;
	if (!s->has_back)
		return;
	s->has_back = false;
	while (m->zooms.at > s->back_place && pp_zoom_travel(m, -1))
		continue;
	pp_model_select(m, pp_model_find(m, s->back, s->nback));
}

size_t pp_search_position(const struct pp_model *m)
{
	const struct pp_search *s = &m->search;
	size_t i;

	if (m->node == PP_NONE)
		return 0;
	i = first_hit(s, m->node);
	return i < s->nhits && s->hits[i] == m->node ? i + 1 : 0;
}

/* What to zoom into so that a node can be seen: as little as needed. */
static uint32_t root_for(const struct pp_model *m, uint32_t node)
{
	const struct pp_flame *f = m->flame;
	uint32_t root = m->zooms.node, best = node;

	while (root > 0 && !(root <= node && node < f->end[root]))
		root = f->parent[root];
	for (uint32_t up = node;; up = f->parent[up]) {
		if (m->extents[node] * m->graph_width >= m->extents[up])
			best = up;
		if (up == root)
			return best;
	}
}

void pp_search_show_node(struct pp_model *m, uint32_t node)
{
	if (!m->inverted)
		pp_zoom_into(m, root_for(m, node));
	pp_model_select(m, node);
}

static void remember(struct pp_model *m)
{
	struct pp_search *s = &m->search;

	if (s->has_back)
		return;
	free(s->back);
	s->has_back = true;
	s->nback = m->node == PP_NONE ? 0 : m->flame->depth[m->node];
	s->back = pp_model_path(m, m->node == PP_NONE ? 0 : m->node);
	s->back_place = m->zooms.at;
}

int pp_search_step(struct pp_model *m, int step)
{
	const struct pp_search *s = &m->search;
	uint32_t now = m->node == PP_NONE ? 0 : m->node;
	size_t at, to;

	if (s->nhits == 0)
		return 0;
	remember(m);
	at = first_hit(s, now);
	if (step < 0)
		to = at ? at - 1 : s->nhits - 1;
	else
		to = (at < s->nhits && s->hits[at] == now ? at + 1 : at) % s->nhits;
	pp_search_show_node(m, s->hits[to]);
	return (step < 0 ? s->hits[to] >= now : s->hits[to] <= now) ? 2 : 1;
}
