/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Some lines of folded stacks, which one thread reads. How a file is to be read shows only while it
 * is read: what does not go on in the given form says in which one to begin again.
 */
#ifndef PP_PPROF_FOLDED_CHUNK_H
#define PP_PPROF_FOLDED_CHUNK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "pprof/folded_names.h"
#include "pprof/legacy_text.h"
#include "profile/builder.h"

#define PP_FOLDED_COLUMNS   2	       /* at most */
#define PP_FOLDED_DIGITS    6	       /* of fractions, at most */
#define PP_FOLDED_MAX_NAMES (1u << 22) /* each costs us some hundred bytes */

/* How counts are taken. */
struct pp_folded_form {
	unsigned columns; /* counts at the end of each line */
	unsigned digits;  /* of fractions that are kept: 0, 3 or 6 */
	bool rounds;	  /* more of them do not fit */
};

enum pp_folded_verdict {
	PP_FOLDED_TAKEN,
	PP_FOLDED_AGAIN,   /* in the wanted form */
	PP_FOLDED_REFUSED, /* for `what` is wrong with the line where `lines` is */
	PP_FOLDED_LIMIT,   /* too many names */
};

struct pp_folded_chunk {
	/* what came out */
	enum pp_folded_verdict verdict;
	const char *what;
	struct pp_folded_form wanted;
	struct pp_lines lines;
	struct pp_builder builder; /* samples, whose locations are numbers of names, and comments */
	struct pp_folded_names names;
	int64_t sums[PP_FOLDED_COLUMNS]; /* of magnitudes; INT64_MAX if they do not fit */
	bool several;			 /* a stack has several frames */

	/* while it is read */
	struct pp_folded_form form;
	struct pp_str stack; /* of the line before */
	struct pp_folded_frame *frames;
	size_t frames_cap;
	uint32_t depth;
	uint32_t *leaf_first;
	size_t leaf_first_cap;
	int64_t values[PP_FOLDED_COLUMNS];
};

static inline bool pp_folded_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Without the blanks at its end, or at both. */
static inline struct pp_str pp_folded_trim_end(struct pp_str s)
{
	while (s.n && pp_folded_is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

static inline struct pp_str pp_folded_trim(struct pp_str s)
{
	while (s.n && pp_folded_is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	return pp_folded_trim_end(s);
}

/* Read a text, which stays the caller's, into *c, which is to be released. */
void pp_folded_chunk_read(struct pp_folded_chunk *c, struct pp_str text,
			  const struct pp_folded_form *form);
void pp_folded_chunk_release(struct pp_folded_chunk *c);

/* Keep fewer digits of fractions; false if none were kept. */
bool pp_folded_lose_digits(struct pp_folded_form *f);

/* Whether a line without blanks around it says nothing. */
bool pp_folded_is_comment(struct pp_str line);

/* Take the last word of a line if it is a number as counts are, "12", "-12", "12.5", "12.". Nothing
 * or blanks stand in front of it. */
bool pp_folded_take_number(struct pp_str *line, struct pp_str *number);

/* Add a comment, unless there are too many or it is empty. */
void pp_folded_add_comment(struct pp_builder *b, struct pp_str text);

#endif
