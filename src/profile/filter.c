/* SPDX-License-Identifier: Apache-2.0 */
/* Compiling filters, and applying them to samples. */
#include <config.h>

#include "profile/filter.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "profile/name_match.h"

/* What the steps think of a location. */
enum {
	IN_FOCUS = 1,
	IGNORED = 2,
	HIDDEN = 4,
	SHOWN_FROM = 8,
	PRUNED_FROM = 16,
};

static const char *const names[PP_FILTER_KINDS] = {
	"focus",    "ignore",	 "hide",    "show",    "show_from",
	"tagfocus", "tagignore", "tagshow", "taghide", "prune_from",
};

const char *pp_filter_name(enum pp_filter_kind kind)
{
	return names[kind];
}

const char *pp_filter_option(enum pp_filter_kind kind)
{
	switch (kind) {
	case PP_FILTER_SHOW_FROM:
		return "show-from";
	case PP_FILTER_PRUNE_FROM:
		return "prune-from";
	default:
		return names[kind];
	}
}

/* Compiling: the expressions on locations, and what has been seen to match. */
struct compiler {
	struct pp_filter *f;
	struct pp_profile *p;
	const struct pp_filter_options *o;
	struct pp_name_match match[PP_FILTER_KINDS]; /* regex NULL: not asked for */
	uint32_t matched;			     /* bit per kind */
};

static bool is_asked(const struct pp_filter_options *o, enum pp_filter_kind kind)
{
	return o->text[kind] && o->text[kind][0];
}

static int wrap(struct pp_err *err, enum pp_filter_kind kind)
{
	return pp_err_wrap(err, "option '--%s'", pp_filter_option(kind));
}

static int compile_names(struct compiler *c, enum pp_filter_kind kind, struct pp_err *err)
{
	bool simplified = kind == PP_FILTER_PRUNE_FROM;

	if (!is_asked(c->o, kind))
		return 0;
	if (pp_name_match_init(&c->match[kind], c->p, pp_str_of(c->o->text[kind]), simplified, err))
		return wrap(err, kind);
	return 0;
}

static bool has(const struct compiler *c, enum pp_filter_kind kind)
{
	return c->match[kind].regex != NULL;
}

static bool matches(struct compiler *c, enum pp_filter_kind kind, const struct pp_location *loc)
{
	struct pp_name_match *m = &c->match[kind];

	for (uint32_t i = 0; i < loc->nlines; i++) {
		if (pp_name_match_line(m, &c->p->lines[loc->first_line + i]))
			return true;
	}
	return pp_name_match_mapping(m, loc);
}

/* Keep the lines whose match is `wanted`; a mapping that matches decides for all of them. */
static void keep_lines(struct compiler *c, enum pp_filter_kind kind, struct pp_location *loc,
		       bool wanted)
{
	struct pp_name_match *m = &c->match[kind];
	struct pp_line *lines = &c->p->lines[loc->first_line];
	uint32_t n = 0;

	if (pp_name_match_mapping(m, loc)) {
		loc->nlines = wanted ? loc->nlines : 0;
		return;
	}
	for (uint32_t i = 0; i < loc->nlines; i++) {
		if (pp_name_match_line(m, &lines[i]) == wanted)
			lines[n++] = lines[i];
	}
	loc->nlines = n;
}

static uint8_t judge_names(struct compiler *c, struct pp_location *loc)
{
	uint8_t verdict = 0;

	if (has(c, PP_FILTER_IGNORE) && matches(c, PP_FILTER_IGNORE, loc)) {
		c->matched |= 1u << PP_FILTER_IGNORE;
		verdict |= IGNORED;
	} else if (!has(c, PP_FILTER_FOCUS) || matches(c, PP_FILTER_FOCUS, loc)) {
		c->matched |= 1u << PP_FILTER_FOCUS;
		verdict |= IN_FOCUS;
	}
	if (has(c, PP_FILTER_HIDE) && matches(c, PP_FILTER_HIDE, loc)) {
		c->matched |= 1u << PP_FILTER_HIDE;
		keep_lines(c, PP_FILTER_HIDE, loc, false);
		if (loc->nlines == 0)
			verdict |= HIDDEN;
	}
	if (has(c, PP_FILTER_SHOW)) {
		keep_lines(c, PP_FILTER_SHOW, loc, true);
		if (loc->nlines == 0)
			verdict |= HIDDEN;
		else
			c->matched |= 1u << PP_FILTER_SHOW;
	}
	return verdict;
}

/* The outermost line that matches becomes the outermost; no lines go if the mapping matches. */
static uint8_t judge_show_from(struct compiler *c, struct pp_location *loc)
{
	struct pp_name_match *m = &c->match[PP_FILTER_SHOW_FROM];

	if (!m->regex)
		return 0;
	if (pp_name_match_mapping(m, loc))
		return SHOWN_FROM;
	for (uint32_t i = loc->nlines; i-- > 0;) {
		if (!pp_name_match_line(m, &c->p->lines[loc->first_line + i]))
			continue;
		loc->nlines = i + 1;
		return SHOWN_FROM;
	}
	return 0;
}

/* The innermost line that matches becomes the innermost. */
static uint8_t judge_prune_from(struct compiler *c, struct pp_location *loc)
{
	struct pp_name_match *m = &c->match[PP_FILTER_PRUNE_FROM];

	if (!m->regex)
		return 0;
	for (uint32_t i = 0; i < loc->nlines; i++) {
		uint32_t name = c->p->functions[c->p->lines[loc->first_line + i].function].name;

		if (pp_profile_str(c->p, name).n == 0 || !pp_name_match(m, name))
			continue;
		loc->first_line += i;
		loc->nlines -= i;
		return PRUNED_FROM;
	}
	return 0;
}

static void judge_location(struct compiler *c, uint32_t i)
{
	struct pp_location *loc = &c->p->locations[i];
	uint8_t verdict = judge_names(c, loc);

	verdict |= judge_show_from(c, loc);
	verdict |= judge_prune_from(c, loc);
	c->f->has_hidden |= (verdict & HIDDEN) != 0;
	if (verdict & SHOWN_FROM)
		c->matched |= 1u << PP_FILTER_SHOW_FROM;
	if (verdict & PRUNED_FROM)
		c->matched |= 1u << PP_FILTER_PRUNE_FROM;
	c->f->verdicts[i] = verdict;
}

/* The locations with one verdict as bits. */
static uint64_t *bits_of(const struct compiler *c, uint8_t verdict)
{
	uint64_t *bits = pp_xcalloc(c->p->nlocations / 64 + 1, sizeof(*bits));

	for (uint32_t i = 0; i < c->p->nlocations; i++)
		bits[i / 64] |= (uint64_t)((c->f->verdicts[i] & verdict) != 0) << i % 64;
	return bits;
}

static int judge_locations(struct compiler *c, struct pp_err *err)
{
	static const enum pp_filter_kind kinds[] = {PP_FILTER_FOCUS,	 PP_FILTER_IGNORE,
						    PP_FILTER_HIDE,	 PP_FILTER_SHOW,
						    PP_FILTER_SHOW_FROM, PP_FILTER_PRUNE_FROM};
	bool any = false;

	for (size_t i = 0; i < PP_ARRAY_LEN(kinds); i++) {
		if (compile_names(c, kinds[i], err))
			return -1;
		any |= has(c, kinds[i]);
	}
	if (!any)
		return 0;
	c->f->has_focus = has(c, PP_FILTER_FOCUS) || has(c, PP_FILTER_IGNORE) ||
			  has(c, PP_FILTER_HIDE) || has(c, PP_FILTER_SHOW);
	c->f->has_show_from = has(c, PP_FILTER_SHOW_FROM);
	c->f->has_prune_from = has(c, PP_FILTER_PRUNE_FROM);
	c->f->verdicts = pp_xcalloc(c->p->nlocations, 1);
	for (uint32_t i = 0; i < c->p->nlocations; i++)
		judge_location(c, i);
	if (c->f->has_focus)
		c->f->in_focus = bits_of(c, IN_FOCUS);
	if (c->matched & 1u << PP_FILTER_IGNORE)
		c->f->ignored = bits_of(c, IGNORED);
	for (size_t i = 0; i < PP_ARRAY_LEN(kinds); i++) {
		if (!has(c, kinds[i]) || !pp_regex_gave_up(c->match[kinds[i]].regex))
			continue;
		pp_err_set(err, PP_ERR_LIMIT, "'%s' takes too long to match", c->o->text[kinds[i]]);
		return wrap(err, kinds[i]);
	}
	return 0;
}

static int compile_tag_filter(struct compiler *c, struct pp_tag_filter *t, bool *asked,
			      enum pp_filter_kind kind, struct pp_err *err)
{
	if (!is_asked(c->o, kind))
		return 0;
	if (pp_tag_filter_init(t, c->p, &c->f->labels, pp_str_of(c->o->text[kind]), err))
		return wrap(err, kind);
	*asked = true;
	return 0;
}

/* One of tagshow and taghide: hide the keys whose match is not what it should be. */
static int hide_keys(struct compiler *c, enum pp_filter_kind kind, bool hide, struct pp_err *err)
{
	struct pp_labels *l = &c->f->labels;

	if (!is_asked(c->o, kind))
		return 0;

	PP_CLEANUP(pp_regex_freep)
	struct pp_regex *re = pp_regex_new(pp_str_of(c->o->text[kind]), false, err);
	if (!re)
		return wrap(err, kind);
	if (!c->f->hidden_keys)
		c->f->hidden_keys = pp_xcalloc(l->nkeys, 1);
	for (uint32_t i = 0; i < l->nkeys; i++) {
		bool match = pp_regex_match(re, l->keys[i].name);

		if (match && l->keys[i].used)
			c->matched |= 1u << kind;
		c->f->hidden_keys[i] |= match == hide;
	}
	return 0;
}

static int judge_labels(struct compiler *c, struct pp_err *err)
{
	struct pp_filter *f = c->f;
	bool any = false;

	for (enum pp_filter_kind kind = PP_FILTER_TAGFOCUS; kind <= PP_FILTER_TAGHIDE; kind++)
		any |= is_asked(c->o, kind);
	if (!any)
		return 0;
	pp_labels_init(&f->labels, c->p);
	f->has_labels = true;
	if (compile_tag_filter(c, &f->tagfocus, &f->has_tagfocus, PP_FILTER_TAGFOCUS, err) ||
	    compile_tag_filter(c, &f->tagignore, &f->has_tagignore, PP_FILTER_TAGIGNORE, err) ||
	    hide_keys(c, PP_FILTER_TAGSHOW, false, err) ||
	    hide_keys(c, PP_FILTER_TAGHIDE, true, err))
		return -1;
	return 0;
}

/* Whether any sample, as it is in the file, fulfils the predicate. */
static bool tag_filter_matches_any(const struct pp_tag_filter *t)
{
	struct pp_sample_iter it;
	struct pp_sample s;
	bool found = false;

	for (uint32_t range = 0; range < t->profile->nranges && !found; range++) {
		pp_samples_begin(&it, t->profile, range);
		while (!found && pp_samples_next(&it, &s))
			found = pp_tag_filter_match(t, &s);
		pp_samples_release(&it);
	}
	return found;
}

static void note_unmatched(struct compiler *c)
{
	struct pp_filter *f = c->f;

	if (f->has_tagfocus && tag_filter_matches_any(&f->tagfocus))
		c->matched |= 1u << PP_FILTER_TAGFOCUS;
	if (f->has_tagignore && tag_filter_matches_any(&f->tagignore))
		c->matched |= 1u << PP_FILTER_TAGIGNORE;
	for (enum pp_filter_kind kind = 0; kind < PP_FILTER_KINDS; kind++) {
		if (is_asked(c->o, kind) && !(c->matched & 1u << kind))
			f->unmatched |= 1u << kind;
	}
}

int pp_filter_init(struct pp_filter *f, struct pp_profile *p, const struct pp_filter_options *o,
		   struct pp_err *err)
{
	struct compiler c = {.f = f, .p = p, .o = o};

	*f = (struct pp_filter){.profile = p};
	if (!o->all_frames)
		pp_prune_init(&f->prune, p);

	int rc = judge_locations(&c, err);
	for (enum pp_filter_kind kind = 0; kind < PP_FILTER_KINDS; kind++)
		pp_name_match_release(&c.match[kind]);
	if (rc || judge_labels(&c, err))
		return -1;
	note_unmatched(&c);
	return 0;
}

void pp_filter_release(struct pp_filter *f)
{
	pp_prune_release(&f->prune);
	pp_tag_filter_release(&f->tagfocus);
	pp_tag_filter_release(&f->tagignore);
	pp_labels_release(&f->labels);
	free(f->verdicts);
	free(f->in_focus);
	free(f->ignored);
	free(f->hidden_keys);
	*f = (struct pp_filter){0};
}

static bool has_any(const uint64_t *bits, const struct pp_sample *s)
{
	uint64_t any = 0;

	for (uint32_t i = 0; i < s->nlocations; i++)
		any |= bits[s->locations[i] / 64] >> s->locations[i] % 64;
	return any & 1;
}

/* At least one location in focus and none ignored. */
static bool is_in_focus(const struct pp_filter *f, const struct pp_sample *s)
{
	return has_any(f->in_focus, s) && !(f->ignored && has_any(f->ignored, s));
}

static void remove_hidden(const uint8_t *verdicts, struct pp_sample *s)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->nlocations; i++) {
		if (!(verdicts[s->locations[i]] & HIDDEN))
			s->locations[n++] = s->locations[i];
	}
	s->nlocations = n;
}

static bool cut_callers(const uint8_t *verdicts, struct pp_sample *s)
{
	while (s->nlocations && !(verdicts[s->locations[s->nlocations - 1]] & SHOWN_FROM))
		s->nlocations--;
	return s->nlocations > 0;
}

static void cut_callees(const uint8_t *verdicts, struct pp_sample *s)
{
	for (uint32_t i = 0; i < s->nlocations; i++) {
		if (!(verdicts[s->locations[i]] & PRUNED_FROM))
			continue;
		s->locations += i;
		s->nlocations -= i;
		return;
	}
}

bool pp_filter_sample(const struct pp_filter *f, struct pp_sample *s)
{
	pp_prune_sample(&f->prune, s);
	if (f->has_focus && !is_in_focus(f, s))
		return false;
	if (f->has_hidden) {
		remove_hidden(f->verdicts, s);
		if (s->nlocations == 0)
			return false;
	}
	if (f->has_show_from && !cut_callers(f->verdicts, s))
		return false;
	if (f->has_tagfocus && !pp_tag_filter_match(&f->tagfocus, s))
		return false;
	if (f->has_tagignore && pp_tag_filter_match(&f->tagignore, s))
		return false;
	if (f->has_prune_from)
		cut_callees(f->verdicts, s);
	return true;
}

bool pp_filter_next_label(const struct pp_filter *f, struct pp_wire *labels, struct pp_label *label)
{
	while (pp_labels_next(labels, label)) {
		if (!f->hidden_keys || !f->hidden_keys[pp_labels_key(&f->labels, label->key)])
			return true;
	}
	return false;
}
