/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The labels of one sample as pprof prints them: a line for each key with all of its values, texts
 * before numbers, in the order of the lines' bytes. Buffers are used again for the next sample.
 */
#ifndef PP_RENDER_LABEL_LINES_H
#define PP_RENDER_LABEL_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "io/out.h"
#include "profile/filter.h"
#include "profile/labels.h"
#include "profile/samples.h"

struct pp_label_item;
struct pp_label_line;

struct pp_label_lines {
	const struct pp_filter *filter; /* borrowed */
	const struct pp_labels *survey; /* borrowed: numbers are scaled from the unit of their
					   key. NULL: they are shown as they are, with their own
					   units if one of the key's numbers has one */
	struct pp_label_item *items;	/* of the sample */
	size_t nitems, items_cap;
	struct pp_label_line *lines;
	size_t n, ntexts, lines_cap; /* ntexts of the n lines are of texts, and stand first */
	struct pp_buf text;	     /* of all lines */
};

/* Lines "       key:  a b" with a survey; "key:[a b]" without. */
void pp_label_lines_init(struct pp_label_lines *l, const struct pp_filter *filter,
			 const struct pp_labels *survey);
void pp_label_lines_release(struct pp_label_lines *l);

/* Make the lines of the labels that the filter lets through. */
void pp_label_lines_load(struct pp_label_lines *l, const struct pp_sample *s);

/* Print lines [from, to), a `separator` between them. */
void pp_label_lines_print(const struct pp_label_lines *l, size_t from, size_t to, char separator,
			  struct pp_out *o);

#endif
