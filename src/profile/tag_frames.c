/* SPDX-License-Identifier: Apache-2.0 */
/* Rewriting samples with frames made of their labels. */
#include <config.h>

#include "profile/tag_frames.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/map.h"
#include "base/units.h"
#include "profile/prune.h"
#include "profile/rewrite.h"
#include "profile/samples.h"

#define MAX_KEYS 32

struct keys {
	struct pp_str key[MAX_KEYS];
	unsigned n;
};

struct writer {
	struct pp_profile *p;
	const struct pp_tag_frames_options *o;
	struct pp_prune prune;
	struct keys root, leaf;
	struct pp_strtab frames; /* file and name of the frames made so far; frame n is n + 1 */
	uint64_t *ids;		 /* of their locations */
	size_t nids, cap;
	uint64_t next_id;	 /* to try for the next one */
	struct pp_buf name, key; /* scratch */
	struct pp_rewrite out;
};

static int split_keys(struct keys *keys, const char *text, const char *option, struct pp_err *err)
{
	keys->n = 0;
	while (text && *text) {
		size_t n = strcspn(text, ",");

		if (n && keys->n == MAX_KEYS)
			return pp_err_set(err, PP_ERR_USAGE, "option '--%s': more than %d keys",
					  option, MAX_KEYS);
		if (n)
			keys->key[keys->n++] = (struct pp_str){text, n};
		text += n + (text[n] == ',');
	}
	return 0;
}

/* Whether some number of the sample under this key has a unit: then all are printed with units. */
static bool has_unit(const struct writer *w, const struct pp_sample *s, struct pp_str key)
{
	struct pp_wire labels = s->label;
	struct pp_label l;

	while (pp_labels_next(&labels, &l)) {
		if (!l.str && pp_profile_str(w->p, l.unit).n &&
		    pp_str_eq(pp_profile_str(w->p, l.key), key))
			return true;
	}
	return false;
}

static void add_value(struct pp_buf *name, bool *any, struct pp_str value)
{
	if (*any)
		pp_buf_char(name, ',');
	*any = true;
	pp_buf_add(name, value.p, value.n);
}

/* Texts or numbers of one key into w->name; whether there are any. */
static bool add_values(struct writer *w, const struct pp_sample *s, struct pp_str key, bool texts,
		       bool any)
{
	struct pp_wire labels = s->label;
	struct pp_label l;
	bool with_units = !texts && has_unit(w, s, key);

	while (pp_labels_next(&labels, &l)) {
		char text[PP_QTY_MAX];

		if ((l.str != 0) != texts || !pp_str_eq(pp_profile_str(w->p, l.key), key))
			continue;
		if (texts) {
			add_value(&w->name, &any, pp_profile_str(w->p, l.str));
			continue;
		}
		pp_units_label(text, l.num, pp_profile_str(w->p, l.unit),
			       pp_str_of(with_units ? w->o->unit : ""));
		add_value(&w->name, &any, pp_str_of(text));
	}
	return any;
}

/* The id of the frame whose function is w->name in file `key`. */
static uint64_t frame_of(struct writer *w, struct pp_str key)
{
	uint32_t known = (uint32_t)w->frames.count;

	pp_buf_clear(&w->key);
	pp_buf_fmt(&w->key, "%zu:", key.n);
	pp_buf_add(&w->key, key.p, key.n);
	pp_buf_add(&w->key, w->name.p, w->name.n);
	uint32_t frame = pp_strtab_add(&w->frames, pp_buf_view(&w->key));
	if (frame < known)
		return w->ids[frame - 1];
	/* the id after the highest, as long as there is one */
	do
		w->next_id++;
	while (!pp_ids_add(&w->p->location_ids, w->next_id));
	w->ids = pp_grow(w->ids, &w->cap, w->nids + 1, sizeof(*w->ids));
	w->ids[w->nids++] = w->next_id;
	return w->next_id;
}

/* Put the frames of a sample on its stack, innermost first. */
static void put_frames(struct writer *w, const struct pp_sample *s, const struct keys *keys,
		       bool *found)
{
	for (unsigned i = keys->n; i-- > 0;) {
		pp_buf_clear(&w->name);
		bool any = add_values(w, s, keys->key[i], true, false);
		any = add_values(w, s, keys->key[i], false, any);
		*found |= any;
		pp_rewrite_location(&w->out, frame_of(w, keys->key[i]));
	}
}

static void put_sample(struct writer *w, struct pp_sample *s, struct pp_tag_frames_found *found)
{
	pp_prune_sample(&w->prune, s);
	put_frames(w, s, &w->leaf, &found->leaf);
	for (uint32_t i = 0; i < s->nlocations; i++)
		pp_rewrite_location(&w->out, w->p->locations[s->locations[i]].id);
	put_frames(w, s, &w->root, &found->root);
	pp_rewrite_sample(&w->out, s, NULL);
}

static void put_samples(struct writer *w, struct pp_tag_frames_found *found)
{
	struct pp_sample_iter it;
	struct pp_sample s;

	for (uint32_t range = 0; range < w->p->nranges; range++) {
		pp_samples_begin(&it, w->p, range);
		while (pp_samples_next(&it, &s))
			put_sample(w, &s, found);
		pp_samples_release(&it);
		pp_rewrite_end_range(&w->out, range);
	}
}

/* A table of the profile with room for `more` at its end; NULL with an error. */
static void *extend(struct pp_profile *p, const void *table, size_t n, size_t more, size_t size,
		    struct pp_err *err)
{
	void *to = pp_arena_array(&p->arena, n + more, size, err);

	if (to && n)
		memcpy(to, table, n * size);
	return to;
}

static int extend_tables(struct pp_profile *p, uint32_t more, struct pp_err *err)
{
	/* strings: a name each, a file for each that may differ */
	p->strings = extend(p, p->strings, p->nstrings, 2 * (size_t)more, sizeof(*p->strings), err);
	p->functions = extend(p, p->functions, p->nfunctions, more, sizeof(*p->functions), err);
	p->lines = extend(p, p->lines, p->nlines, more, sizeof(*p->lines), err);
	p->locations = extend(p, p->locations, p->nlocations, more, sizeof(*p->locations), err);
	return p->strings && p->functions && p->lines && p->locations ? 0 : -1;
}

static int add_string(struct pp_profile *p, struct pp_str s, uint32_t *string, struct pp_err *err)
{
	char *copy = pp_arena_strdup(&p->arena, s, err);

	if (!copy)
		return -1;
	*string = p->nstrings++;
	p->strings[*string] = (struct pp_str){copy, s.n};
	return 0;
}

/* The text in front of the colon, and what is behind it, of a key that frame_of made. */
static void split_frame(struct pp_str frame, struct pp_str *file, struct pp_str *name)
{
	size_t n = 0, i = 0;

	for (; frame.p[i] != ':'; i++)
		n = n * 10 + (size_t)(frame.p[i] - '0');
	*file = (struct pp_str){frame.p + i + 1, n};
	*name = (struct pp_str){file->p + n, frame.n - i - 1 - n};
}

static int add_frame(struct writer *w, uint32_t frame, uint64_t function_id, struct pp_err *err)
{
	struct pp_profile *p = w->p;
	struct pp_function *fn = &p->functions[p->nfunctions];
	struct pp_str file, name;

	split_frame(pp_strtab_get(&w->frames, frame + 1), &file, &name);
	*fn = (struct pp_function){.id = function_id};
	if (add_string(p, name, &fn->name, err) || add_string(p, file, &fn->filename, err))
		return -1;
	p->nlabel_functions++;
	p->lines[p->nlines] = (struct pp_line){.function = p->nfunctions++};
	p->locations[p->nlocations++] = (struct pp_location){
		.id = w->ids[frame], .mapping = PP_NONE, .first_line = p->nlines++, .nlines = 1};
	return 0;
}

static int add_frames(struct writer *w, struct pp_err *err)
{
	struct pp_profile *p = w->p;
	uint64_t highest = 0;

	if (extend_tables(p, (uint32_t)w->nids, err))
		return -1;
	for (uint32_t i = 0; i < p->nfunctions; i++) {
		if (p->functions[i].id > highest)
			highest = p->functions[i].id;
	}
	for (uint32_t i = 0; i < w->nids; i++) {
		if (add_frame(w, i, ++highest, err))
			return -1;
	}
	return 0;
}

static void release(struct writer *w)
{
	pp_prune_release(&w->prune);
	pp_strtab_release(&w->frames);
	free(w->ids);
	pp_buf_release(&w->name);
	pp_buf_release(&w->key);
	pp_rewrite_release(&w->out);
}

int pp_tag_frames_add(struct pp_profile *p, const struct pp_tag_frames_options *o,
		      struct pp_tag_frames_found *found, struct pp_err *err)
{
	struct writer w = {.p = p, .o = o};
	int rc;

	*found = (struct pp_tag_frames_found){0};
	if (split_keys(&w.root, o->root, "tagroot", err) ||
	    split_keys(&w.leaf, o->leaf, "tagleaf", err))
		return -1;
	if (w.root.n + w.leaf.n == 0)
		return 0;
	for (uint32_t i = 0; i < p->nlocations; i++) {
		if (p->locations[i].id > w.next_id)
			w.next_id = p->locations[i].id;
	}
	pp_strtab_init(&w.frames);
	pp_rewrite_init(&w.out, p);
	if (!o->all_frames)
		pp_prune_init(&w.prune, p);
	put_samples(&w, found);
	rc = add_frames(&w, err) || pp_rewrite_finish(&w.out, p, err) ? -1 : 0;
	release(&w);
	return rc;
}
