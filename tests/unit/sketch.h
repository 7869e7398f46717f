/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Profiles drawn with a few words. A sample is its frames, leaf first, separated by blanks:
 *	FUNCTION[@FILE[:LINE[:COLUMN[:START_LINE]]]][+...][!MAPPING][$ADDRESS]
 * where a+b is one location, in which a is inlined into b, and an ADDRESS is hexadecimal. Equal
 * texts are one location; "?" is one without lines. Its labels are KEY=TEXT or KEY=#NUMBER[UNIT],
 * separated by blanks.
 */
#ifndef PP_TESTS_SKETCH_H
#define PP_TESTS_SKETCH_H

#include "unit.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "profile/builder.h"

#define SKETCH_TYPES 2

struct sketch {
	const char *frames; /* NULL: the end of a list */
	int64_t values[SKETCH_TYPES];
	const char *labels;
};

/* The part of *text before one of the stops; *text is moved behind it. */
static struct pp_str sketch_cut(struct pp_str *text, char stop)
{
	const char *at = text->n ? memchr(text->p, stop, text->n) : NULL;
	struct pp_str part = {text->p, at ? (size_t)(at - text->p) : text->n};
	size_t used = part.n + (at ? 1 : 0);

	*text = (struct pp_str){text->p + used, text->n - used};
	return part;
}

static int64_t sketch_number(struct pp_str s, int base)
{
	char text[32] = "";

	if (s.n)
		memcpy(text, s.p, s.n < sizeof(text) ? s.n : sizeof(text) - 1);
	return strtoll(text, NULL, base); /* pp-allow: written by a test */
}

static struct pp_line sketch_line(struct pp_builder *b, struct pp_str text)
{
	struct pp_str name = sketch_cut(&text, '@'), file = sketch_cut(&text, ':');
	uint32_t n = pp_builder_string(b, name), f = pp_builder_string(b, file);
	struct pp_line line = {.line = sketch_number(sketch_cut(&text, ':'), 10)};

	line.column = sketch_number(sketch_cut(&text, ':'), 10);
	line.function = pp_builder_function(b, n, n, f, sketch_number(text, 10));
	return line;
}

static uint32_t sketch_mapping(struct pp_builder *b, struct pp_str file)
{
	struct pp_mapping m = {.file = pp_builder_string(b, file)}, known;

	for (uint32_t i = 0; i < b->mappings.n / sizeof(m); i++) {
		memcpy(&known, b->mappings.p + i * sizeof(m), sizeof(m));
		if (known.file == m.file)
			return i;
	}
	return pp_builder_mapping(b, &m);
}

static uint32_t sketch_location(struct pp_builder *b, struct pp_str text)
{
	struct pp_str rest = text, body = sketch_cut(&rest, '$'), lines = sketch_cut(&body, '!');
	struct pp_line line[8];
	uint32_t n = 0;
	/* without an address, the text itself tells locations apart */
	uint64_t address = rest.n ? (uint64_t)sketch_number(rest, 16)
				  : pp_builder_string(b, text) + ((uint64_t)1 << 40);
	uint32_t mapping = body.n ? sketch_mapping(b, body) : PP_NONE;

	if (pp_str_eq(lines, PP_STR_LIT("?")))
		lines.n = 0;
	while (lines.n && n < PP_ARRAY_LEN(line))
		line[n++] = sketch_line(b, sketch_cut(&lines, '+'));
	return pp_builder_location(b, mapping, address, line, n);
}

static struct pp_builder_label sketch_label(struct pp_builder *b, struct pp_str text)
{
	struct pp_str key = sketch_cut(&text, '=');
	struct pp_builder_label label = {.key = pp_builder_string(b, key)};
	size_t digits = 1;

	if (text.n == 0 || text.p[0] != '#') {
		label.str = pp_builder_string(b, text);
		return label;
	}
	while (digits < text.n && strchr("-0123456789", text.p[digits]))
		digits++;
	label.num = sketch_number((struct pp_str){text.p + 1, digits - 1}, 10);
	label.unit = pp_builder_string(b, (struct pp_str){text.p + digits, text.n - digits});
	return label;
}

static void sketch_sample(struct pp_builder *b, const struct sketch *s)
{
	struct pp_str frames = pp_str_of(s->frames), labels = pp_str_of(s->labels ? s->labels : "");
	struct pp_builder_label label[8];
	uint32_t ids[16], n = 0, nlabels = 0;

	while (frames.n && n < PP_ARRAY_LEN(ids))
		ids[n++] = sketch_location(b, sketch_cut(&frames, ' '));
	while (labels.n && nlabels < PP_ARRAY_LEN(label))
		label[nlabels++] = sketch_label(b, sketch_cut(&labels, ' '));
	pp_builder_sample(b, ids, n, s->values, label, nlabels);
}

/* A profile of types n/count and time/nanoseconds, with the samples up to one without frames. */
static void sketch_profile(struct pp_profile *p, const struct sketch *s)
{
	struct pp_builder b;
	struct pp_err err = PP_ERR_INIT;

	pp_builder_init(&b);
	pp_builder_sample_type(&b, "n", "count");
	pp_builder_sample_type(&b, "time", "nanoseconds");
	for (; s->frames; s++)
		sketch_sample(&b, s);
	assert_int_equal(pp_builder_finish(&b, p, &err), 0);
	pp_builder_release(&b);
}

#endif
