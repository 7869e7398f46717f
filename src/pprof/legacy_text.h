/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text profiles line by line, and the pieces their lines are made of. What a piece looks like, down
 * to where it may stand in a line, is what google/pprof (profile/legacy_profile.go) takes for one.
 */
#ifndef PP_PPROF_LEGACY_TEXT_H
#define PP_PPROF_LEGACY_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "base/err.h"
#include "base/str.h"

/* A walk over the lines of a text; all borrowed. */
struct pp_lines {
	struct pp_str rest;
	struct pp_str line; /* without its end, "\n" or "\r\n"; empty before the first and at the
			     * end of the text */
	uint64_t number;    /* of the line, from 1 */
	bool ended;	    /* the line had an end: it is not the last of a text that is cut off */
};

static inline struct pp_lines pp_lines_of(struct pp_str text)
{
	return (struct pp_lines){.rest = text};
}

/* Go to the next line; false at the end of the text. */
bool pp_lines_next(struct pp_lines *l);

/* The first line that is neither blank nor a comment. False if there is none. */
bool pp_lines_skip_comments(struct pp_lines *l);

/* Set PP_ERR_FORMAT: "line 7: WHAT \"the line\"", with a long line shortened. Returns -1. */
int pp_lines_fail(const struct pp_lines *l, struct pp_err *err, const char *what);

/* Without blanks at both ends. */
struct pp_str pp_text_trim(struct pp_str s);

/* Nothing but blanks, or beginning with '#' after blanks. */
bool pp_text_is_comment(struct pp_str line);

/* Move *s behind the first occurrence of `what`; false, with *s untouched, if there is none. */
bool pp_text_find(struct pp_str *s, struct pp_str what);

/* Take `what` from the front of *s, if it is there. */
bool pp_text_take(struct pp_str *s, struct pp_str what);

/* Take blanks (' ' only) from the front of *s; returns how many. */
size_t pp_text_take_blanks(struct pp_str *s);

/* Take a run of one or more digits of base 10 or 16 (of either case); false if there is none. */
bool pp_text_take_digits(struct pp_str *s, unsigned base, struct pp_str *digits);

/* Move *s to its first run of decimal digits; false if it has none. */
bool pp_text_seek_digits(struct pp_str *s);

/* All of the text as a number, with a sign or without. Base 0: as in a C or Go source, 0x, 0o, 0b
 * or 0 in front choose the base. False if it is none or does not fit. */
bool pp_text_i64(struct pp_str s, unsigned base, int64_t *out);

/* Take everything up to and including the next address, 0x and lower-case digits, from the front of
 * *s. 1; 0 if there is no further one; -1 if it does not fit 64 bits. */
int pp_text_next_address(struct pp_str *s, uint64_t *address);

/* Take the run of characters that a list of addresses consists of, blanks included. */
struct pp_str pp_text_take_addresses(struct pp_str *s);

/* Does the line announce a memory map? */
bool pp_text_is_map_start(struct pp_str line);

#endif
