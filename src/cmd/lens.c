/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include "cmd/lens.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "profile/tag_frames.h"

/* A profile on its way to other filters. */
struct side {
	struct pp_profile *profile;
	struct pp_uncut *uncut, *tagged; /* of the report */
	struct pp_uncut now;		 /* to go back to */
	struct pp_uncut fresh;		 /* with other frames of labels, if there are any */
	bool begun, retagged;
};

static bool has_tags(const struct pp_lens_options *o)
{
	return pp_tag_frames_any(o->tags[0], o->tags[1]);
}

static bool is_same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/* Whether the report's frames of labels are what is asked for: which there are, if there are any,
 * depends on what has been hidden before. */
static bool has_them(const struct pp_report *r, const struct pp_lens_options *o)
{
	return is_same(o->tags[0], r->tags[0]) && is_same(o->tags[1], r->tags[1]) &&
	       (!has_tags(o) || o->all_frames == r->tags_all_frames);
}

static int tag(struct side *s, const struct pp_report_options *r, const struct pp_lens_options *o,
	       struct pp_err *err)
{
	struct pp_tag_frames_options frames = {.root = o->tags[0],
					       .leaf = o->tags[1],
					       .unit = r->unit,
					       .all_frames = o->all_frames};
	struct pp_tag_frames_found found;

	pp_uncut_restore(s->uncut, s->profile);
	s->retagged = true;
	if (!has_tags(o))
		return 0;
	if (pp_tag_frames_add(s->profile, &frames, &found, err))
		return -1;
	pp_uncut_save(&s->fresh, s->profile);
	return 0;
}

static int refilter(struct side *s, struct pp_lens_side *lens, const struct pp_report *r,
		    const struct pp_lens_options *o, struct pp_err *err)
{
	struct pp_report_options as = *r->options;
	struct pp_filter_options filters;

	pp_uncut_save(&s->now, s->profile);
	s->begun = true;
	as.tagroot = o->tags[0];
	as.tagleaf = o->tags[1];
	as.filter.all_frames = o->all_frames;
	filters = pp_report_filters(&as);
	memcpy(filters.text, o->filters, sizeof(filters.text));
	if (has_them(r, o))
		pp_uncut_restore(has_tags(o) ? s->tagged : s->uncut, s->profile);
	else if (tag(s, r->options, o, err))
		return -1;
	return pp_filter_init(&lens->filter, s->profile, &filters, err);
}

/* What has been made is the report's from now on; or all is as it was. */
static void end(struct side *s, struct pp_lens_side *lens, bool done)
{
	if (!s->begun)
		return;
	if (done) {
		lens->was = s->now;
		s->now = (struct pp_uncut){0};
	} else {
		pp_uncut_restore(&s->now, s->profile);
	}
	if (done && s->retagged) {
		pp_uncut_release(s->tagged);
		*s->tagged = s->fresh;
		s->fresh = (struct pp_uncut){0};
	}
	pp_uncut_release(&s->now);
	pp_uncut_release(&s->fresh);
}

static void keep_tags(struct pp_report *r, const struct pp_lens_options *o)
{
	r->tags_all_frames = o->all_frames;
	for (size_t i = 0; i < PP_ARRAY_LEN(r->tags); i++) {
		char *text = pp_xstrdup(o->tags[i] ? o->tags[i] : "");

		free(r->tags[i]);
		r->tags[i] = text;
	}
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

struct pp_lens *pp_lens_new(struct pp_report *r, const struct pp_lens_options *o,
			    struct pp_err *err)
{
	struct side after = {.profile = &r->profile, .uncut = &r->uncut, .tagged = &r->tagged};
	struct side before = {.profile = &r->before.profile,
			      .uncut = &r->before.uncut,
			      .tagged = &r->before.tagged};
	struct pp_lens *l = pp_xcalloc(1, sizeof(*l));
	bool done = refilter(&after, &l->after, r, o, err) == 0 &&
		    (!r->is_diff || refilter(&before, &l->before, r, o, err) == 0);

	end(&after, &l->after, done);
	end(&before, &l->before, done);
	l->retagged = after.retagged;
	if (!done) {
		pp_lens_free(l);
		return NULL;
	}
	keep_tags(r, o);
	pp_nodes_init(&l->nodes);
	look(l, &l->after, r, &r->view, &r->profile);
	if (r->is_diff)
		look(l, &l->before, r, &r->before.view, &r->before.profile);
	return l;
}

bool pp_lens_undo(struct pp_report *r, const struct pp_lens *l)
{
	if (l->retagged)
		return false;
	pp_uncut_restore(&l->after.was, &r->profile);
	if (r->is_diff)
		pp_uncut_restore(&l->before.was, &r->before.profile);
	return true;
}

static void release_side(struct pp_lens_side *s)
{
	pp_frames_release(&s->frames);
	pp_filter_release(&s->filter);
	pp_uncut_release(&s->was);
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
