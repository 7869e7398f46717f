/* SPDX-License-Identifier: Apache-2.0 */
/* Folded stacks: what a file is, its parts read by several threads, and these put together. */
#include <config.h>

#include "pprof/folded.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/parallel.h"
#include "pprof/folded_chunk.h"
#include "pprof/legacy.h"
#include "pprof/legacy_text.h"
#include "profile/samples.h"
#include "profile/wire.h"

#define LOOKED_AT 64  /* lines from which a file is recognized */
#define TEXT_SEEN 512 /* bytes that must be text */

/* A byte order mark says nothing in UTF-8, and some editors write it. */
static struct pp_str without_mark(struct pp_str file)
{
	pp_text_take(&file, PP_STR_LIT("\xef\xbb\xbf"));
	return file;
}

/* What was found out about the first lines of a file. */
struct look {
	unsigned columns; /* of the first stack; 0: there is none */
	unsigned stacks, others;
	unsigned several; /* stacks that have several frames */
};

static struct look look_at(struct pp_str text)
{
	struct pp_lines lines = pp_lines_of(text);
	struct look look = {0};

	while (look.stacks + look.others < LOOKED_AT && pp_lines_next(&lines)) {
		struct pp_str line = pp_folded_trim(lines.line), number;

		if (pp_folded_is_comment(line))
			continue;
		if (!pp_folded_take_number(&line, &number)) {
			look.others++;
			continue;
		}
		look.stacks++;
		look.several += line.n && memchr(line.p, ';', line.n) != NULL;
		if (look.columns == 0)
			look.columns = pp_folded_take_number(&line, &number) ? 2 : 1;
	}
	return look;
}

/* Of a text without a mark. */
static bool looks_folded(struct pp_str text)
{
	struct look look = look_at(text);

	for (size_t i = 0; i < text.n && i < TEXT_SEEN; i++) {
		if ((unsigned char)text.p[i] < ' ' && !memchr("\t\r\n", text.p[i], 3))
			return false;
	}
	return look.several && look.several * 2 >= look.stacks + look.others;
}

bool pp_folded_is(struct pp_str file)
{
	return looks_folded(without_mark(file));
}

/* The parts of a file. */
struct parts {
	unsigned n;
	struct pp_folded_form form;
	struct part {
		PP_PER_WORKER struct pp_folded_chunk chunk;
		struct pp_str text;
	} part[PP_PARALLEL_MAX];
};

static void read_part(void *context, unsigned worker)
{
	struct parts *parts = context;

	pp_folded_chunk_read(&parts->part[worker].chunk, parts->part[worker].text, &parts->form);
}

/* As equal as lines allow. */
static void divide(struct parts *parts, struct pp_str file)
{
	const char *p = file.p, *end = file.p + file.n;

	parts->n = pp_parallel_workers(file.n);
	for (unsigned i = 0; i < parts->n; i++) {
		const char *to = file.p + file.n / parts->n * (i + 1), *line_end = NULL;

		if (to < p)
			to = p;
		if (i + 1 < parts->n)
			line_end = memchr(to, '\n', (size_t)(end - to));
		to = line_end ? line_end + 1 : end;
		parts->part[i].text = (struct pp_str){p, (size_t)(to - p)};
		p = to;
	}
}

static void release(struct parts *parts)
{
	for (unsigned i = 0; i < parts->n; i++)
		pp_folded_chunk_release(&parts->part[i].chunk);
}

/* Whether a name is one for linkers, of C++ or Rust; macOS puts another underscore in front. */
static bool is_mangled(struct pp_str name)
{
	return pp_str_starts(name, PP_STR_LIT("_Z")) || pp_str_starts(name, PP_STR_LIT("_R")) ||
	       pp_str_starts(name, PP_STR_LIT("__Z")) || pp_str_starts(name, PP_STR_LIT("__R"));
}

/* A function and a location for each name that is new; where they all are, for free(). */
static uint32_t *add_names(struct pp_builder *b, const struct pp_folded_names *t)
{
	uint32_t *at = pp_xcalloc(t->count, sizeof(*at));

	for (uint32_t i = 0; i < t->count; i++) {
		struct pp_str text = pp_folded_names_get(t, i);
		uint32_t name = pp_builder_string(b, text);
		/* others are as readable as was wanted, and are not to be shortened */
		uint32_t mangled = is_mangled(text) ? name : 0;
		struct pp_line line = {.function = pp_builder_function(b, name, mangled, 0, 0)};

		at[i] = pp_builder_location(b, PP_NONE, 0, &line, 1);
	}
	return at;
}

/* Samples as the builder packs them, to other locations. */
static void move_samples(struct pp_builder *to, const struct pp_builder *from, const uint32_t *at)
{
	const uint8_t *p = (const uint8_t *)from->samples.p, *end = p + from->samples.n;
	int64_t values[PP_FOLDED_COLUMNS];
	uint32_t *stack = NULL;
	size_t cap = 0;

	while (p < end) {
		const uint8_t *ids;
		uint32_t depth = 0;
		size_t n;

		p++; /* the tag */
		pp_wire_varint_trusted(&p);
		if (*p >> 3 == PP_SAMPLE_LOCATION_ID) {
			p++;
			n = (size_t)pp_wire_varint_trusted(&p);
			stack = pp_grow(stack, &cap, n, sizeof(*stack));
			for (ids = p + n; p < ids;)
				stack[depth++] = at[pp_wire_varint_trusted(&p) - 1];
		}
		p++;
		pp_wire_varint_trusted(&p);
		for (uint32_t i = 0; i < from->head.nsample_types; i++)
			values[i] = (int64_t)pp_wire_varint_trusted(&p);
		pp_builder_sample(to, stack, depth, values, NULL, 0);
	}
	free(stack);
}

static void move_comments(struct pp_builder *to, const struct pp_builder *from)
{
	const uint32_t *comments = (const void *)from->comments.p;

	for (uint32_t i = 0; i < from->head.ncomments; i++)
		pp_folded_add_comment(to, pp_strtab_get(&from->strings, comments[i]));
}

static int too_many_names(struct pp_err *err)
{
	return pp_err_set(err, PP_ERR_LIMIT, "more than %u different frames", PP_FOLDED_MAX_NAMES);
}

/* Into the builder of the first part, whose names have the numbers that they keep. Neither names
 * nor samples depend on how many parts there are. */
static int join(struct parts *parts, struct pp_err *err)
{
	struct pp_builder *b = &parts->part[0].chunk.builder;

	for (unsigned i = 1; i < parts->n; i++)
		move_comments(b, &parts->part[i].chunk.builder);
	for (unsigned i = 0; i < parts->n; i++) {
		struct pp_folded_chunk *c = &parts->part[i].chunk;
		uint32_t *at = add_names(b, &c->names);

		pp_folded_names_release(&c->names);
		if (i) {
			move_samples(b, &c->builder, at);
			pp_buf_release(&c->builder.samples);
		}
		free(at);
		if (b->head.nlocations > PP_FOLDED_MAX_NAMES)
			return too_many_names(err);
	}
	return 0;
}

/* The first part that is not just read, or NULL; its lines are counted from the file's first. */
static struct pp_folded_chunk *first_problem(struct parts *parts)
{
	uint64_t lines = 0;

	for (unsigned i = 0; i < parts->n; i++) {
		struct pp_folded_chunk *c = &parts->part[i].chunk;

		c->lines.number += lines;
		lines = c->lines.number;
		if (c->verdict != PP_FOLDED_TAKEN)
			return c;
	}
	return NULL;
}

/* Whether the sum of all counts fits 64 bits. */
static bool sums_fit(const struct parts *parts)
{
	for (unsigned column = 0; column < PP_FOLDED_COLUMNS; column++) {
		int64_t sum = 0;

		for (unsigned i = 0; i < parts->n; i++) {
			if (__builtin_add_overflow(sum, parts->part[i].chunk.sums[column], &sum))
				return false;
		}
		if (sum == INT64_MAX)
			return false;
	}
	return true;
}

/* What is wrong, if that is worth a word: PP_LEGACY_FAILED, or PP_LEGACY_OTHER. */
static int blame(const struct parts *parts, const struct pp_folded_chunk *c, struct pp_str text,
		 struct pp_err *err)
{
	bool several = false;

	for (unsigned i = 0; &parts->part[i].chunk <= c; i++)
		several |= parts->part[i].chunk.several;
	if (!(several && c->lines.number > LOOKED_AT) && !looks_folded(text))
		return PP_LEGACY_OTHER;
	if (c->verdict == PP_FOLDED_LIMIT)
		return too_many_names(err);
	pp_lines_fail(&c->lines, err, c->what);
	return pp_err_wrap(err, "not valid folded stacks");
}

/* Numbers alone are no stacks, but ";;" in front of one was meant to be. */
static int no_frames(struct pp_str text, struct pp_err *err)
{
	if (!looks_folded(text))
		return PP_LEGACY_OTHER;
	pp_err_set(err, PP_ERR_FORMAT, "not valid folded stacks: no stack has a frame");
	return PP_LEGACY_FAILED;
}

/* In the parts' form. PP_LEGACY_READ and so on; *again: in that form now. */
static int read_parts(struct parts *parts, struct pp_str text, bool *again, struct pp_err *err)
{
	const struct pp_folded_chunk *c;

	divide(parts, text);
	pp_parallel_run(parts->n, read_part, parts);
	c = first_problem(parts);
	*again = c && c->verdict == PP_FOLDED_AGAIN;
	if (*again)
		parts->form = c->wanted;
	if (c)
		return *again ? PP_LEGACY_READ : blame(parts, c, text, err);
	if (!sums_fit(parts)) {
		*again = pp_folded_lose_digits(&parts->form);
		return *again ? PP_LEGACY_READ
			      : pp_err_set(err, PP_ERR_FORMAT,
					   "not valid folded stacks: the sum of all counts does "
					   "not fit 64 bits");
	}
	return join(parts, err) ? PP_LEGACY_FAILED : PP_LEGACY_READ;
}

int pp_folded_read(struct pp_profile *p, struct pp_str file, struct pp_err *err)
{
	struct pp_str text = without_mark(file);
	struct parts parts = {.form.columns = look_at(text).columns};
	bool again = true;
	int rc = PP_LEGACY_OTHER;

	while (parts.form.columns && again) {
		rc = read_parts(&parts, text, &again, err);
		if (!again && rc == PP_LEGACY_READ) {
			struct pp_builder *b = &parts.part[0].chunk.builder;

			rc = b->head.nlocations ? pp_builder_finish(b, p, err)
						: no_frames(text, err);
		}
		release(&parts);
	}
	return rc;
}
