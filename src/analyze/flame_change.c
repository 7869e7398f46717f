/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "analyze/flame_change.h"

#include <stdlib.h>
#include <string.h>

#include "analyze/flame_state.h"
#include "base/alloc.h"
#include "base/map.h"

#define SHARED 0x80000000u /* with an old node: others go where it goes */

/*
 * A tree that grows out of an old one: nodes come after their parents, in no other order. It never
 * has more nodes than the old one. Where a single old node goes, children are as different as they
 * were: only those of nodes that are shared have to be looked up.
 */
struct sprout {
	struct pp_flame *f; /* the old one */
	uint32_t n;
	uint32_t *parent, *func; /* [n] */
	uint32_t *from;		 /* [n]: the old node that it was made for, | SHARED */
	uint32_t *to;		 /* [f->n]: where an old node goes; PP_NONE: it is gone */
	uint8_t *emptied;	 /* [f->n]: it stays, but its samples do not; NULL: all do */
	struct pp_map children;	 /* of shared nodes: parent << 32 | func */
};

static void sprout_init(struct sprout *s, struct pp_flame *f)
{
	*s = (struct sprout){.f = f, .n = 1};
	s->parent = pp_xcalloc(f->n, sizeof(*s->parent));
	s->func = pp_xcalloc(f->n, sizeof(*s->func));
	s->from = pp_xcalloc(f->n, sizeof(*s->from));
	s->to = pp_xcalloc(f->n, sizeof(*s->to));
	s->parent[0] = PP_NONE;
}

/* A new last child, for an old node. */
static uint32_t append(struct sprout *s, uint32_t parent, uint32_t node)
{
	s->parent[s->n] = parent;
	s->func[s->n] = s->f->func[node];
	s->from[s->n] = node;
	return s->n++;
}

static uint32_t *look_up(struct sprout *s, uint32_t parent, uint32_t func, uint32_t fresh)
{
	return pp_map_put(&s->children, (uint64_t)parent << 32 | func, fresh);
}

/* From now on other nodes go to `at`, too. Its children so far are among those of the old node that
 * it was made for, up to `now`. */
static void share(struct sprout *s, uint32_t at, uint32_t now)
{
	const struct pp_flame *f = s->f;
	uint32_t from = s->from[at];

	if (from & SHARED)
		return;
	s->from[at] |= SHARED;
	for (uint32_t c = from + 1; c < f->end[from] && c < now; c = f->end[c]) {
		uint32_t to = s->to[c];

		if (to != PP_NONE && s->parent[to] == at)
			*look_up(s, at, s->func[to], to) = to;
	}
}

/* An old node goes to `to`, which is not its own. */
static void absorb(struct sprout *s, uint32_t node, uint32_t to)
{
	share(s, to, node);
	s->to[node] = to;
}

/* An old node becomes a child: the one of its function, or a new one if there is none. */
static void put(struct sprout *s, uint32_t node, uint32_t parent)
{
	uint32_t *at;

	if (!(s->from[parent] & SHARED)) {
		s->to[node] = append(s, parent, node);
		return;
	}
	at = look_up(s, parent, s->f->func[node], s->n);
	if (*at == s->n)
		s->to[node] = append(s, parent, node);
	else
		absorb(s, node, *at);
}

/* Where the new nodes are in preorder: [n]. Fills in all that the shape of the tree is. */
static uint32_t *arrange(const struct sprout *s, struct pp_flame *to)
{
	uint32_t n = s->n;
	uint32_t *place = pp_xcalloc(n, sizeof(*place)), *next = pp_xcalloc(n, sizeof(*next));
	uint32_t *size = pp_xcalloc(n, sizeof(*size));

	for (uint32_t i = n; i-- > 0;) {
		size[i]++;
		if (i)
			size[s->parent[i]] += size[i];
	}
	to->parent = pp_xcalloc(n, sizeof(*to->parent));
	to->func = pp_xcalloc(n, sizeof(*to->func));
	to->depth = pp_xcalloc(n, sizeof(*to->depth));
	to->end = pp_xcalloc(n, sizeof(*to->end));
	to->parent[0] = PP_NONE;
	to->end[0] = n;
	to->max_depth = 0;
	next[0] = 1; /* where the next child goes */
	for (uint32_t i = 1; i < n; i++) {
		uint32_t up = place[s->parent[i]], at = next[s->parent[i]];

		next[s->parent[i]] += size[i];
		next[i] = at + 1;
		place[i] = at;
		to->parent[at] = up;
		to->func[at] = s->func[i];
		to->depth[at] = to->depth[up] + 1;
		to->end[at] = at + size[i];
		if (to->depth[at] > to->max_depth)
			to->max_depth = to->depth[at];
	}
	free(size);
	free(next);
	return place;
}

static bool has_samples(const struct sprout *s, uint32_t node)
{
	return s->to[node] != PP_NONE && !(s->emptied && s->emptied[node]);
}

/* Inlined is what was so everywhere. Where functions differ, it is only samples that go there. */
static bool *move_inlined(const struct sprout *s, const struct pp_flame *to)
{
	const struct pp_flame *f = s->f;
	bool *inlined = pp_xcalloc(s->n, sizeof(*inlined));

	memset(inlined, true, s->n * sizeof(*inlined));
	inlined[0] = false;
	for (uint32_t i = 0; i < f->n; i++) {
		uint32_t at = s->to[i];

		if (at != PP_NONE && f->func[i] == to->func[at] && !f->inlined[i])
			inlined[at] = false;
	}
	return inlined;
}

static int64_t *move_values(const struct sprout *s, struct pp_flame *to, const int64_t *old)
{
	int64_t *sums = pp_xcalloc(s->n, sizeof(*sums));

	for (uint32_t i = 0; i < s->f->n; i++) {
		if (has_samples(s, i))
			sums[s->to[i]] = pp_flame_sum(to, sums[s->to[i]], old[i]);
	}
	return sums;
}

static void drop_columns(int64_t ***columns, uint32_t n)
{
	for (uint32_t c = 0; *columns && c < n; c++)
		free((*columns)[c]);
	free(*columns);
	*columns = NULL;
}

/* Of a pointer of any type. */
static void replace(void *pointer, void *new)
{
	pp_freep(pointer);
	memcpy(pointer, &new, sizeof(new));
}

/* Into preorder. What the tree has grown in is not needed any more. */
static void settle(struct sprout *s, struct pp_flame *to)
{
	uint32_t *place = arrange(s, to);

	for (uint32_t i = 0; i < s->f->n; i++) {
		if (s->to[i] != PP_NONE)
			s->to[i] = place[s->to[i]];
	}
	free(place);
	free(s->parent);
	free(s->func);
	free(s->from);
	pp_map_release(&s->children);
}

/* The old tree becomes the new one. */
static void finish(struct sprout *s)
{
	struct pp_flame *f = s->f;
	struct pp_flame to = *f;

	settle(s, &to);
	replace(&f->inlined, move_inlined(s, &to));
	for (uint32_t c = 0; c < f->ncolumns; c++) {
		replace(&f->self[c], move_values(s, f, f->self[c]));
		replace(&f->total[c], NULL);
	}
	for (uint64_t i = 0; f->sample_node && i < f->nsamples; i++) {
		uint32_t node = f->sample_node[i];

		if (node != PP_NONE)
			f->sample_node[i] = has_samples(s, node) ? s->to[node] : PP_NONE;
	}
	drop_columns(&f->flat, f->ncolumns);
	drop_columns(&f->cum, f->ncolumns);
	replace(&f->smaller, NULL);
	replace(&f->parent, to.parent);
	replace(&f->func, to.func);
	replace(&f->depth, to.depth);
	replace(&f->end, to.end);
	f->max_depth = to.max_depth;
	f->n = s->n;
	free(s->emptied);
	free(s->to);
}

void pp_flame_focus(struct pp_flame *f, uint32_t func)
{
	struct sprout s;

	if (!func)
		return;
	sprout_init(&s, f);
	s.to[0] = PP_NONE;
	s.from[0] |= SHARED; /* by all that its outermost nodes are below */
	for (uint32_t i = 1; i < f->n; i++) {
		uint32_t up = s.to[f->parent[i]];

		if (up != PP_NONE)
			put(&s, i, up);
		else if (f->func[i] == func)
			put(&s, i, 0);
		else
			s.to[i] = PP_NONE;
	}
	finish(&s);
}

void pp_flame_focus_node(struct pp_flame *f, uint32_t node)
{
	struct sprout s;

	if (!node)
		return;
	sprout_init(&s, f);
	for (uint32_t i = 0; i < f->n; i++)
		s.to[i] = PP_NONE;
	s.to[node] = append(&s, 0, node);
	for (uint32_t i = node + 1; i < f->end[node]; i++)
		s.to[i] = append(&s, s.to[f->parent[i]], i);
	finish(&s);
}

void pp_flame_merge(struct pp_flame *f, uint32_t func)
{
	struct sprout s;

	if (!func)
		return;
	sprout_init(&s, f);
	for (uint32_t i = 1; i < f->n; i++) {
		uint32_t up = s.to[f->parent[i]];

		if (f->func[i] == func)
			absorb(&s, i, up);
		else
			put(&s, i, up);
	}
	finish(&s);
}

/* Of the nodes that are marked, append those; the root always stays. */
static void keep_nodes(struct sprout *s, const uint8_t *stays)
{
	const struct pp_flame *f = s->f;

	for (uint32_t i = 1; i < f->n; i++)
		s->to[i] = stays[i] ? append(s, s->to[f->parent[i]], i) : PP_NONE;
}

static bool has_self(const struct pp_flame *f, uint32_t node)
{
	for (uint32_t c = 0; c < f->ncolumns; c++) {
		if (f->self[c][node])
			return true;
	}
	return false;
}

void pp_flame_drop(struct pp_flame *f, uint32_t func)
{
	uint8_t *stays, *leads; /* leads: to a child that stays */
	struct sprout s;

	if (!func)
		return;
	sprout_init(&s, f);
	stays = pp_xcalloc(f->n, 1);
	leads = pp_xcalloc(f->n, 1);
	for (uint32_t i = 1; i < f->n;) {
		bool is_gone = f->func[i] == func;

		stays[i] = !is_gone;
		i = is_gone ? f->end[i] : i + 1;
	}
	for (uint32_t i = f->n; i-- > 1;) {
		bool was_leaf = f->end[i] == i + 1;

		if (stays[i] && !was_leaf && !leads[i])
			stays[i] = has_self(f, i);
		if (stays[i])
			leads[f->parent[i]] = 1;
	}
	keep_nodes(&s, stays);
	finish(&s);
	free(stays);
	free(leads);
}

void pp_flame_keep(struct pp_flame *f, const uint8_t *marked)
{
	uint8_t *stays = pp_xcalloc(f->n, 1);
	struct sprout s;

	sprout_init(&s, f);
	s.emptied = pp_xcalloc(f->n, 1);
	memset(s.emptied, 1, f->n);
	for (uint32_t i = 1; i < f->n;) {
		if (!marked[f->func[i]]) {
			i++;
			continue;
		}
		memset(stays + i, 1, f->end[i] - i);
		memset(s.emptied + i, 0, f->end[i] - i);
		i = f->end[i];
	}
	for (uint32_t i = f->n; i-- > 1;) {
		if (stays[i])
			stays[f->parent[i]] = 1;
	}
	keep_nodes(&s, stays);
	finish(&s);
	free(stays);
}

/* ---- recursion ---- */

/* What a step down the old tree has changed of what is known about the way there. */
struct step {
	uint32_t func, was_of_func;
	uint32_t row, was_of_row;
};

/* The new nodes on the way to where a walk of the old tree is. */
struct way {
	uint32_t *of_func, *of_row; /* 0: none */
	uint32_t *rows;		    /* depths of the new nodes */
	struct step *steps;	    /* [depth], from 1 */
	uint32_t depth;
};

static void leave(struct way *w, uint32_t depth)
{
	for (; w->depth >= depth; w->depth--) {
		const struct step *step = &w->steps[w->depth];

		w->of_func[step->func] = step->was_of_func;
		w->of_row[step->row] = step->was_of_row;
	}
}

static void enter(struct way *w, uint32_t func, uint32_t node)
{
	uint32_t row = w->rows[node];

	w->steps[++w->depth] = (struct step){func, w->of_func[func], row, w->of_row[row]};
	w->of_func[func] = node;
	w->of_row[row] = node;
}

/* The node of a function between the root and `up`; 0: there is none. */
static uint32_t find(const struct way *w, uint32_t func, uint32_t up)
{
	uint32_t node = w->of_func[func];

	return node && w->rows[node] <= w->rows[up] && w->of_row[w->rows[node]] == node ? node : 0;
}

/* Take away what lay between, where nothing else has gone. */
static void forget_unused(struct sprout *s)
{
	const struct pp_flame *f = s->f;
	uint32_t *number = pp_xcalloc(s->n, sizeof(*number)); /* first: 1 if it is used */
	uint32_t n = 0;

	number[0] = 1;
	for (uint32_t i = 1; i < f->n; i++) {
		if (f->end[i] == i + 1 || has_self(f, i))
			number[s->to[i]] = 1;
	}
	for (uint32_t i = s->n; i-- > 1;)
		number[s->parent[i]] |= number[i];
	for (uint32_t i = 0; i < s->n; i++) {
		if (!number[i]) {
			number[i] = PP_NONE;
			continue;
		}
		number[i] = n;
		s->parent[n] = i ? number[s->parent[i]] : PP_NONE;
		s->func[n++] = s->func[i];
	}
	for (uint32_t i = 0; i < f->n; i++)
		s->to[i] = number[s->to[i]];
	s->n = n;
	free(number);
}

void pp_flame_collapse(struct pp_flame *f, uint32_t func)
{
	size_t levels = (size_t)f->max_depth + 2;
	struct way w = {0};
	struct sprout s;

	if (!func)
		return;
	sprout_init(&s, f);
	w.of_func = pp_xcalloc(f->nfuncs, sizeof(*w.of_func));
	w.of_row = pp_xcalloc(levels, sizeof(*w.of_row));
	w.rows = pp_xcalloc(f->n, sizeof(*w.rows));
	w.steps = pp_xcalloc(levels, sizeof(*w.steps));
	for (uint32_t i = 1; i < f->n; i++) {
		uint32_t is = f->func[i], up = s.to[f->parent[i]], outer;

		leave(&w, f->depth[i]);
		outer = func == PP_NONE || is == func ? find(&w, is, up) : 0;
		if (outer)
			absorb(&s, i, outer);
		else
			put(&s, i, up);
		w.rows[s.to[i]] = outer ? w.rows[outer] : w.rows[up] + 1;
		enter(&w, is, s.to[i]);
	}
	forget_unused(&s);
	finish(&s);
	free(w.of_func);
	free(w.of_row);
	free(w.rows);
	free(w.steps);
}
