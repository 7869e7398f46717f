/* SPDX-License-Identifier: Apache-2.0 */
/* Rendering samples as text. A frame costs one copy: its line is made once per node. */
#include <config.h>

#include "render/traces.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "profile/walk.h"
#include "render/label_lines.h"

#define SEPARATOR "-----------+-------------------------------------------------------\n"
#define INDENT	  "             " /* value column and what follows it */
#define VALUE	  10		  /* columns of it for the value */

struct writer {
	const struct pp_traces_view *t;
	struct pp_out *o;
	struct pp_label_lines labels;
	struct pp_buf lines; /* INDENT, name and a newline for each node */
	size_t *line;	     /* of each node: where it begins; one more for the end of the last */
};

static void make_lines(struct writer *w)
{
	const struct pp_nodes *nodes = w->t->view->nodes;
	struct pp_out o;

	pp_out_init_mem(&o);
	w->line = pp_xcalloc((size_t)nodes->count + 1, sizeof(*w->line));
	for (uint32_t i = 0; i < nodes->count; i++) {
		w->line[i] = o.buf.n;
		pp_out_text(&o, INDENT);
		pp_out_safe(&o, pp_nodes_name(nodes, i));
		pp_out_char(&o, '\n');
	}
	w->line[nodes->count] = o.buf.n;
	w->lines = o.buf;
}

/* The line of a node from column `skip` on. */
static void frame(struct writer *w, uint32_t node, bool inlined, size_t skip)
{
	const char *begin = w->lines.p + w->line[node] + skip;
	const char *end = w->lines.p + w->line[node + 1];

	if (!inlined) {
		pp_out_bytes(w->o, begin, (size_t)(end - begin));
		return;
	}
	pp_out_bytes(w->o, begin, (size_t)(end - begin) - 1);
	pp_out_text(w->o, " (inline)\n");
}

static void stack(struct writer *w, const struct pp_sample *s)
{
	size_t skip = VALUE; /* the value stands before the first frame only */

	for (uint32_t i = 0; i < s->nlocations; i++) {
		uint32_t n;
		const uint32_t *nodes = pp_frames_of(w->t->view->frames, s->locations[i], &n);

		for (uint32_t k = 0; k < n; k++) {
			frame(w, nodes[k], k + 1 < n, skip);
			skip = 0;
		}
	}
}

static void visit(void *context, unsigned worker PP_UNUSED, struct pp_sample *s)
{
	struct writer *w = context;
	const struct pp_view *v = w->t->view;

	if (!pp_filter_sample(v->filter, s) || s->nlocations == 0)
		return;
	pp_out_text(w->o, SEPARATOR);
	pp_label_lines_load(&w->labels, s);
	pp_label_lines_print(&w->labels, 0, w->labels.n, '\n', w->o);
	if (w->labels.n)
		pp_out_char(w->o, '\n');
	pp_header_quantity(w->t->header, pp_view_sample(v, s), VALUE, w->o);
	stack(w, s);
}

/* Never nothing: a header without a line is an empty line. */
static void header(const struct pp_header *h, struct pp_out *o)
{
	struct pp_out lines;

	pp_out_init_mem(&lines);
	pp_header_text(h, &lines);
	if (lines.buf.n == 0)
		pp_out_char(&lines, '\n');
	pp_out_str(o, pp_buf_view(&lines.buf));
	pp_buf_release(&lines.buf);
}

void pp_traces_text(const struct pp_traces_view *t, struct pp_out *o)
{
	struct writer w = {.t = t, .o = o};

	header(t->header, o);
	pp_label_lines_init(&w.labels, t->view->filter, t->labels);
	make_lines(&w);
	pp_walk(t->view->profile, 1, visit, &w);
	pp_out_text(o, SEPARATOR);
	pp_label_lines_release(&w.labels);
	pp_buf_release(&w.lines);
	free(w.line);
}
