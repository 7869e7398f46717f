/* SPDX-License-Identifier: Apache-2.0 */
/* A flame chart: samples thread by thread and in the order of time, where stacks share what they
 * have in common with the one before. Nodes come in preorder at once. */
#include <config.h>

#include <stdlib.h>

#include "analyze/flame_state.h"
#include "base/alloc.h"
#include "base/buf.h"
#include "base/map.h"
#include "profile/walk.h"

struct thread {
	int64_t time; /* of its first sample */
	uint32_t sample;
};

struct moment {
	int64_t time;
	size_t frames; /* where they are */
	uint32_t depth, thread, sample;
	uint64_t noted; /* in ends */
};

struct chart {
	struct pp_stack_tree *t;
	const struct pp_view *v;
	uint32_t view;	       /* its number */
	bool ends;	       /* note where its samples end */
	struct pp_strtab keys; /* of threads; thread n is key n + 1 */
	struct pp_buf key;     /* scratch */
	struct thread *threads;
	size_t threads_cap;
	struct moment *all;
	size_t n, cap;
	uint32_t *frames;
	size_t nframes, frames_cap;
	int64_t *values; /* [n][ntypes] */
	size_t values_cap;
	/* the stack that was entered last */
	uint32_t *path;
	size_t path_cap;
	uint32_t depth;
};

/* What tells threads apart, packed, with a text behind it. */
struct thread_key {
	int64_t number;
	uint32_t is_tid, is_known;
};

static bool is_key(const struct chart *c, const struct pp_label *l, struct pp_str name)
{
	return pp_str_eq(pp_profile_str(c->v->profile, l->key), name);
}

/* The time and the thread that the labels of a sample tell. Names may be shared by many threads:
 * "tid" goes before "thread". */
static uint32_t read_labels(struct chart *c, const struct pp_sample *s, int64_t *time)
{
	struct pp_wire labels = s->label;
	struct pp_label l;
	struct thread_key key = {0};
	struct pp_str name = {"", 0};

	*time = 0;
	while (pp_labels_next(&labels, &l)) {
		bool is_tid = is_key(c, &l, PP_STR_LIT("tid"));

		if (is_key(c, &l, PP_STR_LIT("timestamp")))
			*time = l.num;
		if (!is_tid && (key.is_tid || !is_key(c, &l, PP_STR_LIT("thread"))))
			continue;
		key = (struct thread_key){l.num, is_tid, 1};
		name = pp_profile_str(c->v->profile, l.str);
	}
	pp_buf_clear(&c->key);
	pp_buf_add(&c->key, &key, sizeof(key));
	pp_buf_add(&c->key, name.p, name.n);
	return pp_strtab_add(&c->keys, pp_buf_view(&c->key)) - 1;
}

static void note_thread(struct chart *c, const struct moment *m)
{
	struct thread *t = c->threads;
	size_t old = c->threads_cap;

	c->threads = t = pp_grow(t, &c->threads_cap, (size_t)m->thread + 1, sizeof(*t));
	for (size_t i = old; i < c->threads_cap; i++)
		t[i] = (struct thread){INT64_MAX, UINT32_MAX};
	t += m->thread;
	if (m->time < t->time || (m->time == t->time && m->sample < t->sample))
		*t = (struct thread){m->time, m->sample};
}

static void visit(void *context, unsigned worker PP_UNUSED, struct pp_sample *s)
{
	struct chart *c = context;
	struct pp_stack_tree *t = c->t;
	struct moment m = {.frames = c->nframes, .sample = (uint32_t)c->n};

	if (c->ends)
		pp_stack_tree_note(t, PP_NONE);
	if (!pp_stack_tree_counts(t, c->v, s))
		return;
	m.noted = t->nends - 1;
	c->frames = pp_grow(c->frames, &c->frames_cap, c->nframes + pp_stack_tree_room(c->v, s),
			    sizeof(*c->frames));
	m.depth = pp_stack_tree_frames(t, c->v, s, c->frames + c->nframes);
	c->nframes += m.depth;
	m.thread = read_labels(c, s, &m.time);
	note_thread(c, &m);
	c->values =
		pp_grow(c->values, &c->values_cap, (c->n + 1) * t->o.ntypes, sizeof(*c->values));
	pp_stack_tree_values(t, s, c->values + c->n * t->o.ntypes);
	c->all = pp_grow(c->all, &c->cap, c->n + 1, sizeof(*c->all));
	c->all[c->n++] = m;
}

/* Threads in the order of their first samples; then by time, then as in the file. */
static int compare(const void *x, const void *y, void *context)
{
	const struct chart *c = context;
	const struct moment *a = x, *b = y;

	if (a->thread != b->thread) {
		const struct thread *s = &c->threads[a->thread], *t = &c->threads[b->thread];

		if (s->time != t->time)
			return s->time < t->time ? -1 : 1;
		return s->sample < t->sample ? -1 : 1;
	}
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return a->sample < b->sample ? -1 : a->sample > b->sample;
}

static uint32_t key_at(const struct chart *c, uint32_t level)
{
	return c->t->all[c->path[level]].frame & ~PP_STACK_OUTER;
}

/* Enter a stack; the node where it ends, PP_NONE if there are too many. */
static uint32_t enter(struct chart *c, const struct moment *m)
{
	const uint32_t *frames = c->frames + m->frames;
	uint32_t level = 0;

	c->path = pp_grow(c->path, &c->path_cap, m->depth, sizeof(*c->path));
	for (; level < c->depth && level < m->depth; level++) {
		if (key_at(c, level) != (frames[level] & ~PP_STACK_OUTER))
			break;
		c->t->all[c->path[level]].frame |= frames[level] & PP_STACK_OUTER;
	}
	for (; level < m->depth; level++) {
		c->path[level] =
			pp_stack_tree_node(c->t, level ? c->path[level - 1] : 0, frames[level]);
		if (c->path[level] == PP_NONE)
			return PP_NONE;
	}
	c->depth = m->depth;
	return m->depth ? c->path[m->depth - 1] : 0;
}

static void enter_all(struct chart *c)
{
	struct pp_stack_tree *t = c->t;

	for (size_t i = 0; i < c->n; i++) {
		const struct moment *m = &c->all[i];

		if (i && m->thread != c->all[i - 1].thread)
			c->depth = 0;
		uint32_t node = enter(c, m);
		if (node == PP_NONE)
			return;
		pp_stack_tree_add(t, node, c->view, c->values + (size_t)m->sample * t->o.ntypes);
		if (c->ends)
			t->ends[m->noted] = node;
	}
}

static void grow(struct chart *c)
{
	pp_strtab_init(&c->keys);
	pp_walk(c->v->profile, 1, visit, c);
	qsort_r(c->all, c->n, sizeof(*c->all), compare, c);
	enter_all(c);
	pp_strtab_release(&c->keys);
	pp_buf_release(&c->key);
	free(c->threads);
	free(c->all);
	free(c->frames);
	free(c->values);
	free(c->path);
}

void pp_flame_grow_by_time(struct pp_stack_tree *t, const struct pp_view *views)
{
	for (uint32_t i = 0; i < t->o.nviews && !t->full; i++) {
		struct chart c = {.t = t,
				  .v = &views[i],
				  .view = i,
				  .ends = t->o.ends && i + 1 == t->o.nviews};

		grow(&c);
	}
}
