/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/lens.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static int refilter(struct pp_lens_side *s, struct pp_profile *p, const struct pp_uncut *uncut,
		    const struct pp_filter_options *o, struct pp_err *err)
{
	pp_uncut_restore(uncut, p);
	return pp_filter_init(&s->filter, p, o, err);
}

static void look(struct pp_lens *l, struct pp_lens_side *s, const struct pp_report *r,
		 const struct pp_view *was, const struct pp_profile *p)
{
	const struct pp_frames_options frames = pp_report_frames(r->options);

	pp_frames_init(&s->frames, p, &l->nodes, &frames);
	s->view = *was;
	s->view.filter = &s->filter;
	s->view.frames = &s->frames;
	s->view.nodes = &l->nodes;
}

struct pp_lens *pp_lens_new(struct pp_report *r, const char *const *filters, struct pp_err *err)
{
	struct pp_filter_options o = pp_report_filters(r->options);
	struct pp_lens *l = pp_xcalloc(1, sizeof(*l));
	struct pp_uncut now[2]; /* to go back to */

	memcpy(o.text, filters, sizeof(o.text));
	pp_nodes_init(&l->nodes);
	pp_uncut_save(&now[0], &r->profile);
	pp_uncut_save(&now[1], &r->before.profile);
	if (refilter(&l->after, &r->profile, &r->uncut, &o, err) ||
	    (r->is_diff && refilter(&l->before, &r->before.profile, &r->before.uncut, &o, err))) {
		pp_uncut_restore(&now[0], &r->profile);
		pp_uncut_restore(&now[1], &r->before.profile);
		pp_lens_free(l);
		l = NULL;
	} else {
		look(l, &l->after, r, &r->view, &r->profile);
		if (r->is_diff)
			look(l, &l->before, r, &r->before.view, &r->before.profile);
	}
	pp_uncut_release(&now[0]);
	pp_uncut_release(&now[1]);
	return l;
}

static void release_side(struct pp_lens_side *s)
{
	pp_frames_release(&s->frames);
	pp_filter_release(&s->filter);
}

void pp_lens_free(struct pp_lens *l)
{
	if (!l)
		return;
	release_side(&l->before);
	release_side(&l->after);
	pp_nodes_release(&l->nodes);
	free(l);
}
