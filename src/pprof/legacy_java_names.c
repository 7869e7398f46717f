/* SPDX-License-Identifier: Apache-2.0 */
/*
 * " 0x00000003 com.example.Server.run (Server.java:103)" names location 3; the parentheses may also
 * hold the path of a library, or be missing.
 */
#include <config.h>

#include "pprof/legacy_java.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/map.h"
#include "base/scan.h"
#include "pprof/legacy_assign.h"

/* What a location is called. Strings of the builder. */
struct place {
	bool named;
	uint32_t function;
	int64_t line;
};

struct names {
	struct pp_builder *b;
	struct pp_map locations; /* by number */
	struct pp_map files;	 /* file of a function, by its name: that of the first mention */
	struct place *places;
};

static void release(struct names *n)
{
	pp_map_release(&n->locations);
	pp_map_release(&n->files);
	free(n->places);
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}

/* "0x00000003 rest", where there is a rest. */
static bool parse_line(struct pp_str line, struct pp_str *digits, struct pp_str *rest)
{
	line = pp_text_trim(line);
	if (!pp_text_take(&line, PP_STR_LIT("0x")) || !pp_text_take_digits(&line, 16, digits) ||
	    line.n == 0 || !is_blank(line.p[0]))
		return false;
	*rest = pp_text_trim(line);
	return true;
}

/* Split "NAME (INSIDE)" at the last parenthesis that opens behind a blank, not behind `limit`. */
static bool split(struct pp_str text, size_t limit, struct pp_str *name, struct pp_str *inside)
{
	if (text.n == 0 || text.p[text.n - 1] != ')')
		return false;
	for (size_t i = limit; i-- > 1;) {
		if (text.p[i] == '(' && is_blank(text.p[i - 1])) {
			*name = (struct pp_str){text.p, i - 1};
			*inside = (struct pp_str){text.p + i + 1, text.n - i - 2};
			return true;
		}
	}
	return false;
}

/* The position of the ':' of a text that ends in ":123)" or ":-123)"; 0 if it does not. */
static size_t line_number_at(struct pp_str text)
{
	size_t end = text.n ? text.n - 1 : 0, i = end;

	while (i > 0 && text.p[i - 1] >= '0' && text.p[i - 1] <= '9')
		i--;
	if (i == end || i == 0)
		return 0;
	if (text.p[i - 1] == '-')
		i--;
	return i > 0 && text.p[i - 1] == ':' ? i - 1 : 0;
}

/* The last part of a path, as Go's filepath.Base has it. */
static struct pp_str base_name(struct pp_str path)
{
	if (path.n == 0)
		return PP_STR_LIT(".");
	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	return path.n == 1 ? path : pp_str_basename(path);
}

static bool mentions_stub(struct pp_str text)
{
	return pp_text_find(&text, PP_STR_LIT("generated stub/JIT"));
}

static void parse_place(struct pp_str text, struct pp_str *name, struct pp_str *file, int64_t *line)
{
	size_t colon = line_number_at(text);
	struct pp_str inside;

	*file = (struct pp_str){0};
	*line = 0;
	/* at least one character between the parenthesis and the colon */
	if (colon && split(text, colon - 1, name, &inside)) {
		*file = (struct pp_str){inside.p, (size_t)(text.p + colon - inside.p)};
		if (!pp_text_i64((struct pp_str){text.p + colon + 1, text.n - colon - 2}, 10,
				 line) ||
		    *line < 0)
			*line = 0;
	} else if (split(text, text.n, name, &inside)) {
		*file = base_name(inside);
	} else {
		*name = mentions_stub(text) ? PP_STR_LIT("STUB") : text;
	}
}

static void name_location(struct names *n, uint32_t location, struct pp_str text)
{
	struct pp_str name, file;
	int64_t line;

	parse_place(text, &name, &file, &line);
	uint32_t function = pp_builder_string(n->b, name);
	uint32_t file_string = pp_builder_string(n->b, file);

	pp_map_put(&n->files, function, file_string);
	n->places[location] = (struct place){true, function, line};
}

/* In the order of the locations, so that functions are numbered as pprof does. */
static int apply(struct names *n, struct pp_err *err)
{
	struct pp_mapping_list none = {.n = 0};

	for (uint32_t i = 0; i < n->b->head.nlocations; i++) {
		const struct place *place = &n->places[i];

		if (!place->named)
			continue;
		struct pp_line line = {
			.function = pp_builder_function(n->b, place->function, place->function,
							pp_map_find(&n->files, place->function), 0),
			.line = place->line,
		};
		pp_builder_set_lines(n->b, i, &line, 1);
		pp_builder_location_at(n->b, i)->address = 0;
	}
	/* what has no name gets a mapping for its number, before that goes, too */
	int rc = pp_legacy_assign(n->b, &none, err);
	pp_buf_release(&none.items);
	for (uint32_t i = 0; i < n->b->head.nlocations; i++)
		pp_builder_location_at(n->b, i)->address = 0;
	return rc;
}

int pp_legacy_java_names(struct pp_builder *b, struct pp_lines *l, struct pp_err *err)
{
	PP_CLEANUP(release) struct names n = {.b = b};
	struct pp_str digits, rest;
	uint64_t number;

	n.places = pp_xcalloc(b->head.nlocations, sizeof(*n.places));
	for (uint32_t i = 0; i < b->head.nlocations; i++)
		pp_map_put(&n.locations, pp_builder_location_at(b, i)->address, i);
	for (; l->line.p; pp_lines_next(l)) {
		if (!parse_line(l->line, &digits, &rest))
			continue;
		if (!pp_scan_number(&digits, 16, &number))
			return pp_lines_fail(l, err, "number out of range in");
		uint32_t location = pp_map_find(&n.locations, number);

		if (location != PP_NONE)
			name_location(&n, location, rest);
	}
	return apply(&n, err);
}
