/* SPDX-License-Identifier: Apache-2.0 */
/* A view of a profile that is written down as stacks. */
#ifndef PP_TESTS_STACKS_FIXTURE_H
#define PP_TESTS_STACKS_FIXTURE_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analyze/view.h"
#include "profile/builder.h"

/* One sample: frames leaf first, separated by blanks; "a+b": a is inlined into b. Labels likewise:
 * "key@text", or "key=number" with or without a unit behind '/'. */
struct stack {
	const char *frames;
	int64_t value;
	const char *labels;
};

struct fixture {
	struct pp_profile profile;
	struct pp_filter filter;
	struct pp_nodes nodes;
	struct pp_frames frames;
	struct pp_view view;
};

static uint32_t fixture_function(struct pp_builder *b, const char *name, size_t n)
{
	uint32_t string = pp_builder_string(b, (struct pp_str){name, n});

	return pp_builder_function(b, string, 0, pp_builder_string(b, PP_STR_LIT("dir/f.c")), 0);
}

/* Equal texts give the same location; its address is unlike any other, its lines are 10, 11... */
static uint32_t fixture_location(struct pp_builder *b, const char *text, size_t n)
{
	struct pp_line lines[8] = {0};
	uint32_t nlines = 0;
	uint64_t address = 0x1000 + 16 * pp_builder_string(b, (struct pp_str){text, n});

	for (const char *p = text, *end = text + n; p < end; nlines++) {
		const char *plus = memchr(p, '+', (size_t)(end - p));
		const char *stop = plus ? plus : end;

		lines[nlines].function = fixture_function(b, p, (size_t)(stop - p));
		lines[nlines].line = 10 + nlines;
		p = plus ? plus + 1 : end;
	}
	return pp_builder_location(b, PP_NONE, address, lines, nlines);
}

static struct pp_builder_label fixture_label(struct pp_builder *b, const char *p, size_t n)
{
	size_t key = strcspn(p, "@="), unit = key + strcspn(p + key, "/ ");
	struct pp_builder_label label = {.key = pp_builder_string(b, (struct pp_str){p, key})};

	if (p[key] == '@')
		label.str = pp_builder_string(b, (struct pp_str){p + key + 1, n - key - 1});
	else
		label.num = strtol(p + key + 1, NULL, 10); /* pp-allow: a test's own text */
	if (p[key] == '=' && unit < n)
		label.unit = pp_builder_string(b, (struct pp_str){p + unit + 1, n - unit - 1});
	return label;
}

static void fixture_stack(struct pp_builder *b, const struct stack *s)
{
	struct pp_builder_label labels[8];
	uint32_t ids[64], n = 0, nlabels = 0;
	int64_t values[2] = {1, s->value};

	for (const char *p = s->frames; *p; n++) {
		size_t len = strcspn(p, " ");

		ids[n] = fixture_location(b, p, len);
		p += len + (p[len] == ' ');
	}
	for (const char *p = s->labels ? s->labels : ""; *p; nlabels++) {
		size_t len = strcspn(p, " ");

		labels[nlabels] = fixture_label(b, p, len);
		p += len + (p[len] == ' ');
	}
	pp_builder_sample(b, ids, n, values, labels, nlabels);
}

/* Stacks up to one with NULL frames. Values are samples/count and cpu/`unit`; the view is of the
 * second. */
static void fixture_init(struct fixture *f, const struct stack *s, const char *unit,
			 const struct pp_frames_options *o)
{
	struct pp_filter_options none = {.all_frames = true};
	struct pp_err err = PP_ERR_INIT;
	struct pp_builder b;

	*f = (struct fixture){0};
	pp_builder_init(&b);
	pp_builder_sample_type(&b, "samples", "count");
	pp_builder_sample_type(&b, "cpu", unit);
	for (; s->frames; s++)
		fixture_stack(&b, s);
	assert_int_equal(pp_builder_finish(&b, &f->profile, &err), 0);
	pp_builder_release(&b);
	assert_int_equal(pp_filter_init(&f->filter, &f->profile, &none, &err), 0);
	pp_nodes_init(&f->nodes);
	pp_frames_init(&f->frames, &f->profile, &f->nodes, o);
	f->view = (struct pp_view){.profile = &f->profile,
				   .filter = &f->filter,
				   .frames = &f->frames,
				   .nodes = &f->nodes,
				   .index = 1};
}

static void fixture_release(struct fixture *f)
{
	pp_frames_release(&f->frames);
	pp_nodes_release(&f->nodes);
	pp_filter_release(&f->filter);
	pp_profile_release(&f->profile);
}

#endif
