/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stacks of goroutines as the Go runtime prints them (runtime/traceback.go), for
 * goroutine?debug=2, on a panic and on SIGQUIT:
 *
 *	goroutine 18 [chan receive, 5 minutes, locked to thread] {tenant: "a b"}:
 *	main.(*server).run(0xc000012345, {0x1, 0x2})
 *		/src/app/main.go:141 +0x1f
 *	...additional frames elided...
 *	created by main.main in goroutine 1
 *		/src/app/main.go:150 +0x38a
 *
 * Whatever stands around them is passed over: messages, registers, other output.
 */
#include <config.h>

#include "base/buf.h"
#include "pprof/goroutine_header.h"
#include "pprof/legacy_readers.h"
#include "pprof/legacy_stack.h"
#include "pprof/legacy_text.h"

#define ELIDED "[frames elided]"

struct dump {
	struct pp_builder *b;
	struct pp_goroutine current;
	struct pp_buf key;	 /* labels and stack of the current goroutine */
	struct pp_strtab stacks; /* keys of all, in order */
	struct pp_buf counts;	 /* int64_t, of stacks[i + 1] */
};

static void release(struct dump *d)
{
	pp_buf_release(&d->key);
	pp_strtab_release(&d->stacks);
	pp_buf_release(&d->counts);
}

static void add_frame(struct dump *d, struct pp_str name, struct pp_str file, int64_t number)
{
	uint32_t name_string = pp_builder_string(d->b, name);
	struct pp_line line = {
		.function = pp_builder_function(d->b, name_string, name_string,
						pp_builder_string(d->b, file), 0),
		.line = number,
	};
	uint32_t location = pp_builder_location(d->b, PP_NONE, 0, &line, 1);

	pp_buf_add(&d->key, &location, sizeof(location));
}

/* The name in "main.f(0x1, ...)" and in "created by main.f in goroutine 1". */
static struct pp_str function_name(struct pp_str line)
{
	const char *open;

	if (pp_text_take(&line, PP_STR_LIT("created by "))) {
		struct pp_str rest = line;

		if (pp_text_find(&rest, PP_STR_LIT(" in goroutine ")))
			line.n = (size_t)(rest.p - line.p) - strlen(" in goroutine ");
		return line;
	}
	if (line.n == 0 || line.p[line.n - 1] != ')')
		return line;
	open = memrchr(line.p, '(', line.n);
	if (open && open > line.p)
		line.n = (size_t)(open - line.p);
	return line;
}

/* "/src/app/main.go:141 +0x1f": the file and the line, or, of code without them, nothing. */
static void parse_position(struct pp_str s, struct pp_str *file, int64_t *number)
{
	*file = (struct pp_str){0};
	*number = 0;
	s = pp_text_trim(s);
	for (size_t i = s.n; i-- > 1;) {
		struct pp_str rest = {s.p + i + 1, s.n - i - 1}, digits;

		if (s.p[i] != ':' || !pp_text_take_digits(&rest, 10, &digits) ||
		    (rest.n && rest.p[0] != ' ') || !pp_text_i64(digits, 10, number))
			continue;
		*file = (struct pp_str){s.p, i};
		return;
	}
}

/* "...additional frames elided...", "...23 frames elided..." */
static bool is_elision(struct pp_str line)
{
	return pp_text_take(&line, PP_STR_LIT("...")) &&
	       pp_text_find(&line, PP_STR_LIT("frames elided..."));
}

static bool is_indented(struct pp_str line)
{
	return line.n && (line.p[0] == '\t' || line.p[0] == ' ');
}

/* The lines of a goroutine: a function, and indented below it where. Ends at what is neither, which
 * becomes the current line. */
static void read_frames(struct dump *d, struct pp_lines *l)
{
	struct pp_str name = {0}, file;
	int64_t number;

	while (pp_lines_next(l)) {
		struct pp_str line = l->line;

		if (is_indented(line)) {
			if (name.n) {
				parse_position(line, &file, &number);
				add_frame(d, function_name(name), file, number);
			}
			name.n = 0;
			continue;
		}
		if (name.n || pp_text_trim(line).n == 0 || pp_goroutine_is_header(line))
			return;
		if (is_elision(line))
			add_frame(d, PP_STR_LIT(ELIDED), (struct pp_str){0}, 0);
		else if (!pp_str_starts(line, PP_STR_LIT("[originating from goroutine ")))
			name = line;
	}
}

/* Count the current goroutine with those that have the same stack and labels. */
static void count_goroutine(struct dump *d)
{
	uint32_t at = pp_strtab_add(&d->stacks, pp_buf_view(&d->key)) - 1;
	int64_t one = 1;

	if (at * sizeof(one) == d->counts.n)
		pp_buf_add(&d->counts, &one, sizeof(one));
	else
		((int64_t *)(void *)d->counts.p)[at]++;
}

static void begin_key(struct dump *d)
{
	pp_buf_clear(&d->key);
	pp_buf_add(&d->key, &d->current.nlabels, sizeof(d->current.nlabels));
	pp_buf_add(&d->key, d->current.labels, d->current.nlabels * sizeof(*d->current.labels));
}

static void add_sample(struct dump *d, struct pp_str key, int64_t count)
{
	PP_CLEANUP(pp_buf_release) struct pp_buf stack = PP_BUF_INIT;
	struct pp_builder_label labels[PP_GOROUTINE_LABELS];
	uint32_t nlabels;
	size_t at = sizeof(nlabels);

	memcpy(&nlabels, key.p, at);
	memcpy(labels, key.p + at, nlabels * sizeof(*labels));
	at += nlabels * sizeof(*labels);
	pp_buf_add(&stack, key.p + at, key.n - at); /* aligned here */
	pp_builder_sample(d->b, (uint32_t *)(void *)stack.p, (uint32_t)(stack.n / sizeof(uint32_t)),
			  &count, labels, nlabels);
}

static int read_goroutine(struct dump *d, struct pp_lines *l, struct pp_err *err)
{
	if (!pp_goroutine_parse(d->b, l->line, &d->current))
		return pp_lines_fail(l, err, "malformed goroutine");
	begin_key(d);
	read_frames(d, l);
	count_goroutine(d);
	if (d->b->head.nlocations > PP_LEGACY_MAX_LOCATIONS)
		return pp_err_set(err, PP_ERR_LIMIT, "more than %u different frames",
				  PP_LEGACY_MAX_LOCATIONS);
	return 0;
}

static int read_dump(struct dump *d, struct pp_str file, struct pp_err *err)
{
	struct pp_lines l = pp_lines_of(file);
	bool more = pp_lines_next(&l);

	while (more) {
		if (!pp_goroutine_is_header(l.line))
			more = pp_lines_next(&l);
		else if (read_goroutine(d, &l, err))
			return PP_LEGACY_FAILED;
		else
			more = l.line.p;
	}
	if (d->counts.n == 0)
		return PP_LEGACY_OTHER;
	pp_builder_sample_type(d->b, "goroutine", "count");
	pp_legacy_period(d->b, "goroutine", "count", 1);
	for (uint32_t i = 1; i < d->stacks.count; i++)
		add_sample(d, pp_strtab_get(&d->stacks, i),
			   ((int64_t *)(void *)d->counts.p)[i - 1]);
	return PP_LEGACY_READ;
}

int pp_goroutines(struct pp_builder *b, struct pp_str file, struct pp_err *err)
{
	PP_CLEANUP(release) struct dump d = {.b = b};

	pp_strtab_init(&d.stacks);
	return read_dump(&d, file, err);
}
