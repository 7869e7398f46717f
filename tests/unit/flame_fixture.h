/* SPDX-License-Identifier: Apache-2.0 */
/* Trees of one or two profiles that are written down as stacks, or drawn at random. */
#ifndef PP_TESTS_FLAME_FIXTURE_H
#define PP_TESTS_FLAME_FIXTURE_H

#include "unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/flame.h"
#include "base/alloc.h"
#include "profile/builder.h"
#include "profile/samples.h"

#define FIXTURE_DEEP 12 /* frames in a random stack, at most */
#define FIXTURE_CPU  1	/* the second type of values */

/* One sample: frames from the root on, separated by ';'; "a+b": b is inlined into a. Labels are
 * "key@text" or "key=number", separated by blanks. */
struct stack {
	const char *frames; /* NULL: the end of a list */
	int64_t values[2];
	const char *labels;
};

struct side {
	struct pp_profile profile;
	struct pp_filter filter;
	struct pp_frames frames;
};

struct fixture {
	struct side side[2];
	struct pp_nodes nodes;
	struct pp_view views[2];
	uint32_t nviews;
	struct pp_flame flame;
};

static inline uint32_t fixture_location(struct pp_builder *b, const char *text, size_t n)
{
	struct pp_line lines[FIXTURE_DEEP] = {0};
	uint32_t nlines = 0;
	uint64_t address = 0x1000 + pp_builder_string(b, (struct pp_str){text, n});

	/* innermost first */
	for (const char *end = text + n; end > text; nlines++) {
		const char *plus = memrchr(text, '+', (size_t)(end - text));
		const char *begin = plus ? plus + 1 : text;
		uint32_t name = pp_builder_string(b, (struct pp_str){begin, (size_t)(end - begin)});

		lines[nlines].function = pp_builder_function(b, name, 0, 0, 0);
		end = plus ? plus : text;
	}
	return pp_builder_location(b, PP_NONE, address, lines, nlines);
}

static inline uint32_t fixture_labels(struct pp_builder *b, const char *text,
				      struct pp_builder_label *labels)
{
	uint32_t n = 0;

	for (const char *p = text ? text : ""; *p; n++) {
		size_t key = strcspn(p, "@="), len = strcspn(p, " ");

		labels[n] = (struct pp_builder_label){
			.key = pp_builder_string(b, (struct pp_str){p, key})};
		if (p[key] == '@')
			labels[n].str =
				pp_builder_string(b, (struct pp_str){p + key + 1, len - key - 1});
		else
			labels[n].num = strtoll(p + key + 1, NULL, 10); /* pp-allow: our own text */
		p += len + (p[len] == ' ');
	}
	return n;
}

static inline void fixture_stack(struct pp_builder *b, const struct stack *s)
{
	struct pp_builder_label labels[4];
	uint32_t ids[64], n = 0, nlabels = fixture_labels(b, s->labels, labels);

	/* leaf first */
	for (const char *end = s->frames + strlen(s->frames); end > s->frames; n++) {
		const char *semicolon = memrchr(s->frames, ';', (size_t)(end - s->frames));
		const char *begin = semicolon ? semicolon + 1 : s->frames;

		ids[n] = fixture_location(b, begin, (size_t)(end - begin));
		end = semicolon ? semicolon : s->frames;
	}
	pp_builder_sample(b, ids, n, s->values, labels, nlabels);
}

/* A view more, of what is in the builder. */
static inline void fixture_add(struct fixture *f, struct pp_builder *b)
{
	static const struct pp_frames_options by_function = {.granularity = PP_BY_FUNCTION};
	struct pp_filter_options none = {.all_frames = true};
	struct pp_err err = PP_ERR_INIT;
	struct side *s = &f->side[f->nviews];

	if (!f->nviews)
		pp_nodes_init(&f->nodes);
	assert_int_equal(pp_builder_finish(b, &s->profile, &err), 0);
	pp_builder_release(b);
	assert_int_equal(pp_filter_init(&s->filter, &s->profile, &none, &err), 0);
	pp_frames_init(&s->frames, &s->profile, &f->nodes, &by_function);
	f->views[f->nviews++] = (struct pp_view){.profile = &s->profile,
						 .filter = &s->filter,
						 .frames = &s->frames,
						 .nodes = &f->nodes};
}

static inline void fixture_begin(struct pp_builder *b)
{
	pp_builder_init(b);
	pp_builder_sample_type(b, "samples", "count");
	pp_builder_sample_type(b, "cpu", "nanoseconds");
}

static inline void fixture_add_stacks(struct fixture *f, const struct stack *s)
{
	struct pp_builder b;

	fixture_begin(&b);
	for (; s->frames; s++)
		fixture_stack(&b, s);
	fixture_add(f, &b);
}

static inline void fixture_build(struct fixture *f, const struct pp_flame_options *o)
{
	static const struct pp_flame_options plain = {0};
	struct pp_err err = PP_ERR_INIT;

	assert_int_equal(pp_flame_init(&f->flame, f->views, f->nviews, o ? o : &plain, &err), 0);
}

/* The tree of one list of stacks, or of two. */
static inline void fixture_init(struct fixture *f, const struct stack *before,
				const struct stack *after, const struct pp_flame_options *o)
{
	*f = (struct fixture){0};
	if (before)
		fixture_add_stacks(f, before);
	fixture_add_stacks(f, after);
	fixture_build(f, o);
}

static inline void fixture_release(struct fixture *f)
{
	pp_flame_release(&f->flame);
	for (uint32_t i = 0; i < f->nviews; i++) {
		pp_frames_release(&f->side[i].frames);
		pp_filter_release(&f->side[i].filter);
		pp_profile_release(&f->side[i].profile);
	}
	pp_nodes_release(&f->nodes);
}

/* xorshift64* (Marsaglia, Vigna): the same numbers on every machine. */
static inline uint64_t fixture_draw(uint64_t *seed)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * 0x2545f4914f6cdd1dULL;
}

static inline uint32_t fixture_below(uint64_t *seed, uint32_t n)
{
	return (uint32_t)(fixture_draw(seed) >> 33) % n;
}

/* A random stack: its functions are letters, so that the order of texts is that of the tree. */
static inline struct stack fixture_random(uint64_t *seed, char *text, uint32_t letters,
					  bool negative)
{
	uint32_t depth = fixture_below(seed, FIXTURE_DEEP), n = 0;
	int64_t value = fixture_below(seed, 1000);

	for (uint32_t i = 0; i < depth; i++) {
		if (i)
			text[n++] = fixture_below(seed, 4) ? ';' : '+';
		text[n++] = (char)('a' + fixture_below(seed, letters));
	}
	text[n] = '\0';
	if (negative && fixture_below(seed, 3) == 0)
		value = -value;
	return (struct stack){text, {value ? 1 : 0, value}, NULL};
}

static inline void fixture_add_random(struct fixture *f, uint64_t *seed, uint32_t n,
				      uint32_t letters, bool negative)
{
	char text[2 * FIXTURE_DEEP];
	struct pp_builder b;

	fixture_begin(&b);
	for (uint32_t i = 0; i < n; i++) {
		struct stack s = fixture_random(seed, text, letters, negative);

		fixture_stack(&b, &s);
	}
	fixture_add(f, &b);
}

/* What must hold of any tree. */
static inline void check_shape(const struct pp_flame *f)
{
	uint32_t deepest = 0;

	assert_true(f->n >= 1);
	assert_int_equal(f->parent[0], PP_NONE);
	assert_int_equal(f->func[0], 0);
	assert_int_equal(f->depth[0], 0);
	assert_int_equal(f->end[0], f->n);
	assert_false(f->inlined[0]);
	for (uint32_t i = 1; i < f->n; i++) {
		uint32_t p = f->parent[i];

		assert_true(p < i && i < f->end[p] && f->end[i] <= f->end[p]);
		assert_true(f->end[i] > i);
		assert_int_equal(f->depth[i], f->depth[p] + 1);
		assert_true(f->func[i] > 0 && f->func[i] < f->nfuncs);
		/* a first child, or what comes right behind a sibling */
		assert_true(i == p + 1 || f->depth[i - 1] >= f->depth[i]);
		if (f->depth[i] > deepest)
			deepest = f->depth[i];
	}
	assert_int_equal(f->max_depth, deepest);
	for (uint32_t k = 2; k < f->nfuncs; k++)
		assert_true(pp_str_cmp(f->funcs[k - 1].name, f->funcs[k].name) <= 0);
}

/* That the own values of the side after are those of its samples, by where they end. */
static inline void check_samples(const struct fixture *f)
{
	const struct pp_flame *flame = &f->flame;
	const struct pp_profile *p = f->views[f->nviews - 1].profile;
	const int64_t *self = flame->self[pp_flame_after(flame, FIXTURE_CPU)];
	int64_t *left = pp_xcalloc(flame->n, sizeof(*left));
	uint64_t k = 0;

	for (uint32_t range = 0; range < p->nranges; range++) {
		struct pp_sample_iter it;
		struct pp_sample s;

		pp_samples_begin(&it, p, range);
		for (; pp_samples_next(&it, &s); k++) {
			if (flame->sample_node[k] != PP_NONE)
				left[flame->sample_node[k]] += s.values[FIXTURE_CPU];
		}
		pp_samples_release(&it);
	}
	assert_int_equal(k, flame->nsamples);
	assert_memory_equal(left, self, flame->n * sizeof(*self));
	free(left);
}

/* Merge all nodes below an extent. */
static inline uint32_t fixture_prune(struct pp_flame *f, const double *extents, double least)
{
	const struct pp_flame_cut cut = {.least = least};

	return pp_flame_prune(f, extents, &cut);
}

#endif
